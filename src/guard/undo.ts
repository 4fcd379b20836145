import type { KnobId } from '../changes/knob.ts'
import { knobById } from '../changes/knobs.ts'
import { type Entry, inForce, isOurs, type Lease } from '../changes/lease.ts'
import { verdictFor } from '../changes/verdict.ts'
import type { LeaseStore } from '../host/lease-store.ts'
import { claimName } from '../host/state-dir.ts'
import type { KernelFiles } from '../host/write.ts'
import type { Book } from './book.ts'
import type { Pass } from './crash.ts'

export type UndoPorts = {
	readonly kernel: KernelFiles
	readonly store: Pick<LeaseStore, 'standing' | 'exists'>
	readonly book: Book
	readonly pass: Pass
	/**
	 * What to do when the lease was closed under us. The guard knows from memory what it wrote, so it still undoes
	 * (`undo`); who only read the journal leaves it to the one who closed it (`leave`).
	 */
	readonly whenClosed: 'undo' | 'leave'
}

/** Undoes these changes, in the order given; answers how many are still in force. */
export function undoEntries(ports: UndoPorts, entries: readonly Entry[]): number {
	let failed = 0
	for (const entry of entries) {
		if (!undoEntry(ports, entry, entry.was, 'restored')) failed += 1
		ports.pass('mid-undo')
	}
	return failed
}

/** All that is in force, newest first. */
export function undoAll(ports: UndoPorts): number {
	return undoEntries(ports, inForce(ports.book.lease()))
}

/**
 * Takes a step back that did not come into force whole: each change to what it found. That may be an earlier value of
 * ours, so it has to be on record first; when it cannot be recorded, the changes go all the way back instead.
 */
export function rollBack(ports: UndoPorts, step: number): number {
	const { book } = ports
	const isRecorded = book.record({ type: 'rollback', step }) === undefined
	const entries = inForce(book.lease()).filter((entry) => entry.step === step)
	const takeBack = (entry: Entry) =>
		isRecorded
			? undoEntry(ports, entry, entry.from, 'rolled-back')
			: undoEntry(ports, entry, entry.was, 'restored')
	return entries.filter((entry) => !takeBack(entry)).length
}

/** False: the kernel refused, and the change is still in force. */
function undoEntry(ports: UndoPorts, entry: Entry, target: string, how: 'restored' | 'rolled-back'): boolean {
	const { kernel, book, pass } = ports
	const { seq } = entry
	const knob = knobById(entry.knob)
	if (knob === undefined) {
		book.note({ type: 'undo-failed', seq, code: 'a knob that this version does not know', now: null })
		return false
	}
	const standing = ports.store.standing(claimName(knob, book.lease().netns.inode))
	const isHeld = typeof standing === 'object'
	if ((isHeld || standing === 'closed') && ports.whenClosed === 'leave' && !ports.store.exists()) {
		book.note({ type: 'undone', seq, how: 'elsewhere', now: null, note: 'undone by another process' })
		return true
	}
	if (isHeld) {
		const note = `lease ${standing.holder} holds it now, so it is left to that one`
		book.note({ type: 'undone', seq, how: 'conflict', now: null, note })
		return true
	}
	// A reader that is just binding this logger has unbound it before: then it reads NONE, and that is ours too.
	const wasSettled = kernel.settle(knob) > 0
	const isMine = (value: string) => isOurs(entry)(value) || (wasSettled && value === 'NONE')
	const before = kernel.read(knob)
	const now = before.kind === 'value' ? before.value : null
	switch (verdictFor(target, isMine, before)) {
		case 'already':
			book.note({ type: 'undone', seq, how: how === 'restored' ? 'already' : how, now, note: '' })
			return true
		case 'conflict':
			book.note({ type: 'undone', seq, how: 'conflict', now, note: '' })
			return true
		case 'vanished':
			book.note({
				type: 'undone',
				seq,
				how: 'vanished',
				now,
				note: before.kind === 'gone' ? before.why : '',
			})
			return true
		case 'unreadable':
			book.note({
				type: 'undo-failed',
				seq,
				code: before.kind === 'unreadable' ? before.code : 'EIO',
				now,
			})
			return false
		case 'restore':
			break
	}
	let written = kernel.write(knob, target)
	if (written.ok && kernel.settle(knob) > 0) written = kernel.write(knob, target)
	if (!written.ok) {
		book.note({ type: 'undo-failed', seq, code: written.code, now })
		return false
	}
	pass('after-undo-write')
	const after = kernel.read(knob)
	if (after.kind === 'value' && after.value === target) {
		book.note({ type: 'undone', seq, how, now: target, note: '' })
		return true
	}
	if (after.kind === 'value' && !isOurs(entry)(after.value)) {
		book.note({ type: 'undone', seq, how: 'conflict', now: after.value, note: '' })
		return true
	}
	const code = after.kind === 'unreadable' ? after.code : 'EREADBACK'
	book.note({ type: 'undo-failed', seq, code, now: after.kind === 'value' ? after.value : null })
	return false
}

/** Knobs of which something must be known before an undo: those in force, and those that were only planned. */
export function knobsOf(lease: Lease): readonly KnobId[] {
	return [...new Set([...inForce(lease).map((entry) => entry.knob), ...lease.planned])]
}
