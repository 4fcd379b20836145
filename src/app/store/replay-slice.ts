import type { State } from '../state/state.ts'
import { SPEEDS } from './speeds.ts'

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
