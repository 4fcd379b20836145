import { glyphsOf } from '../../words/glyphs.ts'
import { type Line, span, type Tone } from '../../words/line.ts'
import { cut, width } from '../../words/text.ts'
import type { State } from '../state/state.ts'
import { filterNote } from './footer.ts'

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
