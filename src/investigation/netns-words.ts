import type { NetnsRow } from '../host/ports.ts'

/** What people call it: a name of `ip netns`, a container, its first process, or its inode. Untrusted parts are safe to print. */
export function netnsName({ initial, names, container, first, inode }: NetnsRow): string {
	if (initial) return 'init'
	const [name] = names
	if (name !== undefined) return name
	if (container !== null) return [container.engine, container.id, first?.name ?? ''].filter(Boolean).join(' ')
	return first === null ? `net:[${inode}]` : `${first.name} (pid ${first.pid})`
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
