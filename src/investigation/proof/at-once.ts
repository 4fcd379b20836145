import type { Evidence } from '../evidence.ts'

type Ended = NonNullable<Evidence['ended']>

/** So many entries that end in one moment are no single ones. */
const MANY_AT_ONCE = 20
export const SOME_AT_ONCE = 3
const MOMENT_MS = 200

/** The most that ended within a moment, one of `own` among them, how many services they were of, and when it began. */
export function together(
	entries: Ended,
	own: ReadonlySet<Ended[number]> = new Set(entries),
): { readonly most: number; readonly services: number; readonly at: number } {
	let best = { from: 0, to: -1 }
	let from = 0
	let last = Number.NEGATIVE_INFINITY
	for (const [to, one] of entries.entries()) {
		if (own.has(one)) last = to
		while (one.at - (entries[from]?.at ?? one.at) > MOMENT_MS) from++
		if (last >= from && to - from > best.to - best.from) best = { from, to }
	}
	const moment = entries.slice(best.from, best.to + 1)
	const services = new Set(moment.map(({ original }) => `${original.dst} ${original.dport}`)).size
	return { most: moment.length, services, at: moment[0]?.at ?? 0 }
}

/** In groups, the largest one first. */
export function groupsOf(entries: Ended, key: (one: Ended[number]) => unknown): readonly Ended[] {
	const groups = new Map<unknown, Ended[number][]>()
	for (const one of entries) {
		const group = groups.get(key(one))
		if (group === undefined) groups.set(key(one), [one])
		else group.push(one)
	}
	return [...groups.values()].toSorted((one, other) => other.length - one.length)
}

/** A great table is not flushed within a moment, and how many entries it has may be read some seconds before and after. */
const FLUSH_MS = 5_000
/** Of all entries: who is banned, or a service that moves, may have half of them. */
const MUCH_OF_ALL = 0.8

/**
 * What was deleted with one of these at once, by one request, is the table, or much of it: not what a filter has chosen. Not all
 * ends of a great one are told, or kept: that next to nothing is left says as much.
 */
export function isFlush(deleted: Ended, own: Ended, levels: Evidence['levels']): boolean {
	const wanted = new Set(own)
	return groupsOf(deleted, ({ portId }) => portId).some((request) => {
		const { most, services, at } = together(request, wanted)
		if (most < MANY_AT_ONCE && (most < SOME_AT_ONCE || services < 2)) return false
		const before = levels.filter((level) => level.at <= at && level.at >= at - FLUSH_MS)
		const all = Math.max(0, ...before.slice(-2).map(({ entries }) => entries))
		if (all === 0) return false
		const gone = request.filter((one) => one.at >= at && one.at <= at + FLUSH_MS).length
		const after = levels.filter((level) => level.at > at && level.at <= at + FLUSH_MS)
		const left = Math.min(...after.map(({ entries }) => entries))
		return gone >= MUCH_OF_ALL * all || left <= (1 - MUCH_OF_ALL) * all
	})
}
