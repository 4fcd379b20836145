import { type MonotonicMs, SPEEDS } from '../../model/clock.ts'
import { balanced } from '../log/path.ts'
import { probesLater } from '../log/probed.ts'
import { secondsPassed, whoLater } from '../log/reasons.ts'
import { logSecondsPassed } from '../log/slice.ts'
import { NOTICE_MS, type State } from '../state/state.ts'

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
		who: whoLater(state.who, seconds),
		told: secondsPassed(state.told, seconds),
		unlined: state.unlined && {
			...state.unlined,
			rows: secondsPassed(state.unlined.rows, seconds),
			shapes: secondsPassed(state.unlined.shapes, seconds),
		},
		probes: probesLater(state.probes, seconds),
		log: logSecondsPassed(state.log, seconds),
		notice: state.notice !== undefined && at - state.notice.at >= NOTICE_MS ? undefined : state.notice,
	}
}

/** How far a recording has been played. */
export function replayTold(state: State, played: number, total: number): State {
	const { speed, paused } = state.replay ?? { speed: 1, paused: false }
	return { ...state, replay: { speed, paused, played, total } }
}

export function replaySpeed(state: State, by: 1 | -1): State {
	const { replay } = state
	if (replay === undefined) return state
	const at = SPEEDS.findIndex((speed) => speed >= replay.speed)
	return { ...state, replay: { ...replay, speed: SPEEDS[at + by] ?? replay.speed } }
}

export function replayPaused(state: State): State {
	const { replay } = state
	return replay === undefined ? state : { ...state, replay: { ...replay, paused: !replay.paused } }
}
