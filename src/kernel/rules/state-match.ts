import type { CtState, StateMatch } from './rule.ts'

/** The states that a packet can be in; `snat` and `dnat` are besides (include/uapi/linux/netfilter/xt_conntrack.h). */
const STATES: readonly CtState[] = ['invalid', 'new', 'established', 'related', 'untracked']

const NAMED: readonly CtState[] = [...STATES, 'snat', 'dnat']

/** Bits as nft prints them where it has no name for a sum (include/uapi/linux/netfilter/nf_conntrack_common.h). */
const BITS: readonly (readonly [number, CtState])[] = [
	[1, 'invalid'],
	[2, 'established'],
	[4, 'related'],
	[8, 'new'],
	[64, 'untracked'],
]

/** States of a list, and whether each of its words was one. */
export type StatesRead = { readonly states: readonly CtState[]; readonly isWhole: boolean }

/** Words of a state list, numbers of nft too: a sum of bits. What is no state is left out, and said. */
export function readStates(words: readonly string[]): StatesRead {
	const states = new Set<CtState>()
	let isWhole = words.length > 0
	for (const word of words) {
		const name = word.trim().replace(/^"|"$/g, '').toLowerCase()
		const isNumber = /^(?:0x[0-9a-f]+|\d+)$/.test(name)
		const sum = isNumber ? Number(name) : 0
		const found = isNumber
			? BITS.filter(([bit]) => Math.floor(sum / bit) % 2 === 1).map(([, state]) => state)
			: NAMED.filter((state) => state === name)
		if (found.length === 0) isWhole = false
		for (const state of found) states.add(state)
	}
	return { states: [...states], isWhole }
}

/** A match of these states, or of all others. */
export function stateMatch(
	states: readonly CtState[],
	negated: boolean,
	viaSet: string | null = null,
): StateMatch {
	return { states: negated ? STATES.filter((state) => !states.includes(state)) : states, negated, viaSet }
}

/** Names of chains, sets and maps, quoted texts and comments: what they say asks nothing. */
const NAMES = /"(?:[^"\\]|\\.)*"?|\/\* .*?(?: \*\/|$)|(?:-[jg]|\b(?:jump|goto)) \S+|@[\w.-]+/g

/** The word stands there, and not as a name. */
export const namesInvalid = (text: string): boolean =>
	/invalid/i.test(text) && /\binvalid\b/i.test(text.replace(NAMES, ' '))

/** A rule that names INVALID and was not found to match it, or to be for all else, was not understood. */
export const isMisread = (text: string, state: StateMatch | null): boolean =>
	(state === null || (!state.states.includes('invalid') && !state.negated && state.viaSet === null)) &&
	namesInvalid(text)
