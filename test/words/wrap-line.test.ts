import { expect, test } from 'vitest'
import { line, lineText, lineWidth, span, wrapLine } from '../../src/words/line.ts'

const parts = line(' unconfirmed  ', span('none that waits', 'strong'), '; space: kernel probes')

test.each<[number, number, readonly string[]]>([
	[60, 0, [' unconfirmed  none that waits; space: kernel probes']],
	[31, 14, [' unconfirmed  none that waits;', '              space: kernel', '              probes']],
	[12, 1, [' unconfirmed', ' none that', ' waits;', ' space:', ' kernel', ' probes']],
	[
		5,
		1,
		[
			' unco',
			' nfir',
			' med ',
			' none',
			' that',
			' wait',
			' s; ',
			' spac',
			' e: ',
			' kern',
			' el ',
			' prob',
			' es',
		],
	],
])('in %i cells, hanging %i', (cells, hang, texts) => {
	const rows = wrapLine(parts, cells, hang)
	expect(rows.map((row) => lineText(row).trimEnd())).toEqual(texts.map((text) => text.trimEnd()))
	for (const row of rows) expect(lineWidth(row)).toBeLessThanOrEqual(cells)
})

test('each part keeps its tone, and no wide character is lost', () => {
	expect(wrapLine(parts, 31, 14)[0]).toEqual([
		span(' unconfirmed  '),
		span('none that waits', 'strong'),
		span('; '),
	])
	const wide = wrapLine([span('漢字漢字漢字')], 5)
	expect(wide.map(lineText)).toEqual(['漢字', '漢字', '漢字'])
	expect(wrapLine(parts, 0)).toEqual([parts])
})
