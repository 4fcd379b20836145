import { describe, type Failure } from '../../failure.ts'
import { type Line, line, span } from './line.ts'
import { wrap } from './text.ts'

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
