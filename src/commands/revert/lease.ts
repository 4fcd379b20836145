import {
	ELSEWHERE,
	emptyReport,
	type LeaseReport,
	ownerInWords,
	reported,
	toldBefore,
} from '../../changes/guard-answer.ts'
import { inForce, type Lease } from '../../changes/lease.ts'
import { heldChange } from '../../changes/lease-view.ts'
import { askGuard } from '../../guard/client/ask-guard.ts'
import { tellClosed, unreadable } from '../../guard/undoing/replay.ts'
import { isListening } from '../../guard/wire/channel.ts'
import { type LeaseFile, readLease } from '../../guard/wire/lease-reader.ts'
import { removeLeaseDir } from '../../host/files/lease-store.ts'
import { type StateDir, socketIn } from '../../host/files/state-dir.ts'
import { endAll } from '../../host/process/hand.ts'
import type { LeaseView } from '../../model/change.ts'
import * as english from '../../words/english/commands/revert.ts'
import { describe, type Failure } from '../../words/failure.ts'
import { hasEntered, type InsideOptions, undoInNetns } from './inside.ts'

export type LeaseOptions = InsideOptions & {
	/** Asked before changes of a living session are undone; undefined where nobody can answer. */
	readonly confirm?: (question: string) => Promise<boolean>
}

/** Why, for the record; and nobody reads what the timer of PID 1 is answered. */
const reasonOf = ({ reason }: LeaseOptions) => ({
	why: reason ?? english.ctscopeRevert,
	isUnattended: reason === 'deadline',
})

/** Puts back what one lease holds: asks its guard, or takes the place of a dead one. */
export async function revertLease(
	state: StateDir,
	file: LeaseFile,
	boot: string,
	options: LeaseOptions,
): Promise<readonly LeaseReport[]> {
	const { lease } = file
	const { dryRun } = options
	if (file.unreadable !== '') return unread(file, options)
	if (file.earlierBoot && lease !== undefined) {
		if (!dryRun) removeLeaseDir(state, file.dir, false)
		return [{ ...emptyReport(lease), kind: 'earlier-boot' }]
	}
	const socketPath = socketIn(file.dir.path)
	if (lease === undefined) {
		// A guard that is just starting, or one that died before it did anything.
		if (!dryRun && !(await isListening(socketPath))) removeLeaseDir(state, file.dir, false)
		return []
	}
	const { why, isUnattended } = reasonOf(options)
	const inside = { state, file: { ...file, lease }, boot, why, isUnattended }
	if (file.dir.closing !== null) {
		if (!dryRun) removeLeaseDir(state, file.dir, lease.closed === 'conflict')
		return []
	}
	if (lease.closed !== null) {
		return dryRun ? [] : [await tellClosed({ ...inside, home: lease.netns })]
	}
	// Who was started inside the namespace has asked before.
	const isInside = hasEntered()
	const isPast = options.pastGuard && !isInside && !dryRun
	if (isPast) await endAll([lease.guard])
	else if (!dryRun && !isInside && (await isListening(socketPath))) {
		const refused = await refusedBy(options, lease)
		if (refused !== undefined) return [refused]
		const answer = await askGuard(socketPath, why, isUnattended)
		// What the kernel refuses to the guard it may grant to us: the guard is locked in, we may not be.
		if (answer.kind === 'done' && answer.view.phase !== 'failed') return [reportOfView(lease, answer.view)]
		if (answer.kind === 'refused')
			return [{ ...emptyReport(lease), kind: 'not-due', note: whyOf(answer.failure) }]
		// A guard that stands still would go on some time, in the middle of a write perhaps: one writer at a time.
		if (answer.kind === 'absent' && answer.isStill) await endAll([lease.guard])
	} else return undoInNetns(inside, options)
	// Read again what it has done meanwhile, and do the rest.
	const again = readLease(file.dir, boot)
	if (again.lease === undefined) return [undoneElsewhere(lease, why)]
	const reports = await undoInNetns({ ...inside, file: { ...again, lease: again.lease } }, options)
	return reports.length === 0 ? [undoneElsewhere(lease, why)] : reports
}

/** Nothing of its journal can be acted on, but its guard may live: the protocol has a version of its own. */
async function unread(file: LeaseFile, options: LeaseOptions): Promise<readonly LeaseReport[]> {
	const socketPath = socketIn(file.dir.path)
	const failed = [unreadable(file, file.unreadable)]
	if (options.dryRun || file.dir.closing !== null || !(await isListening(socketPath))) return failed
	const question = english.leaseIsOfAnotherVersion(file.id)
	if (options.confirm !== undefined && !(await options.confirm(question))) return failed
	const { why: reason, isUnattended } = reasonOf(options)
	const answer = await askGuard(socketPath, reason, isUnattended)
	if (answer.kind !== 'done' || answer.view.phase === 'failed') return failed
	const { why, changes } = answer.view
	return [{ leaseId: file.id, owner: null, kind: 'undone', why, note: '', changes: reported(changes) }]
}

/** It was there when we began, and somebody else, the program itself mostly, has closed it meanwhile. */
function undoneElsewhere(lease: Lease, why: string): LeaseReport {
	const changes = inForce(lease).map((entry) => heldChange(lease, entry))
	return {
		...emptyReport(lease),
		why,
		changes: changes.map((change) => ({
			...change,
			result: 'already',
			state: 'undone',
			now: null,
			note: ELSEWHERE,
		})),
	}
}

async function refusedBy(options: LeaseOptions, lease: Lease): Promise<LeaseReport | undefined> {
	if (options.confirm === undefined || inForce(lease).length === 0) return undefined
	const name = ownerInWords(lease.owner)
	const changes = inForce(lease).length === 1 ? '1 change' : english.changes(inForce(lease).length)
	if (await options.confirm(english.isUsingLeaseUndo(name, lease.id, changes))) return undefined
	return { ...emptyReport(lease), kind: 'held', note: english.leftTo(name) }
}

/** What the guard did for us, those changes left out that had ended before. */
function reportOfView(lease: Lease, view: LeaseView): LeaseReport {
	const old = toldBefore(lease)
	return {
		...emptyReport(lease),
		why: view.why,
		changes: reported(view.changes.filter(({ seq }) => !old.has(seq))),
	}
}

const whyOf = (failure: Failure): string =>
	failure.kind === 'unsupported' ? failure.why : describe(failure).detail
