import type { JournalEntry, JournalRecord } from './journal.ts'
import type { Entry, Lease, Undone } from './lease.ts'

export function leaseOf(records: readonly JournalRecord[]): Lease | undefined {
	let lease: Lease | undefined
	for (const record of records) lease = fold(lease, record)
	return lease
}

/** The lease after one more record. Records before the first `lease` record, and those that fit nothing, change nothing. */
export function fold(lease: Lease | undefined, record: JournalRecord): Lease | undefined {
	const { entry } = record
	if (entry.type === 'lease') {
		if (lease !== undefined) return lease
		return {
			id: entry.id,
			boot: record.boot,
			form: entry.form,
			netns: entry.netns,
			guard: { pid: entry.pid, pidStart: entry.pidStart },
			owner: null,
			createdAt: record.wall,
			ttlMs: entry.ttlMs,
			deadline: entry.deadline,
			confirmMs: entry.confirmMs,
			behaveMs: entry.behaveMs,
			persisted: false,
			planned: [],
			entries: [],
			why: '',
			flood: null,
			closed: null,
		}
	}
	return lease === undefined ? undefined : foldEntry(lease, entry, record)
}

function foldEntry(lease: Lease, entry: JournalEntry, { at, wall }: JournalRecord): Lease {
	switch (entry.type) {
		case 'lease':
			return lease
		case 'owner':
			return { ...lease, owner: entry.owner }
		case 'planned':
			return { ...lease, planned: entry.knobs }
		case 'intent': {
			if (lease.entries.some((known) => known.seq >= entry.seq)) return lease
			const { type: _, detail = [], cameWith = null, ...given } = entry
			const fresh: Entry = {
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
			}
			// Whoever changes something anew has been told of the flood.
			return { ...lease, flood: null, entries: [...lease.entries, fresh] }
		}
		case 'hand':
			return edit(lease, entry.seq, (one) => ({
				...one,
				hands: [...one.hands, { pid: entry.pid, pidStart: entry.pidStart }],
			}))
		case 'applied':
			return applied(lease, entry.seq, at, wall)
		case 'refused':
			return edit(lease, entry.seq, (one) => ({
				...one,
				phase: 'ended',
				end: { how: 'rolled-back', now: one.from, note: entry.code, at, wall },
				hidden: true,
			}))
		case 'rollback':
			return rollback(lease, entry.step)
		case 'undoing':
			return {
				...lease,
				why: entry.why,
				flood: entry.flood === undefined ? null : { rate: entry.flood },
			}
		case 'undone':
			return undone(lease, entry, at, wall)
		case 'undo-failed':
			return edit(lease, entry.seq, (one) => ({
				...one,
				failure: { code: entry.code, now: entry.now },
			}))
		case 'deadline':
			return { ...lease, deadline: entry.deadline }
		case 'confirmed':
			return edit(lease, entry.seq, (one) => ({ ...one, confirmed: true }))
		case 'persisted':
			return { ...lease, persisted: true }
		case 'closed':
			return { ...lease, closed: entry.outcome, why: entry.why }
	}
}

function edit(lease: Lease, seq: number, change: (entry: Entry) => Entry): Lease {
	return { ...lease, entries: lease.entries.map((one) => (one.seq === seq ? change(one) : one)) }
}

/** The change of the same knob that `entry` took the place of, or would take. */
function replacedBy(lease: Lease, entry: Entry): Entry | undefined {
	return lease.entries.findLast(
		(one) =>
			one.knob === entry.knob && one.seq < entry.seq && (one.end === null || one.end.how === 'replaced'),
	)
}

function applied(lease: Lease, seq: number, at: number, wall: number): Lease {
	const entry = lease.entries.find((one) => one.seq === seq)
	if (entry === undefined || entry.end !== null) return lease
	const old = replacedBy(lease, entry)
	// Set back to what it was: that is the end of the earlier change, and no change of its own.
	const isUndo = entry.set === entry.was
	const end = { how: 'restored', now: entry.set, note: '', at, wall } as const
	let next = edit(lease, seq, (one) => ({
		...one,
		phase: isUndo ? 'ended' : 'applied',
		at,
		wall,
		end: isUndo ? end : null,
		hidden: isUndo,
	}))
	if (old !== undefined)
		next = edit(next, old.seq, (one) => ({
			...one,
			end: isUndo ? end : { how: 'replaced', now: entry.set, note: '', at, wall },
			hidden: !isUndo,
		}))
	return next
}

function rollback(lease: Lease, step: number): Lease {
	let next = lease
	for (const entry of lease.entries) {
		if (entry.step !== step) continue
		if (entry.end === null) next = edit(next, entry.seq, (one) => ({ ...one, phase: 'rolling-back' }))
		if (entry.end?.how !== 'restored' || entry.set !== entry.was) continue
		// It had ended an earlier change of ours, which comes back with the step.
		next = edit(next, entry.seq, (one) => ({ ...one, phase: 'rolling-back', end: null }))
		const old = next.entries.findLast(
			(one) => one.knob === entry.knob && one.seq < entry.seq && one.end?.how === 'restored',
		)
		if (old?.end)
			next = edit(next, old.seq, (one) => ({
				...one,
				end: old.end && { ...old.end, how: 'replaced' },
				hidden: true,
			}))
	}
	return next
}

function undone(lease: Lease, entry: Undone, at: number, wall: number): Lease {
	const target = lease.entries.find((one) => one.seq === entry.seq)
	// Several may undo at once; what the first one found is how it ended.
	if (target === undefined || target.end !== null) return lease
	const isRollback = entry.how === 'rolled-back'
	const end = { how: entry.how, now: entry.now, note: entry.note, at, wall }
	let next = edit(lease, entry.seq, (one) => ({
		...one,
		phase: 'ended',
		end,
		failure: null,
		hidden: isRollback || one.set === one.was,
	}))
	const old = replacedBy(lease, target)
	if (old === undefined) return next
	if (isRollback) next = edit(next, old.seq, (one) => ({ ...one, end: null, hidden: false }))
	// The knob is done with, so an earlier change of it is too.
	else
		next = edit(next, old.seq, (one) => ({
			...one,
			phase: 'ended',
			end: one.end ?? { ...end, how: 'replaced' },
			hidden: true,
		}))
	return next
}
