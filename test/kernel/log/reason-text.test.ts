import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type FormatValue, fillFormat, isFormat } from '../../../src/kernel/log/reason-text.ts'

const value = (low: number, high = 0, text: string | null = null): FormatValue => ({
	low,
	high,
	text,
	address: (family) => (family === 4 ? '192.0.2.1' : '2001:0db8:0000:0000:0000:0000:0000:0001'),
})

const filled = (format: string, ...values: FormatValue[]) => fillFormat(format, (index) => values[index])

describe('conversions', () => {
	test.each([
		['%d', value(0xffff_ffff, 0xdead), '-1'],
		['%u', value(0xffff_ffff, 0xdead), '4294967295'],
		['%x', value(0xabc, 0xdead), 'abc'],
		['%#X', value(0xabc), '0XABC'],
		['%lu', value(1, 1), '4294967297'],
		['%ld', value(0xffff_ffff, 0xffff_ffff), '-1'],
		['%llu', value(7), '7'],
		['%hu', value(0x12345), '9029'],
		['%hhd', value(0x1ff), '-1'],
		['%02x', value(5), '05'],
		['%3u', value(5), '  5'],
		['%-3u|', value(5), '5  |'],
		['%o', value(8), '10'],
		['%c', value(0x41), 'A'],
		['%s', value(0, 0, 'SYN_SENT'), 'SYN_SENT'],
		['%pI4', value(0), '192.0.2.1'],
		['%pI6', value(0), '2001:0db8:0000:0000:0000:0000:0000:0001'],
	])('%s', (format, one, expected) => {
		expect(filled(format, one)).toEqual({ text: expected, isWhole: true })
	})

	test('of a whole reason', () => {
		const text = filled(
			'packet (index %d) in dir %d invalid, state %s',
			value(1),
			value(0),
			value(0, 0, 'CLOSE'),
		)
		expect(text).toEqual({ text: 'packet (index 1) in dir 0 invalid, state CLOSE', isWhole: true })
		expect(filled('100%% of %u', value(3)).text).toBe('100% of 3')
	})

	test.each(['%p', '%pS', '%s', '%n', '%pV'])('%s: not known', (format) => {
		expect(filled(`a ${format} b`, value(1))).toEqual({ text: 'a ? b', isWhole: false })
	})

	test('a value that is not there', () => {
		expect(filled('%u and %u', value(1))).toEqual({ text: '1 and ?', isWhole: false })
	})
})

test('every format of the catalogue is one', () => {
	const known = JSON.parse(
		readFileSync(new URL('../../fixtures/kernel-formats.json', import.meta.url), 'utf8'),
	) as unknown
	const formats = JSON.stringify(known).match(/"(?:[^"\\]|\\.)*%[dusx](?:[^"\\]|\\.)*"/g) ?? []
	expect(formats.length).toBeGreaterThan(5)
	for (const format of formats) expect(isFormat(JSON.parse(format) as string)).toBe(true)
	expect(isFormat('\x04\x02')).toBe(false)
	expect(isFormat('')).toBe(false)
})

test('nothing throws, and what is no conversion stays', () => {
	fc.assert(
		fc.property(fc.string({ unit: 'binary' }), (text) => {
			const { text: out } = filled(text)
			if (!text.includes('%')) expect(out).toBe(text)
		}),
	)
})
