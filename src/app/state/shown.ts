import type { MonotonicMs } from '../../model/clock.ts'
import { clock } from '../../words/numbers.ts'
import { onceAState } from './once-a-state.ts'

/**
 * The state as the bodies of the screens show it: while the view is paused, the numbers of the moment of the
 * pause. The header, the change bar and the footer never stand still; they use the state itself.
 */
export const shown = onceAState((state) =>
	state.frozen === undefined ? state : { ...state, ...state.frozen },
)

/** The time of day of a moment, to the second. */
export const clockOf = onceAState(
	({ wall, now }) =>
		(at: MonotonicMs): string =>
			clock(wall - now + at),
)
