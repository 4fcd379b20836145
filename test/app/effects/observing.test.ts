import { describe, expect, test } from 'vitest'
import { reasonRate } from '../../../src/app/log/reasons.ts'
import { keyOf } from '../../../src/app/state/bindings.ts'
import type { LogEvent } from '../../../src/model/log-event.ts'
import { ok } from '../../../src/words/failure.ts'
import { countersOf, createBench, foundLease, NOT_PERMITTED, settingsOf } from '../../harness/fake/ports.ts'
import { packetText, record } from '../../harness/samples/states.ts'

const seconds = (times: readonly number[] | undefined): readonly number[] =>
	(times ?? []).map((at) => (at - (times?.[0] ?? 0)) / 1000)

describe('what is looked at, and when', () => {
	test('everything at the start, then each at its pace', async () => {
		const { store, clock, observer } = createBench()
		store.start()
		await clock.advance(12_100)
		expect(seconds(observer.calls.settings)).toEqual([0, 1.6, 3.6, 5.6, 7.6, 9.6, 11.6])
		expect(observer.calls.lists).toHaveLength(1)
		expect(seconds(observer.calls.leases)).toEqual([0, 2.6, 5.6, 8.6, 11.6])
		expect(observer.calls.counters.length).toBeGreaterThanOrEqual(12)
		expect(observer.calls.followLog).toHaveLength(1)
		expect(observer.calls.facts).toHaveLength(1)
		expect(observer.calls.table).toHaveLength(1)
	})

	test('the lists of entries outside the table cost children: only Table reads them again', async () => {
		const { store, clock, observer, press } = createBench()
		store.start()
		await clock.advance(12_000)
		expect(observer.calls.lists).toHaveLength(1)
		const before = clock.monotonic()
		await press(keyOf('go-table'))
		await clock.advance(10_500)
		const times = observer.calls.lists?.slice(1).map((at) => at - before) ?? []
		expect(times.length).toBeGreaterThanOrEqual(2)
		expect(times[0]).toBeLessThan(1_000)
		await press(keyOf('go-watch'))
		const seen = observer.calls.lists?.length
		await clock.advance(20_000)
		expect(observer.calls.lists?.length).toBeLessThanOrEqual((seen ?? 0) + 1)
	})

	test('ticks begin with the wall second, and the counters come just before', async () => {
		const bench = createBench()
		bench.clock.wallOffset += 137
		const ticks: number[] = []
		let second = 0
		bench.store.subscribe(() => {
			const { secondEnd } = bench.store.getState()
			if (secondEnd !== second) ticks.push(bench.clock.wall() % 1000)
			second = secondEnd
		})
		bench.store.start()
		await bench.clock.advance(4000)
		expect(ticks.slice(1)).toEqual([0, 0, 0, 0])
		expect(bench.observer.calls.counters.slice(1).map((at) => (at + 137) % 1000)).toEqual([600, 600, 600])
	})

	test('while nothing happens all that is read again and again is read at one moment of the second', async () => {
		const { store, clock } = createBench()
		store.start()
		await clock.advance(5_000)
		const times = new Set<number>()
		store.subscribe(() => times.add(clock.wall() % 1000))
		await clock.advance(20_000)
		expect([...times].toSorted((a, b) => a - b)).toEqual([0, 600])
	})

	test('who fills the table is asked when it gets full, at once, and not before', async () => {
		const { store, clock, observer } = createBench()
		store.start()
		await clock.advance(12_100)
		expect(observer.calls.holders).toEqual([])
		const at = clock.monotonic()
		observer.answers.counters = ok(countersOf(at, { invalid: 0, drop: 0, entries: 262_144 }))
		await clock.advance(2_000)
		expect(observer.calls.holders).toHaveLength(1)
		await clock.advance(30_000)
		expect(observer.calls.holders.length).toBeLessThanOrEqual(7)
	})

	test('rules are read where nothing else shows that conntrack works, and not before', async () => {
		const { store, clock, observer } = createBench()
		observer.answers.settings = ok({ ...settingsOf(0, observer.kernel), count: 0 })
		store.start()
		await clock.advance(8_000)
		expect(observer.calls.rules).toHaveLength(0)
		await clock.advance(4_000)
		expect(observer.calls.rules).toHaveLength(1)
	})

	test('one reading of a kind at a time, however slow', async () => {
		const { store, clock, observer } = createBench()
		for (const kind of ['counters', 'settings', 'lists', 'table', 'leases'] as const)
			observer.takesMs[kind] = 7000
		store.start()
		await clock.advance(120_000)
		expect(observer.mostAtOnce).toBe(1)
	})

	test('a failing reading is retried less often and keeps its last value', async () => {
		const { store, clock, observer } = createBench()
		store.start()
		await clock.advance(2000)
		observer.failing.settings = NOT_PERMITTED
		await clock.advance(60_000)
		expect(observer.calls.settings.length).toBeLessThan(12)
		expect(store.getState().settings).toMatchObject({ failure: NOT_PERMITTED, value: { max: 262_144 } })
		const age = clock.monotonic() - (store.getState().settings.at ?? 0)
		expect(age).toBeGreaterThan(55_000)
		observer.failing.settings = undefined as never
		delete observer.failing.settings
		await clock.advance(10_000)
		expect(store.getState().settings.failure).toBeUndefined()
	})

	test('settings are read at once after a change', async () => {
		const { store, clock, observer, press } = createBench()
		store.start()
		await clock.advance(4700)
		await press('3', 'j', 'j', 'space')
		await press('up', 'enter', 'y')
		const last = observer.calls.settings.at(-1) ?? 0
		expect(clock.monotonic() - last).toBe(0)
	})
})

describe('walking the table', () => {
	const share = async (costMs: number): Promise<number> => {
		const { store, clock, observer } = createBench()
		observer.costMs = costMs
		observer.takesMs.table = costMs
		store.start()
		store.dispatch({ type: 'go', screen: 'table' })
		await clock.advance(3_600_000)
		// From the start of the first walk to that of the last one: each with the rest that it costs.
		const starts = observer.calls.table
		return ((starts.length - 1) * costMs) / ((starts.at(-1) ?? 0) - (starts[0] ?? 0))
	}

	test.each([10, 250, 263, 1000, 4000, 60_000])(
		'never takes more than a twentieth of a core: %i ms a walk',
		async (costMs) => {
			expect(await share(costMs)).toBeLessThanOrEqual(0.05)
		},
	)

	test('every 5 s while it is cheap and looked at, else once a minute', async () => {
		const { store, clock, observer } = createBench()
		store.start()
		await clock.advance(61_000)
		expect(seconds(observer.calls.table)).toEqual([0, 60])
		store.dispatch({ type: 'go', screen: 'table' })
		await clock.advance(10_000)
		expect(seconds(observer.calls.table)).toEqual([0, 60, 65, 70])
	})

	test('comes at once when the screen is opened after a while', async () => {
		const { store, clock, observer } = createBench()
		store.start()
		await clock.advance(20_000)
		store.dispatch({ type: 'go', screen: 'table' })
		await clock.advance(1)
		expect(seconds(observer.calls.table)).toEqual([0, 20])
	})
})

describe('following the log', () => {
	const lines = (from: number, count: number): readonly LogEvent[] =>
		Array.from({ length: count }, (_, index) => record(from + index, packetText('bad checksum')))

	test('records reach the rows at once, in the batch in which they are handed over', async () => {
		const { store, clock, observer } = createBench()
		store.start()
		await clock.advance(1000)
		let changes = 0
		store.subscribe(() => changes++)
		observer.log(...lines(0, 200))
		expect(store.getState().log.records).toBe(200)
		expect(store.getState().reasons[0]?.count).toBe(200)
		expect(changes).toBe(1)
	})

	test('the rate shows within two seconds', async () => {
		const { store, clock, observer } = createBench()
		store.start()
		await clock.advance(1000)
		for (let step = 0; step < 20; step++) {
			observer.log(...lines(step * 4, 4))
			await clock.advance(100)
		}
		const row = store.getState().reasons[0]
		expect(row && reasonRate(row)).toBeGreaterThanOrEqual(35)
	})

	test('records before the answer are kept', async () => {
		const { store, clock, observer } = createBench()
		store.start()
		observer.log(record(1, 'early'))
		await clock.advance(0)
		observer.log(record(2, 'late'))
		await clock.advance(200)
		expect(store.getState().log.status).toBe('following')
		expect(store.getState().log.entries.at(-1)?.text).toBe('late')
	})

	test('a failed log is reported at once and retried after 1, 3, 7, 15 and 25 s', async () => {
		const { store, clock, observer } = createBench()
		observer.failing.followLog = NOT_PERMITTED
		store.start()
		await clock.advance(0)
		expect(store.getState().log).toMatchObject({ status: 'failed', failure: NOT_PERMITTED })
		await clock.advance(26_000)
		expect(seconds(observer.calls.followLog)).toEqual([0, 1, 3, 7, 15, 25])
		delete observer.failing.followLog
		await clock.advance(10_000)
		expect(store.getState().log.status).toBe('following')
	})

	test('ends after a while: what was read is shown, and it goes on after a second', async () => {
		const { store, clock, observer } = createBench()
		store.start()
		await clock.advance(30_000)
		observer.log(record(1, 'last'), { kind: 'ended', failure: NOT_PERMITTED }, record(2, 'never'))
		await clock.advance(0)
		expect(store.getState().log).toMatchObject({ status: 'failed', records: 1 })
		expect(observer.followersStopped).toBe(1)
		await clock.advance(1000)
		observer.log(record(5, 'again'))
		await clock.advance(100)
		expect(store.getState().log).toMatchObject({ status: 'following', records: 2, lost: 3 })
	})
})

test('leases of others are read without one of our own', async () => {
	const { store, clock, observer } = createBench()
	observer.found = [foundLease('K2A9', { alive: true })]
	store.start()
	await clock.advance(3000)
	expect(store.getState().others).toHaveLength(1)
})

test('stopped: no timer, no follower, no listener, and readings that come late are not heard', async () => {
	const { store, clock, observer, changer } = createBench()
	observer.takesMs.table = 3000
	store.start()
	await clock.advance(1000)
	await store.stop()
	const calls = structuredClone(observer.calls)
	await clock.advance(60_000)
	expect(observer.calls).toEqual(calls)
	expect(clock.pending).toBe(0)
	expect(observer.followersStopped).toBe(1)
	expect(changer.listeners).toBe(0)
	expect(observer.walkSignal?.aborted).toBe(true)
	expect(store.getState().table.value).toBeUndefined()
})
