import { renderToString } from 'ink'
import { expect, test } from 'vitest'
import { Table } from '../../../src/ui/components/table.tsx'
import { type Column, type Grid, gridText, laidOut, MARK, naturalWidth } from '../../../src/words/grid.ts'

const COLUMNS: readonly Column[] = [
	MARK,
	{ id: 'name', title: 'NAME', width: 6 },
	{ id: 'count', title: 'COUNT', width: 6, align: 'right' },
	{ id: 'extra', title: 'EXTRA', width: 8, rank: 1 },
	{ id: 'last', title: 'LAST', width: 5, rank: 2 },
]

const GRID: Grid = {
	columns: COLUMNS,
	head: true,
	rows: [
		{
			key: 'a',
			selected: true,
			cells: {
				mark: { text: '▸' },
				name: { text: 'alpha' },
				count: { text: '1' },
				extra: { text: 'x' },
				last: { text: 'now' },
			},
		},
		{
			key: 'b',
			selected: false,
			cells: {
				mark: { text: ' ' },
				name: { text: '漢字漢字漢字漢字漢字漢字' },
				count: { text: '12 345 678' },
				extra: { text: '\u001b[31mred' },
			},
		},
	],
}

const drawn = (grid: Grid, width: number, height: number) =>
	renderToString(<Table grid={grid} width={width} height={height} ellipsis="…" />, { columns: width }).split(
		'\n',
	)

test('titles, alignment, cuts, and nothing between the rows', () => {
	expect(drawn(GRID, 40, 5)).toEqual([
		' NAME               COUNT EXTRA     LAST',
		'▸alpha                  1 x         now',
		' 漢字漢字漢字漢… 12 345 … \\x1b[31m…',
		'',
		'',
	])
})

test('without titles', () => {
	expect(drawn({ ...GRID, head: false }, 40, 2)[0]).toBe('▸alpha                  1 x         now')
})

test('no more rows than there is room', () => {
	expect(drawn(GRID, 40, 2)).toHaveLength(2)
	expect(drawn(GRID, 40, 1)).toEqual([' NAME               COUNT EXTRA     LAST'])
})

test.each([
	[40, ['mark', 'name', 'count', 'extra', 'last'], 6],
	[29, ['mark', 'name', 'count', 'extra', 'last'], 6],
	[28, ['mark', 'name', 'count', 'extra'], 6],
	[22, ['mark', 'name', 'count'], 6],
	[5, ['mark', 'name', 'count'], 2],
])('at %i cells the columns are %j', (cells, ids, name) => {
	const columns = laidOut(COLUMNS, cells)
	expect(columns.map(({ id }) => id)).toEqual(ids)
	expect(columns.find(({ id }) => id === 'name')?.width).toBe(name)
})

test('a column gets more where its text is cut, and gives what it does not need', () => {
	const row = (name: string, count: string, extra = '') => ({
		key: name,
		selected: false,
		cells: { name: { text: name }, count: { text: count }, extra: { text: extra } },
	})
	const widths = (cells: number, ...rows: readonly ReturnType<typeof row>[]) =>
		laidOut(COLUMNS, cells, rows).map(({ width }) => width)
	expect(widths(40, row('a name of 17 cell', '12 345 678'))).toEqual([1, 17, 10, 5, 4])
	expect(widths(29, row('a name of 17 cell', '7'))).toEqual([1, 11, 5, 5, 4])
	// What is missing is missing to all of them, by their need.
	expect(widths(24, row('a name of 17 cells and more', '12 345 678 901', 'an extra'))).toEqual([1, 7, 6, 8])
	expect(widths(60, row('short', '7'))).toEqual([1, 6, 6, 8, 5])
})

test('prose beside a table is there only when the rest is whole', () => {
	const columns: readonly Column[] = [
		{ id: 'name', title: 'NAME', width: 4 },
		{ id: 'why', title: 'WHY', width: 10, isProse: true },
	]
	const rows = [
		{
			key: 'a',
			selected: false,
			cells: { name: { text: 'twelve cells' }, why: { text: 'a reason of many words' } },
		},
	]
	const widths = (cells: number) => laidOut(columns, cells, rows).map(({ width }) => width)
	expect(widths(22)).toEqual([12])
	expect(widths(23)).toEqual([12, 10])
	expect(widths(35)).toEqual([12, 22])
	expect([
		naturalWidth({ columns, rows, head: true }),
		naturalWidth({ columns, rows, head: true }, { prose: false }),
	]).toEqual([35, 12])
})

test('of a name whose end tells, the end is kept', () => {
	const columns: readonly Column[] = [{ id: 'name', title: 'F', width: 8, keeps: 'end' }]
	const rows = [{ key: 'a', selected: false, cells: { name: { text: 'nf_conntrack_in' } } }]
	expect(drawn({ columns, rows, head: false }, 10, 1)).toEqual(['…ntrack_in'])
})

test('as plain text every cell is whole', () => {
	expect(gridText(GRID)).toEqual([
		'NAME                           COUNT  EXTRA        LAST',
		'alpha                              1  x            now',
		'漢字漢字漢字漢字漢字漢字  12 345 678  \\x1b[31mred',
	])
})
