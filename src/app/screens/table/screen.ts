import { heldSays } from '../../../investigation/table/lives-words.ts'
import * as english from '../../../words/english/app/table.ts'
import { command } from '../../state/command.ts'
import type { State } from '../../state/state.ts'
import type { Screen } from '../parts/screen.ts'
import { tableDetail, tableGrid } from './grid.ts'
import { whyNotFollow } from './lives.ts'
import { tablePane, tableValues } from './rows.ts'
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
	whyNotOpen: () => undefined,
	commands: [
		command('follow-lists', {
			title: english.followUnconfirmedAndDying,
			short: 'lists',
			rank: 12,
			importance: 57,
			changes: true,
			unless: whyNotFollow,
			does: { type: 'follow-lists' },
		}),
	],
	copyText,
	values: tableValues,
}

function copyText(state: State): string | undefined {
	const { rows, selected } = tablePane(state)
	const row = rows[selected]
	if (row?.item.kind === 'counter')
		return `${row.item.name}=${state.counters.value?.totals[row.item.name] ?? 0}`
	if (row?.item.kind === 'unconfirmed' || row?.item.kind === 'dying') return row.item.entry.text
	if (row?.item.kind === 'held') return heldSays(row.item.held)
	return row?.text
}
