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

/** Which end of a column comes first when it is chosen, and what it goes by; rows without a value come last. */
export type Sort<Item> = {
	readonly first: 'high' | 'low'
	readonly of: (item: Item, state: State) => string | number | undefined
}

/** How the rows of a screen can be sorted. */
export type Order<Item> = {
	/** By column id, in the order in which the table has them. */
	readonly columns: Readonly<Record<string, Sort<Item>>>
	/** Heads say what stands below them, so a table that is sorted has none. */
	readonly isHead?: (item: Item) => boolean
}

export const high = <Item>(of: Sort<Item>['of']): Sort<Item> => ({ first: 'high', of })
export const low = <Item>(of: Sort<Item>['of']): Sort<Item> => ({ first: 'low', of })

/** The rows of a screen after its filter, in the order that was chosen, paused or not, and which of them is selected. */
export type Pane<Item> = PaneList<Item> & {
	/** Index of the selected row, -1 when there is none. */
	readonly selected: number
	/** Columns that it can be sorted by, and which end of each comes first. */
	readonly sorts: readonly { readonly column: string; readonly first: 'high' | 'low' }[]
}

/** How a screen is asked for its rows. Without `order` they have the one of `rowsOf` only; a function where its table changes. */
export function paneOf<Item>(
	screen: ScreenId,
	rowsOf: (state: State) => PaneList<Item>,
	order: Order<Item> | ((state: State) => Order<Item>) = { columns: {} },
): (state: State) => Pane<Item> {
	return onceAState((state) => {
		const view = shown(state)
		const inForce = typeof order === 'function' ? order(view) : order
		const sorts = Object.entries(inForce.columns).map(([column, { first }]) => ({ column, first }))
		const list = rowsOf(view)
		const rows = sorted(list.rows, inForce, state.panes[screen].sort, view)
		return { ...list, rows, sorts, selected: selectedIn(rows, state.panes[screen], screen) }
	})
}

/** Equal ones stay as they stood; `down`: from high to low. */
function sorted<Item>(
	rows: readonly PaneRow<Item>[],
	{ columns, isHead }: Order<Item>,
	sort: PaneState['sort'],
	state: State,
): readonly PaneRow<Item>[] {
	const by = sort === undefined ? undefined : columns[sort.column]
	if (sort === undefined || by === undefined) return rows
	const sign = sort.down ? -1 : 1
	const valued = rows
		.filter(({ item }) => isHead?.(item) !== true)
		.map((row) => {
			const value = by.of(row.item, state)
			return { row, value: typeof value === 'string' ? inOrder(value) : value }
		})
	return valued
		.sort(({ value: one }, { value: other }) => {
			if (one === other) return 0
			if (one === undefined) return 1
			if (other === undefined) return -1
			return one < other ? -sign : sign
		})
		.map(({ row }) => row)
}

/** No number in a name or an address is longer. */
const DIGITS = 10

/** Compared character by character, `10.0.0.9` then comes before `10.0.0.10`. */
const inOrder = (text: string): string =>
	text.toLowerCase().replaceAll(/\d+/g, (digits) => digits.padStart(DIGITS, '0'))

/**
 * The selection sticks to its row. On the log, no key means the newest line, and a line that fell out of the ring
 * was the oldest one.
 */
function selectedIn(rows: readonly PaneRow<unknown>[], pane: PaneState, screen: ScreenId): number {
	const last = rows.length - 1
	if (last < 0) return -1
	const isByTime = screen === 'log' && pane.sort === undefined
	if (pane.selectedKey === undefined) return isByTime ? last : Math.min(pane.selected, last)
	const found = rows.findLastIndex((row) => row.key === pane.selectedKey)
	if (found >= 0) return found
	return isByTime && pane.filter === '' ? 0 : Math.min(pane.selected, last)
}

/** What a key is meant for: the rows that are marked, as far as the filter shows them, else the selected one. */
export function meantRows<Item>(
	{ rows, selected }: Pane<Item>,
	{ marks }: Pick<PaneState, 'marks'>,
): readonly PaneRow<Item>[] {
	const marked = new Set(marks)
	const inView = marked.size === 0 ? [] : rows.filter(({ key }) => marked.has(key))
	return inView.length > 0 ? inView : rows.slice(Math.max(0, selected), selected + 1)
}

/** First row to draw so that the selected one is seen and the list moves no more than it must. */
export function topRow(top: number, selected: number, height: number, total: number): number {
	const lowest = Math.max(0, total - height)
	const wanted = Math.min(Math.max(top, selected - height + 1), Math.max(0, selected))
	return Math.max(0, Math.min(wanted, lowest))
}
