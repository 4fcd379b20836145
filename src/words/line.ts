import { cut, fitted, headOf, safe } from './text.ts'
import { width } from './width.ts'

/** What a text is; the theme says how that looks. Never the only carrier of a meaning. */
export type Tone =
	| 'plain'
	| 'dim'
	| 'strong'
	/** An answer. */
	| 'verdict'
	| 'good'
	| 'attention'
	| 'bad'
	/** What can be pressed. */
	| 'key'
	| 'selected'
	| 'alarm'

/** Titles of columns and panes. */
export const TONE_OF_TITLES: Tone = 'dim'

export type Span = { readonly text: string; readonly tone: Tone }
export type Line = readonly Span[]

/** Every text that is drawn goes through here, so that none can carry an escape sequence to the terminal. */
export const span = (text: string, tone: Tone = 'plain'): Span => ({ text: safe(text), tone })

export const EMPTY: Line = []

/** A line of texts and spans. */
export const line = (...parts: readonly (string | Span)[]): Line =>
	parts.map((part) => (typeof part === 'string' ? span(part) : part))

export const lineText = (parts: Line): string => parts.map(({ text }) => text).join('')

export const lineWidth = (parts: Line): number => parts.reduce((sum, { text }) => sum + width(text), 0)

/** The line cut to at most `cells`. */
export function cutLine(parts: Line, cells: number, ellipsis = '…'): Line {
	if (lineWidth(parts) <= cells) return parts
	const kept: Span[] = []
	let left = cells
	for (const part of parts) {
		const needed = width(part.text)
		if (needed > left || (needed === left && part !== parts.at(-1))) {
			// The ellipsis must show although this part would fit: the next ones do not.
			const text = needed > left ? cut(part.text, left, ellipsis) : cut(`${part.text} `, left, ellipsis)
			if (text !== '') kept.push({ ...part, text })
			return kept
		}
		kept.push(part)
		left -= needed
	}
	return kept
}

/** `left` at the left and `right` at the right end of exactly `cells`; `left` is cut when both do not fit. */
export function apart(left: Line, right: Line, cells: number, ellipsis = '…'): Line {
	const rightWidth = lineWidth(right)
	if (rightWidth >= cells) return cutLine(right, cells, ellipsis)
	const shown = cutLine(left, cells - rightWidth - (rightWidth > 0 ? 1 : 0), ellipsis)
	return [...shown, { text: ' '.repeat(cells - rightWidth - lineWidth(shown)), tone: 'plain' }, ...right]
}

/** One tone over exactly `cells`, blanks included: for a line that must catch the eye. */
export function flooded(text: string, tone: Tone, cells: number, ellipsis = '…'): Line {
	return [{ text: fitted(safe(text), cells, 'left', ellipsis), tone }]
}

export type Item = {
	readonly line: Line
	/** Kept longest: 0 first. Items of the same importance go from the right. */
	readonly importance: number
}

/** Of several items those that fit into `cells` with `gap` blanks between them, in their order, least important left out first. */
export function packed(items: readonly Item[], cells: number, gap: number): Line {
	const kept = [...items]
	const needed = () => kept.reduce((sum, item) => sum + lineWidth(item.line) + gap, -gap)
	while (kept.length > 1 && needed() > cells) {
		const worst = Math.max(...kept.map(({ importance }) => importance))
		kept.splice(
			kept.findLastIndex(({ importance }) => importance === worst),
			1,
		)
	}
	const between = blanks(gap)
	return kept.flatMap((item, index) => (index === 0 ? item.line : [between, ...item.line]))
}

const blanks = (cells: number): Span => ({ text: ' '.repeat(cells), tone: 'plain' })

/** Like `packed`, in at most `most` lines; at least one line. */
export function packedRows(
	items: readonly Item[],
	cells: number,
	gap: number,
	most: number,
): readonly Line[] {
	const kept = [...items]
	const rows = (): Item[][] => {
		const made: Item[][] = [[]]
		let used = -gap
		for (const item of kept) {
			const needed = gap + lineWidth(item.line)
			if (used + needed > cells && used > 0) {
				made.push([])
				used = -gap
			}
			made.at(-1)?.push(item)
			used += needed
		}
		return made
	}
	const isTooWide = (row: readonly Item[]) =>
		row.reduce((sum, item) => sum + lineWidth(item.line) + gap, -gap) > cells
	for (let made = rows(); kept.length > 1 && (made.length > most || made.some(isTooWide)); made = rows()) {
		const worst = Math.max(...kept.map(({ importance }) => importance))
		kept.splice(
			kept.findLastIndex(({ importance }) => importance === worst),
			1,
		)
	}
	return rows().map((row) => row.flatMap(({ line }, at) => (at === 0 ? line : [blanks(gap), ...line])))
}

/**
 * A line in as many lines as it needs, broken at blanks; those behind the first one begin with `hang` blanks. A word that is
 * longer than a line is broken where the line ends.
 */
export function wrapLine(parts: Line, cells: number, hang = 0): readonly Line[] {
	if (cells < 1 || lineWidth(parts) <= cells) return [parts]
	const indent = Math.min(hang, Math.floor(cells / 2))
	const rows: Span[][] = [[]]
	let used = 0
	const put = (text: string, tone: Tone): void => {
		const row = rows.at(-1)
		const last = row?.at(-1)
		if (last?.tone === tone) row?.splice(-1, 1, { text: last.text + text, tone })
		else row?.push({ text, tone })
		used += width(text)
	}
	const next = (): void => {
		rows.push(indent > 0 ? [blanks(indent)] : [])
		used = indent
	}
	for (const { text, tone } of parts) {
		for (const piece of text.match(/ +|[^ ]+/g) ?? []) {
			const isBlank = piece.startsWith(' ')
			if (used + width(piece) <= cells) {
				// Blanks where a line was broken are not needed.
				if (!isBlank || rows.length === 1 || used > indent) put(piece, tone)
				continue
			}
			if (isBlank) {
				next()
				continue
			}
			if (used > indent) next()
			let rest = piece
			while (used + width(rest) > cells) {
				const head = headOf(rest, cells - used)
				put(head, tone)
				rest = rest.slice(head.length)
				next()
			}
			put(rest, tone)
		}
	}
	if (used === indent && rows.length > 1) rows.pop()
	return rows
}
