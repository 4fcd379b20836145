import * as english from '../../words/english/app/frame.ts'
import { glyphsOf } from '../../words/glyphs.ts'
import {
	apart,
	cutLine,
	type Item,
	type Line,
	line,
	lineWidth,
	packedRows,
	type Span,
	span,
	type Tone,
} from '../../words/line.ts'
import { grouped } from '../../words/numbers.ts'
import { cut, wrap } from '../../words/text.ts'
import { width } from '../../words/width.ts'
import { changesInForce } from '../changing/changes-in-force.ts'
import { type Command, commandsHere } from '../commands/commands.ts'
import { valueFilters } from '../commands/value-filters.ts'
import { ANSWERS } from '../dialogs/keys.ts'
import { openPane, openScreen } from '../screens/screens.ts'
import { keyOf } from '../state/bindings.ts'
import { NOTICE_MS, type Notice, type State } from '../state/state.ts'

const TONES = { info: 'plain', good: 'good', attention: 'attention', bad: 'bad' } as const

/** A rule of exactly `columns`, with a text near its left end when there is one. */
export function rule(
	columns: number,
	{ rule, ellipsis }: { rule: string; ellipsis: string },
	text = '',
	tone: Tone = 'plain',
): Line {
	if (text === '' || columns < 12) return [span(rule.repeat(Math.max(0, columns)), 'dim')]
	const shown = cut(span(text).text, columns - 6, ellipsis)
	return [
		span(`${rule.repeat(2)} `, 'dim'),
		span(shown, tone),
		span(` ${rule.repeat(columns - 4 - width(shown))}`, 'dim'),
	]
}

/** The message that stands there now. */
export const toldNow = ({ notice, now }: State): Notice | undefined =>
	notice !== undefined && now - notice.at < NOTICE_MS ? notice : undefined

/** A message is told whole; of one that is longer than this the beginning is. */
const MOST_TOLD = 4

/** The rule above the change bar; what just happened is told on it, in as many lines as it needs, else `text`. */
export function noticeRule(
	state: State,
	columns: number,
	{ text = '', at = '', most = MOST_TOLD }: { text?: string; at?: string; most?: number } = {},
): readonly Line[] {
	const notice = toldNow(state)
	const said = notice === undefined ? span(text) : span(notice.text, TONES[notice.tone])
	const lines = ruleLines(columns, glyphsOf(state.modes), said, span(at))
	return lines.length <= most ? lines : [rule(columns, glyphsOf(state.modes), said.text, said.tone)]
}

/** A text on a rule, in as many lines as it needs, and what stands at the right end of the last one. */
function ruleLines(
	columns: number,
	glyphs: { rule: string; ellipsis: string },
	text: Span,
	at: Span = span(''),
): readonly Line[] {
	if (columns < 12) return [rule(columns, glyphs)]
	const texts = wrap(text.text, columns - 6)
	const end = at.text === '' ? [] : [span(' '), at, span(` ${glyphs.rule.repeat(2)}`, 'dim')]
	const room = columns - lineWidth(end)
	const last = texts.at(-1) ?? ''
	// Where both have no room side by side, what stands at the end gets a line of its own.
	const rows = at.text !== '' && last !== '' && width(last) + 6 > room ? [...texts, ''] : texts
	return rows.map((one, index) =>
		index < rows.length - 1
			? rule(columns, glyphs, one, text.tone)
			: lineWidth(end) >= columns
				? cutLine([at], columns, glyphs.ellipsis)
				: [...rule(room, glyphs, one, text.tone), ...end],
	)
}

/** The rule below the table; the filter that is on is told on it, else `text`, and at its end `at`. */
export const filterRule = (state: State, columns: number, text = '', at = ''): readonly Line[] => {
	const note = filterNote(state)
	return ruleLines(
		columns,
		glyphsOf(state.modes),
		note === '' ? span(text, 'dim') : span(`${note}${nextValue(state)}`, 'attention'),
		span(at),
	)
}

/**
 * The last lines: only keys that work here and now, most useful first, in as many lines as they need and `most` allows. What
 * has no room even then is left out, least important first.
 */
export function footerLines(state: State, columns: number, most: number): readonly Line[] {
	if (state.dialog !== undefined) return dialogKeys(state, columns, most)
	if (state.filtering) return [filterLine(state, columns)]
	const usable = commandsHere(state)
		.filter(({ command, reason }) => reason === undefined && command.short !== undefined)
		.map(({ command }) => command)
		.sort((one, other) => one.rank - other.rank)
	const items = usable.map((one) => keyItem(one, state))
	return keyRows(items, columns, columns < 60 ? 1 : 2, most)
}

const keyRows = (items: readonly Item[], columns: number, gap: number, most: number): readonly Line[] =>
	packedRows(items, columns - 1, gap, most).map((row) => apart([span(' '), ...row], [], columns))

/** Below this size a dialog has no frame. */
const NARROW = 60
/** With fewer rows a second line of keys would take what the keys are for. */
const ROOM_FOR_TWO = 16
const TALL = 32

/**
 * How many lines the keys may take: with changes in force the keys of undoing come to those of the screen, and none of them
 * is to go for the others. Where a dialog has no frame, its answers stand nowhere else.
 */
export function mostFooterLines({ size: { columns, rows }, dialog, lease, filtering }: State): number {
	if (filtering) return 1
	if (dialog !== undefined && columns < NARROW) return rows < 10 ? 1 : 3
	if (rows < ROOM_FOR_TWO) return 1
	// On a tall terminal a line more takes nothing that anybody misses.
	return changesInForce(lease).length > 0 || rows >= TALL ? 2 : 1
}

const keyItem = (command: Command, state: State): Item => ({
	line: line(span(command.keys[0] ?? '', 'key'), ` ${command.shortNow(state) ?? command.title}`),
	importance: command.importance(state.screen),
})

function dialogKeys(state: State, columns: number, most: number): readonly Line[] {
	const kind = state.dialog?.dialog.kind
	if (kind === undefined) return []
	const narrow = columns < 60
	const usable = ANSWERS[kind].filter(
		(entry) => entry.shown.length > 0 && entry.disabledReason(state) === undefined,
	)
	const items = usable.map(
		({ shown, word }, index): Item => ({
			line: narrow
				? line(span(shown.join('/'), 'key'), ` ${word.split(/[,(]/)[0]?.trim() ?? ''}`)
				: line(span(shown.join(' or '), 'key'), ` ${word}`),
			importance: index,
		}),
	)
	return keyRows(items, columns, narrow ? 1 : 3, most)
}

/** The line for typing a filter, with how many rows it leaves. */
function filterLine(state: State, columns: number): Line {
	const pane = state.panes[state.screen]
	const { cursor, ellipsis } = glyphsOf(state.modes)
	const { rows, total } = openPane(state)
	const prompt = pane.inverted ? english.filterNot : 'filter: '
	const count = span(`${grouped(rows.length)} of ${grouped(total)}`, 'dim')
	const keys =
		columns < 60 ? [] : [span('   enter', 'key'), span(' keep'), span('  esc', 'key'), span(' clear')]
	return apart(line(' ', prompt, span(pane.filter, 'strong'), cursor), [count, ...keys], columns, ellipsis)
}

/** Where one value of a row follows the other, which of them comes next. */
function nextValue(state: State): string {
	const filters = valueFilters(state)
	const { filter, inverted } = state.panes[state.screen]
	const at = filters.indexOf(filter)
	return at < 0 || inverted
		? ''
		: english.nextFilter(keyOf('filter-value'), filters[at + 1] ?? english.noFilter)
}

/** What stands above a table that may have no head: the filter, and the order that was chosen. */
export function viewNote(state: State): string {
	const { sort } = state.panes[state.screen]
	const column = openScreen(state)
		.grid(state, 0)
		.columns.find(({ id }) => id === sort?.column)
	// The order is short; of a long filter the beginning tells which one it is.
	return [column === undefined ? '' : english.sortedBy(column.title), filterNote(state)]
		.filter((part) => part !== '')
		.join('  ')
}

/** What stands on the rule above a table while a filter is on: `filter: syn  12 of 9 946`. Empty without one. */
export function filterNote(state: State): string {
	const pane = state.panes[state.screen]
	if (pane.filter === '' || state.filtering) return ''
	const { rows, total } = openPane(state)
	return english.filterOf(pane.inverted ? ' not' : '', pane.filter, grouped(rows.length), grouped(total))
}
