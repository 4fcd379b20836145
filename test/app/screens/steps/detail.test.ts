import { describe, expect, test } from 'vitest'
import { stepDetail } from '../../../../src/app/screens/steps/detail.ts'
import { presentStepOf, stepEvidence } from '../../../../src/app/screens/steps/evidence.ts'
import { STEPS } from '../../../../src/investigation/steps/steps.ts'
import { lineText } from '../../../../src/words/line.ts'
import * as s from '../../../ui/situations.ts'

/** Long enough that nothing is left out. */
const ALL = 1_000
const SITUATIONS = { quiet: s.quiet, sampled: s.sampled, tried: s.tried, rules: () => s.rules() }

describe.each(Object.entries(SITUATIONS))('a step, %s', (_name, make) => {
	test.each(STEPS.map(({ id }, index) => [id, index + 1] as const))(
		'%s: the answer first, then how sure it is, what to do, what it rests on, and what was not checked',
		(_id, number) => {
			const state = s.stepAt(make(), number)
			const answer = presentStepOf(state).answer(stepEvidence(state))
			const lines = stepDetail(state, 300, ALL).map(lineText)
			expect(lines[0]).toContain(answer.headline)
			const sure = answer.confidence === 'none' ? /○○○ (?:still looking|not known)/ : /[●○]{3} confidence \w+/
			expect(lines.slice(0, 2).join('\n')).toMatch(sure)
			const order = [/^ r +Ask again/, /^ Evidence$/, /^ Why: /, /^ Not checked: /].map((what) =>
				lines.findIndex((line) => what.test(line)),
			)
			// Before anything was read there is no evidence.
			const found = order.filter((at) => at >= 0)
			expect(found).toEqual(found.toSorted((a, b) => a - b))
			expect(order.filter((at, index) => at < 0 && index !== 1)).toEqual([])
			for (const text of answer.byHand ?? [])
				expect(lines.join(' ')).toContain(` -      ${text.slice(0, 40)}`)
		},
	)

	test.each([30, 50, 80])('nothing of it is lost in %i columns', (columns) => {
		for (const number of STEPS.keys()) {
			const state = s.stepAt(make(), number + 1)
			const { headline, says, does } = presentStepOf(state).answer(stepEvidence(state))
			const words = stepDetail(state, columns, ALL).map(lineText).join(' ').split(/\s+/).join('')
			for (const text of [headline, says, does]) expect(words).toContain(text.split(/\s+/).join(''))
		}
	})
})

test('without Unicode the gauge says the same by other characters', () => {
	const state = s.ascii(s.stepAt(s.tried(), 8))
	expect(stepDetail(state, 120, ALL).map(lineText)[0]).toMatch(/###\s+confidence high$/)
})
