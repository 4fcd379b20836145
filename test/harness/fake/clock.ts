import type { Clock } from '../../../src/model/clock.ts'

export type FakeClock = Clock & {
	/** Moves the time and runs what falls due, in order. */
	advance(ms: number): void
	/** How many timers wait. */
	pending(): number
}

export function createFakeClock(start = 1_000): FakeClock {
	let now = start
	let serial = 0
	let timers: { readonly at: number; readonly id: number; readonly run: () => void }[] = []
	return {
		monotonic: () => now,
		wall: () => 1_700_000_000_000 + now,
		after(ms, run) {
			const id = ++serial
			timers.push({ at: now + ms, id, run })
			return () => {
				timers = timers.filter((one) => one.id !== id)
			}
		},
		advance(ms) {
			const until = now + ms
			for (;;) {
				const next = timers.filter((one) => one.at <= until).sort((a, b) => a.at - b.at || a.id - b.id)[0]
				if (next === undefined) break
				timers = timers.filter((one) => one !== next)
				now = Math.max(now, next.at)
				next.run()
			}
			now = until
		},
		pending: () => timers.length,
	}
}
