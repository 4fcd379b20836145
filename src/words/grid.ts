import type { Tone } from './line.ts'
import { fitted, headOf, safe } from './text.ts'
import { textTable } from './text-table.ts'
import { width } from './width.ts'

export type Column = {
	readonly id: string
	readonly title: string
	/** Cells; the one column with `grow` takes what is left, and `width` is then its least width. */
	readonly width: number
	readonly align?: 'left' | 'right'
	readonly grow?: boolean
	/** 0 is never left out; among the others the highest number goes first when the room is short. */
	readonly rank?: number
	/** Blanks behind it; GAP when absent. */
	readonly gap?: number
}

export type Cell = { readonly text: string; readonly tone?: Tone }

export type GridRow = {
	readonly key: string
	/** By column id; a column without a cell is blank. */
	readonly cells: Readonly<Record<string, Cell | undefined>>
	readonly selected: boolean
	/** The column whose text goes on over all columns to its right, which have no cells then. */
	readonly spill?: string
	/** Tone of all cells that have none of their own. */
	readonly tone?: Tone
}

/** A table ready to be drawn: only the rows that are in view. */
export type Grid = {
	readonly columns: readonly Column[]
	readonly rows: readonly GridRow[]
	/** False for a table without its line of titles. */
	readonly head: boolean
}

/** Blanks between two columns. */
const GAP = 1

export const gapOf = ({ gap = GAP }: Column): number => gap

/** The column of the selection mark. */
export const MARK: Column = { id: 'mark', title: '', width: 1, gap: 0 }

/** The columns that fit into `cells`, with their final widths. */
export function laidOut(columns: readonly Column[], cells: number): readonly Column[] {
	const kept = [...columns]
	const needed = () =>
		kept.reduce(
			(sum, column, index) => sum + column.width + (index === kept.length - 1 ? 0 : gapOf(column)),
			0,
		)
	while (kept.length > 1 && needed() > cells) {
		const worst = Math.max(...kept.map(({ rank }) => rank ?? 0))
		if (worst === 0) break
		kept.splice(
			kept.findLastIndex(({ rank }) => (rank ?? 0) === worst),
			1,
		)
	}
	const spare = cells - needed()
	return kept.map((column) =>
		column.grow === true ? { ...column, width: Math.max(1, column.width + spare) } : column,
	)
}

/**
 * The text of a row's `spill` column in pieces of exactly the columns from there on, gaps included; undefined for the
 * columns before it, and for all of them when the row has none.
 */
export function spilt(
	{ spill, cells }: GridRow,
	columns: readonly Column[],
	ellipsis: string,
): readonly (string | undefined)[] {
	const from = columns.findIndex(({ id }) => id === spill)
	let rest = safe(cells[spill ?? '']?.text ?? '')
	return columns.map((column, index) => {
		if (from < 0 || index < from) return undefined
		if (index === columns.length - 1) return fitted(rest, column.width, 'left', ellipsis)
		const room = column.width + gapOf(column)
		const head = headOf(rest, room)
		// A wide character that does not fit goes to the next piece.
		const piece = width(head) > room ? '' : head
		rest = rest.slice(piece.length)
		return fitted(piece, room)
	})
}

/** The table as plain lines, each column as wide as its longest cell: for paper, the clipboard and screen readers. */
export function gridText({ columns, rows, head }: Grid): string[] {
	const shown = columns.filter(({ id }) => id !== 'mark' && id !== 'bar')
	const titles = shown.map(({ title }) => title)
	const texts = rows.map(({ cells, spill }) => {
		const from = shown.findIndex(({ id }) => id === spill)
		return shown.slice(0, from < 0 ? shown.length : from + 1).map(({ id }) => safe(cells[id]?.text ?? ''))
	})
	const lines = textTable([titles, ...texts], (column) => shown[column]?.align === 'right', width)
	return head ? lines : lines.slice(1)
}
