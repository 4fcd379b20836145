import { describe, expect, test } from 'vitest'
import { COUNTER_RATE_SECONDS, HISTORY_SECONDS, type State } from '../../../../src/app/state/state.ts'
import { reducer } from '../../../../src/app/store/reducer.ts'
import type { Counters } from '../../../../src/model/table-readings.ts'
import { fail, ok } from '../../../../src/words/failure.ts'
import { countersOf, NOT_PERMITTED } from '../../../harness/samples/samples.ts'
import { emptyState } from '../../../harness/samples/states.ts'

const read = (state: State, counters: Counters): State =>
	reducer(state, { type: 'counters', result: ok(counters), at: counters.at })

const readAll = (...readings: readonly Counters[]) => readings.reduce(read, emptyState()).counters.value

describe('counters since the program started', () => {
	test.each([
		['the first reading counts nothing', [countersOf(0, { invalid: 100 })], 0],
		['a rise', [countersOf(0, { invalid: 100 }), countersOf(1000, { invalid: 142 })], 42],
		[
			'sums over the CPUs',
			[countersOf(0, { invalid: 1 }, { invalid: 5 }), countersOf(1000, { invalid: 2 }, { invalid: 7 })],
			3,
		],
		['32 bits wrap', [countersOf(0, { invalid: 4_294_967_290 }), countersOf(1000, { invalid: 4 })], 10],
		[
			'a module that was loaded again begins at 0',
			[countersOf(0, { invalid: 500 }), countersOf(1000, { invalid: 3 })],
			3,
		],
		[
			'a CPU that comes counts from 0',
			[countersOf(0, { invalid: 5 }), countersOf(1000, { invalid: 5 }, { invalid: 2 })],
			2,
		],
		[
			'over several wraps of readings',
			[0, 1, 2, 3].map((second) =>
				countersOf(second * 1000, { invalid: (4_000_000_000 * (second + 1)) % 2 ** 32 }),
			),
			4_000_000_000 * 3,
		],
	])('%s', (_, readings, since) => {
		expect(readAll(...readings)?.since.invalid).toBe(since)
	})

	test('entries is a level: in the totals, never counted', () => {
		const value = readAll(
			countersOf(0, { invalid: 1, entries: 40 }),
			countersOf(1000, { invalid: 1, entries: 90 }),
		)
		expect(value?.totals.entries).toBe(90)
		expect(value?.since).not.toHaveProperty('entries')
	})

	test('the tool gives what /proc does not have, and only that', () => {
		const reading = (at: number, invalid: number, clash: number): Counters => ({
			at,
			proc: { columns: ['invalid'], cpus: [{ invalid }] },
			cli: {
				columns: ['invalid', 'clash_resolve'],
				cpus: [{ invalid: invalid + 900, clash_resolve: clash }],
			},
		})
		const value = readAll(reading(0, 10, 1), reading(1000, 12, 6))
		expect(value?.totals).toEqual({ invalid: 12, clash_resolve: 6 })
		expect(value?.since).toEqual({ invalid: 2, clash_resolve: 5 })
	})

	test('a reading without the tool goes on from the last one that had it', () => {
		const cli = (clash: number) => ({ columns: ['clash_resolve'], cpus: [{ clash_resolve: clash }] })
		const proc = { columns: ['invalid'], cpus: [{ invalid: 1 }] }
		const value = readAll(
			{ at: 0, proc, cli: cli(3) },
			{ at: 1000, proc, cli: null },
			{ at: 2000, proc, cli: cli(10) },
		)
		expect(value?.since.clash_resolve).toBe(7)
	})

	test('invalid CPU by CPU', () => {
		expect(readAll(countersOf(0, { invalid: 3 }, { drop: 1 }, { invalid: 9 }))?.invalidByCpu).toEqual([
			3, 0, 9,
		])
	})
})

describe('rates and history', () => {
	test('one bucket a second, the rate is their mean', () => {
		const rises = [10, 20, 30]
		const totals = [0, 10, 30, 60]
		const readings = totals.map((invalid, second) => countersOf(second * 1000, { invalid }))
		const value = readAll(...readings)
		expect(value?.invalidHistory).toEqual(rises)
		expect(value?.rates.invalid).toBe(20)
	})

	test('readings that come late or early do not move the seconds', () => {
		const at = [0, 1040, 1990, 3100, 4010, 4980]
		const value = readAll(...at.map((ms, index) => countersOf(ms, { invalid: index * 5 })))
		expect(value?.invalidHistory).toEqual([5, 5, 5, 5, 5])
	})

	test('two readings in one second add up in one bucket', () => {
		const value = readAll(...[0, 1000, 1200].map((ms, index) => countersOf(ms, { invalid: index * 5 })))
		expect(value?.invalidHistory).toEqual([10])
	})

	test('a reading after a gap is spread over the seconds of the gap', () => {
		const value = readAll(countersOf(0, { invalid: 0 }), countersOf(4000, { invalid: 8 }))
		expect(value?.invalidHistory).toEqual([2, 2, 2, 2])
	})

	test('after hours of a stopped program the buckets are as many as they may be', () => {
		const value = readAll(countersOf(0, { invalid: 0 }), countersOf(36_000_000, { invalid: 36_000 }))
		expect(value?.invalidHistory).toHaveLength(HISTORY_SECONDS)
		expect(value?.recent).toHaveLength(COUNTER_RATE_SECONDS)
		expect(value?.rates.invalid).toBe(1)
	})

	test('old seconds leave the rate', () => {
		const totals = [0, 1000, 1000, 1000, 1000, 1000, 1000]
		const value = readAll(...totals.map((invalid, second) => countersOf(second * 1000, { invalid })))
		expect(value?.rates.invalid).toBe(0)
		expect(value?.invalidHistory[0]).toBe(1000)
	})
})

describe('a reading that fails', () => {
	test('keeps the last value and its age, and says why', () => {
		const good = read(emptyState(), countersOf(5000, { invalid: 7 }))
		const { counters } = reducer(good, { type: 'counters', result: fail(NOT_PERMITTED), at: 9000 })
		expect(counters.value?.totals.invalid).toBe(7)
		expect(counters.at).toBe(5000)
		expect(counters.failure).toEqual(NOT_PERMITTED)
		expect(read({ ...good, counters }, countersOf(10_000, { invalid: 8 })).counters.failure).toBeUndefined()
	})

	test('neither source: the value stays', () => {
		const good = read(emptyState(), countersOf(5000, { invalid: 7 }))
		const { counters } = read(good, { at: 6000, proc: null, cli: null })
		expect(counters.value?.totals.invalid).toBe(7)
		expect(counters.failure?.kind).toBe('unsupported')
	})
})
