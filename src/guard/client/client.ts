import { resolve } from 'node:path'
import { knobById } from '../../changes/knobs.ts'
import { createClock } from '../../host/clock.ts'
import { createRun } from '../../host/process/launch.ts'
import { endFast } from '../../host/process/priority.ts'
import { createToolPath } from '../../host/tools/tool-path.ts'
import type { LeaseView, Plan } from '../../model/change.ts'
import type { Changer } from '../../ports/changer.ts'
import * as english from '../../words/english/guard/client.ts'
import { type Failure, fail, ok, type Result } from '../../words/failure.ts'
import type { Channel } from '../wire/channel.ts'
import { type Ask, MOST_CHANGES } from '../wire/protocol.ts'
import { ANSWER_MS, beginLease, type LeaseOptions, REVERT_MS } from './begin-lease.ts'
import { askWithLimit } from './patience.ts'
import { LOST, type Lost, revertLost } from './revert-lost.ts'
import { newLeaseId, type Program, revertArgv } from './start-guard.ts'
import type { LeaseTimer } from './timer.ts'
import { type GuardWatch, watchGuard } from './watch-guard.ts'

export type ChangerOptions = LeaseOptions & {
	readonly stateDir: string
	/** Command line of our own program: node and the bundle. */
	readonly nodeArgv: readonly string[]
	/** For tests: environment of the guard, where tools are. */
	readonly env?: Readonly<Record<string, string>>
	readonly searchPath?: string
}

/** After this long without any sign of life the guard is taken for hung: whatever it is asked, it says at once that it lives. */
const HUNG_MS = 10_000
/** What fits into a record. */
const LONGEST_PURPOSE = 200

type Connected = {
	readonly channel: Channel
	readonly timer: LeaseTimer | undefined
	readonly watch: GuardWatch
	readonly leaseId: string
	/** The newest view of the guard. */
	last: LeaseView
}

/** Asks the guard to change things; starts one with the first plan, and again after a lease has closed. */
export function createChanger(options: ChangerOptions): Changer {
	const clock = createClock()
	const tools = createToolPath(options.searchPath)
	const program: Program = {
		argv: options.nodeArgv,
		env: options.env ?? {},
		run: createRun(tools),
		stateDir: resolve(options.stateDir),
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
	/** What is still in the queue, or being prepared, is not made any more. */
	let isClosing = false

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
		const onTry = (view: LeaseView) => void show({ ...view, phase: 'lost' })
		recovery = revertLost(program, lost.last, why, clock, onTry).then((view) => {
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

	async function begin(plan: Plan): Promise<Result<Connected>> {
		const leaseId = newLeaseId()
		let heard = () => {}
		const begun = await beginLease(program, leaseId, options, plan, clock, {
			onHeard: () => heard(),
			onView: (view) => seen(view, leaseId),
			onEnd: () => ended(leaseId),
		})
		if (!begun.ok) return begun
		const { channel, timer, view } = begun.value
		hasTimer = begun.value.hasTimer
		const watch = watchGuard({
			clock,
			view: () => (connected?.leaseId === leaseId ? connected.last : undefined),
			ask: () => void channel.ask({ op: 'alive' }),
			onSilence: (guardSilentMs) => {
				if (connected?.leaseId !== leaseId) return
				show(guardSilentMs === 0 ? connected.last : { ...connected.last, guardSilentMs })
			},
			onOverdue: () => connected?.leaseId === leaseId && void recover(LOST.still),
		})
		heard = watch.heard
		asBefore = await endFast()
		return ok({ channel, timer, watch, leaseId, last: view })
	}

	async function apply(plan: Plan): Promise<Result<LeaseView>> {
		const problem = planProblem(plan)
		if (problem !== undefined) return fail(problem)
		await recovery
		if (connected === undefined && !isClosing) {
			const begun = await begin(plan)
			if (!begun.ok) return begun
			connected = begun.value
		}
		if (isClosing || connected === undefined) return fail(closing)
		return ask(connected, { op: 'apply', plan })
	}

	/** Asks with a limit: a guard that does not answer is hung, and then `ctscope revert` takes its place. */
	async function ask(to: Connected, question: Ask): Promise<Result<LeaseView>> {
		const isHung = (waited: number) => Math.min(waited, to.watch.silentMs()) >= HUNG_MS || waited >= ANSWER_MS
		const answer = await askWithLimit(to.channel, question, clock, isHung)
		const isUndo = question.op === 'undo' || question.op === 'undoAll' || question.op === 'bye'
		if (answer?.ok) {
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
			detail: answer === undefined ? english.itDoesNotAnswer : english.itHasEnded,
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
		undo: (which, why = english.youAsked) =>
			asked(which === 'all' ? { op: 'undoAll', why, ifDue: false } : { op: 'undo', seq: which, why }),
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
			const argv = revertArgv(program, leaseId)
			const { exitCode, stdout, stderr } = await undoing.run(argv, REVERT_MS)
			if (exitCode === 0 || exitCode === 3) return ok(stdout.trim())
			return fail({ kind: 'tool-failed', command: argv, exitCode, stderr: `${stdout}${stderr}`.trim() })
		},
		async close() {
			isClosing = true
			// What is being made may wait for a tool: the guard takes it back with the rest, and does not wait for it.
			if (connected === undefined) await queue
			await recovery
			const last = connected
			const answer = last && (await ask(last, { op: 'bye' }))
			if (last !== undefined) {
				if (connected?.leaseId === last.leaseId) connected = undefined
				last.watch.stop()
				last.channel.end()
			}
			isClosing = false
			return answer?.ok ? answer.value : current
		},
	}
}

/** What the guard would not even read. */
function planProblem({ changes }: Plan): Failure | undefined {
	const usage = (message: string, next: string): Failure => ({ kind: 'usage', message, next })
	if (changes.length > MOST_CHANGES)
		return usage(english.changesInOneStepAt(changes.length, MOST_CHANGES), english.chooseFewer)
	const odd = changes.find(({ knob }) => knobById(knob) === undefined)
	return odd && usage(english.thereIsNoKnob(odd.knob.slice(0, 200)), '')
}

const noTimer: Failure = {
	kind: 'unsupported',
	what: english.keepingChangesAfterTheProgram,
	why: english.noTimerOfSystemdStands,
}

const closing: Failure = { kind: 'unsupported', what: 'a change', why: english.theProgramIsEnding }

const nothing: Failure = { kind: 'usage', message: english.nothingOfOursIsIn, next: '' }
