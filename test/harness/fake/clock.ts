import type { Clock, MonotonicMs } from '../../../src/model/clock.ts'

type Timer = { readonly at: MonotonicMs; readonly run: () => void; readonly order: number }

/** A clock that stands still until it is told to go. Wall and monotonic time differ, as they do. */
export class FakeClock implements Clock {
	#now: MonotonicMs
	#order = 0
	readonly #timers = new Set<Timer>()
	/** Wall clock minus monotonic clock, ms. */
	wallOffset: number

	constructor(now = 10_000, wallOffset = 1_700_000_000_000) {
		this.#now = now
		this.wallOffset = wallOffset
	}

	monotonic(): MonotonicMs {
		return this.#now
	}

	wall(): number {
		return this.#now + this.wallOffset
	}

	after(ms: number, run: () => void): () => void {
		const timer = { at: this.#now + Math.max(0, ms), run, order: this.#order++ }
		this.#timers.add(timer)
		return () => this.#timers.delete(timer)
	}

	/** Timers that wait. */
	get pending(): number {
		return this.#timers.size
	}

	/** Time passes: every timer runs at its time, and what it started is done before the next one. */
	async advance(ms: number): Promise<void> {
		const end = this.#now + ms
		await settled()
		while (this.#runNext(end)) await settled()
		this.#now = end
		await settled()
	}

	/** The same at one go: what the timers started goes on afterwards. */
	advanceAtOnce(ms: number): void {
		const end = this.#now + ms
		while (this.#runNext(end));
		this.#now = end
	}

	/** Runs the timer that is next, if it falls due until then. */
	#runNext(end: MonotonicMs): boolean {
		const next = [...this.#timers]
			.filter(({ at }) => at <= end)
			.sort((a, b) => a.at - b.at || a.order - b.order)[0]
		if (next === undefined) return false
		this.#timers.delete(next)
		this.#now = Math.max(this.#now, next.at)
		next.run()
		return true
	}

	/** The process was stopped: time went by and nothing ran. */
	jump(ms: number): void {
		this.#now += ms
	}
}

/** All promises that can go on have gone on. */
async function settled(): Promise<void> {
	for (let turn = 0; turn < 5; turn++) await new Promise<void>((resolve) => setImmediate(resolve))
}
