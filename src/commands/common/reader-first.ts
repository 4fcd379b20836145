import type { Clock } from '../../model/clock.ts'

/** Longest that an undo waits for the reader of NFLOG to end, ms: half of what is promised for the whole of it. */
const READER_FIRST_MS = 1_000

/**
 * Resolves when the reader has ended: it must not outlive the logger that it reads from. One that does not end is not
 * waited for.
 */
export async function readerFirst(clock: Clock, stopped: Promise<unknown>): Promise<void> {
	const late = Promise.withResolvers<void>()
	const cancel = clock.after(READER_FIRST_MS, late.resolve)
	await Promise.race([Promise.allSettled([stopped]), late.promise])
	cancel()
}
