import type { Topology } from './topologies/topology.ts'

/** Stable names of causes, as `ctscope investigate` prints them. */
export const CAUSE_IDS = [
	...(['entry-deleted', 'entry-flushed', 'entry-timed-out', 'entry-evicted', 'entry-gone'] as const),
	...(['table-full', 'not-picked-up', 'small-timeout', 'one-direction', 'notrack-one-way'] as const),
	...(['zone-mismatch', 'sequence-rewritten', 'window-scale-unknown', 'port-reused', 'late'] as const),
	...(['rst-outside-window', 'offload', 'leak-without-nat', 'reply-not-translated', 'checksum'] as const),
	...(['malformed', 'icmp-unrelated', 'icmp-unasked', 'helper-drop', 'scan', 'backscatter'] as const),
	...([
		'fin-never-leaves',
		'not-tracking',
		'bridged-twice',
		'by-design',
		'insert-failed',
		'reverse-path',
		'cloud-limit',
	] as const),
] as const
export type CauseId = (typeof CAUSE_IDS)[number]

/** Something that runs in one place of a case until it ends: a program of traffic/, or shell lines. */
export type Player = {
	readonly name: string
	readonly place: string
	/** It begins so many seconds after the others; 0 unless told. */
	readonly after?: number
} & (
	| { readonly program: string; readonly options: Readonly<Record<string, unknown>> }
	/** Environment of the lines: the pid of each player of the place under its name, `-` as `_`. */
	| { readonly shell: string }
)

/** A cause that is there. `less` are names that are true as well, and say less than could be known. */
export type TrueCause = {
	readonly anyOf: readonly CauseId[]
	readonly less?: readonly CauseId[]
	/** Of the flows that an answer lists for it, each must be one of these: `:8080\b`. */
	readonly flows?: RegExp
}

export type Truth = {
	/** None on a healthy host. */
	readonly causes: readonly TrueCause[]
	/** What may be said beside them, because it is true too. */
	readonly may?: readonly CauseId[]
	/** What it looks like, and is not. */
	readonly lookAlikes: readonly CauseId[]
	/** Players whose users have trouble, and those who must not have any. */
	readonly suffers: readonly string[]
	readonly fine: readonly string[]
}

/** What the kernel itself must show, or the case is not what it says. */
export type Proof = {
	/** INVALID packets (counters `invalid` and `error`) while the trouble lasts: none at all, or at least so many in 5 s. */
	readonly invalid: 'none' | number
	/** Texts that the kernel gives as reasons. With `silent`, packets without one as well. */
	readonly reasons?: readonly RegExp[]
	readonly silent?: true
	/** Counters of `conntrack -S` that move. */
	readonly moves?: readonly ('drop' | 'early_drop' | 'insert_failed' | 'clash_resolve' | 'search_restart')[]
}

export type Remedy = {
	readonly place: string
	readonly line: string
	/** What the words of an answer must hold, so that an admin would come to this line. */
	readonly says: RegExp
	/** Seconds until it works; 1 unless told. */
	readonly settles?: number
}

export type Case = {
	readonly name: string
	/** The truth in one phrase. */
	readonly title: string
	/** What users say. */
	readonly story: string
	readonly topology: Topology
	/** Shell lines of each place, run once in the order of the places. */
	readonly setUp: Readonly<Record<string, readonly string[]>>
	readonly players: readonly Player[]
	/** Lines of one place that are run once, when everybody has played for `warm` seconds. */
	readonly strike?: { readonly place: string; readonly line: string; readonly warm: number }
	readonly truth: Truth
	readonly proof: Proof
	/** None where users have no trouble. */
	readonly remedy?: Remedy
	/** Remedies that must not be offered: they do not help here, or do harm. */
	readonly neverOffered?: readonly RegExp[]
	/** Seconds until the trouble must show itself; 12 unless told. */
	readonly patience?: number
	/** Seconds that an investigation gets; 16 unless told. */
	readonly investigates?: number
}
