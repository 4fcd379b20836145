import { paneRows } from '../pane-rows.ts'
import type { State } from '../state.ts'
import { changeBar } from './change-bar.ts'
import { changesGrid } from './changes.ts'
import { changesDetail, ranLines } from './changes-detail.ts'
import { sheetOf } from './dialog.ts'
import { filterNote } from './footer.ts'
import { type Grid, gridText } from './grid.ts'
import { headerLine } from './header.ts'
import { type Line, lineText } from './line.ts'
import { logDetail, logGrid, logStatus } from './log.ts'
import { switchDetail, switchesGrid } from './switches.ts'
import { tableDetail, tableGrid } from './table-rows.ts'
import { tableSummary } from './table-summary.ts'
import { counterLines } from './watch-counters.ts'
import { explanation, flowLines } from './watch-pane.ts'
import { watchGrid } from './watch-table.ts'

const WIDTH = 120
const ALL = Number.MAX_SAFE_INTEGER

/**
 * The present view as lines without frames, all rows, nothing cut: for copying, for paper, for a screen reader. The
 * log gives its last 200 lines.
 */
export function plainView(state: State): readonly string[] {
	const dialog = state.dialog?.dialog
	const text = (lines: readonly Line[]) =>
		lines.map((one) => lineText(one).trim()).filter((one) => one !== '')
	const head = text([headerLine(state, WIDTH), changeBar(state, WIDTH)])
	if (dialog !== undefined) {
		const sheet = sheetOf(dialog, state, 100)
		return [...head, '', sheet.title, ...text([...(sheet.head ?? []), ...sheet.body, ...sheet.answers])]
	}
	const filter = filterNote(state)
	return [...head, '', ...(filter === '' ? [] : [filter]), ...bodyOf(state, text)]
}

function bodyOf(state: State, text: (lines: readonly Line[]) => string[]): readonly string[] {
	switch (state.screen) {
		case 'watch':
			return [
				...text(counterLines(state, WIDTH)),
				'',
				...gridText(watchGrid(state, ALL, true)),
				'',
				...text(explanation(state, 100, ALL)),
				...text(flowLines(state, 100, 200)),
			]
		case 'switches':
			return [...gridText(switchesGrid(state, ALL)), '', ...text(switchDetail(state, 100, ALL))]
		case 'table':
			return [
				...text(tableSummary(state, 100)),
				'',
				...gridText(tableGrid(state, ALL)),
				'',
				...text(tableDetail(state, 100, ALL)),
			]
		case 'log':
			return [
				...text([logStatus(state, WIDTH)]),
				'',
				...gridText(lastRows(state)),
				'',
				...text(logDetail(state, 100, ALL)),
			]
		case 'changes':
			return [
				...gridText(changesGrid(state, ALL)),
				'',
				...text(changesDetail(state, 100, ALL)),
				...text(ranLines(state, 100, ALL)),
			]
	}
}

const LAST = 200

function lastRows(state: State): Grid {
	const { rows } = paneRows(state, 'log')
	const grid = logGrid(state, Math.max(LAST, rows.length))
	return { ...grid, rows: grid.rows.slice(-LAST) }
}
