import { describe, expect, test } from 'vitest'
import { stepEvidence } from '../../../src/app/screens/steps/evidence.ts'
import { findCauses } from '../../../src/investigation/causes/causes.ts'
import type { Evidence } from '../../../src/investigation/evidence.ts'
import { stepById } from '../../../src/investigation/steps/steps.ts'
import { type Filling, filling } from '../../ui/full.ts'
import { sampled } from '../../ui/situations.ts'

const evidence = (input: Filling = {}, rest: Partial<Evidence> = {}): Evidence => ({
	...stepEvidence(filling(input)),
	...rest,
})
const found = (one: Evidence) => findCauses(one).map(({ id, confidence }) => `${id} ${confidence}`)

describe('a full table as a cause', () => {
	test.each<[string, Filling, readonly string[]]>([
		['at the limit, and drop moves now', {}, ['table-full high']],
		['at the limit, early_drop moves now', { drop: 0, earlyDrop: 4 }, ['entry-evicted high']],
		['both', { earlyDrop: 4 }, ['table-full high', 'entry-evicted high']],
		['near the limit, and drop moves', { entries: 288 }, ['table-full medium']],
		['at the limit, and nothing moves', { drop: 0 }, ['table-full low']],
		['drop moved in the life before', { drop: 0, before: 4000 }, ['table-full low']],
		['clashes alone', { entries: 100, drop: 3, insertFailed: 3 }, ['insert-failed low']],
		['few clashes', { entries: 100, drop: 0.4, insertFailed: 0.4 }, []],
		['clashes alone in a full table', { drop: 3, insertFailed: 3 }, ['table-full low', 'insert-failed low']],
		['drop for another reason: there is room', { entries: 100 }, []],
		['nearly full, and nothing moves', { entries: 290, drop: 0 }, []],
		['no limit', { max: 0 }, []],
	])('%s', (_name, input, causes) => {
		expect(found(evidence(input))).toEqual(causes)
	})

	test('without NAT two packets of one connection are left as the reason of clashes', () => {
		const one = evidence({ entries: 100, drop: 3, insertFailed: 3 })
		const { rules } = stepEvidence(sampled())
		if (rules === undefined) throw new Error('no rules')
		expect(found({ ...one, rules: { ...rules, shaping: [] } })).toEqual(['insert-failed medium'])
	})

	test('what was dropped while we watched, and is not now, is not certain', () => {
		const one = evidence()
		const { table } = one
		if (table === undefined) throw new Error('no table')
		const over = { ...table, fullness: 'full' as const, rates: { ...table.rates, noRoom: 0 } }
		expect(found({ ...one, table: over })).toEqual(['table-full medium'])
	})

	test('it is told with its evidence, what it is not, and remedies for what was seen', () => {
		const [cause] = findCauses(evidence({ initial: false }))
		expect(cause?.sentence).toMatch(/full \(300 of 300 entries\): new connections are dropped now, 2\.4\/s/)
		expect(cause?.evidence).toEqual(
			expect.arrayContaining([
				'300 entries of at most 300 (nf_conntrack_max), 100%',
				'the counter drop rises by 2.4/s now, without clashes',
				'90% of the entries were opened by 10.0.9.66',
			]),
		)
		expect(cause?.excluded.join('\n')).toMatch(/early_drop does not move.*\n.*insert_failed does not move/)
		expect(cause?.remedies[0]).toMatch(/10\.0\.9\.66/)
		expect(cause?.remedies[1]).toMatch(/initial network namespace.*nf_conntrack_max=600/)
		expect(cause?.share).toBe(0)
	})

	test('the first step says it before anything else', () => {
		const { short, headline, says, read, byHand, offer } = stepById('rising').answer(evidence())
		expect(short).toMatch(/^table full; /)
		expect(headline).toMatch(/^Conntrack table full: new connections are dropped now/)
		expect(says).toMatch(/^The conntrack table is full .* no packet was INVALID since watching began\.$/)
		expect(read[0]).toEqual(['conntrack table', '300 of 300, drop 2.4/s'])
		expect(byHand?.[0]).toMatch(/10\.0\.9\.66/)
		expect(offer).toBe('go-table')
		const also = stepById('rising').answer(evidence({ invalid: 2 }))
		expect(also.says).toMatch(/INVALID is rising: 20 packets since watching/)
	})
})

describe('conntrack that does not work here', () => {
	const idle = {
		answer: 'no',
		because: 'no rule here needs conntrack',
		next: 'x',
		isIdle: true,
		isLong: false,
	} as const
	const roomy: Filling = { entries: 0, drop: 0, seconds: 20 }

	test('is a cause of its own, and the first step says so', () => {
		const one = evidence(roomy, { tracking: idle })
		expect(found(one)).toEqual(['not-tracking high'])
		expect(stepById('rising').answer(one)).toMatchObject({
			short: 'conntrack does not track',
			headline: 'Conntrack does not track here, so nothing can be INVALID.',
			says: expect.stringMatching(/^No rule here needs/),
		})
	})

	test.each([
		['entries that may be of others', { ...idle, answer: 'unknown' }, ['not-tracking low']],
		['the same for long', { ...idle, answer: 'unknown', isLong: true }, ['not-tracking medium']],
		['a quiet host', { ...idle, answer: 'unknown', isIdle: false }, []],
		['a rule', { ...idle, answer: 'yes', isIdle: false }, []],
		['not read', undefined, []],
	] as const)('%s', (_name, tracking, causes) => {
		expect(found(evidence(roomy, { tracking }))).toEqual(causes)
	})
})
