/** Milliseconds of CLOCK_MONOTONIC: the same number in every process of this boot, so deadlines can be compared. */
export type MonotonicMs = number

export interface Clock {
	monotonic(): MonotonicMs
	/** Milliseconds since 1970; shown, never computed with. */
	wall(): number
	/** Calls back once after `ms`; the answer cancels. */
	after(ms: number, run: () => void): () => void
}

/** How fast a recording is played: 1 is as it happened. */
export const SPEEDS = [0.25, 0.5, 1, 2, 4, 8, 16, 32, 64] as const
