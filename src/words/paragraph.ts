import { visible } from './visible.ts'

/** Widest line of text output when there is no terminal to ask. */
export const TEXT_COLUMNS = 80

const NO_BREAK = '\u00a0'

/** Words that stay on one line where there is room: a command to type, a value and what became of it. */
export function unbroken(text: string): string {
	return text.replaceAll(' ', NO_BREAK)
}

/** `head`, then `text` beside it, wrapped so that it stays beside it. Both may come from anywhere. */
export function beside(head: string, text: string, columns = TEXT_COLUMNS): string[] {
	const safe = visible(head)
	const indent = ' '.repeat(safe.length)
	const lines = wrap(visible(text), Math.max(20, columns - safe.length))
	return (lines.length === 0 ? [''] : lines).map((line, index) =>
		`${index === 0 ? safe : indent}${line}`.replaceAll(NO_BREAK, ' ').trimEnd(),
	)
}

/**
 * Lines of at most `cells` characters, broken at blanks. Counts characters, not cells: what is printed here is ASCII
 * but for names that somebody chose, and measuring cells takes 60 ms to load, a fifth of the time of `status`.
 */
function wrap(text: string, cells: number): string[] {
	const lines: string[] = []
	let line = ''
	for (const word of text.split(' ')) {
		for (let rest = word; rest !== '' || word === ''; ) {
			const joined = line === '' ? rest : `${line} ${rest}`
			if (joined.length <= cells) {
				line = joined
				break
			}
			if (line === '') {
				lines.push(rest.slice(0, cells))
				rest = rest.slice(cells)
			} else {
				lines.push(line)
				line = ''
			}
		}
	}
	if (line !== '') lines.push(line)
	return lines
}

export function columnsOf(stream: { readonly columns?: number }): number {
	return Math.max(60, Math.min(stream.columns ?? TEXT_COLUMNS, 120))
}
