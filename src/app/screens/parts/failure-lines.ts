import { describe, type Failure } from '../../../words/failure.ts'
import { glyphsOf } from '../../../words/glyphs.ts'
import { cutLine, type Line, line, span } from '../../../words/line.ts'
import { safe, wrap } from '../../../words/text.ts'
import type { State } from '../../state/state.ts'

/** A refusal: what failed, why, and what the reader can do, wrapped to `columns` with a blank in front. */
export function failureLines(failure: Failure, columns: number): readonly Line[] {
	const { title, detail, next } = describe(failure)
	return [
		...paragraph(`${title}: ${detail}`, columns, 'attention'),
		...(next === '' ? [] : paragraph(next, columns)),
	]
}

/** Text as lines of at most `columns`, each with a blank in front. */
export const paragraph = (
	text: string,
	columns: number,
	tone: 'plain' | 'dim' | 'attention' | 'strong' = 'plain',
) => wrap(span(text).text, columns - 2).map((part) => line(' ', span(part, tone)))

/** The first `height` lines; where that is not all, the last one ends in an ellipsis: half a sentence must look like one. */
export function clipped(
	lines: readonly Line[],
	columns: number,
	height: number,
	{ modes }: Pick<State, 'modes'>,
): readonly Line[] {
	const kept = lines.slice(0, Math.max(0, height))
	const last = kept.at(-1)
	if (last === undefined || kept.length === lines.length) return kept
	const { ellipsis } = glyphsOf(modes)
	const room = columns - ellipsis.length - 1
	return [...kept.slice(0, -1), [...cutLine(last, room, ''), span(` ${ellipsis}`, 'dim')]]
}

/** A paragraph whose beginning is its title. */
export function titled(title: string, text: string, columns: number): readonly Line[] {
	const [first = '', ...rest] = wrap(safe(`${title}${text}`), columns - 2)
	const head = first.slice(0, safe(title).length)
	return [
		line(' ', span(head, 'strong'), span(first.slice(head.length))),
		...rest.map((part) => line(` ${part}`)),
	]
}

export const list = (title: string, items: readonly string[], columns: number): readonly Line[] =>
	items.length === 0 ? [] : paragraph(`${title}: ${items.join('; ')}.`, columns)
