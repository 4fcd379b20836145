import type { parseConntrackEntry } from './conntrack-entry.ts'
import type { SocketLine } from './socket-list.ts'

export type Entry = NonNullable<ReturnType<typeof parseConntrackEntry>>

/** One direction of a connection, as a packet has it. */
export type FlowQuery = {
	/** `tcp`, `udp`, `icmp` ... in lower case. */
	readonly protocol: string
	readonly source: string
	readonly sourcePort: number | null
	readonly destination: string
	readonly destinationPort: number | null
	/** What ICMP has instead of ports: a request and its answer have one id. Absent where it is not known; null fits any. */
	readonly icmp?: { readonly type: number | null; readonly id: number | null }
	/** The zone of conntrack that its packets are given; absent: any. */
	readonly zone?: number
	/** An ICMP error came that quotes a packet of this flow: conntrack judges the error by it. */
	readonly isQuoted?: true
}

/** What was found of it on this host. Undefined: could not be looked at, for the reason in `missing`. */
export type FlowFacts = {
	readonly query: FlowQuery
	/** Entries of every zone that have exactly this flow, in either direction, before or behind NAT. */
	readonly entries: readonly Entry[] | undefined
	/** Where one zone was asked for: the zones of its entries that were left out. */
	readonly otherZones?: readonly number[]
	/**
	 * Of a flow of TCP without an entry: those in which its receiver has asked somebody else from the same port, and waits for the
	 * answer. Absent where that was not looked for.
	 */
	readonly askedElsewhere?: readonly Entry[] | undefined
	/**
	 * Sockets of this network namespace that have exactly its addresses and ports at either end (those that the entry gives
	 * them where it translates), and those that wait for anybody at an end of it.
	 */
	readonly sockets: readonly SocketLine[] | undefined
	/** Addresses of this network namespace, and prefixes of which all are (`127.0.0.0/8`). */
	readonly addresses: readonly string[]
	readonly missing: readonly string[]
	/** Whether packets from the middle of a connection make an entry (nf_conntrack_tcp_loose); undefined: not read. */
	readonly isLoose?: boolean | undefined
	/** Name of the network namespace that was looked at. */
	readonly netns?: string | undefined
}
