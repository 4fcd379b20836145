import { afterAll, describe, expect, test } from 'vitest'
import { skipWithoutLab } from '../harness/kernel/lab.ts'
import { CASES } from './cases.ts'
import { type Examined, examine, notesOf, rowOf, shareRight } from './examine.ts'

const examined: Examined[] = []

describe.skipIf(skipWithoutLab()).concurrent('a case whose truth is known', () => {
	test.each(CASES.map((one) => [one.name, one] as const))(
		'%s',
		async (_, one) => {
			const result = await examine(one)
			examined.push(result)
			expect(result.faults).toEqual([])
			expect(result.judgement.verdict, notesOf(result).join('\n')).not.toBe('wrong-high')
		},
		180_000,
	)
	afterAll(() => {
		const wrong = examined.filter(({ judgement: { verdict } }) => verdict !== 'right' && verdict !== 'less')
		const rows = wrong.map((one) => [...rowOf(one), ...notesOf(one)].join('; '))
		// Of a single case that was asked for, its own test has said enough.
		if (examined.length > CASES.length / 2)
			expect(shareRight(examined), rows.join('\n')).toBeGreaterThanOrEqual(0.95)
	})
})
