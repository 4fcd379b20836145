const QUOTES = '"\'`'

/** The text from `at` on, up to the quote that closes what was opened right before it; to its end where nothing was. */
export function unquoted(text: string, at: number): string {
	const quote = text[at - 1] ?? ' '
	const end = QUOTES.includes(quote) ? text.indexOf(text[at - 2] === '\\' ? `\\${quote}` : quote, at) : -1
	return end < 0 ? text.slice(at) : text.slice(at, end)
}

/** Where what the last open quote of text[from, to) holds begins; -1 when all of them are closed. */
export function quotedFrom(text: string, from: number, to: number): number {
	let open = -1
	for (let at = from; at < to; at++) {
		const char = text[at] ?? ''
		if (!QUOTES.includes(char)) continue
		// An apostrophe within a word opens nothing.
		if (open < 0 && /[\w)]/.test(text[at - 1] ?? ' ')) continue
		if (open < 0) open = at
		else if (text[open] === char) open = -1
	}
	return open < 0 ? -1 : open + 1
}
