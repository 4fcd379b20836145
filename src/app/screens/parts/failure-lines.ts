import { describe, type Failure } from '../../../words/failure.ts'
import { type Line, line, span, wrapLine } from '../../../words/line.ts'
import { safe, wrap } from '../../../words/text.ts'

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

/** What it comes to, in the first sentence; `text` may go on behind it. */
export function headline(text: string, columns: number): readonly Line[] {
	const whole = safe(text)
	const first = /^.*?[.?](?= |$)/s.exec(whole)?.[0] ?? whole
	return wrapLine(line(' ', span(first, 'verdict'), span(whole.slice(first.length))), columns - 1, 1)
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
