import type { GuardForm, Outcome, Owner } from '../model/change.ts'
import type { KnobClass, KnobId } from '../model/knob.ts'
import * as english from '../words/english/changes/changes.ts'
import type { JournalEntry } from './journal.ts'
import { kindOfId } from './knobs.ts'

/** What one press of `e` adds. */
const EXTENSION_MS = 10 * 60_000
/** A deadline is moved to at most so long from now, whatever the lease began with. */
const FARTHEST_MS = 3_600_000
/** What a human does twice on purpose is at least so far apart. Guard and program both hold to it. */
const APART_MS = 1000

export const TOO_SOON = english.moreTimeIsGivenAt
export const FAR_ENOUGH = english.anHourOrMoreIs

/** The deadline after one extension; undefined when it is as far away already as one may put it. CLOCK_MONOTONIC ms. */
export function extended(deadline: number, now: number): number | undefined {
	const moved = Math.min(deadline + EXTENSION_MS, now + FARTHEST_MS)
	return moved > deadline ? moved : undefined
}

/** Whether the last time that was given, at `lastAt`, is too close for another one. CLOCK_MONOTONIC ms. */
export const isTooSoon = (lastAt: number, now: number): boolean => now - lastAt < APART_MS

export const DEFAULT_TTL_MS = 10 * 60_000
export const MIN_TTL_MS = 60_000
export const MAX_TTL_MS = 4 * 3_600_000
/** A change that treats packets differently is undone after this time unless it is confirmed ... */
export const CONFIRM_MS = 60_000
/** ... and after this time in any case. */
export const BEHAVE_MS = 120_000
/** An undo that comes so long after its time is late: it was promised within this, ms. */
const LATE_MS = 2_000
/** The timer of PID 1 comes this long after the guard's own deadline. */
export const TIMER_LATER_MS = 5_000

type Recorded<Type extends JournalEntry['type']> = Readonly<Extract<JournalEntry, { type: Type }>>

/** A process, told from a later one with the same number. */
export type ProcessName = Pick<Recorded<'hand'>, 'pid' | 'pidStart'>

/** A network namespace, told from a later one with the same inode number. */
export type NetnsName = Readonly<Recorded<'lease'>['netns']>

export type Undone = Recorded<'undone'>
/** `replaced`: a later change of the same knob took its place. */
type EndKind = Undone['how'] | 'replaced'

export type Entry = {
	readonly seq: number
	readonly step: number
	readonly knob: KnobId
	readonly class: KnobClass
	readonly path: string
	readonly purpose: string
	/** What an undo puts back: the value before our first change of this knob. */
	readonly was: string
	/** What the knob read just before this change; differs from `was` when it replaces an earlier change of ours. */
	readonly from: string
	readonly set: string
	/** Of a module those that loading it adds; of a call site where it is, and a piece of its text. */
	readonly detail: readonly string[]
	/** Number of the change, a module, of which this one is a consequence. */
	readonly cameWith: number | null
	/** Tools that were started to make it: as long as one of them lives, it may still be made. */
	readonly hands: readonly ProcessName[]
	readonly phase: 'intended' | 'applied' | 'rolling-back' | 'ended'
	/** CLOCK_MONOTONIC ms and wall clock ms of the write. */
	readonly at: number
	readonly wall: number
	readonly confirmed: boolean
	/** Null while it is, or may be, in force. */
	readonly end: {
		readonly how: EndKind
		readonly now: string | null
		readonly note: string
		readonly wall: number
		/** CLOCK_MONOTONIC ms. */
		readonly at: number
	} | null
	/** The last undo that the kernel refused. */
	readonly failure: { readonly code: string; readonly now: string | null } | null
	/** Not to be told to people: never came into force, or another entry of the same knob tells it. */
	readonly hidden: boolean
}

/** A lease as its journal tells it: the guard and every later reader fold the same records, so they cannot disagree. */
export type Lease = {
	readonly id: string
	readonly boot: string
	readonly form: GuardForm
	readonly netns: NetnsName
	readonly guard: ProcessName
	readonly owner: Owner | null
	readonly createdAt: number
	readonly ttlMs: number
	/** CLOCK_MONOTONIC ms. */
	readonly deadline: number
	readonly confirmMs: number
	readonly behaveMs: number
	readonly persisted: boolean
	/** Knobs of the plan that was looked at last; claimed, perhaps not written. */
	readonly planned: readonly KnobId[]
	/** Oldest first. */
	readonly entries: readonly Entry[]
	/** Why the last undo happened; empty before one. */
	readonly why: string
	/** That undo was because of a flood of the kernel log; `rate` is in lines a second. */
	readonly flood: { readonly rate: number } | null
	/** Set once nothing is in force any more. */
	readonly closed: Exclude<Outcome, 'failed'> | null
}

/** Processes that were in the network namespace of the lease; as long as one lives there, it is that one. */
export const membersOf = ({ guard, owner }: Lease): readonly ProcessName[] =>
	owner === null ? [guard] : [guard, { pid: owner.pid, pidStart: owner.pidStart }]

/** Changes that are in force or may be, newest first: the order of undoing. */
export function inForce(lease: Lease): readonly Entry[] {
	return lease.entries.filter((entry) => entry.end === null).toReversed()
}

/** CLOCK_MONOTONIC ms until which K must be pressed; null when nothing waits for it. */
export function confirmBy(lease: Lease, entry: Entry): number | null {
	if (entry.confirmed) return null
	const ms =
		entry.class === 'treats-differently' ? lease.confirmMs : kindOfId(entry.knob)?.boundMs?.(entry.set)
	return ms === undefined ? null : Math.min(entry.at + ms, lease.deadline)
}

/** CLOCK_MONOTONIC ms at which the guard undoes the change. */
export function undoAt(lease: Lease, entry: Entry): number {
	const longest = entry.class === 'logs-more' ? lease.deadline : entry.at + lease.behaveMs
	return confirmBy(lease, entry) ?? Math.min(longest, lease.deadline)
}

/** How long after its time a change was undone, ms; 0 when it was in time, or is not undone. */
export function lateBy(lease: Lease, entry: Entry): number {
	if (entry.end?.how !== 'restored' && entry.end?.how !== 'already') return 0
	const late = entry.end.at - undoAt(lease, entry)
	return late > LATE_MS ? late : 0
}

/** Changes whose time is over, newest first, and why. `asleep`: how long the host was suspended since the change, ms. */
export function dueAt(
	lease: Lease,
	now: number,
	asleep: (entry: Entry) => number = () => 0,
): { readonly entries: readonly Entry[]; readonly why: string } {
	const isOver = (entry: Entry) => undoAt(lease, { ...entry, at: entry.at - asleep(entry) }) <= now
	const entries = inForce(lease).filter(isOver)
	if (now >= lease.deadline) return { entries: inForce(lease), why: english.theDeadline }
	const unconfirmed = entries.some((entry) => confirmBy(lease, entry) !== null)
	return { entries, why: unconfirmed ? english.itWasNotConfirmedIn : english.itsTimeWasOver }
}

/** What an ended lease came to. `elsewhere`, `vanished` and `already` leave nothing of ours. */
export function outcomeOf(lease: Lease): Outcome {
	if (inForce(lease).length > 0) return 'failed'
	return lease.entries.some((entry) => entry.end?.how === 'conflict' && !entry.hidden) ? 'conflict' : 'clean'
}
