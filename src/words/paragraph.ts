import { visible } from './visible.ts'

/** Widest line of text output when there is no terminal to ask. */
export const TEXT_COLUMNS = 80

type Env = Readonly<Record<string, string | undefined>>

const NO_BREAK = '\u00a0'

/** Words that stay on one line where there is room: a command to type, a value and what became of it. */
export function unbroken(text: string): string {
	return text.replaceAll(' ', NO_BREAK)
}

/** `head`, then `text` beside it, wrapped so that it stays beside it. Both may come from anywhere. */
export function beside(head: string, text: string, columns = TEXT_COLUMNS): string[] {
	const safe = visible(head)
	const indent = ' '.repeat(safe.length)
	return wrapped(visible(text), Math.max(20, columns - safe.length)).map((line, index) =>
		`${index === 0 ? safe : indent}${line}`.replaceAll(NO_BREAK, ' ').trimEnd(),
	)
}

/**
 * Lines of at most `cells`, broken at blanks; a word that is longer is broken where the line ends. Counts characters
 * unless told: what is printed here is ASCII but for names that someone chose, and measuring cells takes 60 ms to
 * load, a fifth of the time of `status`.
 */
export function wrapped(
	text: string,
	cells: number,
	width = (part: string): number => part.length,
	headOf = (part: string, most: number): string => part.slice(0, most),
): string[] {
	const lines: string[] = []
	let line = ''
	for (const word of text.split(' ')) {
		const joined = line === '' ? word : `${line} ${word}`
		if (width(joined) <= cells) {
			line = joined
			continue
		}
		if (line !== '') lines.push(line)
		let rest = word
		while (width(rest) > cells) {
			const head = headOf(rest, cells)
			lines.push(head)
			rest = rest.slice(head.length)
		}
		line = rest
	}
	if (line !== '' || lines.length === 0) lines.push(line)
	return lines
}

/** COLUMNS of the environment, where it is a width that text can have. */
export function columnsAsked({ COLUMNS = '' }: Env = process.env): number | undefined {
	const columns = /^[1-9]\d{0,3}$/.test(COLUMNS) ? Number(COLUMNS) : undefined
	return columns === undefined ? undefined : Math.max(40, columns)
}

/** Width of text for this stream: COLUMNS, else that of the terminal within what is easy to read, else 80. */
export function columnsOf(stream: { readonly columns?: number }, env: Env = process.env): number {
	return columnsAsked(env) ?? Math.max(60, Math.min(stream.columns ?? TEXT_COLUMNS, 120))
}
