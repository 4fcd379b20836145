import { dueAt, type Entry, inForce, outcomeOf, undoAt } from '../../changes/lease.ts'
import { leaseView } from '../../changes/lease-view.ts'
import type { LeaseStore } from '../../host/files/lease-store.ts'
import { after, carryOut, type Later, type Work } from '../../host/process/later.ts'
import type { Flood, LeasePhase, LeaseView, Plan } from '../../model/change.ts'
import type { Clock } from '../../model/clock.ts'
import * as english from '../../words/english/guard/process.ts'
import { type Failure, fail, ok, type Result } from '../../words/failure.ts'
import { apply } from '../undoing/apply.ts'
import { type ApplyPorts, prepare } from '../undoing/prepare.ts'
import { createReadings } from '../undoing/readings.ts'
import { createAsleep } from './asleep.ts'
import { createRecords, type LeaseRecords, notInForce } from './records.ts'
import { createOneTimer, createUndoRounds, LOOK_MS } from './undo-rounds.ts'

/** An undo that was refused again and again is tried every half minute, and after the deadline every minute. */
const SLOW_RETRY_MS = 30_000
export const LATE_RETRY_MS = 60_000

export type LifetimePorts = ApplyPorts & {
	readonly store: LeaseStore
	readonly clock: Clock
	/** How long this host has been suspended since it was started, ms; undefined when it cannot be told now. */
	readonly asleepMs?: () => number | undefined
	/** What is in force now, for whoever watches what it does to the kernel log. */
	readonly attend?: (entries: readonly Entry[]) => void
	/** After each event, whole. */
	readonly publish: (view: LeaseView) => void
	/** The last view; resolves to whether somebody has taken note of it. */
	readonly publishLast: (view: LeaseView) => Promise<boolean>
	/** Something that must not happen, and that keeps nothing from being undone. */
	readonly trouble?: (error: unknown) => void
	/** Nothing is left to do: the exit status. */
	readonly end: (exitCode: number) => void
}

type Answer = (result: Result<LeaseView>) => void

/** The life of one lease in the guard, from the first look at a plan to the last undo. One request at a time. */
export type Lifetime = LeaseRecords & {
	view(): LeaseView
	/** Until the deadline. */
	remainingMs(): number
	prepare(plan: Plan): Later<Result<LeaseView>>
	/** An undo that begins meanwhile takes it back. */
	apply(plan: Plan): Later<Result<LeaseView>>
	/** Answers when it is done, or when it was refused so often that the next try is far off. */
	undo(which: number | 'all', why: string, answer: Answer): void
	/** More lines in the kernel log than it was made for: what logs more goes at once. */
	flood(flood: Flood): void
	/** The program that owned the lease has ended, in whatever way. */
	ownerGone(): void
	/** SIGTERM and the like: undo now, then end. With nobody behind it, not before everything is undone. */
	stop(why: string): void
}

export function createLifetime(ports: LifetimePorts): Lifetime {
	const { book, clock, store, kernel } = ports
	const readings = createReadings(kernel, book, () => publish())
	const timer = createOneTimer(clock)
	const asleep = createAsleep({ book, clock, asleepMs: ports.asleepMs ?? (() => 0) })
	let phase: LeasePhase = 'starting'
	let answers: Answer[] = []
	/** CLOCK_MONOTONIC ms before which a refused undo is not tried again. */
	let retryAt = 0
	let isOwned = false
	let isStopping = false
	/** A plan is being looked at or made, and a tool is waited for. */
	let isMaking = false
	/** The last step before the one that is being made. */
	let finished = 0

	const view = () => leaseView(book.lease(), phase, readings.bySeq)
	const publish = () => ports.publish(view())
	const attend = () => ports.attend?.(inForce(book.lease()))
	const trouble = (error: unknown) => ports.trouble?.(error)
	const busy = (): Failure => ({
		kind: 'unsupported',
		what: 'a change',
		why: isMaking
			? english.anotherOneIsBeingMade
			: phase === 'undoing'
				? english.anUndoIsGoingOn
				: english.theLeaseIs(phase),
	})
	const records = createRecords({ book, clock, phase: () => phase, view, busy, onRecord: holdOn })
	const rounds = createUndoRounds({
		...ports,
		timer,
		isStopping: () => isStopping,
		isClosed: () => phase === 'closed',
		onRound: readings.lookAtAll,
		onWait: publish,
		onUndone,
		onRefused,
		trouble,
	})

	/** What is in force has changed, or how long it lasts. */
	function holdOn(): void {
		publish()
		schedule()
	}

	function schedule(): void {
		attend()
		// Not while an undo waits for its next try: that timer is the only one it has.
		if (phase !== 'starting' && phase !== 'holding') return
		const { deadline } = book.lease()
		const wanted = isMaking ? [] : rounds.wanted().map(({ seq }) => seq)
		const times = inForce(book.lease()).map((entry) => {
			const due = undoAt(book.lease(), entry)
			if (entry.failure === null) return due
			return Math.max(wanted.includes(entry.seq) ? 0 : due, Math.min(retryAt, deadline))
		})
		const wait = Math.min(deadline, ...times) - clock.monotonic()
		// At least 1 ms: a time that is over must not keep the guard turning.
		timer.set(Math.max(1, Math.min(LOOK_MS, wait)), tick)
	}

	function tick(): void {
		const now = clock.monotonic()
		if (phase === 'starting' || phase === 'holding') {
			if (asleep.look()) publish()
			const { entries, why } = dueAt(book.lease(), now, asleep.since)
			const isFinal = now >= book.lease().deadline
			const due = entries.filter((entry) => entry.failure === null || isFinal || now >= retryAt)
			// Without its record nobody else could put the values back: it is done while there is still somebody who knows.
			const held = inForce(book.lease())
			if (held.length > 0 && !store.exists()) begin(held, english.itsRecordWasRemoved)
			else if (due.length > 0) begin(due, why)
			// Asked for and refused, while other changes stay on: nobody gives up on it.
			else if (!isMaking && now >= retryAt && rounds.wanted().length > 0) begin([], book.lease().why)
			else if (held.length === 0 && isFinal) finish()
			else if (readings.look()) publish()
		}
		schedule()
	}

	function begin(entries: readonly Entry[], why: string, flood?: number): void {
		book.note({ type: 'undoing', why, ...(flood === undefined ? {} : { flood }) })
		// What is just being made is taken back whole.
		const made = inForce(book.lease()).filter(({ step }) => isMaking && step > finished)
		phase = 'undoing'
		rounds.begin([...entries, ...made])
	}

	/** Of a step that failed, and no earlier change of ours stands behind it: it goes now, and not with the rest. */
	const isLeftOver = (entry: Entry) => entry.step > finished && entry.from === entry.was

	/** Everything that was wanted is undone. */
	function onUndone(): void {
		if (inForce(book.lease()).length === 0) {
			finish()
			return
		}
		phase = 'holding'
		reply(ok(view()))
		holdOn()
	}

	/** Nobody gives up while something is in force: what is left is tried more slowly. */
	function onRefused(): void {
		const now = clock.monotonic()
		const isAll = rounds.wanted().length === inForce(book.lease()).length
		retryAt = now + SLOW_RETRY_MS
		phase = isAll ? 'failed' : 'holding'
		reply(ok(view()))
		publish()
		if (!isAll) schedule()
		else if (isStopping && book.lease().form === 'service') {
			// The timer of PID 1 goes on, and a service that is told to stop must.
			phase = 'closed'
			ports.attend?.([])
			ports.end(4)
		} else {
			const left = book.lease().deadline - now
			rounds.rest(now + (left > 0 ? Math.min(SLOW_RETRY_MS, left) : LATE_RETRY_MS))
		}
	}

	function finish(): void {
		const outcome = outcomeOf(book.lease()) === 'conflict' ? 'conflict' : 'clean'
		phase = 'closed'
		timer.cancel()
		attend()
		book.note({ type: 'closed', outcome, why: book.lease().why })
		ports.pass('before-close')
		// A clean lease leaves nothing to read. A conflict stays on record until somebody has been told.
		if (outcome === 'clean') store.close(false)
		reply(ok(view()))
		void ports.publishLast(view()).then((isSeen) => {
			if (outcome === 'conflict') store.close(!isSeen)
			ports.end(outcome === 'conflict' ? 3 : 0)
		})
	}

	function reply(result: Result<LeaseView>): void {
		const waiting = answers
		answers = []
		for (const answer of waiting) answer(result)
	}

	/** A step that ends in an error of ours is one that failed. */
	function broken(error: unknown): Result<never> {
		trouble(error)
		return fail({ kind: 'unsupported', what: 'a change', why: english.theGuardHadAnError(String(error)) })
	}

	/** One at a time. */
	function make<T>(
		begin: () => Work<Result<T>>,
		end: (result: Result<T>) => Result<LeaseView>,
	): Later<Result<LeaseView>> {
		if (isMaking || (phase !== 'starting' && phase !== 'holding')) return fail(busy())
		isMaking = true
		finished = Math.max(0, ...book.lease().entries.map(({ step }) => step))
		const made = carryOut(begin())
		const known = made instanceof Promise ? made.catch(broken) : made
		return after(known, (result) => {
			isMaking = false
			return end(result)
		})
	}

	return {
		...records,
		view,
		remainingMs: () => book.lease().deadline - clock.monotonic(),
		own(owner) {
			isOwned = true
			return records.own(owner)
		},
		prepare: (plan) =>
			make(
				() => prepare(ports, plan),
				(prepared) => (prepared.ok ? ok(view()) : prepared),
			),
		apply(plan) {
			const before = rounds.begun()
			const isOver = () => rounds.begun() > before || phase === 'closed'
			return make(
				() => apply(ports, plan, isOver),
				(applied) => {
					const answer = () => (applied.ok ? ok(view()) : applied)
					// An undo has begun meanwhile, and goes on by itself.
					if (isOver()) return answer()
					readings.lookAtAll()
					const left = applied.ok ? [] : inForce(book.lease()).filter(isLeftOver)
					if (inForce(book.lease()).length === 0) finish()
					else {
						phase = 'holding'
						holdOn()
					}
					if (left.length > 0) begin(left, english.itDidNotComeInto)
					return answer()
				},
			)
		},
		undo(which, why, answer) {
			if (phase === 'closed') return answer(ok(view()))
			const held = inForce(book.lease())
			// What came with a module goes with it.
			const entries =
				which === 'all' ? held : held.filter((entry) => entry.seq === which || entry.cameWith === which)
			if (which !== 'all' && entries.length === 0) return answer(fail(notInForce(which)))
			answers.push(answer)
			begin(entries, why)
		},
		flood({ rate, seconds }) {
			if (phase !== 'holding' && phase !== 'starting') return
			const loud = inForce(book.lease()).filter((entry) => entry.class === 'logs-more')
			if (loud.length > 0) begin(loud, english.logFlood(rate, seconds), rate)
		},
		ownerGone() {
			if (!isOwned || book.lease().persisted || phase === 'closed') return
			begin(inForce(book.lease()), english.theProgramEnded)
		},
		stop(why) {
			if (phase === 'closed') return
			isStopping = true
			begin(inForce(book.lease()), why)
		},
	}
}
