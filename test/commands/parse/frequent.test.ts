import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Frequent } from '../../../src/commands/parse/frequent.ts'

test('counts exactly while there is room', () => {
	const flows = new Frequent(3)
	for (const name of ['a', 'b', 'a', 'c', 'a', 'b']) flows.add(name)
	expect(flows.top(2)).toEqual([
		['a', 3],
		['b', 2],
	])
	expect([flows.size, flows.others]).toEqual([3, 0])
})

test('beyond that no count is too high, none is lost, and what is frequent stays', () => {
	fc.assert(
		fc.property(fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 300 }), (numbers) => {
			const flows = new Frequent(5)
			const real = new Map<string, number>()
			for (const name of numbers.map(String)) {
				flows.add(name)
				real.set(name, (real.get(name) ?? 0) + 1)
			}
			const told = flows.top(100)
			expect(told.length).toBeLessThanOrEqual(5)
			for (const [name, count] of told) expect(count).toBeLessThanOrEqual(real.get(name) ?? 0)
			expect(told.reduce((sum, [, count]) => sum + count, flows.others)).toBe(numbers.length)
		}),
	)
})

const LIMIT = 4

/** What is promised, the slow way: of the rarest ones the oldest makes room. */
function slowly(adds: readonly (readonly [string, number])[]) {
	const counts = new Map<string, number>()
	let others = 0
	for (const [name, times] of adds) {
		const known = counts.get(name)
		if (known === undefined && counts.size >= LIMIT) {
			const least = Math.min(...counts.values())
			const oldest = [...counts].find(([, count]) => count === least)?.[0] ?? ''
			counts.delete(oldest)
			others += least
		}
		counts.set(name, (known ?? 0) + times)
	}
	return { counts: [...counts], others }
}

test('whatever comes in whatever order, the oldest of the rarest ones makes room', () => {
	const name = fc.constantFrom(...'abcdefgh')
	const times = fc.oneof({ weight: 4, arbitrary: fc.constant(1) }, fc.integer({ min: 1, max: 3 }))
	fc.assert(
		fc.property(fc.array(fc.tuple(name, times), { maxLength: 200 }), (adds) => {
			const frequent = new Frequent(LIMIT)
			for (const [one, count] of adds) frequent.add(one, count)
			const { counts, others } = slowly(adds)
			expect(frequent.top(LIMIT)).toEqual(counts.toSorted((a, b) => b[1] - a[1]))
			expect(frequent.others).toBe(others)
		}),
	)
})
