import { visible } from '../../words/visible.ts'

/**
 * Safe text with its characters as bytes: reading a character of a string again and again is five times slower. What is
 * not ASCII is `~` there, which is in no grammar. One blank stands behind the end.
 */
export type Scan = { readonly text: string; readonly codes: Uint8Array; readonly to: number }

const BLANK = 0x20
const TILDE = 0x7e

/** Kernel lines have 1 kB, journal entries a few: for these one place is used again and again. */
const USUAL = 8192
const encoder = new TextEncoder()
const usual = new Uint8Array(USUAL)
const usualWords = new Int32Array(usual.buffer)

/**
 * The characters of a text that is printable ASCII; undefined for every other. Valid until the next call: nothing keeps
 * it for longer than it reads one line.
 */
export function plainScan(text: string): Scan | undefined {
	const to = text.length
	if (to >= USUAL - 4) return undefined
	if (encoder.encodeInto(text, usual).written !== to) return undefined
	// Blanks up to the next whole word, so that four characters can be looked at at once.
	for (let at = to; at < to + 4; at++) usual[at] = BLANK
	return isPrintable(usualWords, (to + 3) >> 2) ? { text, codes: usual, to } : undefined
}

/** No byte below 0x20 and none 0x7f, of words in which every byte is below 0x80. */
function isPrintable(words: Int32Array, count: number): boolean {
	let found = 0
	for (let at = 0; at < count; at++) {
		const word = words[at] ?? 0
		const rest = word ^ 0x7f7f7f7f
		found |= (word - 0x20202020) | (rest - 0x01010101)
	}
	return (found & 0x80808080) === 0
}

/** Any text, made safe. Folded lines and the newline in the middle of one SCTP text become one line. */
export function scanOf(text: string): Scan {
	const plain = plainScan(text)
	if (plain !== undefined) return plain
	const safe = visible(text.includes('\n') ? text.replaceAll(/[\r\n]+/g, ' ') : text)
	const to = safe.length
	const codes = new Uint8Array(to + 1)
	for (let at = 0; at < to; at++) codes[at] = Math.min(safe.charCodeAt(at), TILDE)
	codes[to] = BLANK
	return { text: safe, codes, to }
}

export function skipBlanks({ codes, to }: Scan, from: number): number {
	let at = from
	while (at < to && codes[at] === BLANK) at++
	return at
}

/** End of the word at `from`. */
export function wordEnd({ codes, to }: Scan, from: number): number {
	let at = from
	while (at < to && codes[at] !== BLANK) at++
	return at
}
