import { reportLines, reportOf } from '../../changes/guard-answer.ts'
import { stopTimersOf } from '../../guard/client/timer.ts'
import { createBreaker } from '../../guard/process/breaker.ts'
import { holderInWords } from '../../guard/process/holder.ts'
import { createLifetime, type Lifetime } from '../../guard/process/lifetime.ts'
import { createGuardServer } from '../../guard/process/server.ts'
import { sweep } from '../../guard/process/sweep.ts'
import { startBook } from '../../guard/undoing/book.ts'
import { createPass } from '../../guard/undoing/crash.ts'
import { type GuardOptions, parseGuardArgs } from '../../guard/wire/guard-options.ts'
import { asleepMs, createClock, standStill } from '../../host/clock.ts'
import { createLeaseStore } from '../../host/files/lease-store.ts'
import { makeStateDir } from '../../host/files/state-dir.ts'
import { openKmsg } from '../../host/log/kmsg-source.ts'
import { hasDescriptor, restWithoutDescriptors } from '../../host/process/descriptors.ts'
import { watchForDoom } from '../../host/process/doomed.ts'
import { bootId, isOwnNetns, processStart, spareFromOomKiller } from '../../host/process/identity.ts'
import { comeFirst } from '../../host/process/priority.ts'
import { createKernelFiles } from '../../host/write/write.ts'
import * as english from '../../words/english/commands/revert.ts'
import { describe, type Failure, fail, ok, type Result } from '../../words/failure.ts'
import { EXIT } from '../common/options.ts'

/** Without an owner by then, the program that started us has ended before it could say hello. */
const HELLO_MS = 10_000
/** An undo that ended in an error of ours is begun again after this time. */
const AGAIN_MS = 1_000
/** sun_path of a unix socket, with its final zero (linux/un.h). */
const LONGEST_SOCKET_PATH = 107

/** `ctscope guard ...`, for cli.ts: the exit status. */
export async function runGuardArgs(argv: readonly string[]): Promise<number> {
	const options = parseGuardArgs(argv)
	return options.ok ? runGuard(options.value) : refuse(options.failure)
}

/**
 * The guard of one lease: the only process that writes to the kernel. It lives in the network namespace of its lease,
 * and ends when nothing is in force any more.
 */
async function runGuard(options: GuardOptions): Promise<number> {
	process.umask(0o077)
	process.title = english.ctscopeGuard(options.leaseId)
	spareFromOomKiller()
	await comeFirst()
	// Whoever read our stderr may be gone; the lease is not.
	process.stderr.on('error', () => {})
	process.on('SIGHUP', () => {})
	process.on('SIGINT', () => {})
	const ended = await guard(options)
	return ended.ok ? ended.value : refuse(ended.failure)
}

async function guard(options: GuardOptions): Promise<Result<number>> {
	const { leaseId, netns } = options
	const clock = createClock()
	const boot = bootId()
	if (isOwnNetns(netns) !== true) return fail(wrongNetns(netns.inode))
	const state = makeStateDir(options.stateDir)
	if (!state.ok) return state
	await sweep(state.value, boot)
	const created = createLeaseStore(state.value, leaseId)
	if (!created.ok) return created
	const store = created.value
	if (Buffer.byteLength(store.socketPath) > LONGEST_SOCKET_PATH) {
		store.close(false)
		return fail({ kind: 'usage', message: english.thePathIsTooLong(options.stateDir), next: '' })
	}
	const book = startBook(
		{ store, clock, boot },
		{
			type: 'lease',
			id: leaseId,
			form: options.form,
			netns,
			ttlMs: options.ttlMs,
			deadline: clock.monotonic() + options.ttlMs,
			confirmMs: options.confirmMs,
			behaveMs: options.behaveMs,
			pid: process.pid,
			pidStart: processStart(process.pid) ?? '',
		},
	)
	if (typeof book === 'string') {
		store.close(false)
		return fail({ kind: 'unsupported', what: english.recordingInTheStateDirectory, why: book })
	}
	const server = createGuardServer((owner, tell) => watchForDoom(clock, owner, tell))
	const ended = Promise.withResolvers<number>()
	const breaker = createBreaker({
		open: openKmsg,
		clock,
		maxRate: options.maxRate,
		onFlood: (flood) => lifetime.flood(flood),
		onBlind: (why) => process.stderr.write(english.ctscopeGuardAFloodIs(leaseId, why)),
	})
	const kernel = createKernelFiles({
		home: netns,
		stateDir: options.stateDir,
		program: () => book.lease().owner ?? undefined,
	})
	const lifetime: Lifetime = createLifetime({
		kernel,
		store,
		book,
		clock,
		asleepMs,
		pass: createPass(process.env),
		whenClosed: 'undo',
		holder: (other) => holderInWords(state.value, other, boot, clock),
		attend: breaker.attend,
		publish: server.publish,
		publishLast: server.publishLast,
		trouble: (error) => process.stderr.write(english.ctscopeGuard2(leaseId, String(error))),
		end: ended.resolve,
	})
	stopOnTrouble(leaseId, lifetime)
	server.serve(lifetime)
	await server.listen(store.socketPath)
	restWithoutDescriptors({ clock, hasDescriptor, standStill })
	clock.after(HELLO_MS, () => {
		if (!server.hadOwner()) lifetime.stop(english.nobodyCame)
	})
	const code = await ended.promise
	for (const line of reportLines(reportOf(book.lease(), new Map()))) process.stderr.write(`${line}\n`)
	kernel.release()
	await server.close()
	// After a failed undo the timer goes on.
	if (options.form === 'service' && code !== EXIT.undoFailed) await stopTimersOf(leaseId, clock)
	return ok(code)
}

/** Until there is a lifetime nothing was written, and a signal may end the process. From then on it undoes first. */
function stopOnTrouble(leaseId: string, lifetime: Lifetime): void {
	process.on('SIGTERM', () => lifetime.stop(english.theGuardWasToldTo))
	const stop = (error: unknown) => {
		process.stderr.write(english.ctscopeGuard2(leaseId, String(error)))
		try {
			lifetime.stop(english.theGuardHadAnError)
		} catch (again) {
			// An error in here would end the guard before its undo.
			setTimeout(stop, AGAIN_MS, again)
		}
	}
	for (const event of ['uncaughtException', 'unhandledRejection'] as const) process.on(event, stop)
}

/** The program that started us reads this line; in a service it is in the journal of the system. */
function refuse(failure: Failure): number {
	process.stderr.write(`${JSON.stringify({ failure, words: describe(failure).detail })}\n`)
	return failure.kind === 'busy' ? 5 : 2
}

const wrongNetns = (inode: number): Failure => ({
	kind: 'unsupported',
	what: english.theNetworkNamespace(inode),
	why: english.theGuardWasStartedIn,
})
