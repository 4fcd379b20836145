import * as english from '../../words/english/app/dialogs.ts'
import { glyphsOf } from '../../words/glyphs.ts'
import {
	cutLine,
	EMPTY,
	type Line,
	line,
	lineWidth,
	type Span,
	span,
	type Tone,
	wrapLine,
} from '../../words/line.ts'
import { cut, wrap } from '../../words/text.ts'
import { width } from '../../words/width.ts'
import type { Reach, State } from '../state/state.ts'

/** What a dialog says, made for the width it was asked for. */
export type Sheet = {
	readonly title: string
	/** What it is about in a few words, for a terminal that has no room for more. */
	readonly brief?: string
	readonly tone: Tone
	/** Always in view above the body. */
	readonly head?: readonly Line[]
	readonly body: readonly Line[]
	/** The body with blank lines between its parts, taken where all of it has room. */
	readonly airy?: readonly Line[]
	/** The answers, always in view below the body. */
	readonly answers: readonly Line[]
	/** Index of the line of the body that has to be in view: the selected entry of a list. */
	readonly follow?: number
	/** First line of the body, where the reader scrolls. */
	readonly top?: number
	/** A table: as wide as the terminal lets it be. */
	readonly isWide?: boolean
}

/** A dialog wider than this is hard to read. */
const WIDEST = 78

const WIDEST_TABLE = 130

/** Room for text inside the frame. */
export function innerWidth(columns: number, isWide = false): number {
	if (columns < 60) return Math.max(1, columns - 1)
	return Math.min(isWide ? WIDEST_TABLE : WIDEST, columns - 4) - 4
}

/** A sheet as it is drawn: what stands still, and what scrolls in so many lines. */
type Arranged = {
	readonly isBoxed: boolean
	readonly fixed: readonly Line[]
	readonly body: readonly Line[]
	readonly room: number
}

/**
 * Without a frame where there is no room for one: then only the title stands still, and what has to be in view on a larger
 * terminal scrolls with the rest. The answers are in the footer.
 */
function arranged(sheet: Sheet, columns: number, height: number): Arranged {
	const head = sheet.head ?? []
	const room = height - 3 - head.length - sheet.answers.length
	if (columns >= 60 && room >= Math.min(4, sheet.body.length)) {
		const isAiry = sheet.airy !== undefined && sheet.airy.length <= room
		return { isBoxed: true, fixed: head, body: isAiry ? sheet.airy : sheet.body, room }
	}
	const tone = sheet.tone === 'plain' ? 'strong' : sheet.tone
	const titles = wrap(span(sheet.brief ?? sheet.title).text, columns - 1).map((text) =>
		line(span(text, tone)),
	)
	const isShort = sheet.follow !== undefined && titles.length + head.length <= height / 2
	const fixed = isShort ? [...titles, ...head] : titles.slice(0, Math.max(1, Math.floor(height / 3)))
	const rest = isShort ? sheet.body : [...titles.slice(fixed.length), ...head, ...sheet.body]
	const body = rest.flatMap((one) => wrapLine(one, Math.max(1, columns - 1)))
	return { isBoxed: false, fixed: fixed.slice(0, height), body, room: Math.max(0, height - fixed.length) }
}

/** Lines of the body in view at once, and how many there are. */
export function sheetReach(sheet: Sheet, columns: number, height: number): Reach['dialog'] {
	const { body, room } = arranged(sheet, columns, height)
	const shown = body.length <= room ? room : room - 1
	return { shown: Math.max(1, shown), all: body.length }
}

/**
 * The dialog drawn into exactly `height` lines of `columns`. What does not fit scrolls, and a line says how much that is; the
 * answers stay.
 */
export function framed(sheet: Sheet, state: State, columns: number, height: number): readonly Line[] {
	const shape = arranged(sheet, columns, height)
	return shape.isBoxed
		? boxed(sheet, shape, columns, height, state)
		: plain(sheet, shape, columns, height, state)
}

/** Without a frame, and without the answers: the footer has them. */
function plain(
	sheet: Sheet,
	shape: Arranged,
	columns: number,
	height: number,
	state: State,
): readonly Line[] {
	const { ellipsis } = glyphsOf(state.modes)
	return [...shape.fixed, ...clipped(sheet, shape.body, shape.room, state)]
		.slice(0, Math.max(0, height))
		.map((one) => cutLine(indented(one), columns, ellipsis))
}

const indented = (one: Line): Line => (one.length === 0 ? one : [{ text: ' ', tone: 'plain' }, ...one])

function boxed(
	sheet: Sheet,
	shape: Arranged,
	columns: number,
	height: number,
	state: State,
): readonly Line[] {
	const { rule, wall, corners, ellipsis } = glyphsOf(state.modes)
	const inner = innerWidth(columns, sheet.isWide)
	const full = inner + 4
	const margin: Span = { text: ' '.repeat(Math.floor((columns - full) / 2)), tone: 'plain' }
	const [topLeft, topRight, bottomLeft, bottomRight] = corners
	const title = cut(span(sheet.title).text, inner - 2, ellipsis)
	const edge = (text: string): Span => ({ text, tone: 'dim' })
	const row = (one: Line): Line => {
		const shown = cutLine(one, inner, ellipsis)
		const blank = ' '.repeat(inner - lineWidth(shown))
		return [margin, edge(`${wall} `), ...shown, { text: blank, tone: 'plain' }, edge(` ${wall}`)]
	}
	const head = sheet.head ?? []
	const body = clipped(sheet, shape.body, shape.room, state)
	const roomy = shape.room - body.length >= 1
	const lines: Line[] = [
		[
			margin,
			edge(`${topLeft}${rule} `),
			span(title, sheet.tone === 'plain' ? 'strong' : sheet.tone),
			edge(` ${rule.repeat(Math.max(0, full - 5 - width(title)))}${topRight}`),
		],
		...(roomy ? [row(EMPTY)] : []),
		...head.map(row),
		...body.map(row),
		row(EMPTY),
		...sheet.answers.map(row),
		[margin, edge(`${bottomLeft}${rule.repeat(full - 2)}${bottomRight}`)],
	]
	const above = Math.max(0, Math.floor((height - lines.length) / 3))
	return [...Array.from({ length: above }, () => EMPTY), ...lines].slice(0, height)
}

/** The part of the body that is in view, with a line that says how much is not. */
function clipped(
	{ follow, top }: Sheet,
	body: readonly Line[],
	height: number,
	state: State,
): readonly Line[] {
	if (height < 1) return []
	if (body.length <= height) return body
	const { ellipsis } = glyphsOf(state.modes)
	const note = height > 1 ? 1 : 0
	const room = height - note
	const wanted = follow === undefined ? (top ?? 0) : follow - Math.floor(room / 2)
	const first = Math.max(0, Math.min(wanted, body.length - room))
	const hidden = body.length - room - first
	const keys = top === undefined ? '' : english.scrollKeys
	const said = english.linesAround(ellipsis, first, hidden, keys)
	return [...body.slice(first, first + room), ...(note > 0 ? [line(span(said, 'dim'))] : [])]
}
