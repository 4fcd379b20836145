/**
 * `next`, with every part that equals the same part of `previous` replaced by it: what did not change keeps its
 * identity, so memoised components need not be drawn again. For plain data without cycles. It runs for all of a screen at
 * each tick, so nothing is made as long as everything is the same.
 */
export function share<T>(previous: unknown, next: T): T {
	if (Object.is(previous, next)) return next
	if (typeof previous !== 'object' || typeof next !== 'object' || previous === null || next === null)
		return next
	if (Array.isArray(next)) return Array.isArray(previous) ? (shareList(previous, next) as T) : next
	return Array.isArray(previous) ? next : (shareFields(previous as Fields, next as Fields) as T)
}

type Fields = Readonly<Record<string, unknown>>

function shareList(previous: readonly unknown[], next: readonly unknown[]): readonly unknown[] {
	let shared: unknown[] | undefined
	for (let at = 0; at < next.length; at++) {
		const value = share(previous[at], next[at])
		if (shared !== undefined) shared.push(value)
		else if (at >= previous.length || !Object.is(value, previous[at])) {
			shared = previous.slice(0, at)
			shared.push(value)
		}
	}
	return shared ?? (previous.length === next.length ? previous : previous.slice(0, next.length))
}

function shareFields(previous: Fields, next: Fields): Fields {
	let shared: Record<string, unknown> | undefined
	let fields = 0
	for (const key in next) {
		const value = share(previous[key], next[key])
		if (shared === undefined && !(key in previous && Object.is(value, previous[key])))
			shared = firstOf(fields, previous, next)
		if (shared !== undefined) shared[key] = value
		fields += 1
	}
	if (shared !== undefined) return shared
	let before = 0
	for (const _ in previous) before += 1
	return before === fields ? previous : firstOf(fields, previous, next)
}

/** Under so many keys of `next`, what `previous` has there. */
function firstOf(count: number, previous: Fields, next: Fields): Record<string, unknown> {
	const first: Record<string, unknown> = {}
	let left = count
	for (const key in next) {
		if (left-- === 0) break
		first[key] = previous[key]
	}
	return first
}
