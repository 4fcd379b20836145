import { notTold } from '../log-why.ts'
import type { ReasonRow, State } from '../state.ts'
import { listOf, type PaneList, type PaneRow } from './pane-list.ts'

export type WatchItem =
	| { readonly kind: 'reason'; readonly row: ReasonRow }
	/** INVALID packets are counted and no reason is told, because the log is off. */
	| { readonly kind: 'not-told' }

const NOT_TOLD: PaneRow<WatchItem> = {
	key: 'not-told',
	text: 'not known: the kernel is not logging',
	item: { kind: 'not-told' },
}

const remembered = new WeakMap<ReasonRow, PaneRow<WatchItem>>()

/** Reasons, most frequent first; in front of them the packets that no reason is told for. */
export function watchRows(state: State): PaneList<WatchItem> {
	const rows = state.reasons.map(rowOf)
	return listOf(notTold(state) ? [NOT_TOLD, ...rows] : rows, state.panes.watch)
}

function rowOf(row: ReasonRow): PaneRow<WatchItem> {
	const known = remembered.get(row)
	if (known !== undefined) return known
	const { protocol, title, verdict, id } = row.reason
	const flows = row.flows.slice(0, 3).map((one) => one.flow)
	const made: PaneRow<WatchItem> = {
		key: row.key,
		text: [protocol, title, verdict, id, ...flows].join(' '),
		item: { kind: 'reason', row },
	}
	remembered.set(row, made)
	return made
}
