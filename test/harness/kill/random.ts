/** Numbers that look random and come again with their seed. */
export type Random = {
	/** From 0 to below 1. */
	next(): number
	/** Whole, from 0 to below `end`. */
	below(end: number): number
	one<T>(list: readonly T[]): T
}

/** Each round has numbers of its own, so that one of them can be run again without those before it (mulberry32). */
export function createRandom(seed: number, round: number): Random {
	let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(round + 1, 0xc2b2ae35)
	const next = () => {
		state = (state + 0x6d2b79f5) | 0
		let mixed = Math.imul(state ^ (state >>> 15), state | 1)
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
	}
	const below = (end: number) => Math.floor(next() * end)
	return {
		next,
		below,
		one(list) {
			const found = list[below(list.length)]
			if (found === undefined) throw new Error('nothing to choose from')
			return found
		},
	}
}
