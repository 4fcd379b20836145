import {
	type LeaseReport,
	type ReportedChange,
	reportOf,
	resultOf,
	toldBefore,
	type UndoResult,
} from '../../changes/guard-answer.ts'
import { knobById } from '../../changes/knobs.ts'
import { inForce, type Lease, outcomeOf } from '../../changes/lease.ts'
import { heldChange, heldChanges } from '../../changes/lease-view.ts'
import type { Reading } from '../../changes/verdict.ts'
import { createClock } from '../../host/clock.ts'
import { openLeaseStore, removeLeaseDir } from '../../host/files/lease-store.ts'
import type { StateDir } from '../../host/files/state-dir.ts'
import { carryOut } from '../../host/process/later.ts'
import { createKernelFiles, type Home, type KernelFiles } from '../../host/write/write.ts'
import type { KnobId } from '../../model/knob.ts'
import * as english from '../../words/english/guard/undoing.ts'
import { describe } from '../../words/failure.ts'
import type { LeaseFile } from '../wire/lease-reader.ts'
import { openBook } from './book.ts'
import { createPass } from './crash.ts'
import { carries } from './prepare.ts'
import { knobsOf, RETRY_MS, undoAll } from './undo.ts'

export type Replay = {
	readonly state: StateDir
	readonly file: LeaseFile & { readonly lease: Lease }
	readonly boot: string
	/** Where this process is, as far as the lease is concerned. */
	readonly home: Home
	readonly why: string
	/** Nobody reads what we say: a conflict stays on record. */
	readonly isUnattended: boolean
}

/**
 * Undoes a lease whose guard is dead, from its journal. Any number of processes may do it at the same time, and the
 * guard may come back to life meanwhile: each looks before each write, and one of them closes the lease. Undefined: it
 * was closed before we began.
 */
export async function replay(given: Replay): Promise<LeaseReport | undefined> {
	const { state, file, boot, home, why, isUnattended } = given
	const opened = openLeaseStore(state, file.id)
	if (!opened.ok) return unreadable(file, describe(opened.failure).detail)
	const store = opened.value
	if (store === undefined) return undefined
	const book = openBook({ store, clock: createClock(), boot }, file.lease)
	const kernel = createKernelFiles({ home, stateDir: state.path })
	const ports = {
		kernel,
		store,
		book,
		pass: createPass(process.env),
		whenClosed: 'leave',
	} as const
	try {
		const before = toldBefore(file.lease)
		/** An error of ours is an undo that was refused: it is tried again. */
		const undo = async (tries: number): Promise<number> => {
			try {
				return await carryOut(undoAll(ports, tries))
			} catch {
				// Not said on stderr: who asked may have closed that, and what is in force is in the report.
				return inForce(book.lease()).length
			}
		}
		book.note({ type: 'undoing', why })
		for (const [tries, wait] of [...RETRY_MS, undefined].entries()) {
			if ((await undo(tries)) === 0 || wait === undefined) break
			await new Promise((resolve) => setTimeout(resolve, wait))
		}
		const lease = book.lease()
		const report = { ...reportOf(lease, await readAll(kernel, lease), before), note: file.odd }
		const outcome = outcomeOf(lease)
		if (outcome === 'failed') return report
		// What could be read is undone. What could not is for the version that wrote it.
		if (file.unknown !== '') return { ...report, kind: 'unreadable', note: file.unknown }
		book.note({ type: 'closed', outcome, why })
		ports.pass('before-close')
		store.close(outcome === 'conflict' && isUnattended)
		return report
	} finally {
		kernel.release()
		store.release()
	}
}

/** A closed lease that left a conflict on record for somebody to read: tells it, and then it is told. */
export async function tellClosed({ state, file, home, isUnattended }: Replay): Promise<LeaseReport> {
	const { lease } = file
	const report = reportOf(lease, new Map())
	const left = report.changes.filter(({ result }) => result === 'left alone')
	const changes = await Promise.all(left.map(asItReadsNow))
	removeLeaseDir(state, file.dir, isUnattended && lease.closed === 'conflict')
	return { ...report, changes, note: file.odd }

	async function asItReadsNow(change: ReportedChange): Promise<ReportedChange> {
		const knob = knobById(change.knob)
		const kernel = createKernelFiles({ home, stateDir: state.path })
		const reading = knob === undefined ? undefined : await kernel.read(knob)
		if (reading?.kind !== 'value') return change
		if (reading.value === change.was)
			return { ...change, result: 'already', state: 'undone', now: reading.value }
		return { ...change, now: reading.value }
	}
}

/** What an undo would do: reads, opens for writing, writes nothing. */
export async function rehearse({ file, home, state }: Replay): Promise<LeaseReport | undefined> {
	const kernel = createKernelFiles({ home, stateDir: state.path })
	const { lease } = file
	const readings = await readAll(kernel, lease)
	const store = openLeaseStore(state, file.id)
	if (!store.ok) return unreadable(file, describe(store.failure).detail)
	if (store.value === undefined) return undefined
	store.value.release()
	const canWrite = async (id: string): Promise<boolean> => {
		const knob = knobById(id)
		return knob !== undefined && (await kernel.probe(knob)).ok
	}
	const held = heldChanges(lease, readings).filter((change) => change.endedAt === null)
	const changes: ReportedChange[] = []
	for (const change of held) {
		const wouldBe: UndoResult =
			change.state === 'in-force' || change.state === 'confirm' ? english.wouldRestore : resultOf(change)
		changes.push({ ...change, result: (await canWrite(change.knob)) ? wouldBe : wouldFail(change.state) })
	}
	const planned = lease.planned.filter((id) => !changes.some(({ knob }) => knob === id))
	const closed: string[] = []
	for (const id of planned) if (!isBrought(id, planned) && !(await canWrite(id))) closed.push(id)
	kernel.release()
	const base = { leaseId: file.id, owner: lease.owner, why: '', changes } as const
	if (closed.length > 0)
		return {
			...base,
			kind: 'unreadable',
			note: english.cannotBeOpenedForWriting(closed.join(', ')),
		}
	const proven = planned.length === 0 ? '' : english.couldBeWritten(planned.join(', '))
	return { ...base, kind: 'dry-run', note: proven }
}

/** It can be reached only with another one that is planned. */
function isBrought(id: KnobId, planned: readonly KnobId[]): boolean {
	const knob = knobById(id)
	if (knob === undefined) return false
	return planned.some((other) => {
		const bringing = knobById(other)
		return bringing !== undefined && carries(bringing, knob)
	})
}

const wouldFail = (state: string): UndoResult => (state === 'vanished' ? 'vanished' : 'failed')

async function readAll(kernel: KernelFiles, lease: Lease): Promise<ReadonlyMap<number, Reading>> {
	const readings = new Map<number, Reading>()
	for (const entry of inForce(lease)) {
		const knob = knobById(entry.knob)
		if (knob !== undefined) readings.set(entry.seq, await kernel.read(knob, entry.detail, entry.hands))
	}
	return readings
}

export function unreadable(file: LeaseFile, note: string): LeaseReport {
	return {
		leaseId: file.id,
		owner: file.lease?.owner ?? null,
		kind: 'unreadable',
		why: '',
		note,
		changes:
			file.lease === undefined
				? []
				: inForce(file.lease).map((entry) => ({
						...heldChange(file.lease as Lease, entry),
						result: 'failed',
					})),
	}
}

/** Whether undoing it needs the namespace at all: a lease may hold only what belongs to the host. */
export function needsNetns(lease: Lease): boolean {
	return knobsOf(lease).some((id) => knobById(id)?.scope === 'netns')
}
