import { describe, expect, test } from 'vitest'
import { createPoll, type PollRule } from '../../../src/app/effects/poll.ts'
import { FakeClock } from '../../harness/fake/clock.ts'

type Set = Partial<Omit<PollRule, 'read'>> & {
	readonly takesMs?: number
	readonly costMs?: number
	/** How many readings fail from the start. */
	readonly failing?: number
}

function poll({ takesMs = 0, costMs, failing = 0, ...rule }: Set, clock = new FakeClock(0, 0)) {
	const starts: number[] = []
	let atOnce = 0
	let most = 0
	const made = createPoll(clock, {
		every: () => 1000,
		share: 0.5,
		...rule,
		async read() {
			starts.push(clock.monotonic())
			most = Math.max(most, ++atOnce)
			if (takesMs > 0) await new Promise<void>((resolve) => clock.after(takesMs, resolve))
			atOnce--
			const ok = starts.length > failing
			return costMs === undefined ? { ok } : { ok, costMs }
		},
	})
	made.start()
	return { ...made, clock, starts, most: () => most }
}

describe('when a poll reads', () => {
	test.each<[string, Set, number, number[]]>([
		['at a fixed pace', {}, 3500, [0, 1000, 2000, 3000]],
		['counted from the start of a reading', { takesMs: 300 }, 3500, [0, 1000, 2000, 3000]],
		['a slow one rests as its share says', { takesMs: 2000 }, 9000, [0, 4000, 8000]],
		['a dear one too', { costMs: 1000, share: 0.05, every: () => 5000 }, 45_000, [0, 19_000, 38_000]],
		[
			'a cheap one keeps its pace',
			{ costMs: 100, share: 0.05, every: () => 5000 },
			16_000,
			[0, 5000, 10_000, 15_000],
		],
		[
			'failing: twice as long each time, at most 10 s',
			{ failing: 99 },
			40_000,
			[0, 1000, 3000, 7000, 15_000, 25_000, 35_000],
		],
		[
			'failing with a long interval: never less than it',
			{ failing: 99, every: () => 5000 },
			31_000,
			[0, 5000, 15_000, 25_000],
		],
		['well again: the old pace', { failing: 3 }, 9500, [0, 1000, 3000, 7000, 8000, 9000]],
	])('%s', async (_, rule, ms, starts) => {
		const it = poll(rule)
		await it.clock.advance(ms)
		expect(it.starts).toEqual(starts)
		expect(it.most()).toBe(1)
	})

	test('aligned to the wall second, from wherever it starts', async () => {
		const it = poll({ secondsOffset: 0 }, new FakeClock(10_000, 730))
		await it.clock.advance(3000)
		expect(it.starts).toEqual([10_000, 11_270, 12_270])
	})

	test('aligned: a wall clock that jumps moves it by less than two seconds', async () => {
		const it = poll({ secondsOffset: 500 }, new FakeClock(10_000, 0))
		await it.clock.advance(2000)
		it.clock.wallOffset = -3_600_250
		await it.clock.advance(4000)
		expect(it.starts).toEqual([10_000, 10_500, 11_500, 12_500, 13_750, 14_750, 15_750])
	})
})

describe('hurry', () => {
	test('reads at once', async () => {
		const it = poll({ every: () => 10_000 })
		await it.clock.advance(3000)
		it.hurry()
		await it.clock.advance(8000)
		expect(it.starts).toEqual([0, 3000])
		await it.clock.advance(2500)
		expect(it.starts).toEqual([0, 3000, 13_000])
	})

	test('during a reading: directly after it, once', async () => {
		const it = poll({ every: () => 10_000, takesMs: 400, share: 1 })
		await it.clock.advance(100)
		it.hurry()
		it.hurry()
		await it.clock.advance(5000)
		expect(it.starts).toEqual([0, 400])
		expect(it.most()).toBe(1)
	})

	test('not before the rest that the last reading costs', async () => {
		const it = poll({ every: () => 60_000, costMs: 500, share: 0.05 })
		await it.clock.advance(2000)
		it.hurry()
		await it.clock.advance(10_000)
		expect(it.starts).toEqual([0, 9500])
	})
})

test('a new interval holds at once', async () => {
	let every = 60_000
	const it = poll({ every: () => every })
	await it.clock.advance(7000)
	every = 5000
	it.reschedule()
	await it.clock.advance(1)
	expect(it.starts).toEqual([0, 7000])
})

test('stopped: no timer stays, and a reading that runs starts none', async () => {
	const it = poll({ takesMs: 400 })
	await it.clock.advance(100)
	it.stop()
	await it.clock.advance(60_000)
	expect(it.starts).toEqual([0])
	expect(it.clock.pending).toBe(0)
})
