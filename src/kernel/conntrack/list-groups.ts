import { parseConntrackEntry } from './conntrack-entry.ts'

/** How many entries have something in common. */
export type Group = { readonly name: string; readonly count: number }

/** Who has the entries of a listing; of a long one as many as were looked at. Largest groups first, five of each. */
export type Holders = {
	readonly looked: number
	/** Where the first packet came from. */
	readonly sources: readonly Group[]
	/** The same by network: /24 of IPv4, /64 of IPv6. */
	readonly prefixes: readonly Group[]
	/** Where it went to: `tcp 10.0.0.5:443`, without a port where the protocol has none. */
	readonly targets: readonly Group[]
	/** `tcp TIME_WAIT`; the protocol alone where entries of it have no state, or are offloaded. */
	readonly kinds: readonly Group[]
	/** Those that no packet has answered. */
	readonly unreplied: number
}

const SHOWN = 5

/** Groups the entries that it is given. Its memory grows with them: hand over a part of a long listing. */
export function createListGroups(): { take(line: string): void; end(): Holders } {
	const counts = {
		sources: new Map<string, number>(),
		prefixes: new Map<string, number>(),
		targets: new Map<string, number>(),
		kinds: new Map<string, number>(),
	}
	let looked = 0
	let unreplied = 0
	const count = (by: keyof typeof counts, name: string) =>
		counts[by].set(name, (counts[by].get(name) ?? 0) + 1)

	return {
		take(line) {
			const entry = parseConntrackEntry(line)
			const { src, dst, dport } = entry?.original ?? {}
			if (entry === undefined || !isAddress(src) || !isAddress(dst)) return
			looked += 1
			if (entry.unreplied) unreplied += 1
			count('sources', src)
			count('prefixes', prefixOf(src))
			const port = typeof dport === 'number' ? `:${dport}` : ''
			count('targets', `${entry.protocol} ${port !== '' && dst.includes(':') ? `[${dst}]` : dst}${port}`)
			count('kinds', entry.state === null ? entry.protocol : `${entry.protocol} ${entry.state}`)
		},
		end: () => ({
			looked,
			sources: largest(counts.sources),
			prefixes: largest(counts.prefixes),
			targets: largest(counts.targets),
			kinds: largest(counts.kinds),
			unreplied,
		}),
	}
}

const isAddress = (text: string | null | undefined): text is string =>
	text != null && /^[\da-fA-F.:]{2,45}$/.test(text)

const largest = (counts: ReadonlyMap<string, number>): readonly Group[] =>
	[...counts]
		.map(([name, count]) => ({ name, count }))
		.sort((one, other) => other.count - one.count || (one.name < other.name ? -1 : 1))
		.slice(0, SHOWN)

function prefixOf(address: string): string {
	if (!address.includes(':')) return `${address.split('.').slice(0, 3).join('.')}.0/24`
	const [head = '', tail] = address.split('::')
	const front = head.split(':').filter((part) => part !== '')
	const back = (tail ?? '').split(':').filter((part) => part !== '')
	const zeros = Array.from({ length: Math.max(0, 8 - front.length - back.length) }, () => '0')
	return `${[...front, ...zeros, ...back].slice(0, 4).join(':')}::/64`
}
