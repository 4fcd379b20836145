import cliTruncate from 'cli-truncate'
import { graphemes } from './graphemes.ts'
import { wrapped } from './paragraph.ts'
import { visible } from './visible.ts'
import { ONE_CELL, width } from './width.ts'

/** At most `cells` wide; what is cut off is shown by `ellipsis`. */
export function cut(text: string, cells: number, ellipsis = '…'): string {
	if (cells < 1) return ''
	if (width(text) <= cells) return text
	if (cells <= ellipsis.length) return ellipsis.slice(0, cells)
	if (ONE_CELL.test(text)) return `${text.slice(0, cells - ellipsis.length)}${ellipsis}`
	return cliTruncate(text, cells, { truncationCharacter: ellipsis })
}

/** At most `cells` wide with its end kept. */
export function cutStart(text: string, cells: number, ellipsis = '…'): string {
	if (width(text) <= cells) return text
	if (!ONE_CELL.test(text) || cells <= ellipsis.length) return cut(text, cells, ellipsis)
	return `${ellipsis}${text.slice(ellipsis.length - cells)}`
}

/** Exactly `cells` wide: cut or padded. */
export function fitted(
	text: string,
	cells: number,
	align: 'left' | 'right' = 'left',
	ellipsis = '…',
): string {
	const shown = cut(text, cells, ellipsis)
	const blank = ' '.repeat(Math.max(0, cells - width(shown)))
	return align === 'left' ? `${shown}${blank}` : `${blank}${shown}`
}

/** Text from outside the program, safe to print; null and undefined become a dash. */
export const safe = (text: string | null | undefined): string =>
	text === null || text === undefined ? '-' : ONE_CELL.test(text) ? text : visible(text)

/** Lines of at most `cells` cells, broken at blanks; a word that is longer is broken where the line ends. */
export const wrap = (text: string, cells: number): string[] =>
	cells < 1 ? [] : wrapped(text, cells, width, headOf)

/** The beginning of the text that fits into `cells`, at least one character of it. */
export function headOf(text: string, cells: number): string {
	if (ONE_CELL.test(text)) return text.slice(0, cells)
	let head = ''
	let used = 0
	for (const { segment } of graphemes(text)) {
		used += width(segment)
		if (used > cells && head !== '') break
		head += segment
	}
	return head
}
