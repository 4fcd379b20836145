import { createFold, leaseOf } from '../../changes/fold.ts'
import {
	encodeRecord,
	JOURNAL_VERSION,
	type JournalEntry,
	type JournalRecord,
} from '../../changes/journal.ts'
import type { Lease } from '../../changes/lease.ts'
import type { LeaseStore } from '../../host/files/lease-store.ts'
import type { Clock } from '../../model/clock.ts'

/** A lease and its journal: what is recorded on disk and what is known in memory are the same by construction. */
export type Book = {
	lease(): Lease
	/** Appends one record; the errno name when it is not on disk, and then it did not happen. */
	record(entry: JournalEntry): string | undefined
	/** For the way back: an undo goes on even when it cannot be recorded. */
	note(entry: JournalEntry): void
}

export type BookPorts = {
	readonly store: Pick<LeaseStore, 'append'>
	readonly clock: Pick<Clock, 'monotonic' | 'wall'>
	readonly boot: string
}

function stamp({ boot, clock }: BookPorts, entry: JournalEntry): JournalRecord {
	return { v: JOURNAL_VERSION, boot, at: clock.monotonic(), wall: clock.wall(), entry }
}

/** Goes on with a lease that was read from its journal. */
export function openBook(ports: BookPorts, from: Lease): Book {
	const fold = createFold(from)
	return {
		lease: () => fold.lease() ?? from,
		record(entry) {
			const record = stamp(ports, entry)
			const code = ports.store.append(encodeRecord(record))
			if (code === undefined) fold.take(record)
			return code
		},
		note(entry) {
			const record = stamp(ports, entry)
			ports.store.append(encodeRecord(record))
			fold.take(record)
		},
	}
}

/** Begins a lease; the errno name when its first record is not on disk. */
export function startBook(ports: BookPorts, first: Extract<JournalEntry, { type: 'lease' }>): Book | string {
	const record = stamp(ports, first)
	const code = ports.store.append(encodeRecord(record))
	if (code !== undefined) return code
	const lease = leaseOf([record])
	if (lease === undefined) throw new Error('the first record of a lease did not make one')
	return openBook(ports, lease)
}
