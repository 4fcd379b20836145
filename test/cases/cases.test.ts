import { afterAll, describe, expect, test } from 'vitest'
import { skipWithoutLab } from '../harness/kernel/lab.ts'
import type { Case } from './case.ts'
import { CASES } from './cases.ts'
import { type Examined, examine, notesOf, rowOf, shareRight } from './examine.ts'

const results: Examined[] = []

/** The same in IPv6 is for npm run cases. */
const FAMILY_OF_ITS_OWN = /-v6$/

/** So many may be what they say neither at first nor at the second time: they tell nothing then. */
const NO_CASES = 3

/** Once more, when the case was not what it says: its players share two cores with everything else. */
async function examined(one: Case): Promise<Examined> {
	const first = await examine(one)
	return first.faults.length === 0 ? first : examine(one)
}

describe.skipIf(skipWithoutLab()).concurrent('a case whose truth is known', () => {
	test.each(CASES.filter(({ name }) => !FAMILY_OF_ITS_OWN.test(name)).map((one) => [one.name, one] as const))(
		'%s',
		async (_, one) => {
			const result = await examined(one)
			results.push(result)
			expect(result.judgement.verdict, notesOf(result).join('\n')).not.toBe('wrong-high')
		},
	)
	afterAll(() => {
		const none = results.filter(({ faults }) => faults.length > 0)
		expect(none.length, none.flatMap(notesOf).join('\n')).toBeLessThanOrEqual(NO_CASES)
		const wrong = results.filter(({ judgement: { verdict } }) => verdict !== 'right' && verdict !== 'less')
		const rows = wrong.map((one) => [...rowOf(one), ...notesOf(one)].join('; '))
		// Of a single case that was asked for, its own test has said enough.
		if (results.length > CASES.length / 2)
			expect(shareRight(results), rows.join('\n')).toBeGreaterThanOrEqual(0.95)
	})
})
