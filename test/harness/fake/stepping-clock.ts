import type { Clock, MonotonicMs } from '../../../src/model/clock.ts'

type Timer = { readonly at: MonotonicMs; readonly run: () => void; readonly order: number }

/** A clock that stands still until it is told to go. Wall and monotonic time differ, as they do. */
export class SteppingClock implements Clock {
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
		for (;;) {
			const next = [...this.#timers]
				.filter(({ at }) => at <= end)
				.sort((a, b) => a.at - b.at || a.order - b.order)[0]
			if (next === undefined) break
			this.#timers.delete(next)
			this.#now = Math.max(this.#now, next.at)
			next.run()
			await settled()
		}
		this.#now = end
		await settled()
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
