import type { State } from './state.ts'

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
