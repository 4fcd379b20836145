import { openPane, openScreen } from '../screens/screens.ts'
import { filterFor, wholeValue } from '../state/filter.ts'
import type { State } from '../state/state.ts'

/** The filters that the values of the selected row make: those that let it through, each once. */
export function valueFilters(state: State): readonly string[] {
	const { rows, selected } = openPane(state)
	const row = rows[selected]
	const values = row === undefined ? [] : (openScreen(state).values?.(state) ?? [])
	const filters = values.map(wholeValue).filter((one) => one !== undefined)
	return [...new Set(filters)].filter((one) => row !== undefined && filterFor(one, false).accepts(row.text))
}
