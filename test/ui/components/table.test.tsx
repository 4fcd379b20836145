import { renderToString } from 'ink'
import { expect, test } from 'vitest'
import { Table } from '../../../src/ui/components/table.tsx'
import { type Column, type Grid, gridText, laidOut, MARK } from '../../../src/words/grid.ts'

const COLUMNS: readonly Column[] = [
	MARK,
	{ id: 'name', title: 'NAME', width: 6, grow: true },
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
		' NAME               COUNT EXTRA    LAST',
		'▸alpha                  1 x        now',
		' 漢字漢字漢字漢字… 12 34… \\x1b[31…',
		'',
		'',
	])
})

test('without titles', () => {
	expect(drawn({ ...GRID, head: false }, 40, 2)[0]).toBe('▸alpha                  1 x        now')
})

test('no more rows than there is room', () => {
	expect(drawn(GRID, 40, 2)).toHaveLength(2)
	expect(drawn(GRID, 40, 1)).toEqual([' NAME               COUNT EXTRA    LAST'])
})

test.each([
	[40, ['mark', 'name', 'count', 'extra', 'last'], 17],
	[29, ['mark', 'name', 'count', 'extra', 'last'], 6],
	[28, ['mark', 'name', 'count', 'extra'], 11],
	[22, ['mark', 'name', 'count'], 14],
	[5, ['mark', 'name', 'count'], 1],
])('at %i cells the columns are %j', (cells, ids, name) => {
	const columns = laidOut(COLUMNS, cells)
	expect(columns.map(({ id }) => id)).toEqual(ids)
	expect(columns.find(({ id }) => id === 'name')?.width).toBe(name)
})

test('as plain text every cell is whole', () => {
	expect(gridText(GRID)).toEqual([
		'NAME                           COUNT  EXTRA        LAST',
		'alpha                              1  x            now',
		'漢字漢字漢字漢字漢字漢字  12 345 678  \\x1b[31mred',
	])
})
