import { createEntryList, type EntryList } from './entry-list.ts'
import type { JournalRecord } from './journal.ts'
import type { Lease, Undone } from './lease.ts'

/** A lease as far as its records were taken: each record costs the same, however many there were before. */
export type Fold = {
	/** Records before the first `lease` record, and those that fit nothing, change nothing. */
	take(record: JournalRecord): void
	/** Stays as it is when more is taken. */
	lease(): Lease | undefined
}

export function leaseOf(records: readonly JournalRecord[]): Lease | undefined {
	const fold = createFold()
	for (const record of records) fold.take(record)
	return fold.lease()
}

/** Goes on with a lease, or begins with nothing. */
export function createFold(from?: Lease): Fold {
	let head: Head | undefined = from
	let lease = from
	const entries = createEntryList(from?.entries)
	return {
		take(record) {
			lease = undefined
			head = head === undefined ? begun(record) : { ...head, ...foldEntry(entries, record) }
		},
		lease() {
			lease ??= head && { ...head, entries: entries.all() }
			return lease
		},
	}
}

type Head = Omit<Lease, 'entries'>

function begun({ boot, wall, entry }: JournalRecord): Head | undefined {
	if (entry.type !== 'lease') return undefined
	return {
		id: entry.id,
		boot,
		form: entry.form,
		netns: entry.netns,
		guard: { pid: entry.pid, pidStart: entry.pidStart },
		owner: null,
		createdAt: wall,
		ttlMs: entry.ttlMs,
		deadline: entry.deadline,
		confirmMs: entry.confirmMs,
		behaveMs: entry.behaveMs,
		persisted: false,
		planned: [],
		why: '',
		flood: null,
		closed: null,
	}
}

const SAME = {}

/** Changes the entries; answers what is new of the rest. */
function foldEntry(entries: EntryList, { entry, at, wall }: JournalRecord): Partial<Head> {
	switch (entry.type) {
		case 'lease':
			return SAME
		case 'owner':
			return { owner: entry.owner }
		case 'planned':
			return { planned: entry.knobs }
		case 'intent': {
			const { type: _, detail = [], cameWith = null, ...given } = entry
			const isNew = entries.add({
				...given,
				detail,
				cameWith,
				hands: [],
				phase: 'intended',
				at,
				wall,
				confirmed: false,
				end: null,
				failure: null,
				hidden: false,
			})
			// Whoever changes something anew has been told of the flood.
			return isNew ? { flood: null } : SAME
		}
		case 'hand':
			entries.edit(entry.seq, (one) => ({
				...one,
				hands: [...one.hands, { pid: entry.pid, pidStart: entry.pidStart }],
			}))
			return SAME
		case 'applied':
			applied(entries, entry.seq, at, wall)
			return SAME
		case 'refused':
			entries.edit(entry.seq, (one) => ({
				...one,
				phase: 'ended',
				end: { how: 'rolled-back', now: one.from, note: entry.code, at, wall },
				hidden: true,
			}))
			return SAME
		case 'rollback':
			rollback(entries, entry.step)
			return SAME
		case 'undoing':
			return { why: entry.why, flood: entry.flood === undefined ? null : { rate: entry.flood } }
		case 'undone':
			undone(entries, entry, at, wall)
			return SAME
		case 'undo-failed':
			entries.edit(entry.seq, (one) => ({ ...one, failure: { code: entry.code, now: entry.now } }))
			return SAME
		case 'deadline':
			return { deadline: entry.deadline }
		case 'confirmed':
			entries.edit(entry.seq, (one) => ({ ...one, confirmed: true }))
			return SAME
		case 'persisted':
			return { persisted: true }
		case 'closed':
			return { closed: entry.outcome, why: entry.why }
	}
}

function applied(entries: EntryList, seq: number, at: number, wall: number): void {
	const entry = entries.get(seq)
	if (entry === undefined || entry.end !== null) return
	const old = entries.lastBefore(entry, 'replaceable')
	// Set back to what it was: that is the end of the earlier change, and no change of its own.
	const isUndo = entry.set === entry.was
	const end = { how: 'restored', now: entry.set, note: '', at, wall } as const
	entries.edit(seq, (one) => ({
		...one,
		phase: isUndo ? 'ended' : 'applied',
		at,
		wall,
		end: isUndo ? end : null,
		hidden: isUndo,
	}))
	if (old === undefined) return
	entries.edit(old.seq, (one) => ({
		...one,
		end: isUndo ? end : { how: 'replaced', now: entry.set, note: '', at, wall },
		hidden: !isUndo,
	}))
}

function rollback(entries: EntryList, step: number): void {
	for (const entry of entries.ofStep(step)) {
		if (entry.end === null) entries.edit(entry.seq, (one) => ({ ...one, phase: 'rolling-back' }))
		if (entry.end?.how !== 'restored' || entry.set !== entry.was) continue
		// It had ended an earlier change of ours, which comes back with the step.
		entries.edit(entry.seq, (one) => ({ ...one, phase: 'rolling-back', end: null }))
		const old = entries.lastBefore(entry, 'restored')
		if (old === undefined) continue
		entries.edit(old.seq, (one) => ({
			...one,
			end: one.end && { ...one.end, how: 'replaced' },
			hidden: true,
		}))
	}
}

function undone(entries: EntryList, entry: Undone, at: number, wall: number): void {
	const target = entries.get(entry.seq)
	// Several may undo at once; what the first one found is how it ended.
	if (target === undefined || target.end !== null) return
	const isRollback = entry.how === 'rolled-back'
	const end = { how: entry.how, now: entry.now, note: entry.note, at, wall }
	entries.edit(entry.seq, (one) => ({
		...one,
		phase: 'ended',
		end,
		failure: null,
		hidden: isRollback || one.set === one.was,
	}))
	const old = entries.lastBefore(target, 'replaceable')
	if (old === undefined) return
	if (isRollback) entries.edit(old.seq, (one) => ({ ...one, end: null, hidden: false }))
	// The knob is done with, so an earlier change of it is too.
	else
		entries.edit(old.seq, (one) => ({
			...one,
			phase: 'ended',
			end: one.end ?? { ...end, how: 'replaced' },
			hidden: true,
		}))
}
