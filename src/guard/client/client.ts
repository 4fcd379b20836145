import { resolve } from 'node:path'
import { knobById } from '../../changes/knobs.ts'
import { BEHAVE_MS, CONFIRM_MS, type NetnsName } from '../../changes/lease.ts'
import { DEFAULT_MAX_RATE } from '../../changes/tap/tap-words.ts'
import { createClock } from '../../host/clock.ts'
import { firstLine, NOT_STARTED } from '../../host/process/detached.ts'
import { createRun } from '../../host/process/launch.ts'
import { endFast } from '../../host/process/priority.ts'
import { isSystemdHere } from '../../host/tools/systemd.ts'
import { createToolPath } from '../../host/tools/tool-path.ts'
import type { LeaseView, Owner, Plan } from '../../model/change.ts'
import type { Changer } from '../../ports/changer.ts'
import { type Failure, fail, ok, type Result } from '../../words/failure.ts'
import { askWithLimit } from '../process/patience.ts'
import type { Channel } from '../wire/channel.ts'
import { type Ask, MOST_CHANGES, PROTOCOL_VERSION } from '../wire/protocol.ts'
import { decodeRevertAnswer, viewAfterRevert } from './revert-answer.ts'
import { newLeaseId, type Program, proveWayBack, revertArgv, startGuard } from './start-guard.ts'
import { createLeaseTimer, type LeaseTimer } from './timer.ts'
import { type GuardWatch, watchGuard } from './watch-guard.ts'

export type ChangerOptions = {
	readonly stateDir: string
	/** The namespace of this process. `path` is a file to enter it by; null where none is known. */
	/** Undefined where it cannot be told from a later one: then nothing is changed. */
	readonly netns: NetnsName | undefined
	/** Command line of our own program: node and the bundle. */
	readonly nodeArgv: readonly string[]
	readonly ttlMs: number
	readonly owner: Owner
	/** Lines a second in the kernel log above which the guard takes back what logs more; 0: never. */
	readonly maxRate?: number
	/** For tests: environment of the guard, shorter times, no systemd. */
	readonly env?: Readonly<Record<string, string>>
	readonly confirmMs?: number
	readonly behaveMs?: number
	readonly systemd?: boolean
	readonly searchPath?: string
}

/** After this long without any sign of life the guard is taken for hung: whatever it is asked, it says at once that it lives. */
const HUNG_MS = 10_000
/** An undo that is refused is tried for 6 s, and each of its tools has 5. */
const ANSWER_MS = 60_000
/** No process can be started for an undo in the place of a guard: tried again after these times, then at the last of them. */
const AGAIN_MS = [1_000, 2_000, 5_000, 15_000, 60_000] as const
const REVERT_MS = 60_000
/** What fits into a record. */
const LONGEST_PURPOSE = 200

/** Why an undo is done in the place of the guard. All but the first: it lives, is not asked, and is ended. */
const LOST = {
	gone: 'the guard was lost',
	still: 'the guard stood still',
	refused: 'the guard was refused an undo',
} as const
type Lost = (typeof LOST)[keyof typeof LOST]

type Connected = {
	readonly channel: Channel
	readonly timer: LeaseTimer | undefined
	readonly watch: GuardWatch
	readonly leaseId: string
	/** The newest view of the guard. */
	last: LeaseView
}

/** Asks the guard to change things; starts one with the first plan, and again after a lease has closed. */
export function createChanger(given: ChangerOptions): Changer {
	// Every process that we start has another working directory.
	const options = { ...given, stateDir: resolve(given.stateDir) }
	const clock = createClock()
	const tools = createToolPath(options.searchPath)
	const program: Program = {
		argv: options.nodeArgv,
		env: options.env ?? {},
		run: createRun(tools),
	}
	/** For an undo in the place of a guard: who began it may end before it does. */
	const undoing: Program = { ...program, run: createRun(tools, true) }
	const listeners = new Set<(view: LeaseView) => void>()
	let current: LeaseView | undefined
	let connected: Connected | undefined
	let hasTimer = false
	/** Back to the priority that the program was given. */
	let asBefore = () => {}
	/** `ctscope revert` runs in the place of a lost guard. */
	let recovery: Promise<LeaseView | undefined> | undefined
	/** Its guard is gone, and not everything could be undone in its place: that can be asked for again. */
	let left: Connected | undefined
	/** Plans are applied one after the other. */
	let queue: Promise<unknown> = Promise.resolve()

	function show(view: LeaseView): LeaseView {
		// A lease that never changed anything is no news.
		if (view.changes.length === 0 && view.phase !== 'holding') return view
		current = { ...view, timer: hasTimer && view.phase !== 'closed' }
		for (const listener of listeners) listener(current)
		return current
	}

	function seen(view: LeaseView, from: string): void {
		if (connected?.leaseId !== from) return
		connected.last = view
		show(view)
		if (view.phase !== 'closed') return
		const { channel, timer, watch } = connected
		connected = undefined
		hasTimer = false
		watch.stop()
		asBefore()
		channel.seen()
		void timer?.stop()
	}

	/** The connection has ended. When the lease was not over, the guard has died with changes in force. */
	function ended(from: string): void {
		if (connected?.leaseId !== from) return
		void recover()
	}

	function recover(why: Lost = LOST.gone): Promise<LeaseView | undefined> {
		const lost = connected ?? left
		if (recovery !== undefined || lost === undefined) return recovery ?? Promise.resolve(current)
		connected = undefined
		left = undefined
		lost.watch.stop()
		show({ ...lost.last, phase: 'lost' })
		recovery = revertLost(lost.leaseId, lost.last, why).then((view) => {
			recovery = undefined
			if (view.phase === 'failed') left = { ...lost, last: view }
			// A hung guard may still hold its end.
			lost.channel.end()
			if (view.phase === 'closed') {
				hasTimer = false
				asBefore()
				void lost.timer?.stop()
			}
			return show(view)
		})
		return recovery
	}

	/** What the guard had not told us when it ended is in the answer: `last` may be older than what it wrote. */
	async function revertLost(leaseId: string, last: LeaseView, why: Lost): Promise<LeaseView> {
		// It goes on after its answer, also when we have ended, until nothing is in force.
		const more = ['--json', '--stay', '--reason', why, ...(why === LOST.gone ? [] : ['--past-guard'])]
		const argv = revertArgv(program, leaseId, options.stateDir, more)
		for (let tries = 0; ; tries++) {
			const ran = await firstLine(argv, REVERT_MS)
			const answer = decodeRevertAnswer(ran.stdout)
			const trouble = answer === undefined ? `ctscope revert failed: ${ran.stderr.trim()}` : ''
			const view = viewAfterRevert(last, answer, clock.wall(), trouble, why)
			if (ran.exitCode !== NOT_STARTED) return view
			show({ ...view, phase: 'lost' })
			await new Promise<void>((resolve) => {
				clock.after(AGAIN_MS[Math.min(tries, AGAIN_MS.length - 1)] ?? 0, resolve)
			})
		}
	}

	async function begin(plan: Plan): Promise<Result<Connected>> {
		if (options.netns === undefined) return fail(nameless)
		const leaseId = newLeaseId()
		let heard = () => {}
		const started = await startGuard(
			program,
			{
				leaseId,
				ttlMs: options.ttlMs,
				stateDir: options.stateDir,
				netns: options.netns,
				confirmMs: options.confirmMs ?? CONFIRM_MS,
				behaveMs: options.behaveMs ?? BEHAVE_MS,
				maxRate: options.maxRate ?? DEFAULT_MAX_RATE,
			},
			options.systemd ?? isSystemdHere(),
			{
				onHeard: () => heard(),
				onView: (view) => seen(view, leaseId),
				onEnd: () => ended(leaseId),
			},
		)
		if (!started.ok) return started
		const { channel, form } = started.value
		const stop = async (failure: Failure) => {
			channel.end()
			if (failure.kind !== 'guard-lost') return fail(failure)
			// It held the knobs of the plan; nothing was written yet.
			await program.run(revertArgv(program, leaseId, options.stateDir, []), REVERT_MS)
			return fail({ ...failure, leaseId })
		}
		const inTime = async (question: Ask): Promise<Result<LeaseView>> => {
			const answer = await askWithLimit(channel, question, clock, (waited) => waited >= ANSWER_MS)
			return answer ?? fail({ kind: 'guard-lost', leaseId, detail: 'it does not answer' })
		}
		const greeted = await inTime({ op: 'hello', v: PROTOCOL_VERSION, owner: options.owner })
		if (!greeted.ok) return stop(greeted.failure)
		const prepared = await inTime({ op: 'prepare', plan })
		if (!prepared.ok) return stop(prepared.failure)
		const unproven = await proveWayBack(program, leaseId, options.stateDir, form)
		if (unproven !== undefined) return stop(unproven)
		const timer = form === 'service' ? createLeaseTimer(program, leaseId, options.stateDir) : undefined
		hasTimer = (await timer?.set(prepared.value.deadline - clock.monotonic())) ?? false
		const watch = watchGuard({
			clock,
			view: () => (connected?.leaseId === leaseId ? connected.last : undefined),
			ask: () => void channel.ask({ op: 'alive' }).then((answer) => answer.ok && seen(answer.value, leaseId)),
			onSilence: (guardSilentMs) => {
				if (connected?.leaseId !== leaseId) return
				show(guardSilentMs === 0 ? connected.last : { ...connected.last, guardSilentMs })
			},
			onOverdue: () => connected?.leaseId === leaseId && void recover(LOST.still),
		})
		heard = watch.heard
		asBefore = endFast()
		return ok({ channel, timer, watch, leaseId, last: prepared.value })
	}

	async function apply(plan: Plan): Promise<Result<LeaseView>> {
		const problem = planProblem(plan)
		if (problem !== undefined) return fail(problem)
		await recovery
		if (connected === undefined) {
			const begun = await begin(plan)
			if (!begun.ok) return begun
			connected = begun.value
		}
		return ask(connected, { op: 'apply', plan })
	}

	/** Asks with a limit: a guard that does not answer is hung, and then `ctscope revert` takes its place. */
	async function ask(to: Connected, question: Ask): Promise<Result<LeaseView>> {
		const isHung = (waited: number) => Math.min(waited, to.watch.silentMs()) >= HUNG_MS || waited >= ANSWER_MS
		const answer = await askWithLimit(to.channel, question, clock, isHung)
		const isUndo = question.op === 'undo' || question.op === 'undoAll' || question.op === 'bye'
		if (answer?.ok) {
			seen(answer.value, to.leaseId)
			// What is refused to the guard (its limits, a filter of system calls) may be granted to another process.
			if (isUndo && answer.value.phase === 'failed') await recover(LOST.refused)
			return ok(current?.leaseId === to.leaseId ? current : answer.value)
		}
		if (answer !== undefined && answer.failure.kind !== 'guard-lost') return answer
		const view = await (recovery ?? recover(answer === undefined ? LOST.still : LOST.gone))
		if (isUndo && view !== undefined) return ok(view)
		return fail({
			kind: 'guard-lost',
			leaseId: to.leaseId,
			detail: answer === undefined ? 'it does not answer' : 'it has ended',
		})
	}

	function asked(question: Ask): Promise<Result<LeaseView>> {
		if (connected !== undefined) return ask(connected, question)
		const isUndo = question.op === 'undo' || question.op === 'undoAll'
		const again = recovery ?? (left !== undefined && isUndo ? recover() : undefined)
		if (again === undefined) return Promise.resolve(fail(nothing))
		return again.then((view) => (view === undefined ? fail(nothing) : ok(view)))
	}

	return {
		view: () => current,
		subscribe(listener) {
			listeners.add(listener)
			return () => listeners.delete(listener)
		},
		apply(plan) {
			const named = { ...plan, purpose: plan.purpose.slice(0, LONGEST_PURPOSE) }
			const result = queue.then(() => apply(named))
			queue = result.catch(() => undefined)
			return result
		},
		undo: (which) =>
			asked(which === 'all' ? { op: 'undoAll', why: 'you asked', ifDue: false } : { op: 'undo', seq: which }),
		async extend() {
			const extended = await asked({ op: 'extend' })
			const timer = connected?.timer
			if (!extended.ok || timer === undefined) return extended
			hasTimer = await timer.set(extended.value.deadline - clock.monotonic())
			return ok(show(extended.value))
		},
		confirm: (seq) => asked({ op: 'confirm', seq }),
		persist() {
			if (connected !== undefined && !hasTimer) return Promise.resolve(fail(noTimer))
			return asked({ op: 'persist' })
		},
		async revertFound(leaseId) {
			const argv = revertArgv(program, leaseId, options.stateDir, [])
			const { exitCode, stdout, stderr } = await undoing.run(argv, REVERT_MS)
			if (exitCode === 0 || exitCode === 3) return ok(stdout.trim())
			return fail({ kind: 'tool-failed', command: argv, exitCode, stderr: `${stdout}${stderr}`.trim() })
		},
		async close() {
			await queue
			await recovery
			const last = connected
			if (last === undefined) return current
			const answer = await ask(last, { op: 'bye' })
			if (connected?.leaseId === last.leaseId) connected = undefined
			last.watch.stop()
			last.channel.end()
			return answer.ok ? answer.value : current
		},
	}
}

/** What the guard would not even read. */
function planProblem({ changes }: Plan): Failure | undefined {
	const usage = (message: string, next: string): Failure => ({ kind: 'usage', message, next })
	if (changes.length > MOST_CHANGES)
		return usage(`${changes.length} changes in one step: ${MOST_CHANGES} at most`, 'choose fewer')
	const odd = changes.find(({ knob }) => knobById(knob) === undefined)
	return odd && usage(`there is no knob ${odd.knob.slice(0, 200)}`, '')
}

const nameless: Failure = {
	kind: 'unsupported',
	what: 'a change',
	why: 'this network namespace could not be told from a later one with the same number (/proc/net/netlink cannot be read), so an undo could hit the wrong one',
}

const noTimer: Failure = {
	kind: 'unsupported',
	what: 'keeping changes after the program ends',
	why: 'no timer of systemd stands behind the guard, so its end would leave them on',
}

const nothing: Failure = { kind: 'usage', message: 'nothing of ours is in force', next: '' }
