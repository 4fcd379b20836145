import type { Action } from './actions.ts'
import type { State } from './state.ts'

/** Pure and total: every action in every state gives a state, and time comes only from the action. */
export function reducer(state: State, action: Action): State {
	return state.now === action.at ? state : { ...state, now: action.at }
}
