import { valueFilters } from '../commands/value-filters.ts'
import { openPane } from '../screens/screens.ts'
import type { PaneState, State } from '../state/state.ts'
import { paneWith, selectedAt } from './navigation-slice.ts'

/** From its first row on: what stands there is what was asked for. An opened detail stays with its row. */
const fromTheTop = ({ detail }: PaneState): Partial<PaneState> =>
	detail ? {} : { selected: 0, selectedKey: undefined, top: 0 }

/** The next column that the table can be sorted by; behind the last one comes the order of the screen. */
export function sortMoved(state: State, by: 1 | -1): State {
	const { sorts } = openPane(state)
	const pane = state.panes[state.screen]
	const at = sorts.findIndex(({ column }) => column === pane.sort?.column)
	const count = sorts.length + 1
	const next = sorts[((at + 1 + by + count) % count) - 1]
	const sort = next === undefined ? undefined : { column: next.column, down: next.first === 'high' }
	return paneWith(state, { sort, ...fromTheTop(pane) })
}

export function sortReversed(state: State): State {
	const pane = state.panes[state.screen]
	if (pane.sort === undefined) return state
	return paneWith(state, { sort: { ...pane.sort, down: !pane.sort.down }, ...fromTheTop(pane) })
}

/** By the first value of the selected row; when it is filtered by one of them, by the next, and behind the last by none. */
export function valueFiltered(state: State): State {
	const { rows, selected } = openPane(state)
	const row = rows[selected]
	const filters = valueFilters(state)
	if (row === undefined || filters.length === 0) return state
	const { filter, inverted } = state.panes[state.screen]
	const at = inverted ? -1 : filters.indexOf(filter)
	// On the log the row must not run away with the newest line.
	return paneWith(state, { filter: filters[at + 1] ?? '', inverted: false, selectedKey: row.key })
}

/** Marks the selected row, or takes its mark away, and goes on to the next one. */
export function markToggled(state: State): State {
	const { rows, selected } = openPane(state)
	const row = rows[selected]
	if (row === undefined) return state
	const { marks } = state.panes[state.screen]
	const next = marks.includes(row.key) ? marks.filter((key) => key !== row.key) : [...marks, row.key]
	const marked = paneWith(state, { marks: next, selected, selectedKey: row.key })
	return selected + 1 < rows.length ? selectedAt(marked, selected + 1) : marked
}
