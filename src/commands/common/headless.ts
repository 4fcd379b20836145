import type { Action, ActionBody } from '../../app/state/actions.ts'
import type { State } from '../../app/state/state.ts'
import { initialState } from '../../app/store/initial-state.ts'
import { reducer } from '../../app/store/reducer.ts'
import type { Clock } from '../../model/clock.ts'

/**
 * The state of the program without a screen: what is observed goes in, the same reducer as for the screen adds it up.
 * `onState` gets each new one, with the one before it.
 */
export function createHeadless(
	clock: Clock,
	ttlMs: number,
	onState: (state: State, before: State) => void = () => {},
) {
	let state: State = initialState({
		modes: { readOnly: true, ascii: true, color: false, ttlMs, source: 'auto' },
		now: clock.monotonic(),
		wall: clock.wall(),
		columns: 80,
		rows: 24,
	})
	return {
		state: () => state,
		take(body: ActionBody): void {
			const action: Action = { ...body, at: clock.monotonic() }
			const before = state
			state = reducer(before, action)
			onState(state, before)
		},
	}
}

export type Headless = ReturnType<typeof createHeadless>
