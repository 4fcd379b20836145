import { type KernelTraits, settled } from '../../reasons/traits.ts'
import type { Balance, LineTally, State } from '../state/state.ts'

/** A text has shown of which generation this kernel is: what was left open is decided, also in what was counted before. */
export function dependsSettled(state: State, before: KernelTraits): State {
	const verdict = state.traits.windowVerdict
	if (verdict === undefined || before.windowVerdict !== undefined) return state
	const tally = (lines: LineTally): LineTally =>
		lines.depends === 0 ? lines : { ...lines, depends: 0, [verdict]: lines[verdict] + lines.depends }
	const tallies = ({ kmsg, nflog }: Balance['tally']) => ({ kmsg: tally(kmsg), nflog: tally(nflog) })
	const balance = (one: Balance | undefined) => one && { ...one, tally: tallies(one.tally) }
	const { way } = state
	return {
		...state,
		log: { ...state.log, tally: tallies(state.log.tally) },
		unbalanced: balance(state.unbalanced),
		way: way && { ...way, first: balance(way.first), last: balance(way.last) },
		reasons: state.reasons.map((row) =>
			row.reason.verdict === 'depends' ? { ...row, reason: settled(row.reason, state.traits) } : row,
		),
	}
}
