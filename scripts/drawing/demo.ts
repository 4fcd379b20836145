// The recording that comes with the program, as states of the screen at moments of it.
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import type { Action, ActionBody } from '../../src/app/state/actions.ts'
import type { State } from '../../src/app/state/state.ts'
import { initialState } from '../../src/app/store/initial-state.ts'
import { reducer } from '../../src/app/store/reducer.ts'
import { createDecoder, decodeHeader } from '../../src/recording/codec.ts'

/** `begun` is before the first action. */
export type Demo = { readonly begun: State; readonly actions: readonly Action[] }

export function readDemo(path: string): Demo {
	const [first = '', ...lines] = gunzipSync(readFileSync(path)).toString().trimEnd().split('\n')
	const header = decodeHeader(first)
	if (typeof header === 'string') throw new Error(header)
	const decode = createDecoder()
	const actions = lines.flatMap((text) => decode(text) ?? [])
	if (actions.length < lines.length) throw new Error('lines of the recording are damaged')
	const { modes, now, wall } = header
	const state = initialState({ modes: { ...modes, color: true }, now, wall, columns: 80, rows: 24 })
	return { begun: { ...state, screen: 'steps' }, actions }
}

/** So many seconds after its first action. */
export function at(demo: Demo, seconds: number): State {
	const end = (demo.actions[0]?.at ?? 0) + seconds * 1000
	return demo.actions.filter((action) => action.at <= end).reduce(reducer, demo.begun)
}

/** What someone who looks on would press then. */
export const pressed = (state: State, ...bodies: readonly ActionBody[]): State =>
	bodies.reduce((last, body) => reducer(last, { ...body, at: last.now }), state)
