import fc from 'fast-check'
import { expect, test } from 'vitest'
import { graphemes } from '../../src/words/graphemes.ts'

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
const asIntlSays = (text: string) =>
	[...segmenter.segment(text)].map(({ segment, index }) => ({ segment, index }))
const asOurs = (text: string) => [...graphemes(text)].map(({ segment, index }) => ({ segment, index }))

const DRAWN = [...'─│┌┐└┘┴▁▂▃▄▅▆▇█▉▊▋▌▍▎▏▸→…\x1b[;m \r\n\t\0\x7f']

test.each([
	['anything', fc.string({ unit: 'binary' })],
	['what is typed', fc.string({ unit: 'grapheme-ascii' })],
	['what is drawn', fc.string({ unit: fc.constantFrom(...DRAWN) })],
	[
		'accents and emoji',
		fc.string({ unit: fc.constantFrom('e', '\u0301', '👩', '\u200d', '\ufe0f', '1', '\u20e3', '│') }),
	],
])('the characters are those that Intl finds: %s', (_, texts) => {
	fc.assert(
		fc.property(texts, (text) => {
			expect(asOurs(text)).toEqual(asIntlSays(text))
		}),
	)
})
