import * as english from '../../words/english/app/frame.ts'
import { glyphsOf } from '../../words/glyphs.ts'
import { apart, type Item, type Line, line, packed, span, type Tone } from '../../words/line.ts'
import { grouped } from '../../words/numbers.ts'
import { cut } from '../../words/text.ts'
import { width } from '../../words/width.ts'
import { type Command, commandsHere } from '../commands/commands.ts'
import { ANSWERS } from '../dialogs/keys.ts'
import { openPane } from '../screens/screens.ts'
import type { State } from '../state/state.ts'

const NOTICE_MS = { info: 6000, good: 6000, attention: 10_000, bad: 15_000 } as const
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

/** The rule above the change bar; what just happened is told on it, else `text`. */
export function noticeRule(state: State, columns: number, text = ''): Line {
	const { notice } = state
	const fresh = notice !== undefined && state.now - notice.at < NOTICE_MS[notice.tone]
	return rule(
		columns,
		glyphsOf(state.modes),
		fresh ? notice.text : text,
		fresh ? TONES[notice.tone] : 'plain',
	)
}

/** The rule below the table; the filter that is on is told on it. */
export const filterRule = (state: State, columns: number, text = ''): Line => {
	const note = filterNote(state)
	return rule(columns, glyphsOf(state.modes), note === '' ? text : note, note === '' ? 'dim' : 'attention')
}

/** The last line: only keys that work here and now, most useful first, cut from the right. */
export function footerLine(state: State, columns: number): Line {
	if (state.dialog !== undefined) return dialogKeys(state, columns)
	if (state.filtering) return filterLine(state, columns)
	const usable = commandsHere(state)
		.filter(({ command, reason }) => reason === undefined && command.short !== undefined)
		.map(({ command }) => command)
		.sort((one, other) => one.rank - other.rank)
	return apart([span(' '), ...packed(usable.map(keyItem), columns - 1, columns < 60 ? 1 : 2)], [], columns)
}

const keyItem = (command: Command): Item => ({
	line: line(span(command.keys[0] ?? '', 'key'), ` ${command.short ?? command.title}`),
	importance: command.importance,
})

function dialogKeys(state: State, columns: number): Line {
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
	return apart([span(' '), ...packed(items, columns - 1, narrow ? 1 : 3)], [], columns)
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

/** What stands on the rule above a table while a filter is on: `filter: syn  12 of 9 946`. Empty without one. */
export function filterNote(state: State): string {
	const pane = state.panes[state.screen]
	if (pane.filter === '' || state.filtering) return ''
	const { rows, total } = openPane(state)
	return english.filterOf(pane.inverted ? ' not' : '', pane.filter, grouped(rows.length), grouped(total))
}
