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
}

/** What was found of it on this host. Undefined: could not be looked at, for the reason in `missing`. */
export type FlowFacts = {
	readonly query: FlowQuery
	/** Entries that have this flow in either direction, also behind NAT. */
	readonly entries: readonly Entry[] | undefined
	/** Sockets of this namespace at either end of it. */
	readonly sockets: readonly SocketLine[] | undefined
	/** Addresses of this network namespace. */
	readonly addresses: readonly string[]
	readonly missing: readonly string[]
}
