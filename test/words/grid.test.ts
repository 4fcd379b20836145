import { expect, test } from 'vitest'
import { type Column, type GridRow, gridText, spilt } from '../../src/words/grid.ts'

const COLUMNS: readonly Column[] = [
	{ id: 'time', title: 'TIME', width: 4 },
	{ id: 'reason', title: 'REASON', width: 6 },
	{ id: 'flow', title: 'FLOW', width: 5 },
]
const row = (reason: string, spill?: string): GridRow => ({
	key: 'a',
	selected: false,
	cells: { time: { text: '1' }, reason: { text: reason } },
	...(spill === undefined ? {} : { spill }),
})

test.each([
	['short', 'veth0', ['veth0  ', '     ']],
	['goes on', 'veth0: link up', undefined],
	['all of it', 'veth0: linkup', ['veth0: ', 'linku']],
])('a text that spills over the columns to its right: %s', (_, text, pieces) => {
	const [before, ...rest] = spilt(row(text, 'reason'), COLUMNS, '…')
	expect(before).toBeUndefined()
	expect(rest.map((piece) => piece?.length)).toEqual([7, 5])
	if (pieces !== undefined && text.length <= 12) expect(rest).toEqual(pieces)
	else expect(rest.join('')).toBe(`${text.slice(0, 11)}…`)
})

test('a wide character never stands over the end of a column', () => {
	expect(spilt(row('abcdef漢字', 'reason'), COLUMNS, '…')).toEqual([undefined, 'abcdef ', '漢字 '])
})

test('a row without it has no pieces', () => {
	expect(spilt(row('veth0: link up'), COLUMNS, '…')).toEqual([undefined, undefined, undefined])
})

test('on paper it makes no column wide', () => {
	const packet: GridRow = { ...row('RST'), cells: { ...row('RST').cells, flow: { text: 'a > b' } } }
	expect(
		gridText({ columns: COLUMNS, head: false, rows: [row('a long line of text', 'reason'), packet] }),
	).toEqual(['1     a long line of text', '1     RST     a > b'])
})
