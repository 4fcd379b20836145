import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Frequent } from '../../../src/commands/parse/summary.ts'

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
