import { probesOfChange } from '../../changes/kinds/probes.ts'
import type { FollowedProbes } from '../../kernel/probes/probe-sets.ts'
import type { State } from '../state/state.ts'
import { changesInForce } from './changes-in-force.ts'

export type ProbesInForce = { readonly seq: number; readonly probes: FollowedProbes }

/** Kernel probes of ours that are set, with the number of their change. Those whose undo was refused are not read. */
export const probesInForce = ({ lease }: Pick<State, 'lease'>): readonly ProbesInForce[] =>
	changesInForce(lease).flatMap((change) => {
		const probes = change.state === 'failed' ? undefined : probesOfChange(change)
		return probes === undefined ? [] : [{ seq: change.seq, probes }]
	})
