import type { Tone } from './line.ts'
import { fitted, headOf, safe } from './text.ts'
import { textTable } from './text-table.ts'
import { width } from './width.ts'

export type Column = {
	readonly id: string
	readonly title: string
	/** Cells as long as there is room for them: it gets more where its text is cut, and less where others need it. */
	readonly width: number
	readonly align?: 'left' | 'right'
	/**
	 * Cells that it has where no text needs them, so that the columns behind it stand still while its texts change; `width`
	 * when absent. Wider than that and than its longest text it never is.
	 */
	readonly usual?: number
	/** Of a text that is too long the end is kept: names that differ there. */
	readonly keeps?: 'end'
	/** The details say it as well: it is no reason to keep them below the table. */
	readonly isProse?: boolean
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

type Sized = { readonly column: Column; readonly natural: number; readonly least: number }

/** Cells that the longest text of a column takes; its width where there is no row to tell. */
function naturalOf({ id, title, width: usual }: Column, rows: readonly GridRow[]): number {
	if (rows.length === 0) return usual
	return rows.reduce(
		(most, { cells, spill }) => (spill === id ? most : Math.max(most, width(safe(cells[id]?.text ?? '')))),
		Math.max(1, width(title)),
	)
}

/**
 * Cells in which no text of the table is cut; without prose, those for what the details do not say; without `spills`, for
 * the columns alone, and not for a text that goes on over several of them.
 */
export function naturalWidth({ columns, rows }: Grid, { prose = true, spills = true } = {}): number {
	const kept = columns.filter(({ isProse }) => prose || isProse !== true)
	const widths = kept.map((column) => Math.max(naturalOf(column, rows), column.usual ?? 0) + gapOf(column))
	const all = widths.reduce((sum, one) => sum + one, 0)
	if (!spills) return all - gapOf(kept.at(-1) ?? MARK)
	const spilling = rows.map(({ spill, cells }) => {
		const from = kept.findIndex(({ id }) => id === spill)
		if (from < 0) return 0
		return (
			widths.slice(0, from).reduce((sum, one) => sum + one, 0) + width(safe(cells[spill ?? '']?.text ?? ''))
		)
	})
	return Math.max(all - gapOf(kept.at(-1) ?? MARK), ...spilling)
}

/**
 * The columns that fit into `cells`, with their final widths. No column has blank cells while the text of another one is
 * cut; what is missing is shared by need, and what is left stays blank behind the last one.
 */
export function laidOut(
	columns: readonly Column[],
	cells: number,
	rows: readonly GridRow[] = [],
): readonly Column[] {
	const all = columns.map((column): Sized => {
		const natural = naturalOf(column, rows)
		return { column, natural, least: Math.min(column.width, natural) }
	})
	const whole = all.map((one) => (one.column.isProse === true ? one : { ...one, least: one.natural }))
	const widthOf = (some: readonly Sized[]) =>
		some.reduce((sum, { least, column }) => sum + least + gapOf(column), -gapOf(some.at(-1)?.column ?? MARK))
	// Prose is there only beside texts that are whole.
	const kept = widthOf(whole) <= cells ? whole : all.filter(({ column }) => column.isProse !== true)
	while (kept.length > 1 && widthOf(kept) > cells) {
		const worst = Math.max(...kept.map(({ column }) => column.rank ?? 0))
		if (worst === 0) break
		kept.splice(
			kept.findLastIndex(({ column }) => (column.rank ?? 0) === worst),
			1,
		)
	}
	const toText = shared(
		cells - widthOf(kept),
		kept.map(({ natural, least }) => natural - least),
	)
	// Then as wide as usual, so that the columns stand still while their texts change.
	const toUsual = shared(
		toText.rest,
		kept.map(({ column, natural }) => Math.max(0, (column.usual ?? column.width) - natural)),
	)
	const widths = kept.map(
		({ least }, index) => least + (toText.given[index] ?? 0) + (toUsual.given[index] ?? 0),
	)
	// Where not even what is never left out has room, the widest gives.
	for (let missing = widthOf(kept) - cells; missing > 0; missing--) {
		const widest = Math.max(...widths)
		if (widest <= 1) break
		widths[widths.lastIndexOf(widest)] = widest - 1
	}
	return kept.map(({ column }, index) => ({ ...column, width: Math.max(1, widths[index] ?? 1) }))
}

/** So many cells among those who need some, in proportion to their needs; nobody gets more than that. */
function shared(cells: number, needs: readonly number[]): { given: readonly number[]; rest: number } {
	const all = needs.reduce((sum, need) => sum + need, 0)
	if (cells >= all) return { given: needs, rest: cells - all }
	if (cells <= 0) return { given: needs.map(() => 0), rest: cells }
	let left = cells
	let open = all
	const given = needs.map((need) => {
		const share = open === 0 ? 0 : Math.round((need * left) / open)
		left -= share
		open -= need
		return share
	})
	return { given, rest: 0 }
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
