import type { Composition } from '../kernel/conntrack/conntrack-list.ts'
import type { StatTable } from '../kernel/conntrack/conntrack-stat.ts'
import type { Holders } from '../kernel/conntrack/list-groups.ts'
import type { NfQueueRow } from '../kernel/nflog/nfnetlink-queue.ts'
import type { MonotonicMs } from './clock.ts'

export type Counters = {
	readonly at: MonotonicMs
	/** /proc/net/stat/nf_conntrack, names as `conntrack -S` has them. */
	readonly proc: StatTable | null
	/** `conntrack -S`: the only source of clash_resolve and chaintoolong on some kernels. Null without the tool or the right. */
	readonly cli: StatTable | null
	/** Packets of IP since the namespace is there, both families, as ipPackets() counts them; absent where they cannot be read. */
	readonly packets?: number
}

export type TableWalk = {
	readonly at: MonotonicMs
	/** Wall time of the whole walk, ms. */
	readonly tookMs: number
	/** CPU time, ms, an upper bound: the walk adapts its interval to it. */
	readonly costMs: number
	/** `conntrack -C` before and after the two listings. */
	readonly countBefore: number
	readonly countAfter: number
	readonly ipv4: Composition
	readonly ipv6: Composition
}

/** Who has the entries of the table, from a part of them. */
export type HoldersReading = Holders & { readonly at: MonotonicMs }

export type HeldEntry = { readonly text: string; readonly since: MonotonicMs }

/** What `conntrack -L unconfirmed` or `-L dying` says, and whether the kernel keeps such a list at all. */
export type ListReading = {
	/** `no`: this kernel answers with an empty list whatever happens. `unknown`: it answered with nothing and does not say why. */
	readonly kept: 'yes' | 'no' | 'unknown'
	readonly size: number
	/** Entries seen in more than one reading, oldest first, at most 50. */
	readonly staying: readonly HeldEntry[]
	/** What an entry in this list means on this kernel, one sentence. */
	readonly meaning: string
}

export type Lists = {
	readonly at: MonotonicMs
	readonly unconfirmed: ListReading
	readonly dying: ListReading
	/** Null where nfnetlink_queue is not in the kernel. */
	readonly queues: readonly NfQueueRow[] | null
}
