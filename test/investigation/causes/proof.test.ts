import { describe, expect, test } from 'vitest'
import { earned } from '../../../src/investigation/proof/proof.ts'

const sign = (isSeen: boolean | undefined) => ({ says: `sign ${isSeen}`, isSeen })
const like = (ruledOut: string | undefined) => ({ title: `like ${ruledOut}`, ruledOut, tells: 'a capture' })

describe('a cause earns its confidence', () => {
	test.each([
		['everything seen, every look-alike ruled out', [true, true], ['a', 'b'], 'high'],
		['one look-alike left', [true], ['a', undefined], 'medium'],
		['one sign that could not be looked at', [true, undefined], ['a'], 'medium'],
		['one of each', [true, undefined], [undefined], 'low'],
		['two look-alikes left', [true], [undefined, undefined], 'low'],
	] as const)('%s: %s', (_name, signs, likes, confidence) => {
		expect(earned({ signs: signs.map(sign), lookAlikes: likes.map(like) })?.confidence).toBe(confidence)
	})

	test.each([
		['a sign is known to be absent', [true, false]],
		['nothing was seen', [undefined]],
		['there is no sign', []],
	] as const)('not said when %s', (_name, signs) => {
		expect(earned({ signs: signs.map(sign), lookAlikes: [] })).toBeUndefined()
	})

	test('what was seen, what was ruled out by what, and what is left with what would tell', () => {
		expect(
			earned({ signs: [sign(true), sign(undefined)], lookAlikes: [like('x'), like(undefined)] }),
		).toEqual({
			confidence: 'low',
			evidence: ['sign true'],
			excluded: ['like x: x'],
			open: ['like undefined: a capture'],
		})
	})
})
