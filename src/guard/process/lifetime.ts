import { extended, FAR_ENOUGH, isTooSoon, TOO_SOON } from '../../changes/extension.ts'
import { dueAt, type Entry, inForce, outcomeOf, undoAt } from '../../changes/lease.ts'
import { leaseView } from '../../changes/lease-view.ts'
import type { LeaseStore } from '../../host/files/lease-store.ts'
import { after, carryOut, type Later, type Work } from '../../host/process/later.ts'
import type { Flood, LeasePhase, LeaseView, Owner, Plan } from '../../model/change.ts'
import type { Clock } from '../../model/clock.ts'
import { type Failure, fail, ok, type Result } from '../../words/failure.ts'
import { apply } from '../undoing/apply.ts'
import { type ApplyPorts, prepare } from '../undoing/prepare.ts'
import { createReadings } from '../undoing/readings.ts'
import { BUSY_TRIES, isSlowEntry, undoEntries } from '../undoing/undo.ts'

/** An undo that was refused is tried again after these times, then every half minute, and after the deadline every minute. */
const RETRY_MS = [100, 1000, 5000] as const
const SLOW_RETRY_MS = 30_000
export const LATE_RETRY_MS = 60_000
/** How often the knobs in force are read again, to see that somebody else changed one. */
const LOOK_MS = 1000

export type LifetimePorts = ApplyPorts & {
	readonly store: LeaseStore
	readonly clock: Clock
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
export type Lifetime = {
	view(): LeaseView
	/** Until the deadline. */
	remainingMs(): number
	own(owner: Owner): Result<LeaseView>
	prepare(plan: Plan): Later<Result<LeaseView>>
	/** An undo that begins meanwhile takes it back. */
	apply(plan: Plan): Later<Result<LeaseView>>
	/** Answers when it is done, or when it was refused so often that the next try is far off. */
	undo(which: number | 'all', why: string, answer: Answer): void
	extend(): Result<LeaseView>
	confirm(seq: number): Result<LeaseView>
	persist(): Result<LeaseView>
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
	let phase: LeasePhase = 'starting'
	let tries = 0
	/** Changes whose undo was asked for, and is being tried. */
	let wanted = new Set<number>()
	let answers: Answer[] = []
	/** CLOCK_MONOTONIC ms before which a refused undo is not tried again. */
	let retryAt = 0
	/** CLOCK_MONOTONIC ms of the last extension. */
	let extendedAt = Number.NEGATIVE_INFINITY
	let isOwned = false
	let isStopping = false
	/** A plan is being looked at or made, and a tool is waited for. */
	let isMaking = false
	/** The last step before the one that is being made. */
	let finished = 0
	/** How many undos have begun: a step that was being made then is not gone on with. */
	let begun = 0
	/** A tool of an undo is waited for. */
	let isWaiting = false
	let cancelTimer = () => {}

	const view = () => leaseView(book.lease(), phase, readings.bySeq)
	const publish = () => ports.publish(view())
	const attend = () => ports.attend?.(inForce(book.lease()))
	const busy = (): Failure => ({
		kind: 'unsupported',
		what: 'a change',
		why: isMaking
			? 'another one is being made'
			: phase === 'undoing'
				? 'an undo is going on'
				: `the lease is ${phase}`,
	})

	function schedule(): void {
		attend()
		// Not while an undo waits for its next try: that timer is the only one it has.
		if (phase !== 'starting' && phase !== 'holding') return
		cancelTimer()
		const { deadline } = book.lease()
		const times = inForce(book.lease()).map((entry) => {
			const due = undoAt(book.lease(), entry)
			if (entry.failure === null) return due
			const isWanted = wanted.has(entry.seq) && !isMaking
			return Math.max(isWanted ? 0 : due, Math.min(retryAt, deadline))
		})
		const wait = Math.min(deadline, ...times) - clock.monotonic()
		// At least 1 ms: a time that is over must not keep the guard turning.
		cancelTimer = clock.after(Math.max(1, Math.min(LOOK_MS, wait)), tick)
	}

	function tick(): void {
		const now = clock.monotonic()
		if (phase === 'starting' || phase === 'holding') {
			const { entries, why } = dueAt(book.lease(), now)
			const isFinal = now >= book.lease().deadline
			const due = entries.filter((entry) => entry.failure === null || isFinal || now >= retryAt)
			// Without its record nobody else could put the values back: it is done while there is still somebody who knows.
			const held = inForce(book.lease())
			if (held.length > 0 && !store.exists()) begin(held, 'its record was removed')
			else if (due.length > 0) begin(due, why)
			// Asked for and refused, while other changes stay on: nobody gives up on it.
			else if (!isMaking && now >= retryAt && wantedNow().length > 0) begin([], book.lease().why)
			else if (held.length === 0 && isFinal) finish()
			else if (readings.look()) publish()
		}
		schedule()
	}

	function begin(entries: readonly Entry[], why: string, flood?: number): void {
		book.note({ type: 'undoing', why, ...(flood === undefined ? {} : { flood }) })
		begun += 1
		for (const entry of entries) wanted.add(entry.seq)
		// What is just being made is taken back whole.
		for (const { seq, step } of inForce(book.lease())) if (isMaking && step > finished) wanted.add(seq)
		phase = 'undoing'
		tries = 0
		attempt()
	}

	/** Whatever is quick at once; then what is slow, one after the other, while the guard goes on. */
	function attempt(): void {
		cancelTimer()
		// What falls due while another undo is tried again does not wait for that.
		for (const entry of dueAt(book.lease(), clock.monotonic()).entries) wanted.add(entry.seq)
		const isSlow = (entry: Entry) => isSlowEntry(ports, entry)
		const howOften = isStopping ? BUSY_TRIES : tries
		const quick = wantedNow().filter((entry) => !isSlow(entry))
		const round = begun
		const first = carryOut(undoEntries(ports, quick, howOften))
		if (isWaiting) {
			if (first instanceof Promise) void first.catch(ports.trouble)
			lookAgain()
			return
		}
		const slow = after(first, () => carryOut(undoEntries(ports, wantedNow().filter(isSlow), howOften)))
		if (!(slow instanceof Promise)) {
			tried()
			return
		}
		isWaiting = true
		publish()
		lookAgain()
		const goOn = () => {
			isWaiting = false
			// What was asked for meanwhile has not been tried.
			if (begun > round && wantedNow().length > 0) attempt()
			else tried()
		}
		// An error is no end either: what is in force is tried again.
		slow.then(goOn, (error: unknown) => {
			ports.trouble?.(error)
			goOn()
		})
	}

	const wantedNow = (): readonly Entry[] => inForce(book.lease()).filter(({ seq }) => wanted.has(seq))

	/** Of a step that failed, and no earlier change of ours stands behind it: it goes now, and not with the rest. */
	const isLeftOver = (entry: Entry) => entry.step > finished && entry.from === entry.was

	/** While a tool is waited for: what falls due meanwhile, and what was wanted since. */
	function lookAgain(): void {
		cancelTimer = clock.after(Math.min(LOOK_MS, nextOther()), attempt)
	}

	function tried(): void {
		if (phase === 'closed') return
		cancelTimer()
		readings.lookAtAll()
		if (wantedNow().length === 0) {
			settle()
			return
		}
		const wait = isStopping && book.lease().form === 'service' ? undefined : RETRY_MS[tries]
		tries += 1
		if (wait !== undefined) {
			publish()
			cancelTimer = clock.after(Math.min(wait, nextOther()), attempt)
			return
		}
		slowDown()
	}

	/** Milliseconds until something falls due that is not being undone already. */
	function nextOther(): number {
		const others = inForce(book.lease()).filter((entry) => !wanted.has(entry.seq))
		const times = others.map((entry) => undoAt(book.lease(), entry))
		return Math.max(1, Math.min(...times) - clock.monotonic())
	}

	/** Everything that was wanted is undone. */
	function settle(): void {
		wanted = new Set()
		if (inForce(book.lease()).length === 0) {
			finish()
			return
		}
		phase = 'holding'
		reply(ok(view()))
		publish()
		schedule()
	}

	/** Refused again and again. Nobody gives up while something is in force: what is left is tried more slowly. */
	function slowDown(): void {
		const now = clock.monotonic()
		const isAll = inForce(book.lease()).every((entry) => wanted.has(entry.seq))
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
			rest(now + (left > 0 ? Math.min(SLOW_RETRY_MS, left) : LATE_RETRY_MS))
		}
	}

	/** Until the next try, or until somebody else has put everything back and closed the lease. */
	function rest(until: number): void {
		const isOver = () => clock.monotonic() >= until || !store.exists()
		cancelTimer = clock.after(LOOK_MS, () => (isOver() ? attempt() : rest(until)))
	}

	function finish(): void {
		const outcome = outcomeOf(book.lease()) === 'conflict' ? 'conflict' : 'clean'
		phase = 'closed'
		cancelTimer()
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
		ports.trouble?.(error)
		return fail({ kind: 'unsupported', what: 'a change', why: `the guard had an error: ${String(error)}` })
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

	/** For requests that make one record. */
	function recorded(code: string | undefined): Result<LeaseView> {
		if (code !== undefined) return fail({ kind: 'unsupported', what: 'recording it', why: code })
		publish()
		schedule()
		return ok(view())
	}

	return {
		view,
		remainingMs: () => book.lease().deadline - clock.monotonic(),
		own(owner) {
			isOwned = true
			return recorded(book.record({ type: 'owner', owner }))
		},
		prepare: (plan) =>
			make(
				() => prepare(ports, plan),
				(prepared) => (prepared.ok ? ok(view()) : prepared),
			),
		apply(plan) {
			const before = begun
			const isOver = () => begun > before || phase === 'closed'
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
						publish()
						schedule()
					}
					if (left.length > 0) begin(left, 'it did not come into force whole')
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
			if (which !== 'all' && entries.length === 0)
				return answer(fail({ kind: 'usage', message: `change ${which} is not in force`, next: '' }))
			answers.push(answer)
			begin(entries, why)
		},
		extend() {
			if (phase !== 'holding') return fail(busy())
			const now = clock.monotonic()
			if (isTooSoon(extendedAt, now)) return fail({ kind: 'usage', message: TOO_SOON, next: '' })
			const deadline = extended(book.lease().deadline, now)
			if (deadline === undefined) return fail({ kind: 'usage', message: FAR_ENOUGH, next: '' })
			extendedAt = now
			return recorded(book.record({ type: 'deadline', deadline }))
		},
		confirm(seq) {
			const entry = inForce(book.lease()).find((one) => one.seq === seq)
			if (entry === undefined || phase !== 'holding')
				return fail({ kind: 'usage', message: `change ${seq} is not in force`, next: '' })
			if (entry.class !== 'treats-differently' || entry.confirmed) return ok(view())
			return recorded(book.record({ type: 'confirmed', seq }))
		},
		persist() {
			if (book.lease().form !== 'service')
				return fail({
					kind: 'unsupported',
					what: 'keeping changes after the program ends',
					why: 'without systemd nothing stands behind the guard, so its end would leave them on',
				})
			if (phase !== 'holding') return fail(busy())
			return recorded(book.record({ type: 'persisted' }))
		},
		flood({ rate, seconds }) {
			if (phase !== 'holding' && phase !== 'starting') return
			const loud = inForce(book.lease()).filter((entry) => entry.class === 'logs-more')
			if (loud.length > 0) begin(loud, `log flood: ${rate} lines/s for ${seconds} s`, rate)
		},
		ownerGone() {
			if (!isOwned || book.lease().persisted || phase === 'closed') return
			begin(inForce(book.lease()), 'the program ended')
		},
		stop(why) {
			if (phase === 'closed') return
			isStopping = true
			begin(inForce(book.lease()), why)
		},
	}
}
