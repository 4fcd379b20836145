export const NEWLINE = 0x0a
export const BRACKET = 0x5b
const TAB = 0x09
const CARRIAGE_RETURN = 0x0d
export const BLANK = 0x20
const DASH = 0x2d
const UNDERSCORE = 0x5f

/** Every function looks at bytes[from, to) and answers the first position that does not belong to what it skips. */

export function startsWith(bytes: Uint8Array, at: number, to: number, word: Uint8Array): boolean {
	if (at + word.length > to) return false
	for (let index = 0; index < word.length; index++) if (bytes[at + index] !== word[index]) return false
	return true
}

export function skipBlanks(bytes: Uint8Array, from: number, to: number): number {
	let at = from
	while (at < to && (bytes[at] === BLANK || bytes[at] === TAB)) at++
	return at
}

export function skipWord(bytes: Uint8Array, from: number, to: number): number {
	let at = from
	while (at < to && bytes[at] !== BLANK) at++
	return at
}

export function skipDigits(bytes: Uint8Array, from: number, to: number): number {
	let at = from
	while (at < to && isDigit(bytes[at])) at++
	return at
}

/** Lower case letters, digits and '-', beginning with a letter. */
export function skipName(bytes: Uint8Array, from: number, to: number): number {
	if (from >= to || !isLower(bytes[from])) return from
	let at = from
	while (at < to && (isLower(bytes[at]) || isDigit(bytes[at]) || bytes[at] === DASH)) at++
	return at
}

export function skipState(bytes: Uint8Array, from: number, to: number): number {
	let at = from
	while (at < to && (isUpper(bytes[at]) || isDigit(bytes[at]) || bytes[at] === UNDERSCORE)) at++
	return at
}

function isDigit(byte: number | undefined): boolean {
	return byte !== undefined && byte >= 0x30 && byte <= 0x39
}

export function isUpper(byte: number | undefined): boolean {
	return byte !== undefined && byte >= 0x41 && byte <= 0x5a
}

export function isLower(byte: number | undefined): boolean {
	return byte !== undefined && byte >= 0x61 && byte <= 0x7a
}

export function isEmpty(bytes: Uint8Array, from: number, to: number): boolean {
	const at = skipBlanks(bytes, from, to)
	return at === to || (at === to - 1 && bytes[at] === CARRIAGE_RETURN)
}

export function asText(bytes: Uint8Array, from: number, to: number): string {
	return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(from, to))
}

export function bytesOf(text: string): Uint8Array {
	return new TextEncoder().encode(text)
}

/** Each byte as the character of that number. */
export const latin1 = (bytes: Uint8Array, from = 0, to = bytes.length): string =>
	Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1')
