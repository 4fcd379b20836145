import type { KnobClass, KnobId } from './knob.ts'

/** One knob from the value that the admin was shown to the value asked for. Both in canonical text. */
export type Change = { readonly knob: KnobId; readonly from: string; readonly to: string }

/** Ordered changes that are applied whole or not at all, and undone in reverse. */
export type Plan = {
	/** What the admin wanted, in words: "log why TCP packets are INVALID". */
	readonly purpose: string
	readonly changes: readonly Change[]
}

export type ChangeState =
	/** Written and read back. */
	| 'in-force'
	/** In force, and undone at `confirmBy` unless the admin presses K. */
	| 'confirm'
	| 'undone'
	/** Someone else wrote another value: it is left alone. */
	| 'conflict'
	/** The path, the namespace or the module is gone, and the value with it. */
	| 'vanished'
	/** The undo was refused by the kernel; the lease stays open. */
	| 'failed'

export type HeldChange = {
	/** Number of the change in its lease, from 1. */
	readonly seq: number
	readonly knob: KnobId
	readonly class: KnobClass
	readonly sysctl: string
	readonly path: string
	readonly purpose: string
	readonly was: string
	readonly set: string
	/** What the file reads now; null when it cannot be read. */
	readonly now: string | null
	readonly state: ChangeState
	/** Wall clock, ms since 1970, for display only. */
	readonly appliedAt: number
	/** Wall clock of the end of the change, null while it is in force. */
	readonly endedAt: number | null
	/** CLOCK_MONOTONIC ms at which the guard undoes it. */
	readonly undoAt: number
	/** CLOCK_MONOTONIC ms until which K must be pressed; null when nothing waits for it. */
	readonly confirmBy: number | null
	/** One sentence for conflict, vanished and failed, and for a value that someone else has put back; else empty. */
	readonly note: string
	/** The shell line that puts `was` back by hand. */
	readonly byHand: string
	/** Undone so long after its time, ms; absent when it was in time. */
	readonly lateMs?: number
}

export type LeasePhase =
	| 'starting'
	| 'holding'
	| 'undoing'
	/** The guard died; `ctscope revert` was started. */
	| 'lost'
	| 'closed'
	/** An undo was refused again and again; the guard goes on trying, at last once a minute. */
	| 'failed'

/** `service`: a transient systemd unit, outlives every session. `child`: a detached process, where there is no systemd. */
export type GuardForm = 'service' | 'child'

export type Outcome = 'clean' | 'conflict' | 'failed'

export type Owner = {
	readonly uid: number
	readonly user: string
	readonly sudoUser: string | null
	/** `pts/3`, or null without a terminal. */
	readonly tty: string | null
	readonly pid: number
	/** Field 22 of /proc/PID/stat: a pid that was used again has another. */
	readonly pidStart: string
}

/** More lines in the kernel log than the changes were made for. `rate`: lines a second, on average. */
export type Flood = { readonly rate: number; readonly seconds: number }

/** Everything about our own changes; sent whole after each event, so that a reader never has to merge. */
export type LeaseView = {
	readonly leaseId: string
	readonly phase: LeasePhase
	readonly form: GuardForm
	/** A timer of PID 1 stands behind the guard. */
	readonly timer: boolean
	/** So long the guard has given no sign of life, ms; absent while it does. Only the program that asks it knows. */
	readonly guardSilentMs?: number
	readonly netnsInode: number
	/** CLOCK_MONOTONIC ms. */
	readonly deadline: number
	/** Stays on after the program ends, until the deadline. */
	readonly persisted: boolean
	readonly changes: readonly HeldChange[]
	/** Set in phases closed and failed. */
	readonly outcome: Outcome | null
	/** Why the last undo happened: "you asked", "the deadline", "the program ended" ...; empty before one. */
	readonly why: string
	/** The last event was an undo by the guard itself, because of a flood of the kernel log; else null. */
	readonly flood: { readonly rate: number } | null
}

/** A lease found in the state directory: another session's, or what a dead one left. */
export type FoundLease = {
	readonly leaseId: string
	readonly owner: Owner | null
	readonly netnsInode: number | null
	/** Of the network namespace of this process, and not of an earlier one with the same inode. */
	readonly isHere: boolean
	/** Wall clock ms. */
	readonly createdAt: number | null
	/** CLOCK_MONOTONIC ms; null when the journal does not say. */
	readonly deadline: number | null
	/** The guard answers on its socket. */
	readonly alive: boolean
	/** The records are of an earlier boot: the kernel has forgotten the values, nothing is to be undone. */
	readonly earlierBoot: boolean
	readonly changes: readonly HeldChange[]
	/** What makes it unreadable (version, owner, torn file); empty otherwise. */
	readonly problem: string
	/** All that is recorded of it could be read. */
	readonly isKnown: boolean
}
