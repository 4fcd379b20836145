import * as english from '../../../words/english/app/log.ts'
import type { Grid } from '../../../words/grid.ts'
import type { State } from '../../state/state.ts'
import type { Screen } from '../parts/screen.ts'
import { logDetail, logGrid, logRelated, logStatus } from './grid.ts'
import { logFlow, logPane, logValues } from './rows.ts'

export const logScreen: Screen = {
	id: 'log',
	title: 'Log',
	shows: english.everyLineOfTheKernel,
	pane: logPane,
	top: (state) => [logStatus(state)],
	grid: logGrid,
	detail: logDetail,
	related: logRelated,
	share: 0.3,
	whyNotOpen: () => undefined,
	commands: [],
	copyText,
	values: logValues,
	openFlow: logFlow,
	plainGrid: lastRows,
}

function copyText(state: State): string | undefined {
	const { rows, selected } = logPane(state)
	const entry = rows[selected]?.item.entry
	return entry === undefined || entry.lost === 0 ? entry?.text : english.recordsLost(entry.lost)
}

const LAST = 200

function lastRows(state: State): Grid {
	const { rows } = logPane(state)
	const grid = logGrid(state, Math.max(LAST, rows.length))
	const isByTime = state.panes.log.sort === undefined
	return { ...grid, rows: isByTime ? grid.rows.slice(-LAST) : grid.rows.slice(0, LAST) }
}
