import type { Tap } from '../../changes/tap/tap.ts'
import { parseTap } from '../../changes/tap/tap-text.ts'
import type { State } from '../state/state.ts'
import { changesInForce } from './changes-in-force.ts'

/** Taps of ours that are in force, with the numbers of their changes. */
export function ourTaps({
	lease,
}: Pick<State, 'lease'>): readonly { readonly seq: number; readonly tap: Tap }[] {
	return changesInForce(lease).flatMap(({ knob, set, seq }) => {
		const tap = knob.startsWith('table:') ? parseTap(set) : undefined
		return tap === undefined ? [] : [{ seq, tap }]
	})
}
