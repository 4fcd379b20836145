import type { Change } from '../model/change.ts'
import type { Knob } from '../model/knob.ts'
import { isWrittenAs, kindOfId, knobById, readsAs } from './knobs.ts'
import type { Entry } from './lease.ts'

/** What a knob reads now: its canonical value, gone with its path or namespace, or there but not readable. */
export type Reading =
	| { readonly kind: 'value'; readonly value: string }
	| { readonly kind: 'gone'; readonly why: string }
	/** errno name, or EBADMSG for text that is no value of the knob. */
	| { readonly kind: 'unreadable'; readonly code: string }

export type Verdict =
	/** Reads what it is to be put back to: nothing is written. */
	| 'already'
	/** Reads what we wrote, or may have written: is put back. */
	| 'restore'
	/** Someone else wrote it: is left alone. */
	| 'conflict'
	| 'vanished'
	| 'unreadable'

/**
 * What an undo does with one knob. `isOurs` tells the values that only we can have written. The kernel has no
 * compare-and-swap for a sysctl: between this reading and the write that follows it somebody else may write.
 */
export function verdictFor(target: string, isOurs: (value: string) => boolean, reading: Reading): Verdict {
	if (reading.kind === 'gone') return 'vanished'
	if (reading.kind === 'unreadable') return 'unreadable'
	if (reading.value === target) return 'already'
	return isOurs(reading.value) ? 'restore' : 'conflict'
}

/** Values that only this change can have put there. While it is not sure that a write happened, that is two of them. */
export function isOurs(entry: Entry): (value: string) => boolean {
	const knob = knobById(entry.knob)
	return (value) => {
		if (value === entry.set || (knob !== undefined && isWrittenAs(knob, entry.set, value))) return true
		return entry.phase !== 'applied' && value === entry.from
	}
}

/**
 * What a write has come to, by what the knob reads after it. `unsure`: what the kernel made of our value, or nothing that can
 * be read, so it is ours to take back. `conflict`: somebody else wrote in that moment.
 */
export function judgeWrite(
	knob: Knob,
	{ from, to }: Change,
	after: Reading,
): 'in-force' | 'not-taken' | 'unsure' | 'conflict' {
	if (after.kind !== 'value') return 'unsure'
	if (readsAs(knob, to, from, after.value)) return 'in-force'
	if (readsAs(knob, from, to, after.value)) return 'not-taken'
	return isWrittenAs(knob, to, after.value) ? 'unsure' : 'conflict'
}

/** Whether a change still stands, as far as it is ours, when its knob reads `value`. */
export function standsAs(entry: Entry, value: string): boolean {
	const knob = knobById(entry.knob)
	return knob === undefined ? value === entry.set : readsAs(knob, entry.set, entry.was, value)
}

/** What is to be done with a change, and what is to be written for it. */
export type Judgement = { readonly verdict: Verdict; readonly write: string }

/**
 * Puts a change back to `target`. Of a call site we own bits: those that differ between what we wrote and the target go
 * back, the others stay as they read. A bit has two values, so one that somebody else changed is back already, and there
 * is no conflict. `isOursToo`: values that are ours besides what the change says.
 */
export function judge(
	entry: Entry,
	target: string,
	reading: Reading,
	isOursToo: (value: string) => boolean = () => false,
): Judgement {
	const withPart = kindOfId(entry.knob)?.withPart
	const isMine = (value: string) => isOurs(entry)(value) || isOursToo(value)
	if (withPart === undefined || reading.kind !== 'value')
		return { verdict: verdictFor(target, isMine, reading), write: target }
	const since = withPart(reading.value, target, entry.set)
	// Not sure whether the write happened: what the one before it set may still be there.
	const write = entry.phase === 'applied' ? since : withPart(since, target, entry.from)
	return { verdict: write === reading.value ? 'already' : 'restore', write }
}

/** What a new change of the same knob goes back to: where the earlier one began, and what others did since. */
export function baselineUnder(earlier: Entry, now: string): string {
	return judge(earlier, earlier.was, { kind: 'value', value: now }).write
}
