import { chainKey } from './place.ts'
import type { Rule } from './rule.ts'

/** Rules that are put in at other places than the end are few; more of them than this keep no order. */
const MOST_INSERTED = 2_000

export type ChainNumbers = {
	next(key: string, before: number | undefined): number
	sizeOf(key: string): number
	final(key: string, number: number): number
	settled(rule: Rule): Rule
}

/** Numbers of rules in their chains, also of those that are put in front of others. */
export function createChainNumbers(): ChainNumbers {
	const sizes = new Map<string, number>()
	/** Of chains where a rule was put in: the first numbers of all of them, those at the front in reverse. */
	const orders = new Map<string, { readonly front: number[]; readonly rest: number[]; inserted: number }>()
	const final = new Map<string, ReadonlyMap<number, number>>()

	const finalOf = (key: string, number: number): number => {
		const order = orders.get(key)
		if (order === undefined) return number
		let places = final.get(key)
		if (places === undefined) {
			places = new Map([...order.front.toReversed(), ...order.rest].map((first, at) => [first, at + 1]))
			final.set(key, places)
		}
		return places.get(number) ?? number
	}

	return {
		next(key, before) {
			const size = (sizes.get(key) ?? 0) + 1
			sizes.set(key, size)
			let order = orders.get(key)
			if (before === undefined) {
				order?.rest.push(size)
				return size
			}
			if (order === undefined) {
				order = { front: [], rest: Array.from({ length: size - 1 }, (_, at) => at + 1), inserted: 0 }
				orders.set(key, order)
			}
			const { front, rest } = order
			order.inserted += before > 1 ? 1 : 0
			if (before <= 1) front.push(-size)
			else if (order.inserted > MOST_INSERTED) rest.push(-size)
			else if (before <= front.length) front.splice(front.length - before + 1, 0, -size)
			else rest.splice(before - 1 - front.length, 0, -size)
			return -size
		},
		sizeOf: (key) => sizes.get(key) ?? 0,
		final: finalOf,
		settled(rule) {
			const number = finalOf(chainKey(rule, rule.chain), rule.number)
			return number === rule.number ? rule : { ...rule, number }
		},
	}
}
