import type { Glyphs } from '../../../words/glyphs.ts'
import { type Column, type Grid, type GridRow, MARK } from '../../../words/grid.ts'
import { width } from '../../../words/width.ts'
import type { PaneState } from '../../state/state.ts'

/** A table with what every table shows of its user's choices: the column that it is sorted by, and the rows that were marked. */
export function dressed(
	grid: Grid,
	{ sort, marks }: Pick<PaneState, 'sort' | 'marks'>,
	glyphs: Pick<Glyphs, 'marked' | 'rising' | 'falling'>,
): Grid {
	if (sort === undefined && marks.length === 0) return grid
	const isMarked = new Set(marks)
	return {
		...grid,
		columns: grid.columns.map((column) => withSort(withMark(column, marks), sort, glyphs)),
		rows: marks.length === 0 ? grid.rows : grid.rows.map((row) => withSign(row, isMarked, glyphs)),
	}
}

/** The column stays whatever the room: else nothing would say why the rows stand as they do. */
function withSort(
	column: Column,
	sort: PaneState['sort'],
	{ rising, falling }: Pick<Glyphs, 'rising' | 'falling'>,
): Column {
	if (sort === undefined || column.id !== sort.column) return column
	const { isProse: _, ...rest } = column
	const title = `${column.title}${sort.down ? falling : rising}`
	// The sign is the last of it: a title that is cut would not show it.
	return { ...rest, title, width: Math.max(column.width, width(title)), rank: 0 }
}

/** Room for the sign beside that of the selection. */
const withMark = (column: Column, marks: readonly string[]): Column =>
	column.id === MARK.id && marks.length > 0 ? { ...column, width: MARK.width + 1 } : column

function withSign(row: GridRow, isMarked: ReadonlySet<string>, { marked }: Pick<Glyphs, 'marked'>): GridRow {
	const sign = isMarked.has(row.key) ? marked : ' '
	return { ...row, cells: { ...row.cells, mark: { text: `${row.cells.mark?.text ?? ' '}${sign}` } } }
}
