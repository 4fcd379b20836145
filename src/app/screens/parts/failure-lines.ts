import { describe, type Failure } from '../../../words/failure.ts'
import { type Line, line, span } from '../../../words/line.ts'
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
