import { filterRule } from '../../app/frame/footer.ts'
import { ranLines } from '../../app/screens/changes/detail.ts'
import { openPane, openScreen, screenOf } from '../../app/screens/screens.ts'
import { stepsListWidth } from '../../app/screens/steps/detail.ts'
import { areChecksOpen, flowLines, meaningLines, watchNote } from '../../app/screens/watch/explanation.ts'
import { onceAState } from '../../app/state/once-a-state.ts'
import { shown } from '../../app/state/shown.ts'
import type { State } from '../../app/state/state.ts'
import * as english from '../../words/english/app/frame.ts'
import { naturalWidth } from '../../words/grid.ts'
import { EMPTY, type Line, lineWidth, wrapLine } from '../../words/line.ts'
import { counted } from '../../words/numbers.ts'
import { type Layout, layoutFor } from './layout.ts'

export type Pane = { readonly width: number; readonly height: number }
/** Text in one column, or in several of the same width beside each other. */
export type TextPane = Pane & { readonly parts: number }

/** Where the panes of a screen are, and the texts in them. All panes give what they do not need to those that need it. */
export type Body = {
	/** `side`: the detail stands beside the list, not below it. */
	readonly form: 'stacked' | 'side' | 'steps' | 'watch'
	readonly top: readonly Line[]
	/** The rule below the top. */
	readonly rule: number
	readonly list: Pane & { readonly head: boolean }
	/** Lines of the rule below the list. */
	readonly note: number
	readonly detail: TextPane
	readonly text: readonly Line[]
	/** On a large terminal, on Watch alone. */
	readonly flows: readonly Line[]
	readonly live: number
	readonly ran: readonly Line[]
}

/** A pane that is narrower than this is no help beside a table. */
const LEAST_SIDE = 46
/** From this width on details stand beside the table. */
const SIDE_FROM = 120
/** A line of text that is longer than this is hard to read. */
const LONGEST_LINE = 140
/** What an opened detail leaves of the list; in one column it is the selected row. */
const LEAST_LIST = 5
const LEAST_LIST_OPENED = 4
const MOST_SHARE = 12
/** Two rules, and lines of the detail that are always there: what has no room on top is read in it. */
const LEAST_BELOW = 4

const leading = (one: Line): number => {
	const text = one[0]?.text ?? ''
	return text.length - text.trimStart().length
}

/** Lines as they are drawn: what is too wide goes on below. */
const wrappedLines = (lines: readonly Line[], width: number): readonly Line[] =>
	lines.flatMap((one) => wrapLine(one, width, leading(one)))

/** Blank cells between two columns of text. */
const GAP_OF_PARTS = 3

type Text = (width: number, height: number) => readonly Line[]

/** The detail in `width` by `height`, in two columns where that shows more of it. */
function inPane(text: Text, width: number, height: number): { detail: TextPane; text: readonly Line[] } {
	const one = Math.min(width, LONGEST_LINE)
	const whole = wrappedLines(text(one, height), one)
	const half = Math.floor((width - GAP_OF_PARTS) / 2)
	if (whole.length <= height || half < LEAST_SIDE)
		return { detail: { width: one, height, parts: 1 }, text: whole }
	const two = Math.min(half, LONGEST_LINE)
	return {
		detail: { width: two, height, parts: 2 },
		text: wrappedLines(text(two, height * 2), two),
	}
}

/** From this width on what is related to the selected row stands beside its details, or below them. */
const RELATED_FROM = 200

/** The details of a pane beside a list, and what is related to them: side by side where both have room, else one text. */
function besideList(
	state: State,
	detail: Text,
	width: number,
	height: number,
): { detail: TextPane; text: readonly Line[] } {
	const { related } = openScreen(state)
	if (state.size.columns < RELATED_FROM || related === undefined) return inPane(detail, width, height)
	const half = Math.min(LONGEST_LINE, Math.floor((width - GAP_OF_PARTS) / 2))
	if (half >= LEAST_SIDE) {
		const left = wrappedLines(detail(half, height), half)
		const right = wrappedLines(related(state, half), half)
		if (right.length > 0 && left.length <= height && right.length <= height) {
			const blank = Array.from({ length: height - left.length }, () => EMPTY)
			return { detail: { width: half, height, parts: 2 }, text: [...left, ...blank, ...right] }
		}
	}
	const both: Text = (cells, lines) => {
		const more = related(state, cells)
		return [...detail(cells, lines), ...(more.length === 0 ? [] : [EMPTY, ...more])]
	}
	return inPane(both, width, height)
}

const NOTHING = { flows: [], live: 0, ran: [], note: 0 } as const

export const bodyOf = onceAState((state: State): Body => {
	const layout = layoutFor(state)
	const { screen } = state
	if (screen === 'steps') return stepsBody(state, layout)
	if (screen === 'watch' && layout.form === 'wide') return watchBody(state, layout)
	return listBody(state, layout)
})

function stepsBody(state: State, { form, columns, body }: Layout): Body {
	const screen = screenOf('steps')
	const text: Text = (width, height) => screen.detail(state, width, height)
	if (form === 'column') {
		const detail = { width: columns, height: body, parts: 1 }
		const lines = wrappedLines(text(columns, body), columns)
		return { ...NOTHING, form: 'stacked', top: [], rule: 0, list: NO_LIST, detail, text: lines }
	}
	const width = stepsListWidth(state)
	const list = { width, height: body, head: false }
	const side = besideList(state, text, columns - width - 1, body)
	return { ...NOTHING, form: 'steps', top: [], rule: 0, list, ...side }
}

const NO_LIST = { width: 0, height: 0, head: false }

function listBody(state: State, layout: Layout): Body {
	const { columns, body, form } = layout
	const screen = openScreen(state)
	const rows = openPane(state).rows.length
	const opened = state.panes[state.screen].detail
	const column = form === 'column'
	const all = wrappedLines(screen.top?.(state, columns) ?? [], columns)
	const least = Math.min(body, column ? (opened ? 1 : 3) : opened ? LEAST_LIST_OPENED : LEAST_LIST)
	const most = column ? (opened ? 0 : Math.floor(body / 2)) : body - least - LEAST_BELOW
	const top = all.slice(0, Math.max(0, most))
	const rule = top.length > 0 && !column ? 1 : 0
	const room = body - top.length - rule
	// What has no room on top is below the rest.
	const text: Text = (width, height) => [
		...screen.detail(state, width, height),
		...(top.length < all.length ? [EMPTY, ...all] : []),
	]
	const common = { ...NOTHING, top, rule }
	if (rows === 0) {
		const pane = inPane(text, columns, room)
		return { ...common, form: 'stacked', list: NO_LIST, ...pane }
	}
	const side = column ? undefined : tableWidth(state, columns)
	if (side !== undefined) {
		const list = { width: side, height: room, head: true }
		return { ...common, form: 'side', list, ...besideList(state, text, columns - side - 1, room) }
	}
	if (column && !opened) {
		const list = { width: columns, height: room, head: room >= 7 }
		return { ...common, form: 'stacked', list, ...inPane(text, columns, 0) }
	}
	const head = !column && room >= 4
	const wanted = rows + (head ? 1 : 0)
	const share = opened ? room : Math.min(MOST_SHARE, Math.max(1, Math.floor(body * screen.share)))
	const divided = (note: number) => {
		const avail = Math.max(0, room - note)
		const height = Math.max(0, Math.min(Math.max(share, avail - wanted), avail - Math.min(least, wanted)))
		const pane = inPane(text, columns, height)
		const used = Math.min(height, Math.ceil(pane.text.length / pane.detail.parts))
		const list = { width: columns, height: avail - used, head }
		return {
			...common,
			form: 'stacked' as const,
			list,
			note,
			text: pane.text,
			detail: { ...pane.detail, height: used },
		}
	}
	const noteHeight = (place: string) =>
		Math.min(room, filterRule(state, columns, column ? '' : screen.note?.(state), place).length)
	const whole = divided(noteHeight(''))
	return column || whole.list.height >= wanted ? whole : divided(noteHeight(PLACE))
}

/** What may stand at the end of the rule below the list: the list does not change its height when it is scrolled. */
const PLACE = english.rowsBelow(counted(99, 'row'))

/** Cells of a table with its detail beside it; undefined where both have no room. */
function tableWidth(state: State, columns: number): number | undefined {
	if (columns < SIDE_FROM) return undefined
	const grid = openScreen(state).grid(state, TELLING)
	const widths = [
		naturalWidth(grid),
		naturalWidth(grid, { spills: false }),
		naturalWidth(grid, { prose: false, spills: false }),
	]
	return widths.find((cells) => columns - cells - 1 >= LEAST_SIDE)
}

/** So many rows tell how wide a table is: the wall beside it is not to move with every row that comes into view. */
const TELLING = 400

const LEAST_LEFT = 56

/** Without the blanks that put its numbers to the right. */
const tight = (one: Line): Line =>
	one.map(({ text, tone }) => ({ text: text.trim() === '' ? ' ' : text, tone }))

/** Watch on a large terminal: reasons and flows, the explanation beside them, the live log and what was written below. */
function watchBody(state: State, { columns, body }: Layout): Body {
	const screen = screenOf('watch')
	const rows = openPane(state).rows.length
	const top = wrappedLines(screen.top?.(state, columns) ?? [], columns)
	const widest = columns - LEAST_SIDE - 1
	const flowsOf = (width: number) =>
		areChecksOpen(state) ? [] : wrappedLines(flowLines(state, width).slice(1), width)
	const flowCells = Math.max(0, ...flowsOf(widest).map((one) => lineWidth(tight(one)) + 1))
	const left = Math.min(
		widest,
		Math.max(LEAST_LEFT, flowCells, naturalWidth(screen.grid(state, TELLING)) + 1),
	)
	const right = columns - left - 1
	const note = filterRule(state, left, watchNote(state), rows > body / 3 ? PLACE : '').length
	const listed = flowsOf(left)
	// Below the counters, above the live log, above what was written.
	const room = body - top.length - 3
	const ran = ranLines(state, columns, Math.max(2, Math.floor(room / 8)))
	const lines = shown(state).log.entries.length
	const least = Math.min(Math.max(1, lines), Math.max(4, Math.floor(room / 4)))
	const most = room - ran.length - least
	const alone: Text = (width, height) => meaningLines(state, width, height)
	const both: Text = (width, height) => [
		...meaningLines(state, width, height),
		...(areChecksOpen(state) ? [] : flowLines(state, width)),
	]
	const wanted = rows + 1 + note + listed.length
	const tallest = inPane(wanted <= most ? alone : both, right, most)
	const needed = Math.ceil(tallest.text.length / tallest.detail.parts)
	const spare = room - ran.length - Math.max(1, lines)
	const height = Math.max(3 + note, Math.min(most, Math.max(wanted, needed, spare)))
	const flowsRoom = Math.max(0, height - note - rows - 1)
	const list = { width: left, height: height - note - Math.min(listed.length, flowsRoom), head: true }
	const pane = inPane(listed.length <= flowsRoom ? alone : both, right, height)
	return {
		form: 'watch',
		top,
		rule: 1,
		list,
		note,
		...pane,
		flows: listed.slice(0, flowsRoom),
		live: room - height - ran.length,
		ran,
	}
}

/** Rows that the list shows at once: how far a page scrolls. */
export function pageRows(state: State): number {
	const { list } = bodyOf(state)
	return Math.max(1, list.height - (list.head ? 1 : 0))
}
