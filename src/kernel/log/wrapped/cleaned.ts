/** Colours and "erase to the end of the line" of terminals, as bytes (ECMA-48, SGR and EL). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is looked for
const COLOURS = /\x1b\[[\d;:]{0,40}[mK]/g

/** The same, as loggers and editors write the byte: cat -v, JSON, rsyslog ($EscapeControlCharactersOnReceive), printf. */
const WRITTEN_COLOURS = /(?:\\x1[bB]|\\u001[bB]|\\033|\\e|#033|\^\[|\u241b)\[[\d;:]{0,40}[mK]/g

const ENTITY = /&(?:gt|lt|amp|quot|apos|nbsp|#\d{1,4}|#x[\da-f]{1,3});/gi

const NAMED: Readonly<Record<string, string>> = {
	gt: '>',
	lt: '<',
	amp: '&',
	quot: '"',
	apos: "'",
	nbsp: ' ',
}

const ESCAPE = '\x1b'
const FIRST_PRINTABLE = 0x20
const LAST_PRINTABLE = 0x7e

/** The text without what terminals and web pages have put into it; the same text when nothing is there. */
export function cleaned(text: string): string {
	const bare = text.includes(ESCAPE) ? text.replaceAll(COLOURS, '') : text
	return bare.includes('&') ? bare.replaceAll(ENTITY, characterOf) : bare
}

/** The same for colours that were written out before they came here. */
export const withoutWrittenColours = (text: string): string => text.replaceAll(WRITTEN_COLOURS, '')

/** Numbers of control characters stay as they are: nobody has written one of these. */
function characterOf(entity: string): string {
	const name = entity.slice(1, -1).toLowerCase()
	if (!name.startsWith('#')) return NAMED[name] ?? entity
	const code = name.startsWith('#x') ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1))
	return code >= FIRST_PRINTABLE && code <= LAST_PRINTABLE ? String.fromCharCode(code) : entity
}
