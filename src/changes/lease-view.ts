import type { ChangeState, HeldChange, LeasePhase, LeaseView } from '../model/change.ts'
import * as english from '../words/english/changes/changes.ts'
import { kindOfId, knobById } from './knobs.ts'
import { confirmBy, type Entry, type Lease, lateBy, outcomeOf, undoAt } from './lease.ts'
import { shellLineFor } from './shell-line.ts'
import { type Reading, standsAs } from './verdict.ts'

/** The note of a change that somebody had taken back before we came to it. */
const ALREADY = english.itHadBeenPutBack

/** What each knob in force was last seen to read, by the number of its change. */
export type Readings = ReadonlyMap<number, Reading>

function stateOf(lease: Lease, entry: Entry, reading: Reading | undefined): ChangeState {
	switch (entry.end?.how) {
		case 'restored':
		case 'already':
		case 'rolled-back':
		case 'elsewhere':
		case 'replaced':
		case 'kept':
			return 'undone'
		case 'conflict':
			return 'conflict'
		case 'vanished':
			return 'vanished'
		case undefined:
			break
	}
	if (entry.failure !== null) return 'failed'
	if (reading?.kind === 'gone') return 'vanished'
	if (reading?.kind === 'value' && !standsAs(entry, reading.value)) return 'conflict'
	return confirmBy(lease, entry) === null ? 'in-force' : 'confirm'
}

function noteOf(entry: Entry, state: ChangeState, now: string | null, reading: Reading | undefined): string {
	if (entry.end !== null && entry.end.note !== '') return entry.end.note
	if (entry.end?.how === 'already') return ALREADY
	switch (state) {
		case 'conflict':
			return english.weWroteSomeoneElseChanged(
				entry.set,
				entry.end === null ? english.nowItReads : english.thenItRead,
				now,
			)
		case 'vanished':
			return reading?.kind === 'gone' ? reading.why : english.itsFileIsGoneAnd
		case 'failed':
			return english.theKernelRefusedToPut(entry.was, entry.failure?.code, hintFor(entry))
		default:
			return ''
	}
}

function hintFor({ knob, failure }: Entry): string {
	const hint = kindOfId(knob)?.undoHint?.(failure?.code ?? '')
	return hint === undefined ? '' : `: ${hint}`
}

/** One change as people see it. */
export function heldChange(lease: Lease, entry: Entry, reading?: Reading): HeldChange {
	const state = stateOf(lease, entry, reading)
	const seen = reading?.kind === 'value' ? reading.value : null
	const now = entry.end === null ? (seen ?? entry.failure?.now ?? null) : entry.end.now
	const knob = knobById(entry.knob)
	const lateMs = lateBy(lease, entry)
	return {
		...(lateMs === 0 ? {} : { lateMs }),
		seq: entry.seq,
		knob: entry.knob,
		class: entry.class,
		sysctl: knob?.sysctl ?? entry.path,
		path: entry.path,
		purpose: entry.purpose,
		was: entry.was,
		set: entry.set,
		now,
		state,
		appliedAt: entry.wall,
		endedAt: entry.end?.wall ?? null,
		undoAt: undoAt(lease, entry),
		confirmBy: entry.end === null ? confirmBy(lease, entry) : null,
		note: noteOf(entry, state, now, reading),
		byHand:
			knob === undefined
				? `echo ${entry.was} > ${entry.path}`
				: shellLineFor(knob, entry.was, lease.netns, { now: entry.set, detail: entry.detail }),
	}
}

/** Changes to tell about, oldest first. */
export function heldChanges(lease: Lease, readings: Readings = new Map()): readonly HeldChange[] {
	return lease.entries
		.filter((entry) => !entry.hidden)
		.map((entry) => heldChange(lease, entry, readings.get(entry.seq)))
}

export function leaseView(lease: Lease, phase: LeasePhase, readings: Readings): LeaseView {
	const isOver = phase === 'closed' || phase === 'failed'
	return {
		leaseId: lease.id,
		phase,
		form: lease.form,
		// Only the program that set the timer knows; it fills this in.
		timer: false,
		netnsInode: lease.netns.inode,
		deadline: lease.deadline,
		persisted: lease.persisted,
		changes: heldChanges(lease, readings),
		outcome: isOver ? outcomeOf(lease) : null,
		why: lease.why,
		flood: lease.flood,
	}
}
