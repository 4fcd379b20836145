import type { CtState, StateMatch } from './rule.ts'

/** The states that a packet can be in; `snat` and `dnat` are besides (include/uapi/linux/netfilter/xt_conntrack.h). */
const STATES: readonly CtState[] = ['invalid', 'new', 'established', 'related', 'untracked']

/** Bits as nft prints them where it has no name for a sum (include/uapi/linux/netfilter/nf_conntrack_common.h). */
const BITS: readonly (readonly [number, CtState])[] = [
	[1, 'invalid'],
	[2, 'established'],
	[4, 'related'],
	[8, 'new'],
	[64, 'untracked'],
]

/** Words of a state list; what is no state is left out. */
export function statesOf(words: readonly string[]): readonly CtState[] {
	return words.flatMap((word): readonly CtState[] => {
		const name = word.trim().toLowerCase()
		if (/^(?:0x[0-9a-f]+|\d+)$/.test(name)) {
			const sum = Number(name)
			return BITS.filter(([bit]) => (sum & bit) !== 0).map(([, state]) => state)
		}
		return [...STATES, 'snat' as const, 'dnat' as const].filter((state) => state === name)
	})
}

/** A match of these states, or of all others. */
export function stateMatch(
	states: readonly CtState[],
	negated: boolean,
	viaSet: string | null = null,
): StateMatch {
	return { states: negated ? STATES.filter((state) => !states.includes(state)) : states, negated, viaSet }
}
