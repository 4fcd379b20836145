import type { Clock } from '../model/clock.ts'

/** CLOCK_MONOTONIC in ms: does not jump when the time is set, stands still while the host is suspended. */
export function monotonic(): number {
	return Number(process.hrtime.bigint() / 1_000_000n)
}

export function createClock(): Clock {
	return {
		monotonic,
		wall: () => Date.now(),
		after(ms, run) {
			const timer = setTimeout(run, ms)
			return () => clearTimeout(timer)
		},
	}
}

/** Nothing else of this process happens meanwhile, ms. For the guard, where nothing else must happen. */
export function standStill(ms: number): void {
	Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}
