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
