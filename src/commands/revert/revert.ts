import { join, resolve } from 'node:path'
import {
	exitCodeOf,
	type LeaseReport,
	ownerInWords,
	reportText,
	resultOf,
} from '../../changes/guard-answer.ts'
import { inForce, type Lease, membersOf } from '../../changes/lease.ts'
import { heldChange } from '../../changes/lease-view.ts'
import { askGuard } from '../../guard/client/ask-guard.ts'
import { decodeRevertAnswer, type RevertAnswer } from '../../guard/client/revert-answer.ts'
import { LATE_RETRY_MS } from '../../guard/process/lifetime.ts'
import { sweep } from '../../guard/process/sweep.ts'
import {
	needsNetns,
	type Replay,
	rehearse,
	replay,
	tellClosed,
	unreadable,
} from '../../guard/undoing/replay.ts'
import { isListening } from '../../guard/wire/channel.ts'
import { type LeaseFile, readLease } from '../../guard/wire/lease-reader.ts'
import { removeLeaseDir } from '../../host/files/lease-store.ts'
import { findStateDir, isLeaseId, leaseDirs, type StateDir } from '../../host/files/state-dir.ts'
import { findNetns } from '../../host/netns/find-netns.ts'
import { endAll } from '../../host/process/hand.ts'
import { bootId, isOwnNetns, netnsInode } from '../../host/process/identity.ts'
import { createRun } from '../../host/process/launch.ts'
import { comeFirst } from '../../host/process/priority.ts'
import type { Home } from '../../host/write/write.ts'
import { describe, type Failure } from '../../words/failure.ts'
import { counted } from '../../words/numbers.ts'
import { visible } from '../../words/visible.ts'
import { failureLine } from '../common/failure-exit.ts'
import { EXIT } from '../common/options.ts'

export type RevertOptions = {
	readonly stateDir: string
	/** One lease, or undefined for all of them. */
	readonly lease: string | undefined
	/** Only leases of this network namespace; undefined for all. */
	readonly only?: { readonly inode: number; readonly name: string } | undefined
	readonly dryRun: boolean
	/** For the record. `deadline` is the timer of PID 1: it never comes before its time, and nobody reads what it prints. */
	readonly reason: string | undefined
	readonly json: boolean
	/** After the answer, what was refused is tried again every minute until nothing is in force: for whoever is the last. */
	readonly stays: boolean
	/** The guard stands still, as who asks has seen: it is not asked, and ended. */
	readonly pastGuard: boolean
	readonly print: (text: string) => void
	/** Asked before changes of a living session are undone; undefined where nobody can answer. */
	readonly confirm?: (question: string) => Promise<boolean>
}

/** Set in the process that was started inside the namespace of a lease. */
const ENTERED = 'CTSCOPE_ENTERED'
const INSIDE_MS = 60_000
/** How often it is looked whether there is still something to wait for. */
const LOOK_MS = 1_000

/** Puts back what leases hold: asks their guards, or takes the place of dead ones. The exit status is that of SAFETY. */
export async function runRevert(given: RevertOptions): Promise<number> {
	const options = { ...given, stateDir: resolve(given.stateDir) }
	if (options.lease !== undefined && !isLeaseId(options.lease))
		return refuse(options, usage(`${JSON.stringify(options.lease)} is no lease`), 1)
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
	if (state === undefined) return { reports: [], canStillCome: false }
	const reports: LeaseReport[] = []
	let canStillCome = false
	const boot = bootId()
	for (const dir of leaseDirs(state)) {
		if (dir.closing?.alive === true) continue
		if (options.lease !== undefined && dir.id !== options.lease) continue
		const file = readLease(dir, boot)
		if (isElsewhere(file, options)) continue
		const ofThis = await revertOne(state, file, boot, options)
		reports.push(...ofThis)
		canStillCome ||= file.unreadable === '' && file.unknown === '' && exitCodeOf(ofThis) === EXIT.undoFailed
	}
	if (!options.dryRun && options.lease === undefined && options.only === undefined) await sweep(state, boot)
	return { reports, canStillCome }
}

/** What cannot be read may be of any namespace, so it is told. */
function isElsewhere({ lease }: LeaseFile, { only }: RevertOptions): boolean {
	return only !== undefined && lease !== undefined && lease.netns.inode !== only.inode
}

function wordsFor(reports: readonly LeaseReport[], { stateDir, lease, only }: RevertOptions): string {
	if (reports.length > 0 || only === undefined) return reportText(reports, stateDir, lease)
	return `nothing to undo: no lease ${lease === undefined ? '' : `${lease} `}of the network namespace ${only.name} in ${visible(stateDir)}`
}

async function revertOne(
	state: StateDir,
	file: LeaseFile,
	boot: string,
	options: RevertOptions,
): Promise<readonly LeaseReport[]> {
	const { lease } = file
	const { dryRun } = options
	if (file.unreadable !== '') return unread(file, options)
	if (file.earlierBoot && lease !== undefined) {
		if (!dryRun) removeLeaseDir(state, file.dir, false)
		return [{ ...empty(lease), kind: 'earlier-boot' }]
	}
	const socketPath = join(file.dir.path, 'guard.sock')
	if (lease === undefined) {
		// A guard that is just starting, or one that died before it did anything.
		if (!dryRun && !(await isListening(socketPath))) removeLeaseDir(state, file.dir, false)
		return []
	}
	const isUnattended = options.reason === 'deadline'
	const why = options.reason ?? 'ctscope revert'
	const inside = { state, file: { ...file, lease }, boot, why, isUnattended }
	if (file.dir.closing !== null) {
		if (!dryRun) removeLeaseDir(state, file.dir, lease.closed === 'conflict')
		return []
	}
	if (lease.closed !== null) {
		return dryRun ? [] : [await tellClosed({ ...inside, home: lease.netns })]
	}
	// Who was started inside the namespace has asked before.
	const isInside = process.env[ENTERED] !== undefined
	const isPast = options.pastGuard && !isInside && !dryRun
	if (isPast) await endAll([lease.guard])
	else if (!dryRun && !isInside && (await isListening(socketPath))) {
		const refused = await refusedBy(options, lease)
		if (refused !== undefined) return [refused]
		const answer = await askGuard(socketPath, why, isUnattended)
		// What the kernel refuses to the guard it may grant to us: the guard is locked in, we may not be.
		if (answer.kind === 'done' && answer.view.phase !== 'failed') return [reportOfView(lease, answer.view)]
		if (answer.kind === 'refused') return [{ ...empty(lease), kind: 'not-due', note: whyOf(answer.failure) }]
		// A guard that stands still would go on some time, in the middle of a write perhaps: one writer at a time.
		if (answer.kind === 'absent' && answer.isStill) await endAll([lease.guard])
	} else return byOurselves(inside, options)
	// Read again what it has done meanwhile, and do the rest.
	const again = readLease(file.dir, boot)
	if (again.lease === undefined) return [undoneElsewhere(lease, why)]
	const reports = await byOurselves({ ...inside, file: { ...again, lease: again.lease } }, options)
	return reports.length === 0 ? [undoneElsewhere(lease, why)] : reports
}

/** Nothing of its journal can be acted on, but its guard may live: the protocol has a version of its own. */
async function unread(file: LeaseFile, options: RevertOptions): Promise<readonly LeaseReport[]> {
	const socketPath = join(file.dir.path, 'guard.sock')
	const failed = [unreadable(file, file.unreadable)]
	if (options.dryRun || file.dir.closing !== null || !(await isListening(socketPath))) return failed
	const question = `lease ${file.id} is of another version of ctscope: ask its guard to undo everything?`
	if (options.confirm !== undefined && !(await options.confirm(question))) return failed
	const answer = await askGuard(socketPath, options.reason ?? 'ctscope revert', options.reason === 'deadline')
	if (answer.kind !== 'done' || answer.view.phase === 'failed') return failed
	const changes = answer.view.changes.map((change) => ({ ...change, result: resultOf(change) }))
	return [{ leaseId: file.id, owner: null, kind: 'undone', why: answer.view.why, note: '', changes }]
}

/** It was there when we began, and somebody else, the program itself mostly, has closed it meanwhile. */
function undoneElsewhere(lease: Lease, why: string): LeaseReport {
	const changes = inForce(lease).map((entry) => heldChange(lease, entry))
	return {
		...empty(lease),
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

const ELSEWHERE = 'undone by another process'

const empty = (lease: Lease): LeaseReport => ({
	leaseId: lease.id,
	owner: lease.owner,
	kind: 'undone',
	why: '',
	note: '',
	changes: [],
})

async function refusedBy(options: RevertOptions, lease: Lease): Promise<LeaseReport | undefined> {
	if (options.confirm === undefined || inForce(lease).length === 0) return undefined
	const name = ownerInWords(lease.owner)
	const changes = counted(inForce(lease).length, 'change')
	if (await options.confirm(`${name} is using lease ${lease.id}: undo ${changes}?`)) return undefined
	return { ...empty(lease), kind: 'held', note: `left to ${name}` }
}

type GuardView = Extract<Awaited<ReturnType<typeof askGuard>>, { kind: 'done' }>['view']

/** What the guard did for us, those changes left out that had ended before. */
function reportOfView(lease: Lease, view: GuardView): LeaseReport {
	const old = new Set(
		lease.entries.filter(({ end }) => end !== null && end.how !== 'conflict').map(({ seq }) => seq),
	)
	const changes = view.changes.filter(({ seq }) => !old.has(seq))
	return {
		...empty(lease),
		why: view.why,
		changes: changes.map((change) => ({ ...change, result: resultOf(change) })),
	}
}

/** In the namespace of the lease: here when that is here, else in a process started inside; or nowhere, when it is gone. */
async function byOurselves(
	inside: Omit<Replay, 'home'>,
	options: RevertOptions,
): Promise<readonly LeaseReport[]> {
	const { lease } = inside.file
	const { inode, path } = lease.netns
	const members = membersOf(lease)
	const isHere = isOwnNetns(lease.netns, members)
	const act = async (home: Home) => {
		const report = await (options.dryRun ? rehearse : replay)({ ...inside, home })
		return report === undefined ? [] : [report]
	}
	if (isHere === true || !needsNetns(lease)) return act({ ...lease.netns, members })
	// The kernel has given its number to another one, which can only be once it is gone.
	if (isHere === false && netnsInode() === inode) return act('gone')
	if (isHere === undefined && netnsInode() === inode) return [unreadable(inside.file, CANNOT_TELL)]
	if (process.env[ENTERED] !== undefined)
		return [unreadable(inside.file, 'entering its network namespace has led to another one')]
	const hints = [path, pidPath(lease.guard.pid), pidPath(lease.owner?.pid)].filter((hint) => hint !== null)
	const found = findNetns(inode, hints)
	return found === undefined ? act('gone') : enter(found, inside, options)
}

const CANNOT_TELL =
	'whether this network namespace is the one that was changed cannot be told (/proc/net/netlink cannot be read), so nothing was written'

const pidPath = (pid: number | undefined): string | null => (pid === undefined ? null : `/proc/${pid}/ns/net`)

async function enter(
	path: string,
	{ file }: Omit<Replay, 'home'>,
	options: RevertOptions,
): Promise<readonly LeaseReport[]> {
	const script = process.argv[1]
	const argv = [
		'nsenter',
		`--net=${path}`,
		'--',
		process.execPath,
		...(script === undefined ? [] : [script]),
		...['revert', '--lease', file.id, '--state-dir', options.stateDir, '--json'],
		...(options.dryRun ? ['--dry-run'] : []),
		...(options.reason === undefined ? [] : ['--reason', options.reason]),
		...(options.pastGuard ? ['--past-guard'] : []),
	]
	const ran = await createRun()(argv, INSIDE_MS, { [ENTERED]: '1' })
	const answer = decodeRevertAnswer(ran.stdout)
	if (answer === undefined)
		return [unreadable(file, `entering its network namespace failed: ${ran.stderr.trim()}`)]
	return answer.leases
}

const usage = (message: string): Failure => ({ kind: 'usage', message, next: 'see: ctscope status' })

const whyOf = (failure: Failure): string =>
	failure.kind === 'unsupported' ? failure.why : describe(failure).detail

function refuse(options: RevertOptions, failure: Failure, exitCode: number): number {
	const { detail } = describe(failure)
	if (options.json) options.print(JSON.stringify({ v: 1, exitCode, leases: [], error: detail }))
	else process.stderr.write(`${failureLine(failure)}\n`)
	return exitCode
}
