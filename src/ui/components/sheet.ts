import { type Grid, gapOf, type laidOut, spilt } from '../../words/grid.ts'
import { type Line, type Span, TONE_OF_TITLES, type Tone } from '../../words/line.ts'
import { cutStart, fitted, safe } from '../../words/text.ts'

/** The texts of a table, each as wide as its column. */
export type Sheet = { readonly titles: Line; readonly rows: readonly Line[] }

export const NOTHING: Span = { text: '', tone: 'plain' }

/** Rows in the columns as they were laid out. */
export function sheetOf(rows: Grid['rows'], columns: ReturnType<typeof laidOut>, ellipsis: string): Sheet {
	const put = (text: string, index: number, tone: Tone): Span => {
		const column = columns[index]
		if (column === undefined) return NOTHING
		const gap = index === columns.length - 1 ? '' : ' '.repeat(gapOf(column))
		const shown = column.keeps === 'end' ? cutStart(safe(text), column.width, ellipsis) : safe(text)
		return { text: `${fitted(shown, column.width, column.align, ellipsis)}${gap}`, tone }
	}
	return {
		titles: columns.map(({ title }, index) => put(title, index, TONE_OF_TITLES)),
		rows: rows.map((row) => {
			const pieces = spilt(row, columns, ellipsis)
			return columns.map(({ id }, index) => {
				const piece = pieces[index]
				const cell = row.cells[piece === undefined ? id : (row.spill ?? id)]
				const tone = row.selected ? 'selected' : (cell?.tone ?? row.tone ?? 'plain')
				return piece === undefined ? put(cell?.text ?? '', index, tone) : { text: piece, tone }
			})
		}),
	}
}
