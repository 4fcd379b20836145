/** Milliseconds of CLOCK_MONOTONIC: the same number in every process of this boot, so deadlines can be compared. */
export type MonotonicMs = number

export interface Clock {
	monotonic(): MonotonicMs
	/** Milliseconds since 1970; shown, never computed with. */
	wall(): number
	/** Calls back once after `ms`; the answer cancels. */
	after(ms: number, run: () => void): () => void
}
