import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { stepEvidence } from '../../../src/app/screens/steps/evidence.ts'
import type { Evidence } from '../../../src/investigation/evidence.ts'
import { STEP_IDS, type StepId, toldBy } from '../../../src/investigation/step.ts'
import { STEPS, stepById } from '../../../src/investigation/steps/steps.ts'
import { filling } from '../../ui/full.ts'
import * as s from '../../ui/situations.ts'

const SERVICE = { protocol: 'tcp', client: '10.0.9.21', server: '10.0.3.7', port: 443 } as const
const told = stepEvidence(s.tried())
const rules = stepEvidence(s.rules()).rules
const full = stepEvidence(filling()).table
const accounting = (silent: number, lost: number, doubtful: number): Evidence['accounting'] => ({
	counted: 40 + silent + lost,
	explained: 40,
	named: 0,
	silent,
	told: 0,
	lost,
	lostIsUpperBound: lost > 0,
	explainedAtLeast: 40 - doubtful,
	silentAtMost: silent + doubtful,
	unexplained: { invalid: silent, error: 0 },
	aside: { accepted: 0, secondLines: 0, droppedByHelper: 0, answers: 0, again: 0, foreign: 0, ahead: 0 },
	sentence: 'an account',
})

/** Whatever was seen, and whatever was not. */
const anyEvidence = fc
	.record({
		seconds: fc.constantFrom(0, 5, 12, 70),
		counts: fc.constantFrom(
			undefined,
			{ total: 0, since: 0, watched: 2, rate: 0, history: [], byCpu: [] },
			{ total: 90, since: 0, watched: 90, rate: 0, history: [0], byCpu: [0] },
			{ total: 90, since: 40, watched: 30, rate: 2, history: [2], byCpu: [40] },
		),
		countsProblem: fc.constantFrom('', 'refused'),
		elsewhere: fc.constantFrom([], [{ name: 'web', rate: 3 }]),
		rules: fc.constantFrom(undefined, rules),
		rulesProblem: fc.constantFrom('', 'nft is not installed'),
		rungs: fc.constantFrom([], told.rungs),
		isTold: fc.boolean(),
		whyNotTell: fc.constantFrom(undefined, 'this session only reads'),
		reasons: fc.subarray([...told.reasons]),
		accounting: fc.option(
			fc
				.tuple(fc.nat(3), fc.nat(3), fc.nat(3))
				.map(([silent, lost, doubt]) => accounting(silent, lost, doubt)),
			{ nil: undefined },
		),
		isSilentMeant: fc.boolean(),
		sampled: fc.subarray([...told.sampled]),
		bothWays: fc.constantFrom(
			undefined,
			...(
				[
					[1, 0, null, 3],
					[1, 0, 0, 600],
					[900, 30, null, 12],
					[900, 30, 0, 12],
					[900, 30, 20, 12],
					[900, 800, null, 12],
				] as const
			).map(([there, back, backWithoutSyn, seconds]) => ({
				there,
				back,
				backWithoutSyn,
				seconds,
				of: SERVICE,
			})),
		),
		silent: fc.subarray([...stepEvidence(s.nflog()).silent]),
		sites: fc.constantFrom({ proposed: 0, printing: 0, lines: 0 }, { proposed: 3, printing: 1, lines: 9 }),
		table: fc.constantFrom(undefined, full),
		tracking: fc.constantFrom(undefined, {
			answer: 'no' as const,
			because: 'no rule here needs conntrack',
			next: '',
			isIdle: true,
			isLong: false,
		}),
		experiments: fc.constantFrom([], told.experiments),
		whyNotWrite: fc.constantFrom(undefined, 'this session only reads'),
	})
	.map(
		({ isSilentMeant, ...rest }): Evidence => ({
			...told,
			...rest,
			trying: undefined,
			meantSilent: isSilentMeant ? (rest.accounting?.silent ?? 0) : 0,
		}),
	)

describe('where the answers of the steps lead', () => {
	test('from any step and any evidence enter comes to the last one, and never back to one where it was', () => {
		fc.assert(
			fc.property(anyEvidence, fc.constantFrom(...STEP_IDS), (evidence, from) => {
				const seen: StepId[] = []
				for (let id: StepId | undefined = from; id !== undefined; id = stepById(id).answer(evidence).next) {
					expect(seen).not.toContain(id)
					seen.push(id)
				}
				expect(seen.at(-1)).toBe('report')
			}),
			{ numRuns: 500 },
		)
	})

	test('no step looks for ever: after a while each says what came of it', () => {
		fc.assert(
			fc.property(anyEvidence, fc.constantFrom(...STEPS), (evidence, step) => {
				const answer = step.answer({ ...evidence, seconds: 75 })
				const { state, headline, short } = answer
				expect(state).not.toBe('reading')
				expect(headline).toMatch(/[.?]$/)
				expect(`${toldBy(answer)} ${short}`).not.toMatch(/being read|being looked|Collecting|undefined|NaN/)
			}),
			{ numRuns: 500 },
		)
	})

	test('without a way for lines the step that waits for them offers to open it', () => {
		const evidence: Evidence = { ...told, isTold: false, whyNotTell: undefined }
		expect(stepById('collect').answer(evidence)).toMatchObject({ offer: 'log-why', next: 'directions' })
		const refused = stepById('collect').answer({ ...evidence, whyNotTell: 'this session only reads' })
		expect(refused.offer).toBeUndefined()
	})

	test('lines that were there before the step was begun are not told as those of its seconds', () => {
		const { short } = stepById('collect').answer({ ...told, isTold: true, seconds: 0 })
		expect(short).toMatch(/^\d+ lines so far$/)
	})
})

describe('packets that may just be under way', () => {
	const one = { ...told, reasons: [], accounting: accounting(1, 0, 0), silent: [], meantSilent: 0 }

	test('are not called silent, and no line of the kernel is looked for', () => {
		const { headline, short } = stepById('printk').answer(one)
		expect(short).toBe('none is unlogged')
		expect(headline).toMatch(/^1 packet not logged so far; the line may still come/)
		expect(stepById('collect').answer({ ...one, seconds: 70 }).next).toBe('reasons')
		expect(stepById('reasons').answer({ ...one, seconds: 70 })).toMatchObject({ state: 'open' })
	})

	test('are part of no share', () => {
		const [top] = told.reasons
		if (top === undefined) throw new Error('no reason')
		const answer = stepById('reasons').answer({
			...one,
			reasons: [{ ...top, count: 164, listed: 164 }],
			shared: { packets: 164, lines: 164 },
		})
		expect(answer.short).toMatch(/^100% /)
		expect(answer.read.map(([what]) => what)).not.toContain('no line')
	})
})

test('a setting is offered for a trial only where INVALID packets have come', () => {
	const before = { ...told, experiments: [], trying: undefined, whyNotWrite: undefined }
	const offered = (since: number) =>
		stepById('setting').answer({
			...before,
			counts: { total: 90, since, watched: 30, rate: 0, history: [0], byCpu: [0] },
		})
	expect(offered(0)).not.toHaveProperty('offer')
	expect(offered(0).does).toMatch(/^Come back while INVALID packets come/)
	expect(offered(3)).toMatchObject({ offer: 'experiment' })
})
