import type { State } from './state.ts'

/** What the panes show while the view stands still. Collection goes on in the fields of the same names. */
export type Frozen = Pick<
	State,
	| 'now'
	| 'wall'
	| 'counters'
	| 'table'
	| 'lists'
	| 'rules'
	| 'taps'
	| 'log'
	| 'nflog'
	| 'way'
	| 'reasons'
	| 'told'
	| 'steps'
>

const views = new WeakMap<State, State>()

/**
 * The state as the bodies of the screens show it: while the view is paused, the numbers of the moment of the
 * pause. The header, the change bar and the footer never stand still; they use the state itself.
 */
export function shown(state: State): State {
	if (state.frozen === undefined) return state
	const known = views.get(state)
	if (known !== undefined) return known
	const view = { ...state, ...state.frozen }
	views.set(state, view)
	return view
}
