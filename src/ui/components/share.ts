/**
 * `next`, with every part that equals the same part of `previous` replaced by it: what did not change keeps its
 * identity, so memoised components need not be drawn again. For plain data without cycles.
 */
export function share<T>(previous: unknown, next: T): T {
	if (Object.is(previous, next)) return next
	if (typeof previous !== 'object' || typeof next !== 'object' || previous === null || next === null)
		return next
	if (Array.isArray(next)) {
		if (!Array.isArray(previous)) return next
		const shared = next.map((value, index) => share(previous[index], value))
		const same =
			previous.length === shared.length && shared.every((value, index) => Object.is(value, previous[index]))
		return (same ? previous : shared) as T
	}
	if (Array.isArray(previous)) return next
	const old = previous as Record<string, unknown>
	const keys = Object.keys(next)
	const shared: Record<string, unknown> = {}
	let same = keys.length === Object.keys(old).length
	for (const key of keys) {
		shared[key] = share(old[key], (next as Record<string, unknown>)[key])
		if (!(key in old) || !Object.is(shared[key], old[key])) same = false
	}
	return (same ? previous : shared) as T
}
