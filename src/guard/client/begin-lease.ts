import { BEHAVE_MS, CONFIRM_MS, type NetnsName } from '../../changes/lease.ts'
import { DEFAULT_MAX_RATE } from '../../changes/tap/tap-words.ts'
import { isSystemdHere } from '../../host/tools/systemd.ts'
import type { LeaseView, Owner, Plan } from '../../model/change.ts'
import type { Clock } from '../../model/clock.ts'
import * as english from '../../words/english/guard/client.ts'
import { type Failure, fail, ok, type Result } from '../../words/failure.ts'
import type { Channel, ChannelEvents } from '../wire/channel.ts'
import { type Ask, PROTOCOL_VERSION } from '../wire/protocol.ts'
import { askWithLimit } from './patience.ts'
import { type Program, proveWayBack, revertArgv, startGuard } from './start-guard.ts'
import { createLeaseTimer, type LeaseTimer } from './timer.ts'

/** An undo that is refused is tried for 6 s, and each of its tools has 5. */
export const ANSWER_MS = 60_000
export const REVERT_MS = 60_000

export type LeaseOptions = {
	/** The namespace of this process; undefined where it cannot be told from a later one: then nothing is changed. */
	readonly netns: NetnsName | undefined
	readonly ttlMs: number
	readonly owner: Owner
	/** Lines a second in the kernel log above which the guard takes back what logs more; 0: never. */
	readonly maxRate?: number
	/** For tests: shorter times, no systemd. */
	readonly confirmMs?: number
	readonly behaveMs?: number
	readonly systemd?: boolean
}

/** A guard that has looked at the plan and holds its knobs, with a way back that was proven. */
export type BegunLease = {
	readonly channel: Channel
	/** Undefined without systemd. */
	readonly timer: LeaseTimer | undefined
	readonly hasTimer: boolean
	readonly view: LeaseView
}

/** Nothing is written to the kernel yet, and when anything is missing nothing stays behind. */
export async function beginLease(
	program: Program,
	leaseId: string,
	options: LeaseOptions,
	plan: Plan,
	clock: Clock,
	events: ChannelEvents,
): Promise<Result<BegunLease>> {
	const { netns, ttlMs } = options
	if (netns === undefined) return fail(nameless)
	const { confirmMs = CONFIRM_MS, behaveMs = BEHAVE_MS, maxRate = DEFAULT_MAX_RATE } = options
	const guard = { leaseId, ttlMs, netns, confirmMs, behaveMs, maxRate }
	const started = await startGuard(program, guard, options.systemd ?? isSystemdHere(), events)
	if (!started.ok) return started
	const { channel, form } = started.value
	const stop = async (failure: Failure) => {
		channel.end()
		if (failure.kind !== 'guard-lost') return fail(failure)
		// It held the knobs of the plan; nothing was written yet.
		await program.run(revertArgv(program, leaseId), REVERT_MS)
		return fail({ ...failure, leaseId })
	}
	const inTime = async (question: Ask): Promise<Result<LeaseView>> => {
		const answer = await askWithLimit(channel, question, clock, (waited) => waited >= ANSWER_MS)
		return answer ?? fail({ kind: 'guard-lost', leaseId, detail: english.itDoesNotAnswer })
	}
	const greeted = await inTime({ op: 'hello', v: PROTOCOL_VERSION, owner: options.owner })
	if (!greeted.ok) return stop(greeted.failure)
	const prepared = await inTime({ op: 'prepare', plan })
	if (!prepared.ok) return stop(prepared.failure)
	const unproven = await proveWayBack(program, leaseId, form)
	if (unproven !== undefined) return stop(unproven)
	const timer = form === 'service' ? createLeaseTimer(program, leaseId) : undefined
	const hasTimer = (await timer?.set(prepared.value.deadline - clock.monotonic())) ?? false
	return ok({ channel, timer, hasTimer, view: prepared.value })
}

const nameless: Failure = {
	kind: 'unsupported',
	what: 'a change',
	why: english.thisNetworkNamespaceCouldNot,
}
