import { Box, Text } from 'ink'
import { createContext, memo, type PropsWithChildren, useContext, useMemo } from 'react'
import { type Grid, laidOut } from '../../words/grid.ts'
import type { Span } from '../../words/line.ts'
import { InkTable } from './load-ink-table.ts'
import { NOTHING, type Sheet, sheetOf } from './sheet.ts'
import { ThemeContext } from './theme.ts'

/**
 * The only place that knows ink-table, and the one way to draw a table. Left to itself ink-table measures with
 * String.length, never cuts, draws a rule between all rows and builds every changed row anew. So it gets one
 * private-use character a row as the value of all its cells, and the cells look up text and style here.
 */
const SheetContext = createContext<Sheet>({ titles: [], rows: [] })
const FIRST = 0xe000

const FittedText = memo(function FittedText({ text, tone }: Span) {
	const theme = useContext(ThemeContext)
	return (
		<Text wrap="truncate" {...theme[tone]}>
			{text}
		</Text>
	)
})

function Cell({ column, children }: PropsWithChildren<{ column: number }>) {
	const { rows } = useContext(SheetContext)
	const { text, tone } = rows[rowOf(children)]?.[column] ?? NOTHING
	return <FittedText text={text} tone={tone} />
}

/** ink-table passes the column to the header, too, and its types do not say so. */
function Header({ column = 0 }: PropsWithChildren<{ column?: number }>) {
	const { titles } = useContext(SheetContext)
	const { text, tone } = titles[column] ?? NOTHING
	return <FittedText text={text} tone={tone} />
}

/** Nothing at all keeps ink-table's rules off the screen. */
const Skeleton = () => null

function rowOf(children: unknown): number {
	const code = typeof children === 'string' ? (children.trim().codePointAt(0) ?? 0) : 0
	return code - FIRST
}

/** ink-table is given new data only when the number of rows or the columns change. */
const Frame = memo(function Frame({ columns, rows }: { columns: string; rows: number }) {
	const ids = columns.split(' ')
	const data = Array.from({ length: rows }, (_, index) => {
		const mark = String.fromCodePoint(FIRST + index)
		return Object.fromEntries(ids.map((id) => [id, mark]))
	})
	return <InkTable data={data} columns={ids} header={Header} cell={Cell} skeleton={Skeleton} />
})

/** A grid in exactly `width` by `height` cells. */
export const Table = memo(function Table(props: {
	grid: Grid
	width: number
	height: number
	ellipsis: string
}) {
	const { grid, width, height, ellipsis } = props
	const columns = useMemo(() => laidOut(grid.columns, width, grid.rows), [grid.columns, grid.rows, width])
	const sheet = useMemo(() => sheetOf(grid.rows, columns, ellipsis), [columns, grid.rows, ellipsis])
	const lift = grid.head ? 0 : -1
	const rows = Math.max(0, Math.min(grid.rows.length, height - (grid.head ? 1 : 0)))
	return (
		<Box width={width} height={height} overflowY="hidden" flexShrink={0} flexDirection="column">
			<Box marginTop={lift} width={width} flexShrink={0} flexDirection="column">
				<SheetContext value={sheet}>
					<Frame columns={columns.map(({ id }) => id).join(' ')} rows={rows} />
				</SheetContext>
			</Box>
		</Box>
	)
})
