import type { Clock } from '../../model/clock.ts'
import type { LongReading, OnReading } from '../../model/reading-progress.ts'
import type { ActionBody } from '../state/actions.ts'

/** What is over sooner needs no word; then one a second, so that the line stays calm. */
const EVERY_MS = 1_000

/** Reads, and tells how far that is once it has taken longer than a moment. */
export async function toldWhile<T>(
	clock: Pick<Clock, 'monotonic' | 'after'>,
	of: LongReading,
	tell: (body: ActionBody) => void,
	read: (onReading: OnReading) => Promise<T>,
): Promise<T> {
	const since = clock.monotonic()
	let done: number | undefined
	let all: number | undefined
	let cancel = (): void => {}
	const next = (): void => {
		cancel = clock.after(EVERY_MS, () => {
			tell({ type: 'reading', of, progress: { since, done, all } })
			next()
		})
	}
	next()
	try {
		return await read((now, about) => {
			done = now
			all = about ?? all
		})
	} finally {
		cancel()
	}
}
