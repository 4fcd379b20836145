import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { visible } from '../../src/words/visible.ts'

describe('visible', () => {
	test.each([
		['', ''],
		['plain ASCII ~', 'plain ASCII ~'],
		['Grüße, 漢字, ελληνικά, 🦊', 'Grüße, 漢字, ελληνικά, 🦊'],
		['a\tb', 'a b'],
		['a\nb\r', 'a\\x0ab\\x0d'],
		['\x1b[31mred\x1b]0;title\x07', '\\x1b[31mred\\x1b]0;title\\x07'],
		['\x00\x7f', '\\x00\\x7f'],
		['C1 \u009b31m \u0085', 'C1 \\x9b31m \\x85'],
		['abc\u202egpj.exe', 'abc\\u202egpj.exe'],
		['\u2066x\u2069', '\\u2066x\\u2069'],
		['line\u2028para\u2029', 'line\\u2028para\\u2029'],
		['zero\u200bwidth\ufeff', 'zero\\u200bwidth\\ufeff'],
		['soft\u00adhyphen', 'soft\\xadhyphen'],
		['filler\u3164\uffa0', 'filler\\u3164\\uffa0'],
		['tag\u{e0041}', 'tag\\u{e0041}'],
		['lone \ud800 \udc00', 'lone \\ud800 \\udc00'],
		['non\uffffcharacter', 'non\\uffffcharacter'],
		['accent e\u0301 stays', 'accent e\u0301 stays'],
		['pile z\u0301\u0302\u0303\u0304\u0305', 'pile z\u0301\u0302\u0303\\u0304\\u0305'],
		['cut \ufffd', 'cut \ufffd'],
	])('%j', (text, expected) => {
		expect(visible(text)).toBe(expected)
	})

	test('nothing that a terminal obeys comes out, and twice is the same as once', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
				const safe = visible(text)
				// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there
				expect(safe).not.toMatch(/[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/)
				expect(safe.isWellFormed()).toBe(true)
				expect(visible(safe)).toBe(safe)
			}),
		)
	})

	test('a long line is read to its end', () => {
		const text = `${'\u0301'.repeat(100_000)}${'\x1b'.repeat(100_000)}`
		visible(text)
	})
})
