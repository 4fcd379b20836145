import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import type { Action } from '../../src/app/state/actions.ts'
import type { State } from '../../src/app/state/state.ts'
import { initialState } from '../../src/app/store/initial-state.ts'
import { reducer } from '../../src/app/store/reducer.ts'
import { createDecoder, decodeHeader } from '../../src/recording/codec.ts'

/** A real investigation in a network namespace: `ctscope practice asymmetric --record`. */
const RECORDING = new URL('../../share/demo/asymmetric.ctscope', import.meta.url)

export function recorded(): { readonly begun: State; readonly actions: readonly Action[] } {
	const [first = '', ...lines] = gunzipSync(readFileSync(RECORDING)).toString().trimEnd().split('\n')
	const header = decodeHeader(first)
	if (typeof header === 'string') throw new Error(header)
	const decode = createDecoder()
	const actions = lines.flatMap((line) => decode(line) ?? [])
	if (actions.length < lines.length) throw new Error('lines of the recording are damaged')
	const { modes, now, wall } = header
	return { begun: initialState({ modes, now, wall, columns: 80, rows: 24 }), actions }
}

/** The investigation as it stood before its last action of this type, or the last before the first `until` of them. */
export function recordedBefore(type: Action['type'], until?: Action['type']): State {
	const { begun, actions } = recorded()
	const end = until === undefined ? actions.length : actions.findIndex((action) => action.type === until)
	const last = actions.slice(0, end).findLastIndex((action) => action.type === type)
	return actions.slice(0, last).reduce(reducer, begun)
}
