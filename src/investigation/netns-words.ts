import type { NetnsRow } from '../model/namespaces.ts'
import * as english from '../words/english/investigation/investigation.ts'

/** What people call it: a name of `ip netns`, a container, its first process, or its inode. Untrusted parts are safe to print. */
export function netnsName({ initial, names, container, first, inode }: NetnsRow): string {
	if (initial) return 'init'
	const [name] = names
	if (name !== undefined) return name
	if (container !== null) return [container.engine, container.id, first?.name ?? ''].filter(Boolean).join(' ')
	return first === null ? `net:[${inode}]` : `${first.name} (pid ${first.pid})`
}

/** So many are named with a reason; the list has them all. */
const MOST_NAMED = 20

/** Those of which something could not be read, by name, one line for each reason. Untrusted parts are safe to print. */
export function unreadWords(rows: readonly NetnsRow[]): readonly string[] {
	const byReason = new Map<string, string[]>()
	for (const row of rows)
		if (row.why !== '') byReason.set(row.why, [...(byReason.get(row.why) ?? []), netnsName(row)])
	return [...byReason].map(([why, names]) => {
		const some = names.slice(0, MOST_NAMED).join(', ')
		const others = names.length - MOST_NAMED
		const who = names.length === rows.length ? 'each' : others > 0 ? english.andOthers(some, others) : some
		return english.someOfCouldNotBe(who, why)
	})
}

/** Where INVALID rises, and how fast: packets a second between two readings. */
export type NetnsRates = ReadonlyMap<number, number>

export function ratesBetween(
	before: readonly NetnsRow[],
	after: readonly NetnsRow[],
	seconds: number,
): NetnsRates {
	const old = new Map(before.map(({ inode, invalid }) => [inode, invalid]))
	return new Map(
		after.flatMap(({ inode, invalid }): [number, number][] => {
			const was = old.get(inode)
			return typeof was !== 'number' || invalid === null || !(seconds > 0)
				? []
				: [[inode, Math.max(0, invalid - was) / seconds]]
		}),
	)
}
