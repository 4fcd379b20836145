import { tapOfChange } from '../../changes/kinds/table.ts'
import type { Tap } from '../../changes/tap/tap.ts'
import type { State } from '../state/state.ts'
import { changesInForce } from './changes-in-force.ts'

/** Taps of ours that are in force, with the numbers of their changes. */
export function ourTaps({
	lease,
}: Pick<State, 'lease'>): readonly { readonly seq: number; readonly tap: Tap }[] {
	return changesInForce(lease).flatMap((change) => {
		const tap = tapOfChange(change)
		return tap === undefined ? [] : [{ seq: change.seq, tap }]
	})
}
