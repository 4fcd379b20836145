import type { MonotonicMs } from '../../host/ports.ts'
import { secondsPassed } from '../log/reasons.ts'
import { logSecondsPassed } from '../log/slice.ts'
import { balanced } from '../log/way-slice.ts'
import type { Notice, State } from '../state/state.ts'

const SHORT_MS = 6_000
const LONG_MS = 20_000

/** A second of the wall clock began: the buckets move on, old messages go. */
export function ticked(state: State, wall: number, at: MonotonicMs): State {
	const seconds = Math.max(0, Math.round((at - state.secondEnd) / 1000))
	const moved = state.secondEnd + seconds * 1000
	const next = balanced(state, at)
	return {
		...next,
		wall,
		// After the program was stopped for a while the old grid of seconds means nothing any more.
		secondEnd: Math.abs(at - moved) > 400 ? at : moved,
		reasons: secondsPassed(state.reasons, seconds),
		told: secondsPassed(state.told, seconds),
		log: logSecondsPassed(state.log, seconds),
		notice:
			state.notice !== undefined && at - state.notice.at > lifeOf(state.notice) ? undefined : state.notice,
	}
}

function lifeOf({ tone }: Notice): number {
	return tone === 'bad' || tone === 'attention' ? LONG_MS : SHORT_MS
}
