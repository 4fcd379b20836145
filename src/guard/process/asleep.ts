import { type Entry, inForce } from '../../changes/lease.ts'
import type { Clock } from '../../model/clock.ts'
import type { Book } from '../undoing/book.ts'

/** What is less is the coarseness of the two clocks, ms. */
const WORTH_MS = 500

export type AsleepPorts = {
	readonly book: Book
	readonly clock: Pick<Clock, 'monotonic'>
	/** How long this host has been suspended since it was started, ms; undefined when it cannot be told now. */
	readonly asleepMs: () => number | undefined
}

/** While the host is suspended CLOCK_MONOTONIC stands still; the time of a change does not. */
export type Asleep = {
	/** Takes what was slept since the last look off the deadline, on record. True when that was something. */
	look(): boolean
	/** How long the host has slept since a change was first seen here, ms. */
	since(entry: Entry): number
}

export function createAsleep({ book, clock, asleepMs }: AsleepPorts): Asleep {
	/** Of it, what is off the deadline already; undefined until it could be told. */
	let counted = asleepMs()
	const atFirst = new Map<number, number>()
	return {
		look() {
			const now = asleepMs()
			if (now === undefined) return false
			counted ??= now
			const before = counted
			const slept = now - before
			for (const { seq } of inForce(book.lease())) if (!atFirst.has(seq)) atFirst.set(seq, before)
			if (slept < WORTH_MS) return false
			counted = now
			// Not before now: nobody could have undone anything meanwhile, so nothing is late.
			const deadline = Math.max(clock.monotonic(), book.lease().deadline - slept)
			book.note({ type: 'deadline', deadline })
			return true
		},
		since({ seq }) {
			const first = atFirst.get(seq)
			return counted === undefined || first === undefined ? 0 : counted - first
		},
	}
}
