import type { ScreenId } from './bindings.ts'
import { filterFor } from './filter.ts'
import { onceAState } from './once-a-state.ts'
import { shown } from './shown.ts'
import type { PaneState, State } from './state.ts'

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

/** The rows of a screen after its filter, paused or not, and which of them is selected. */
export type Pane<Item> = PaneList<Item> & {
	/** Index of the selected row, -1 when there is none. */
	readonly selected: number
}

/** How a screen is asked for its rows. */
export function paneOf<Item>(
	screen: ScreenId,
	rowsOf: (state: State) => PaneList<Item>,
): (state: State) => Pane<Item> {
	return onceAState((state) => {
		const list = rowsOf(shown(state))
		return { ...list, selected: selectedIn(list.rows, state.panes[screen], screen) }
	})
}

/**
 * The selection sticks to its row. On the log, no key means the newest line, and a line that fell out of the ring
 * was the oldest one.
 */
function selectedIn(rows: readonly PaneRow<unknown>[], pane: PaneState, screen: ScreenId): number {
	const last = rows.length - 1
	if (last < 0) return -1
	if (pane.selectedKey === undefined) return screen === 'log' ? last : Math.min(pane.selected, last)
	const found = rows.findLastIndex((row) => row.key === pane.selectedKey)
	if (found >= 0) return found
	return screen === 'log' && pane.filter === '' ? 0 : Math.min(pane.selected, last)
}

/** First row to draw so that the selected one is seen and the list moves no more than it must. */
export function topRow(top: number, selected: number, height: number, total: number): number {
	const lowest = Math.max(0, total - height)
	const wanted = Math.min(Math.max(top, selected - height + 1), Math.max(0, selected))
	return Math.max(0, Math.min(wanted, lowest))
}
