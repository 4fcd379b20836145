import { describe, expect, test } from 'vitest'
import { type TrackingInput, trackedRule, trackingOf } from '../../../src/investigation/table/tracking.ts'
import type { RulesReading } from '../../../src/model/rules-reading.ts'

const seen = (rest: Partial<NonNullable<TrackingInput['watched']>> = {}): TrackingInput['watched'] => ({
	sign: undefined,
	seconds: 30,
	packets: 500,
	...rest,
})
const tracking = (rest: Partial<TrackingInput>) =>
	trackingOf({ count: 0, isThere: true, rule: undefined, watched: undefined, ...rest })

describe('whether conntrack works here', () => {
	test.each<[string, Partial<TrackingInput>, string, RegExp]>([
		['not loaded', { count: null, isThere: false }, 'no', /not loaded/],
		['a rule that needs it', { rule: 'ip filter INPUT rule 1' }, 'yes', /ip filter INPUT rule 1 needs/],
		['a rule, and entries', { rule: 'x', count: 7 }, 'yes', /^7 entries in the table$/],
		['one look at an empty table, whatever its life has counted', {}, 'unknown', /no counter that moves/],
		['one look at a table with entries', { count: 7 }, 'yes', /^7 entries in the table$/],
		[
			'a counter that rises',
			{ watched: seen({ sign: { counter: 'invalid', secondsAgo: 2 } }) },
			'yes',
			/invalid/,
		],
		['entries that come', { watched: seen({ sign: { counter: '', secondsAgo: 2 } }) }, 'yes', /come and go/],
		[
			'the last sign is old, and packets have passed since',
			{ count: 3, rule: null, watched: seen({ sign: { counter: 'invalid', secondsAgo: 90 }, seconds: 90 }) },
			'unknown',
			/no rule here needs conntrack, and 3 entries may be left from before; 500 packets passed in 90 s/,
		],
		[
			'the last sign is old, and nothing has passed since',
			{
				rule: null,
				watched: seen({ sign: { counter: 'invalid', secondsAgo: 90 }, seconds: 90, packets: 2 }),
			},
			'yes',
			/invalid/,
		],
		['no rule, packets pass, no entry', { rule: null, watched: seen() }, 'no', /500 packets passed in 30 s/],
		[
			'no rule, and a quiet host',
			{ rule: null, watched: seen({ packets: 3 }) },
			'unknown',
			/^no rule here needs/,
		],
		['no rule, and a short look', { rule: null, watched: seen({ seconds: 4 }) }, 'unknown', /^no rule here/],
		['rules that could not be read', { watched: seen() }, 'unknown', /500 packets passed/],
		['the same with entries', { count: 7, watched: seen() }, 'unknown', /7 entries may be left/],
		[
			'packets that are not counted',
			{ rule: null, watched: seen({ packets: undefined }) },
			'unknown',
			/no rule/,
		],
	])('%s', (_name, input, answer, because) => {
		const found = tracking(input)
		expect(found.answer).toBe(answer)
		expect(found.because).toMatch(because)
		expect(found.next === '').toBe(answer === 'yes')
	})

	test.each<[string, Partial<TrackingInput>, boolean]>([
		['an empty table', { rule: null, watched: seen() }, true],
		['entries, after some packets', { rule: null, count: 4, watched: seen({ packets: 100 }) }, false],
		['entries, after half a minute', { rule: null, count: 4, watched: seen() }, true],
		['entries, after more than a minute', { rule: null, count: 4, watched: seen({ seconds: 61 }) }, true],
		['rules that were not read', { watched: seen({ seconds: 600 }) }, false],
		['a rule', { rule: 'x', watched: seen({ seconds: 600 }) }, false],
	])('idle though packets pass: %s: %s', (_name, input, isIdle) => {
		expect(tracking(input).isIdle).toBe(isIdle)
		if ((input.watched?.seconds ?? 0) < 60) expect(tracking(input).isLong).toBe(false)
	})
})

describe('the rule that needs it', () => {
	const reading = (
		rest: Partial<RulesReading['ruleset']>,
		failures: RulesReading['failures'] = [],
	): RulesReading => ({
		at: 0,
		tookMs: 1,
		ruleset: { chains: [], rules: [], total: 0, named: {}, sets: {}, unread: [], tracked: null, ...rest },
		backends: [],
		failures,
	})

	test('is named by its place', () => {
		const tracked = { family: 'inet', table: 'fw', chain: 'in', number: 4 } as const
		expect(trackedRule(reading({ tracked }))).toBe('inet fw in rule 4')
	})

	test('that there is none is only said where all rules were read', () => {
		expect(trackedRule(reading({}))).toBeNull()
		expect(trackedRule(undefined)).toBeUndefined()
		expect(trackedRule(reading({ unread: ['???'] }))).toBeUndefined()
		const failure = { kind: 'missing-tool', tool: 'iptables-legacy-save', debianPackage: 'iptables' } as const
		expect(trackedRule(reading({}, [failure]))).toBeUndefined()
		const { tracked, ...old } = reading({}).ruleset
		expect(trackedRule({ ...reading({}), ruleset: old })).toBeUndefined()
	})
})
