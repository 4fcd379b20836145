import { uptime } from 'node:os'
import type { Clock } from '../model/clock.ts'

/** CLOCK_MONOTONIC in ms: does not jump when the time is set, stands still while the host is suspended. */
export function monotonic(): number {
	return Number(process.hrtime.bigint() / 1_000_000n)
}

/** Readings of two clocks that are further apart say nothing, ms. */
const APART_MS = 100
const TRIES = 5

/**
 * How long this host has been suspended since it was started, ms, give or take APART_MS: CLOCK_BOOTTIME goes on meanwhile
 * (fs/proc/uptime.c). Undefined when others took the processor between the two readings, time after time.
 */
export function asleepMs(read = { boot: () => uptime() * 1000, monotonic }): number | undefined {
	for (let tries = 0; tries < TRIES; tries++) {
		const before = read.monotonic()
		const boot = read.boot()
		if (read.monotonic() - before < APART_MS) return boot - before
	}
	return undefined
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
