import type { LeaseView } from '../../model/change.ts'
import type { Clock } from '../../model/clock.ts'
import type { Result } from '../../words/failure.ts'
import type { Channel } from '../wire/channel.ts'
import type { Ask } from '../wire/protocol.ts'

const LOOK_MS = 1_000

/**
 * The answer of the guard, or undefined once `isHung` says so of the time that was waited, ms. Time in which this process
 * stood still itself (ctrl-z, a debugger) is not waited: what was said meanwhile is read first.
 */
export async function askWithLimit(
	channel: Pick<Channel, 'ask'>,
	question: Ask,
	clock: Pick<Clock, 'monotonic' | 'after'>,
	isHung: (waitedMs: number) => boolean,
): Promise<Result<LeaseView> | undefined> {
	const late = Promise.withResolvers<undefined>()
	let waited = 0
	let lookedAt = clock.monotonic()
	let cancel = clock.after(LOOK_MS, look)
	function look(): void {
		const now = clock.monotonic()
		waited += Math.min(now - lookedAt, 2 * LOOK_MS)
		lookedAt = now
		if (isHung(waited)) late.resolve(undefined)
		else cancel = clock.after(LOOK_MS, look)
	}
	const answer = await Promise.race([channel.ask(question), late.promise])
	cancel()
	return answer
}
