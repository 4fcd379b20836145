import type { Clock } from '../../model/clock.ts'

type Read = {
	readonly ok: boolean
	/** CPU time that it cost, ms, where that is known; else the time that it took is taken for it. */
	readonly costMs?: number
}

export type PollRule = {
	/** Reads once and hands on what it read. */
	read(): Promise<Read>
	/** From the start of one reading to that of the next, ms. Asked anew each time. */
	every(): number
	/** Readings begin this far behind the full second of the wall clock, ms. */
	secondsOffset?: number
	/** At most this share of one core over time: a dear reading is followed by a longer rest. */
	share: number
}

export type Poll = {
	start(): void
	/** Reads at once, or directly after the reading that runs, unless the share of the core forbids it. */
	hurry(): void
	/** The interval became another one. */
	reschedule(): void
	stop(): void
}

const LONGEST_BACKOFF_MS = 10_000
/** So near to the last start that a full second is taken for the one after. */
const SAME_SECOND_MS = 500

/**
 * Reads again and again, one reading at a time. One that fails waits twice as long each time, up to 10 s or the
 * interval itself, whichever is longer.
 */
export function createPoll(clock: Clock, rule: PollRule): Poll {
	let state: 'stopped' | 'waiting' | 'reading' = 'stopped'
	let cancel = (): void => {}
	let failures = 0
	let again = false
	let startedAt = Number.NEGATIVE_INFINITY
	/** Not before this: the rest that the last reading costs. */
	let restedAt = Number.NEGATIVE_INFINITY
	/** A poll that was stopped and started again must not hear of readings from before. */
	let generation = 0

	const begin = async (): Promise<void> => {
		const mine = generation
		state = 'reading'
		again = false
		startedAt = clock.monotonic()
		const { ok, costMs } = await rule.read()
		if (mine !== generation) return
		const endedAt = clock.monotonic()
		failures = ok ? 0 : failures + 1
		restedAt = endedAt + (costMs ?? endedAt - startedAt) * (1 / rule.share - 1)
		state = 'waiting'
		schedule()
	}

	const nextStart = (now: number): number => {
		if (again) return Math.max(now, restedAt)
		const every = rule.every()
		const backoff = failures === 0 ? 0 : Math.min(LONGEST_BACKOFF_MS, every * 2 ** (failures - 1))
		const wanted = startedAt + Math.max(every, backoff)
		const offset = rule.secondsOffset
		if (offset === undefined || failures > 1) return Math.max(now, wanted, restedAt)
		// The wall clock may have jumped: only its part of a second is used, and never more than one second away.
		const untilOffset = (offset - (clock.wall() % 1000) + 1000) % 1000
		const aligned = now + untilOffset
		const seconds = Math.max(0, Math.ceil((wanted - SAME_SECOND_MS - aligned) / 1000))
		return Math.max(aligned + seconds * 1000, restedAt)
	}

	const schedule = (): void => {
		cancel()
		const now = clock.monotonic()
		cancel = clock.after(Math.max(0, nextStart(now) - now), () => void begin())
	}

	return {
		start() {
			if (state !== 'stopped') return
			failures = 0
			void begin()
		},
		hurry() {
			if (state === 'stopped') return
			again = true
			if (state === 'waiting') schedule()
		},
		reschedule() {
			if (state === 'waiting') schedule()
		},
		stop() {
			generation++
			state = 'stopped'
			cancel()
			cancel = () => {}
		},
	}
}
