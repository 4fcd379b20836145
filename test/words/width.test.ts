import fc from 'fast-check'
import stringWidth from 'string-width'
import { expect, test } from 'vitest'
import { width } from '../../src/words/width.ts'

/** What takes the short way, what nearly does, and what does not. */
const PIECES = [
	'a',
	'~',
	' ',
	'─',
	'│',
	'█',
	'▏',
	'▸',
	'→',
	'…',
	'\x1b[1m',
	'\x1b[38;5;2m',
	'\x1b[m',
	'\x1b[',
]
const OTHERS = [
	'\x1b]8;;x\x07',
	'\x1b[2J',
	'\x9b1m',
	'é',
	'e\u0301',
	'漢',
	'⚠️',
	'👩‍👩‍👧',
	'\t',
	'\n',
	'\u200b',
	'\ud800',
]

test('a text is as wide as string-width counts it, whichever way is taken', () => {
	const text = fc.array(fc.constantFrom(...PIECES, ...OTHERS)).map((pieces) => pieces.join(''))
	fc.assert(
		fc.property(
			fc.oneof(
				text,
				fc.array(fc.constantFrom(...PIECES)).map((pieces) => pieces.join('')),
			),
			(one) => {
				expect(width(one)).toBe(stringWidth(one))
				expect(width(one, { countAnsiEscapeCodes: true })).toBe(
					stringWidth(one, { countAnsiEscapeCodes: true }),
				)
			},
		),
		{ numRuns: 500 },
	)
})

test('each character that takes the short way is one cell wide', () => {
	for (let code = 0; code < 0x3000; code++) {
		const character = String.fromCharCode(code)
		expect([code, width(character)]).toEqual([code, stringWidth(character)])
	}
})
