import * as english from '../../words/english/app/dialogs.ts'
import { glyphsOf } from '../../words/glyphs.ts'
import { cutLine, EMPTY, type Line, line, lineWidth, type Span, span, type Tone } from '../../words/line.ts'
import { cut, wrap } from '../../words/text.ts'
import { width } from '../../words/width.ts'
import type { State } from '../state/state.ts'

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
}

/** A dialog wider than this is hard to read. */
const WIDEST = 78

/** Room for text inside the frame. */
export function innerWidth(columns: number): number {
	return columns < 60 ? Math.max(1, columns - 1) : Math.min(WIDEST, columns - 4) - 4
}

/**
 * The dialog drawn into exactly `height` lines of `columns`. What does not fit is cut from the body, and said so;
 * the answers stay.
 */
export function framed(sheet: Sheet, state: State, columns: number, height: number): readonly Line[] {
	const frame = 3 + (sheet.head?.length ?? 0) + sheet.answers.length
	const roomForBody = height - frame >= Math.min(4, sheet.body.length)
	return columns < 60 || !roomForBody
		? plain(sheet, columns, height, state)
		: boxed(sheet, columns, height, state)
}

/** Without a frame, and without the answers: the footer has them. */
function plain(sheet: Sheet, columns: number, height: number, state: State): readonly Line[] {
	const { ellipsis } = glyphsOf(state.modes)
	const tone = sheet.tone === 'plain' ? 'strong' : sheet.tone
	const titles = wrap(span(sheet.brief ?? sheet.title).text, columns - 1).map((text) =>
		line(span(text, tone)),
	)
	const head = [...titles, ...(sheet.head ?? [])].slice(0, height < 5 ? height : height - 1)
	const body = clipped(sheet, height - head.length, state)
	return [...head, ...body]
		.slice(0, Math.max(0, height))
		.map((one) => cutLine(indented(one), columns, ellipsis))
}

const indented = (one: Line): Line => (one.length === 0 ? one : [{ text: ' ', tone: 'plain' }, ...one])

function boxed(sheet: Sheet, columns: number, height: number, state: State): readonly Line[] {
	const { rule, wall, corners, ellipsis } = glyphsOf(state.modes)
	const inner = innerWidth(columns)
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
	const spare = height - 3 - sheet.answers.length - head.length
	const airy = sheet.airy !== undefined && sheet.airy.length <= spare
	const body = airy ? sheet.airy : clipped(sheet, spare, state)
	const roomy = spare - body.length >= 1
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
function clipped({ body, follow, top }: Sheet, height: number, state: State): readonly Line[] {
	if (height < 1) return []
	if (body.length <= height) return body
	const { ellipsis } = glyphsOf(state.modes)
	const note = height > 1 ? 1 : 0
	const room = height - note
	const wanted = follow === undefined ? (top ?? 0) : follow - Math.floor(room / 2)
	const first = Math.max(0, Math.min(wanted, body.length - room))
	const hidden = body.length - room - first
	const keys = top === undefined ? '' : ' (j, k)'
	const said =
		hidden > 0
			? english.moreLineBelow(ellipsis, hidden, hidden === 1 ? '' : 's', keys)
			: english.theEndLineAbove(ellipsis, first, first === 1 ? '' : 's', keys)
	return [...body.slice(first, first + room), ...(note > 0 ? [line(span(said, 'dim'))] : [])]
}
