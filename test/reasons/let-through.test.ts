import { describe, expect, test } from 'vitest'
import { explain } from '../../src/reasons/explain/explain.ts'
import { type LetThrough, letThrough } from '../../src/reasons/let-through.ts'
import { CATALOGUE } from '../../src/reasons/texts/catalogue.ts'
import { LEGACY_TEXTS } from '../../src/reasons/texts/legacy-texts.ts'
import { NO_TRAITS, traitsOfRelease } from '../../src/reasons/traits.ts'

const INVALID = [...CATALOGUE.values(), ...LEGACY_TEXTS.values()]
	.flat()
	.filter(({ verdict }) => verdict === 'invalid' || verdict === 'depends')

const NEW = traitsOfRelease(NO_TRAITS, '6.12.1')

/** Reasons that a setting does so to; those of kernels before 4.18 go by the name of the later one. */
const idsOf = (knob: string, wanted: LetThrough, traits = NEW): readonly string[] =>
	[
		...new Set(
			INVALID.filter((text) => letThrough(text, knob, traits) === wanted).map(({ id, like }) =>
				id.startsWith('legacy-') ? (like ?? id) : id,
			),
		),
	].toSorted()

describe('what a setting would let pass, of every INVALID reason that any kernel prints', () => {
	test('tcp_be_liberal: the window alone, and no RST with a wrong number', () => {
		const window = idsOf('tcp_be_liberal', 'passes')
		expect(window.every((id) => /^tcp-win-/.test(id))).toBe(true)
		expect(window).toEqual(
			expect.arrayContaining([
				'tcp-win-seq-over',
				'tcp-win-ack-over',
				'tcp-win-seq-under-old',
				'tcp-win-ack-under-old',
				'tcp-win-bug',
			]),
		)
		// Kernels that print it differ in the verdict.
		expect(idsOf('tcp_be_liberal', 'unknown')).toEqual(['tcp-overshot'])
		expect(letThrough({ id: 'tcp-overshot', verdict: 'invalid' }, 'tcp_be_liberal', NO_TRAITS)).toBe('passes')
	})

	test('tcp_ignore_invalid_rst: that RST, where what lies below the window is let through', () => {
		expect(idsOf('tcp_ignore_invalid_rst', 'passes')).toEqual(['tcp-rst'])
		expect(idsOf('tcp_ignore_invalid_rst', 'unknown')).toEqual([])
		for (const release of ['5.14.0-503.el9.x86_64', '5.15.0', '6.0.8', 'unread']) {
			const traits = traitsOfRelease(NO_TRAITS, release)
			expect(idsOf('tcp_ignore_invalid_rst', 'passes', traits)).toEqual([])
			expect(idsOf('tcp_ignore_invalid_rst', 'unknown', traits)).toEqual(['tcp-rst'])
		}
	})

	test('checksum: of UDP it is the last check, of others more come behind it', () => {
		expect(idsOf('checksum', 'passes')).toEqual(['udp-csum', 'udplite-csum'])
		expect(idsOf('checksum', 'unknown')).toEqual([
			'dccp-csum',
			'icmp-csum',
			'icmp6-csum',
			'sctp-3',
			'tcp-csum',
		])
	})

	test('tcp_loose: no reason that has a line; the same for log_invalid and a knob that nobody has', () => {
		for (const knob of ['tcp_loose', 'log_invalid', 'nobody_has_it']) {
			expect(idsOf(knob, 'passes')).toEqual([])
			expect(idsOf(knob, 'unknown')).toEqual([])
		}
	})

	test.each(['tcp_be_liberal', 'tcp_ignore_invalid_rst', 'checksum', 'tcp_loose'])(
		'%s changes what the explanations say that it changes',
		(knob) => {
			const said = INVALID.filter(({ id }) => explain(id)?.settings.some((one) => one.knob === knob))
			const changed = INVALID.filter((text) => letThrough(text, knob, NEW) !== 'stays')
			expect(changed.map(({ id }) => id)).toEqual(said.map(({ id }) => id))
		},
	)

	test.each(['tcp_be_liberal', 'tcp_ignore_invalid_rst', 'checksum', 'tcp_loose'])(
		'%s: of a text that nobody knows nothing is said',
		(knob) => {
			expect(letThrough({ id: 'unknown', verdict: 'unknown' }, knob, NEW)).toBe('unknown')
		},
	)
})
