import { wrap } from '../app/selectors/text.ts'
import { visible } from '../kernel/visible.ts'

/** Widest line of text output when there is no terminal to ask. */
export const TEXT_COLUMNS = 80

/** `head`, then `text` beside it, wrapped so that it stays beside it. Both may come from anywhere. */
export function beside(head: string, text: string, columns = TEXT_COLUMNS): string[] {
	const safe = visible(head)
	const indent = ' '.repeat(safe.length)
	const lines = wrap(visible(text), Math.max(20, columns - safe.length))
	return (lines.length === 0 ? [''] : lines).map((line, index) =>
		`${index === 0 ? safe : indent}${line}`.trimEnd(),
	)
}

export function columnsOf(stream: { readonly columns?: number }): number {
	return Math.max(60, Math.min(stream.columns ?? TEXT_COLUMNS, 120))
}
