import { describe, expect, test } from 'vitest'
import { packetRate } from '../../src/host/trace/packet-rate.ts'

type Counts = Readonly<Record<number, number>>

function rateOf(before: Counts, after: Counts, ms = 400): Promise<number | undefined> {
	const readings = [before, after]
	let now = 1_000
	return packetRate({
		packets: () =>
			new Map(Object.entries(readings.shift() ?? {}).map(([netns, count]) => [Number(netns), count])),
		now: () => now,
		wait: async () => {
			now += ms
		},
	})
}

describe('packets a second that conntrack may look at', () => {
	test.each<[string, Counts, Counts, number, number | undefined]>([
		['of all network namespaces', { 1: 100, 2: 5 }, { 1: 500, 2: 45 }, 400, 1_100],
		['by the time that it really took', { 1: 0 }, { 1: 900 }, 900, 1_000],
		['one that came meanwhile is not counted with all it ever had', { 1: 0 }, { 1: 4, 2: 1e9 }, 400, 10],
		['one that went', { 1: 0, 2: 50 }, { 1: 4 }, 400, 10],
		['counters that began anew', { 1: 1e9 }, { 1: 4 }, 400, 0],
		['nothing is counted', {}, {}, 400, undefined],
		['no time has gone by', { 1: 1 }, { 1: 2 }, 0, undefined],
	])('%s', async (_, before, after, ms, expected) => {
		expect(await rateOf(before, after, ms)).toBe(expected)
	})

	test('of this machine', async () => {
		expect(await packetRate()).toBeGreaterThanOrEqual(0)
	})
})
