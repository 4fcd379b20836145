import { type Grid, gridText } from '../../words/grid.ts'
import { type Line, lineText } from '../../words/line.ts'
import { sheetOf } from '../dialogs/dialog.ts'
import { changesDetail, ranLines } from '../screens/changes/detail.ts'
import { changesGrid } from '../screens/changes/grid.ts'
import { logDetail, logGrid, logStatus } from '../screens/log/grid.ts'
import { logPane } from '../screens/log/rows.ts'
import { printkDetail } from '../screens/printk/detail.ts'
import { printkGrid } from '../screens/printk/grid.ts'
import { rulesDetail } from '../screens/rules/detail.ts'
import { rulesGrid } from '../screens/rules/grid.ts'
import { stepDetail, stepsGrid } from '../screens/steps/detail.ts'
import { switchDetail, switchesGrid } from '../screens/switches/grid.ts'
import { tableDetail, tableGrid } from '../screens/table/grid.ts'
import { tableSummary } from '../screens/table/summary.ts'
import { counterLines } from '../screens/watch/counters.ts'
import { explanation, flowLines } from '../screens/watch/explanation.ts'
import { watchGrid } from '../screens/watch/grid.ts'
import type { State } from '../state/state.ts'
import { changeBar } from './change-bar.ts'
import { filterNote } from './footer.ts'
import { headerLine } from './header.ts'

/** Sentences are broken where the terminal ends; tables are as wide as they are. */
const widthOf = ({ size }: State) => Math.max(60, Math.min(120, size.columns))

/** A step has no end of its own: its keys stand in its last line. */
const PLAIN_ROWS = 60
const ALL = Number.MAX_SAFE_INTEGER

/**
 * The present view as lines without frames, all rows, nothing cut: for copying, for paper, for a screen reader. The
 * log gives its last 200 lines.
 */
export function plainView(state: State): readonly string[] {
	const width = widthOf(state)
	const dialog = state.dialog?.dialog
	const text = (lines: readonly Line[]) =>
		lines.map((one) => lineText(one).trim()).filter((one) => one !== '')
	const head = text([headerLine(state, width), changeBar(state, width)])
	if (dialog !== undefined) {
		const sheet = sheetOf(dialog, state, width)
		return [...head, '', sheet.title, ...text([...(sheet.head ?? []), ...sheet.body, ...sheet.answers])]
	}
	const filter = filterNote(state)
	return [...head, '', ...(filter === '' ? [] : [filter]), ...bodyOf(state, text)]
}

function bodyOf(state: State, text: (lines: readonly Line[]) => string[]): readonly string[] {
	const width = widthOf(state)
	switch (state.screen) {
		case 'watch':
			return [
				...text(counterLines(state, width)),
				'',
				...gridText(watchGrid(state, ALL, true)),
				'',
				...text(explanation(state, width, ALL)),
				...text(flowLines(state, width, 11)),
			]
		case 'steps':
			return [...gridText(stepsGrid(state, ALL)), '', ...text(stepDetail(state, width, PLAIN_ROWS))]
		case 'switches':
			return [...gridText(switchesGrid(state, ALL)), '', ...text(switchDetail(state, width, ALL))]
		case 'printk':
			return [...gridText(printkGrid(state, ALL)), '', ...text(printkDetail(state, width, ALL))]
		case 'table':
			return [
				...text(tableSummary(state, width)),
				'',
				...gridText(tableGrid(state, ALL)),
				'',
				...text(tableDetail(state, width, ALL)),
			]
		case 'rules':
			return [...gridText(rulesGrid(state, ALL)), '', ...text(rulesDetail(state, width, ALL))]
		case 'log':
			return [
				...text([logStatus(state, width)]),
				'',
				...gridText(lastRows(state)),
				'',
				...text(logDetail(state, width, ALL)),
			]
		case 'changes':
			return [
				...gridText(changesGrid(state, ALL)),
				'',
				...text(changesDetail(state, width, ALL)),
				...text(ranLines(state, width, ALL)),
			]
	}
}

const LAST = 200

function lastRows(state: State): Grid {
	const { rows } = logPane(state)
	const grid = logGrid(state, Math.max(LAST, rows.length))
	return { ...grid, rows: grid.rows.slice(-LAST) }
}
