import { filterFor } from './filter.ts'
import type { PaneState } from './state.ts'

/**
 * What can be selected on a screen, in the order in which it is drawn, after the filter. The reducer moves the
 * selection in these rows and the selectors draw them, so both speak of the same row. `key` is stable while
 * rows move; `text` is what the filter looks at.
 */
export type PaneRow<Item> = { readonly key: string; readonly text: string; readonly item: Item }

export type PaneList<Item> = {
	readonly rows: readonly PaneRow<Item>[]
	/** How many there are without the filter: "12 of 9 946". */
	readonly total: number
}

export function listOf<Item>(rows: readonly PaneRow<Item>[], pane: PaneState): PaneList<Item> {
	const filter = filterFor(pane.filter, pane.inverted)
	return { rows: filter.empty ? rows : rows.filter((row) => filter.accepts(row.text)), total: rows.length }
}
