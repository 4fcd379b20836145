import { ANSWERS } from '../../app/dialogs/keys.ts'
import { openPane } from '../../app/screens/screens.ts'
import type { ActionBody } from '../../app/state/actions.ts'
import { topRow } from '../../app/state/pane-list.ts'
import type { State } from '../../app/state/state.ts'
import type { Mouse } from '../keys/mouse.ts'
import { bodyOf, pageRows } from './body.ts'
import { layoutFor } from './layout.ts'

/** A pane of the screen; of the list, the row in it, where one is drawn there. */
type Spot = { readonly pane: 'detail' } | { readonly pane: 'list'; readonly key: string | undefined }

/** Lines of one turn of the wheel. */
const TURN = 3

/** What the mouse means on the frame that is drawn: actions, or keys for the dialog that is open. */
export function pointed(
	state: State,
	{ what, column, row }: Mouse,
): { readonly keys: readonly string[] } | { readonly actions: readonly ActionBody[] } {
	const by = what === 'wheel-up' ? -1 : 1
	const kind = state.dialog?.dialog.kind
	if (kind !== undefined) {
		// A click answers nothing: an answer is a key that was read.
		if (what === 'press') return { keys: [] }
		const scrolls = ANSWERS[kind].some(({ id }) => id === 'scroll-down')
		return { keys: Array.from({ length: scrolls ? TURN : 1 }, () => (by < 0 ? 'up' : 'down')) }
	}
	const spot = spotAt(state, column, row)
	if (spot === undefined) return { actions: [] }
	if (what !== 'press') return { actions: [{ type: 'scroll', pane: spot.pane, by: by * TURN }] }
	if (spot.pane === 'list')
		return { actions: spot.key === undefined ? [] : [{ type: 'select', key: spot.key }] }
	return { actions: state.panes[state.screen].focus === 'detail' ? [] : [{ type: 'focus' }] }
}

/** Undefined outside of the panes that scroll: bars, rules, the live log. */
function spotAt(state: State, column: number, row: number): Spot | undefined {
	const layout = layoutFor(state)
	const isColumn = layout.form === 'column'
	const above = (layout.rows >= 2 ? 1 : 0) + (isColumn ? layout.bar : 0) + layout.tabs + layout.upperRule
	const line = row - above
	if (line < 0 || line >= layout.body || column < 0 || column >= layout.columns) return undefined
	const { form, top, rule, list, note, detail } = bodyOf(state)
	const at = line - top.length - rule
	if (at < 0) return undefined
	if (form === 'stacked') {
		if (at < list.height) return listSpot(state, at)
		const below = at - list.height - note
		return below >= 0 && below < detail.height ? { pane: 'detail' } : undefined
	}
	if (form === 'watch' && at >= detail.height) return undefined
	if (column > list.width) return at < detail.height ? { pane: 'detail' } : undefined
	return column < list.width && at < list.height ? listSpot(state, at) : undefined
}

/** Questions of the investigation take several lines each, so that none of them is a row of a table. */
function listSpot(state: State, line: number): Spot {
	const { list } = bodyOf(state)
	const { rows, selected } = openPane(state)
	const index = line - (list.head ? 1 : 0)
	const first = topRow(state.panes[state.screen].top, selected, pageRows(state), rows.length)
	const isRow = index >= 0 && state.screen !== 'steps'
	return { pane: 'list', key: isRow ? rows[first + index]?.key : undefined }
}
