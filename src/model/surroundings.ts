import type { MonotonicMs } from './clock.ts'

/** What of this namespace decides over packets beside conntrack and the rules. Null: this kernel has nothing of the kind. */
export type Surroundings = {
	readonly at: MonotonicMs
	/** Interfaces where packets of a source that does not lead back there are dropped, behind conntrack. */
	readonly reversePath: {
		readonly strict: readonly string[]
		readonly loose: readonly string[]
		/** Packets dropped since the namespace is there; undefined where it is not counted. */
		readonly dropped: number | undefined
	}
	/** Frames of bridges pass the hooks of IP (br_netfilter). */
	readonly bridges: { readonly ipv4: boolean; readonly ipv6: boolean } | null
	/** Interfaces that are ports of a bridge; undefined where that was not read. */
	readonly ports: readonly string[] | undefined
	readonly virtualServers: {
		readonly services: number
		/** Servers that answer past this host. */
		readonly direct: number
		/** net.ipv4.vs.conntrack: connections of virtual services are tracked. */
		readonly tracks: boolean
	} | null
	/** Interfaces with programs or filters that see packets before conntrack; undefined where that was not read. */
	readonly xdp: readonly string[] | undefined
	readonly ingress: readonly string[] | undefined
	/** Of real network cards; undefined where they were not asked. */
	readonly cards: readonly Card[] | undefined
	/** What could not be read, and why, in words. */
	readonly missing: readonly string[]
}

export type Card = {
	readonly name: string
	/** The card looks at checksums itself; undefined where it does not say. */
	readonly checksRx: boolean | undefined
	/** It joins packets in a way that may not be forwarded (large receive offload). */
	readonly joinsLarge: boolean | undefined
	/** Packets that a limit of the cloud has taken (`conntrack_allowance_exceeded`); undefined where it is not counted. */
	readonly overAllowance: number | undefined
}

/** The last reading, and the first one of this session: counters that have moved between them tell of now. */
export type SurroundingsState = {
	readonly at: MonotonicMs
	readonly last: Surroundings
	readonly first: Surroundings
}
