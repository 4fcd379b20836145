import { describe, expect, test } from 'vitest'
import { stepEvidence } from '../../../src/app/screens/steps/evidence.ts'
import { findCauses } from '../../../src/investigation/causes/causes.ts'
import { stepById } from '../../../src/investigation/steps/steps.ts'
import { HEADLINES } from '../../../src/words/english/investigation/headlines.ts'
import * as s from '../../ui/situations.ts'

describe('headlines of causes', () => {
	test.each(Object.entries(HEADLINES))('%s: one clause that "Likely:" can stand before', (_id, text) => {
		expect(text).toMatch(/^(?:[a-z]|[A-Z]{2})/)
		expect(text).not.toMatch(/[.;]$|\. /)
		expect(text.length).toBeLessThanOrEqual(100)
	})

	test('P15 what is not certain is not said as if it were', () => {
		const seen = new Set<string>()
		for (const make of [s.reasons, s.sampled, s.tried, s.hostile, s.nflog])
			for (const { headline, confidence } of findCauses(stepEvidence(make()))) {
				seen.add(confidence)
				const begins = {
					high: /^(?!Likely|Possible)[A-Z].*\.$/,
					medium: /^Likely: .*\.$/,
					low: /^Possible: .*\.$/,
				}
				expect(headline).toMatch(begins[confidence])
			}
		expect(seen.size).toBeGreaterThan(1)
	})
})

test('P15 the last step looks into what is not certain before it mends anything', () => {
	for (const make of [s.reasons, s.sampled, s.tried, s.nflog]) {
		const evidence = stepEvidence(make())
		const [first] = findCauses(evidence)
		const { byHand = [], says } = stepById('report').answer(evidence)
		if (first === undefined) continue
		if (first.confidence === 'high') expect(byHand).toEqual(first.remedies)
		else {
			expect(says).toMatch(/^If so: /)
			expect(byHand.length).toBeGreaterThanOrEqual(first.remedies.length)
			for (const text of byHand) expect(text).toMatch(/^(?:Not excluded|If so): /)
		}
	}
})
