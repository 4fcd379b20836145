import { describe, expect, test } from 'vitest'
import { stepEvidence } from '../../../src/app/screens/steps/evidence.ts'
import type { Evidence, Experiment, SeenReason } from '../../../src/investigation/evidence.ts'
import { stepById } from '../../../src/investigation/steps/steps.ts'
import { trials } from '../../../src/investigation/trial/experiments.ts'
import { compared, forecastOf, forecastSays, saidOf } from '../../../src/investigation/trial/forecast.ts'
import { NO_SEGMENTS, type Segments } from '../../../src/kernel/packet/segments.ts'
import type { Reason } from '../../../src/reasons/classify.ts'
import * as s from '../../ui/situations.ts'

const seen = (
	id: string,
	count: number,
	more: Partial<Reason> = {},
	flows: readonly Partial<Segments>[] = [],
): SeenReason => ({
	reason: { id, title: id, protocol: 'TCP', verdict: 'invalid', detail: '', params: {}, ...more },
	count,
	rate: 1,
	flows: flows.map((segments, index) => ({
		flow: `10.0.0.${index + 1}:5 > 10.0.1.1:80`,
		count: 1,
		where: 'eth0',
		ports: [],
		segments: { ...NO_SEGMENTS, ...segments },
		beyond: null,
	})),
	sample: '',
	detail: '',
})

const VALUES = { tcp_be_liberal: '0', tcp_ignore_invalid_rst: '0', checksum: '1', tcp_loose: '1' }

const evidence = (change: Partial<Evidence> = {}): Evidence => ({
	...stepEvidence(s.blank()),
	kernel: '6.12.117',
	values: VALUES,
	reasons: [seen('tcp-win-seq-over', 612), seen('tcp-rst', 28)],
	...change,
})

const of = (change: Partial<Evidence> = {}) =>
	Object.fromEntries(
		(forecastOf(evidence(change))?.settings ?? []).map(({ knob, passes, unknown }) => [
			knob,
			[passes, unknown],
		]),
	)

describe('what each setting would let pass, before anything is tried', () => {
	test('of what was seen, packet by packet', () => {
		expect(of()).toEqual({
			tcp_be_liberal: [612, 0],
			tcp_ignore_invalid_rst: [28, 0],
			checksum: [0, 0],
		})
		const forecast = forecastOf(evidence())
		expect(forecast && forecastSays(forecast)).toBe(
			'Of 640 INVALID packets with a known reason, this many would pass with a setting, each packet by itself: ' +
				'tcp_be_liberal 1: 612; tcp_ignore_invalid_rst 1: 28; checksum 0: none. ' +
				'An RST whose ACK lies beyond the window stays INVALID.',
		)
	})

	test("what was let through, this host's own answers, and second lines are no INVALID packets of their own", () => {
		const reasons = [
			seen('tcp-win-seq-over', 5),
			seen('tcp-win-seq-under', 70, { verdict: 'accepted' }),
			seen('tcp-new', 9, { answer: true }),
			seen('tcp-lower-timeout', 5, { verdict: 'second-line' }),
		]
		expect(forecastOf(evidence({ reasons }))?.of).toBe(5)
	})

	test('a setting that this kernel has not, or that is so already, is not spoken of', () => {
		expect(Object.keys(of({ values: { ...VALUES, tcp_be_liberal: '1' } }))).not.toContain('tcp_be_liberal')
		expect(Object.keys(of({ values: { tcp_be_liberal: '0', checksum: '1' } }))).toEqual([
			'tcp_be_liberal',
			'checksum',
		])
		expect(forecastOf(evidence({ values: {} }))).toBeUndefined()
		expect(forecastOf(evidence({ reasons: [] }))).toBeUndefined()
	})

	test('what comes behind a checksum is not known, and nothing of a text that nobody knows', () => {
		const reasons = [seen('tcp-csum', 10), seen('udp-csum', 3), seen('unknown', 4, { verdict: 'unknown' })]
		expect(of({ reasons })).toEqual({
			tcp_be_liberal: [0, 4],
			tcp_ignore_invalid_rst: [0, 4],
			checksum: [3, 14],
		})
	})

	test('tcp_loose lets pass what comes from the middle of a connection, and nothing that has a line', () => {
		const unlined = [
			seen('unlined-tcp', 20, {}, [{ ack: 6, data: 5, fin: 2 }, { rst: 4 }]),
			seen('unlined-icmp-reply', 2),
		]
		const values = { ...VALUES, tcp_loose: '0' }
		// Three of them were not told apart.
		expect(of({ values, unlined, meantSilent: 22 })).toMatchObject({
			tcp_loose: [11, 3],
			tcp_be_liberal: [612, 0],
		})
		expect(of({ values })).toMatchObject({ tcp_loose: [0, 0] })
	})

	test('packets without a log line, lost lines and lines of others are said', () => {
		const unlined = [seen('unlined-tcp', 5, {}, [{ fin: 5 }])]
		const forecast = forecastOf(evidence({ unlined, meantSilent: 45, lost: 7, isShared: true }))
		expect(forecast).toMatchObject({ of: 645, silent: 40, lost: 7 })
		expect(forecast && forecastSays(forecast)).toMatch(
			/40 packets more not logged: not known for any setting\. 7 lines lost: .* other network namespaces\.$/,
		)
		expect(saidOf('tcp_be_liberal', '1', forecast)).toEqual({ least: 612, most: 652, of: 685 })
		expect(saidOf('tcp_timeout_established', '432000', forecast)).toBeUndefined()
	})

	test('an RST with a wrong number speaks for no trial of tcp_be_liberal', () => {
		const knobs = trials(evidence({ reasons: [seen('tcp-rst', 28)], silent: [] })).map(({ knob }) => knob)
		expect(knobs).toEqual(['tcp_ignore_invalid_rst'])
	})

	test('the step says it before anything is tried', () => {
		const answer = stepById('setting').answer(evidence())
		expect(answer.says).toMatch(/^Of 640 INVALID packets .* tcp_be_liberal 1: 612;/)
		expect(answer.read).toContainEqual(['tcp_be_liberal', 'is 0; try 1; would let 612 of 640 pass'])
	})
})

const seconds = (rate: number) => Array.from({ length: 30 }, (_, at) => rate + (at % 3))
const trial = (during: number, said: Experiment['said'], after = 40): Experiment => ({
	knob: 'tcp_be_liberal',
	from: '0',
	to: '1',
	before: seconds(40),
	during: seconds(during),
	after: seconds(after),
	lines: undefined,
	cut: '',
	said,
})
const SAID = { least: 612, most: 612, of: 640 }

describe('what was said, against what was seen', () => {
	test.each([
		['as said', 1, SAID, 'as-said'],
		['between what is known and what may be', 20, { least: 200, most: 500, of: 640 }, 'as-said'],
		['less', 25, SAID, 'less'],
		['nothing moved', 40, SAID, 'less'],
		['nothing was said to move, and nothing did', 40, { least: 0, most: 0, of: 640 }, 'as-said'],
		['more', 1, { least: 20, most: 60, of: 640 }, 'more'],
	] as const)('%s', (_, during, said, is) => {
		expect(compared(trial(during, said))?.is).toBe(is)
	})

	test('in words, in the step and in the report of it', () => {
		expect(compared(trial(1, SAID))?.says).toMatch(
			/^Forecast: 612 of 640 would pass \(96%\)\. Seen: 95% fewer, as forecast\.$/,
		)
		const says = stepById('setting').answer(evidence({ experiments: [trial(25, SAID)] })).says
		expect(says).toMatch(/Forecast: 612 of 640 .* less than forecast/)
	})

	test('a trial that says nothing by itself is no measure, and nothing is compared where nothing was said', () => {
		expect(compared({ ...trial(1, SAID), during: [1, 2] })).toMatchObject({ is: 'not-compared', fell: null })
		expect(compared(trial(5, SAID, 5))).toMatchObject({ is: 'not-compared' })
		expect(compared(trial(1, undefined))).toBeUndefined()
		expect(compared(trial(1, { least: 0, most: 0, of: 0 }))).toBeUndefined()
	})
})
