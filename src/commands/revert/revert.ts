import { resolve } from 'node:path'
import { exitCodeOf, type LeaseReport, reportText } from '../../changes/guard-answer.ts'
import { isStrayId } from '../../guard/client/find-strays.ts'
import type { RevertAnswer } from '../../guard/client/revert-answer.ts'
import { stopTimersOf } from '../../guard/client/timer.ts'
import { LATE_RETRY_MS } from '../../guard/process/lifetime.ts'
import { sweep } from '../../guard/process/sweep.ts'
import { type LeaseFile, readLease } from '../../guard/wire/lease-reader.ts'
import { createClock } from '../../host/clock.ts'
import { findStateDir, isLeaseId, leaseDirs, type StateDir } from '../../host/files/state-dir.ts'
import { bootId } from '../../host/process/identity.ts'
import { comeFirst } from '../../host/process/priority.ts'
import * as english from '../../words/english/commands/revert.ts'
import { describe, type Failure } from '../../words/failure.ts'
import { visible } from '../../words/visible.ts'
import { failureLine } from '../common/failure-exit.ts'
import { EXIT } from '../common/options.ts'
import { hasEntered } from './inside.ts'
import { type LeaseOptions, revertLease } from './lease.ts'
import { removeStrays } from './strays.ts'

export type RevertOptions = LeaseOptions & {
	/** One lease, or undefined for all of them. */
	readonly lease: string | undefined
	/** Only leases of this network namespace; undefined for all. */
	readonly only?: { readonly inode: number; readonly name: string } | undefined
	readonly json: boolean
	/** After the answer, what was refused is tried again every minute until nothing is in force: for whoever is the last. */
	readonly stays: boolean
	readonly print: (text: string) => void
}

/** How often it is looked whether there is still something to wait for. */
const LOOK_MS = 1_000

/** Puts back what leases hold: asks their guards, or takes the place of dead ones. The exit status is that of SAFETY. */
export async function runRevert(given: RevertOptions): Promise<number> {
	const options = { ...given, stateDir: resolve(given.stateDir) }
	if (options.lease !== undefined && !isLeaseId(options.lease) && !isStrayId(options.lease))
		return refuse(options, usage(english.isNoLease(JSON.stringify(options.lease))), 1)
	await comeFirst()
	const state = findStateDir(options.stateDir)
	if (!state.ok) return refuse(options, state.failure, 2)
	let { reports, canStillCome } = await round(state.value, options)
	const isMissing = options.dryRun && options.lease !== undefined && reports.length === 0
	const exitCode = isMissing ? 2 : exitCodeOf(reports)
	const answer: RevertAnswer = { v: 1, exitCode, leases: reports }
	options.print(options.json ? JSON.stringify(answer) : wordsFor(reports, options))
	// Nobody gives up while something is in force.
	while (options.stays && canStillCome && state.value !== undefined) {
		await untilNextTry(state.value, reports)
		;({ reports, canStillCome } = await round(state.value, options))
	}
	return exitCode === EXIT.undoFailed ? exitCodeOf(reports) : exitCode
}

/** Until the next try, or until somebody else has closed them all. */
async function untilNextTry(state: StateDir, reports: readonly LeaseReport[]): Promise<void> {
	for (let waited = 0; waited < LATE_RETRY_MS; waited += LOOK_MS) {
		await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
		const there = leaseDirs(state).map(({ id }) => id)
		if (!reports.some(({ leaseId }) => there.includes(leaseId))) return
	}
}

type Round = {
	readonly reports: readonly LeaseReport[]
	/** Something is still in force, and another try may bring it back. */
	readonly canStillCome: boolean
}

async function round(state: StateDir | undefined, options: RevertOptions): Promise<Round> {
	// Before the undo of a lease that has mounted what they are seen in.
	const strays = await removeStrays(state, options)
	const leases = state === undefined ? { reports: [], canStillCome: false } : await ofLeases(state, options)
	return { ...leases, reports: [...strays, ...leases.reports] }
}

async function ofLeases(state: StateDir, options: RevertOptions): Promise<Round> {
	const reports: LeaseReport[] = []
	const timed: string[] = []
	let canStillCome = false
	const boot = bootId()
	for (const dir of leaseDirs(state)) {
		if (dir.closing?.alive === true) continue
		if (options.lease !== undefined && dir.id !== options.lease) continue
		const file = readLease(dir, boot)
		if (isElsewhere(file, options)) continue
		const ofThis = await revertLease(state, file, boot, options)
		reports.push(...ofThis)
		canStillCome ||= file.unreadable === '' && file.unknown === '' && exitCodeOf(ofThis) === EXIT.undoFailed
		if (file.lease?.form === 'service') timed.push(dir.id)
	}
	await stopTimers(state, timed, options)
	if (!options.dryRun && options.lease === undefined && options.only === undefined) await sweep(state, boot)
	return { reports, canStillCome }
}

/**
 * A guard stops the timers behind its lease when it ends. Those of a guard that was killed would start for nothing, and
 * after a removal of the package from a file that is gone. Who was started inside a namespace leaves that to its starter.
 */
async function stopTimers(
	state: StateDir,
	timed: readonly string[],
	{ dryRun }: RevertOptions,
): Promise<void> {
	if (dryRun || timed.length === 0 || hasEntered()) return
	const there = leaseDirs(state).map(({ id }) => id)
	const clock = createClock()
	for (const id of timed) if (!there.includes(id)) await stopTimersOf(id, clock)
}

/** What cannot be read may be of any namespace, so it is told. */
function isElsewhere({ lease }: LeaseFile, { only }: RevertOptions): boolean {
	return only !== undefined && lease !== undefined && lease.netns.inode !== only.inode
}

function wordsFor(reports: readonly LeaseReport[], { stateDir, lease, only }: RevertOptions): string {
	if (reports.length > 0 || only === undefined) return reportText(reports, stateDir, lease)
	return english.nothingToUndoNoLease(lease === undefined ? '' : `${lease} `, only.name, visible(stateDir))
}

const usage = (message: string): Failure => ({ kind: 'usage', message, next: english.seeCtscopeStatus })

function refuse(options: RevertOptions, failure: Failure, exitCode: number): number {
	const { detail } = describe(failure)
	if (options.json) options.print(JSON.stringify({ v: 1, exitCode, leases: [], error: detail }))
	else process.stderr.write(`${failureLine(failure)}\n`)
	return exitCode
}
