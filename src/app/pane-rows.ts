import type { FoundLease, HeldChange } from '../changes/change.ts'
import type { Knob } from '../changes/knob.ts'
import type { HeldEntry } from '../host/ports.ts'
import type { NfQueueRow } from '../kernel/nfnetlink-queue.ts'
import type { LogEntry, PastChange, ReasonRow, ScreenId, State } from './state.ts'

/**
 * What can be selected on a screen, in the order in which it is drawn, after the filter. The reducer moves the
 * selection in these rows and the selectors draw them, so both speak of the same row. `key` is stable while
 * rows move; `text` is what the filter looks at.
 */
export type PaneRow<Item> = { readonly key: string; readonly text: string; readonly item: Item }

export type WatchItem =
	| { readonly kind: 'reason'; readonly row: ReasonRow }
	/** INVALID packets are counted and no reason is told, because the log is off. */
	| { readonly kind: 'not-told' }

export type SwitchItem = { readonly kind: 'knob'; readonly knob: Knob; readonly value: string }

export type TableItem =
	| { readonly kind: 'counter'; readonly name: string }
	| { readonly kind: 'protocol'; readonly name: string }
	| { readonly kind: 'state'; readonly name: string }
	| { readonly kind: 'unconfirmed' | 'dying'; readonly entry: HeldEntry }
	| { readonly kind: 'queue'; readonly queue: NfQueueRow }

export type LogItem = { readonly kind: 'log'; readonly entry: LogEntry }

export type ChangeItem =
	/** Ours, in force or to look at. */
	| { readonly kind: 'held'; readonly change: HeldChange }
	/** Ours, over. */
	| { readonly kind: 'past'; readonly change: PastChange }
	/** A lease of another session, or of a dead one. */
	| { readonly kind: 'found'; readonly lease: FoundLease }

export type Items = {
	watch: WatchItem
	switches: SwitchItem
	table: TableItem
	log: LogItem
	changes: ChangeItem
}

export type PaneRows<Screen extends ScreenId = ScreenId> = {
	readonly rows: readonly PaneRow<Items[Screen]>[]
	/** How many there are without the filter: "12 of 9 946". */
	readonly total: number
	/** Index of the selected row, -1 when there is none. */
	readonly selected: number
}

export function paneRows<Screen extends ScreenId>(_state: State, _screen: Screen): PaneRows<Screen> {
	throw new Error('not laid yet')
}
