import { describe, expect, test } from 'vitest'
import { chanceOf, judge } from '../../../src/investigation/trial/chance.ts'

/** Counts that go up and down as packets do, around `rate`. */
const around = (rate: number, seconds: number): number[] =>
	Array.from({ length: seconds }, (_, at) => Math.max(0, rate + ((at * 7) % 5) - 2))

describe('a setting that was tried', () => {
	test.each([
		['falls and comes back', around(30, 30), around(0, 30), around(28, 30), 'explains'],
		['falls by a third and comes back', around(30, 30), around(20, 30), around(30, 30), 'part'],
		['does not move', around(10, 30), around(10, 30), around(10, 30), 'nothing'],
		['stays low afterwards', around(30, 30), around(5, 30), around(5, 30), 'drifts'],
		['rises', around(10, 30), around(30, 30), around(10, 30), 'worse'],
		['has four seconds only', around(10, 4), around(0, 4), around(10, 4), 'too-few'],
		['has next to no packets', [1, 0, 0, 0, 0, 1], [0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0], 'too-few'],
		['was not measured afterwards', around(30, 30), around(0, 30), [], 'part'],
	] as const)('%s', (_name, before, during, after, verdict) => {
		expect(judge(before, during, after).verdict).toBe(verdict)
	})

	test('one burst is chance', () => {
		const quiet = Array.from({ length: 30 }, () => 2)
		expect(judge([...quiet.slice(1), 90], quiet, quiet).verdict).toBe('nothing')
	})

	test('the numbers are said with the verdict', () => {
		const { sentence } = judge(around(30, 30), around(0, 30), around(28, 30))
		expect(sentence).toMatch(/^30\/s before, .*\/s with it, 28\/s after: fell by .*p < 0\.001/)
	})

	test('chance of the same, of the other, and of nothing', () => {
		expect(chanceOf([1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 6])).toBeGreaterThan(0.9)
		// R: wilcox.test(1:10, 11:20, exact = FALSE) gives 0.0001827.
		expect(chanceOf([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [11, 12, 13, 14, 15, 16, 17, 18, 19, 20])).toBeCloseTo(
			0.0001827,
			6,
		)
		expect(chanceOf([], [1])).toBe(1)
		expect(chanceOf([3, 3, 3], [3, 3, 3])).toBe(1)
	})
})
