import { render } from 'ink-testing-library'
import { expect, test } from 'vitest'
import { Table } from '../../../src/ui/components/table.tsx'
import { type Grid, MARK } from '../../../src/words/grid.ts'

const grid = (...counts: readonly number[]): Grid => ({
	columns: [
		MARK,
		{ id: 'name', title: 'NAME', width: 6 },
		{ id: 'count', title: 'COUNT', width: 6, align: 'right' },
	],
	head: true,
	rows: counts.map((count, index) => ({
		key: `row ${index}`,
		selected: index === 0,
		cells: {
			mark: { text: index === 0 ? '>' : ' ' },
			name: { text: `r${index}` },
			count: { text: String(count) },
		},
	})),
})

const table = (...counts: readonly number[]) => (
	<Table grid={grid(...counts)} width={20} height={4} ellipsis="…" />
)

test('follows its rows: changed, more, fewer, none', () => {
	const { lastFrame, rerender, unmount } = render(table(1, 2))
	const lines = () => (lastFrame() ?? '').split('\n').map((line) => line.trimEnd())
	expect(lines()).toEqual([' NAME    COUNT', '>r0          1', ' r1          2', ''])
	rerender(table(1, 2000))
	expect(lines()).toEqual([' NAME    COUNT', '>r0          1', ' r1       2000', ''])
	rerender(table(7, 8, 9, 10))
	expect(lines()).toEqual([' NAME    COUNT', '>r0          7', ' r1          8', ' r2          9'])
	rerender(table())
	expect(lines()).toEqual([' NAME    COUNT', '', '', ''])
	unmount()
})
