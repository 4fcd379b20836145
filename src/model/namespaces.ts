import type { Container } from '../kernel/proc/cgroup.ts'
import type { MonotonicMs } from './clock.ts'

/** One network namespace of this host. */
export type NetnsRow = {
	readonly inode: number
	/** That of this program. */
	readonly here: boolean
	readonly initial: boolean
	/** A file by which it can be entered. */
	readonly path: string
	/** Names of `ip netns`. */
	readonly names: readonly string[]
	/** How many processes it has, and the first of them; null without any. */
	readonly processes: number
	readonly first: { readonly pid: number; readonly name: string } | null
	readonly container: Container | null
	/** INVALID packets since it is there; null where conntrack has no counters, or they could not be read. */
	readonly invalid: number | null
	readonly entries: number | null
	readonly max: number | null
	/** nf_conntrack_log_invalid as it reads; null where it is not there. */
	readonly logInvalid: string | null
	/** The logger of IPv4: a name, or NONE; null where it could not be read. */
	readonly logger: string | null
	/** Why some of it could not be read; empty when all was. */
	readonly why: string
}

export type NetnsReading = {
	readonly at: MonotonicMs
	/** All of the host. */
	readonly rows: readonly NetnsRow[]
}
