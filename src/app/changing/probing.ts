import { allChanges, PROBE_BOUND_MS, planProbes, probesOfChange } from '../../changes/kinds/probes.ts'
import type { FollowedProbes, ProbeSet } from '../../kernel/probes/probe-sets.ts'
import * as english from '../../words/english/app/changing.ts'
import { otherThan, prefersProbes, sourceFor, type WayToLog } from '../log/why.ts'
import type { State } from '../state/state.ts'
import { changesInForce } from './changes-in-force.ts'

export type ProbesInForce = { readonly seq: number; readonly probes: FollowedProbes }

/** Kernel probes of ours that are set, with the number of their change. Those whose undo was refused are not read. */
export const probesInForce = ({ lease }: Pick<State, 'lease'>): readonly ProbesInForce[] =>
	changesInForce(lease).flatMap((change) => {
		const probes = change.state === 'failed' ? undefined : probesOfChange(change)
		return probes === undefined ? [] : [{ seq: change.seq, probes }]
	})

const ALL_PROTOCOLS = 255

/**
 * The plan that lets kernel probes tell of each INVALID packet: why, for a while those without a reason, and who ends
 * entries. What is in force is left out. Undefined before the host is read, and before names for them are drawn.
 */
export function planForProbes(state: State): WayToLog | undefined {
	const choice = sourceFor(state, 'probe')
	const { drawn } = state.probes
	if (choice === undefined || drawn === undefined) return undefined
	const there = new Set(probesInForce(state).map(({ probes }) => probes.set))
	const changes = allChanges(
		PLANNED.filter((set) => !there.has(set)).map((set) => planProbes(set, drawn[set])),
	)
	return {
		plan: { purpose: there.has('reasons') ? english.seeSilentPackets : english.seeReasonsByProbes, changes },
		blockers: choice.blockers,
		notes: changes.length === 0 ? [] : [english.silentPacketsForSeconds(PROBE_BOUND_MS / 1000)],
		source: {
			protocol: ALL_PROTOCOLS,
			source: 'probe',
			why: prefersProbes(state) ? (sourceFor(state, state.modes.source)?.why ?? choice.why) : choice.why,
			other: otherThan(state, 'probe'),
		},
	}
}

/** The reasons first, without which the others say little. */
const PLANNED = ['reasons', 'ends', 'invalid'] as const satisfies readonly ProbeSet[]
