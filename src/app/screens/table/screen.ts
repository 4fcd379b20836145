import * as english from '../../../words/english/app/table.ts'
import type { State } from '../../state/state.ts'
import type { Screen } from '../parts/screen.ts'
import { tableDetail, tableGrid } from './grid.ts'
import { tablePane } from './rows.ts'
import { tableSummary } from './summary.ts'

export const tableScreen: Screen = {
	id: 'table',
	title: 'Table',
	shows: english.whatTheConnectionTableConsists,
	pane: tablePane,
	top: tableSummary,
	grid: tableGrid,
	detail: tableDetail,
	share: 0.12,
	commands: [],
	copyText,
}

function copyText(state: State): string | undefined {
	const { rows, selected } = tablePane(state)
	const row = rows[selected]
	if (row?.item.kind === 'counter')
		return `${row.item.name}=${state.counters.value?.totals[row.item.name] ?? 0}`
	if (row?.item.kind === 'unconfirmed' || row?.item.kind === 'dying') return row.item.entry.text
	return row?.text
}
