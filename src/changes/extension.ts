/** What one press of `e` adds. */
const EXTENSION_MS = 10 * 60_000
/** A deadline is moved to at most so long from now, whatever the lease began with. */
const FARTHEST_MS = 3_600_000
/** What a human does twice on purpose is at least so far apart. Guard and program both hold to it. */
const APART_MS = 1000

export const TOO_SOON = 'more time is given at most once a second'
export const FAR_ENOUGH = 'an hour or more is left, and e gives at most an hour from now'

/** The deadline after one extension; undefined when it is as far away already as one may put it. CLOCK_MONOTONIC ms. */
export function extended(deadline: number, now: number): number | undefined {
	const moved = Math.min(deadline + EXTENSION_MS, now + FARTHEST_MS)
	return moved > deadline ? moved : undefined
}

/** Whether the last time that was given, at `lastAt`, is too close for another one. CLOCK_MONOTONIC ms. */
export const isTooSoon = (lastAt: number, now: number): boolean => now - lastAt < APART_MS
