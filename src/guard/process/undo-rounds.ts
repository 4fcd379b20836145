import { dueAt, type Entry, inForce, undoAt } from '../../changes/lease.ts'
import { after, carryOut } from '../../host/process/later.ts'
import type { Clock } from '../../model/clock.ts'
import { BUSY_TRIES, isSlowEntry, RETRY_MS, type UndoPorts, undoEntries } from '../undoing/undo.ts'

/** How often it is looked whether there is something else to do. */
export const LOOK_MS = 1000

/** The next thing that the guard does by itself: what is set takes the place of what was set before. */
export type OneTimer = {
	set(ms: number, run: () => void): void
	cancel(): void
}

export function createOneTimer(clock: Pick<Clock, 'after'>): OneTimer {
	let cancel = () => {}
	return {
		set(ms, run) {
			cancel()
			cancel = clock.after(ms, run)
		},
		cancel: () => cancel(),
	}
}

export type UndoRoundsPorts = UndoPorts & {
	readonly clock: Clock
	readonly timer: OneTimer
	/** The guard is to end as soon as it can. */
	readonly isStopping: () => boolean
	readonly isClosed: () => boolean
	/** After each round, before what comes of it. */
	readonly onRound: () => void
	/** Something is waited for. */
	readonly onWait: () => void
	/** Nothing that was wanted is in force any more. */
	readonly onUndone: () => void
	/** Refused again and again. */
	readonly onRefused: () => void
	readonly trouble: (error: unknown) => void
}

/** Undoes what is wanted, round after round, until none of it is in force. */
export type UndoRounds = {
	/** Changes whose undo was asked for and that are in force, newest first. */
	wanted(): readonly Entry[]
	/** Wants these too, and begins. */
	begin(entries: readonly Entry[]): void
	/** How many have begun: a step that was being made then is not gone on with. */
	begun(): number
	/** Tries again at that time of CLOCK_MONOTONIC, or once somebody else has closed the lease. */
	rest(until: number): void
}

export function createUndoRounds(ports: UndoRoundsPorts): UndoRounds {
	const { book, clock, timer } = ports
	let wanted = new Set<number>()
	let tries = 0
	let begun = 0
	/** A tool of an undo is waited for. */
	let isWaiting = false

	const wantedNow = (): readonly Entry[] => inForce(book.lease()).filter(({ seq }) => wanted.has(seq))

	/** Whatever is quick at once; then what is slow, one after the other, while the guard goes on. */
	function attempt(): void {
		timer.cancel()
		// What falls due while another undo is tried again does not wait for that.
		for (const entry of dueAt(book.lease(), clock.monotonic()).entries) wanted.add(entry.seq)
		const isSlow = (entry: Entry) => isSlowEntry(ports, entry)
		const howOften = ports.isStopping() ? BUSY_TRIES : tries
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
		ports.onWait()
		lookAgain()
		const goOn = () => {
			isWaiting = false
			// What was asked for meanwhile has not been tried.
			if (begun > round && wantedNow().length > 0) attempt()
			else tried()
		}
		// An error is no end either: what is in force is tried again.
		slow.then(goOn, (error: unknown) => {
			ports.trouble(error)
			goOn()
		})
	}

	/** While a tool is waited for: what falls due meanwhile, and what was wanted since. */
	const lookAgain = () => timer.set(Math.min(LOOK_MS, nextOther()), attempt)

	/** Milliseconds until something falls due that is not being undone already. */
	function nextOther(): number {
		const others = inForce(book.lease()).filter((entry) => !wanted.has(entry.seq))
		const times = others.map((entry) => undoAt(book.lease(), entry))
		return Math.max(1, Math.min(...times) - clock.monotonic())
	}

	function tried(): void {
		if (ports.isClosed()) return
		timer.cancel()
		ports.onRound()
		if (wantedNow().length === 0) {
			wanted = new Set()
			ports.onUndone()
			return
		}
		const wait = ports.isStopping() && book.lease().form === 'service' ? undefined : RETRY_MS[tries]
		tries += 1
		if (wait === undefined) ports.onRefused()
		else {
			ports.onWait()
			timer.set(Math.min(wait, nextOther()), attempt)
		}
	}

	function rest(until: number): void {
		const isOver = () => clock.monotonic() >= until || !ports.store.exists()
		timer.set(LOOK_MS, () => (isOver() ? attempt() : rest(until)))
	}

	return {
		wanted: wantedNow,
		begin(entries) {
			begun += 1
			for (const { seq } of entries) wanted.add(seq)
			tries = 0
			attempt()
		},
		begun: () => begun,
		rest,
	}
}
