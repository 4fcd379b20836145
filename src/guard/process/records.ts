import type { JournalEntry } from '../../changes/journal.ts'
import { confirmBy, extended, FAR_ENOUGH, inForce, isTooSoon, TOO_SOON } from '../../changes/lease.ts'
import type { LeasePhase, LeaseView, Owner } from '../../model/change.ts'
import type { Clock } from '../../model/clock.ts'
import * as english from '../../words/english/guard/process.ts'
import { type Failure, fail, ok, type Result } from '../../words/failure.ts'
import type { Book } from '../undoing/book.ts'

export type RecordsPorts = {
	readonly book: Book
	readonly clock: Pick<Clock, 'monotonic'>
	readonly phase: () => LeasePhase
	readonly view: () => LeaseView
	/** Why it cannot be now. */
	readonly busy: () => Failure
	readonly onRecord: () => void
}

/** What the owner may ask of a lease besides changes and undos: each makes one record, and writes nothing to the kernel. */
export type LeaseRecords = {
	own(owner: Owner): Result<LeaseView>
	extend(): Result<LeaseView>
	confirm(seq: number): Result<LeaseView>
	persist(): Result<LeaseView>
}

export function createRecords({ book, clock, phase, view, busy, onRecord }: RecordsPorts): LeaseRecords {
	/** CLOCK_MONOTONIC ms of the last extension. */
	let extendedAt = Number.NEGATIVE_INFINITY

	function record(entry: JournalEntry): Result<LeaseView> {
		const code = book.record(entry)
		if (code !== undefined) return fail({ kind: 'unsupported', what: english.recordingIt, why: code })
		onRecord()
		return ok(view())
	}

	return {
		own: (owner) => record({ type: 'owner', owner }),
		extend() {
			if (phase() !== 'holding') return fail(busy())
			const now = clock.monotonic()
			if (isTooSoon(extendedAt, now)) return fail({ kind: 'usage', message: TOO_SOON, next: '' })
			const deadline = extended(book.lease().deadline, now)
			if (deadline === undefined) return fail({ kind: 'usage', message: FAR_ENOUGH, next: '' })
			extendedAt = now
			return record({ type: 'deadline', deadline })
		},
		confirm(seq) {
			const entry = inForce(book.lease()).find((one) => one.seq === seq)
			if (entry === undefined || phase() !== 'holding') return fail(notInForce(seq))
			if (confirmBy(book.lease(), entry) === null) return ok(view())
			return record({ type: 'confirmed', seq })
		},
		persist() {
			if (book.lease().form !== 'service') return fail(nothingBehind)
			if (phase() !== 'holding') return fail(busy())
			return record({ type: 'persisted' })
		},
	}
}

export const notInForce = (seq: number): Failure => ({
	kind: 'usage',
	message: english.changeIsNotInForce(seq),
	next: '',
})

const nothingBehind: Failure = {
	kind: 'unsupported',
	what: english.keepingChangesAfterTheProgram,
	why: english.withoutSystemdNothingStandsBehind,
}
