/**
 * A line that is put together in place. Forty pieces of text joined one by one leave forty objects a packet behind, and
 * the garbage collector takes five times as long as the rest.
 */
export type AsciiLine = {
	/** ASCII only. */
	text(text: string): void
	/** A whole number from 0 to 2^32 - 1, decimal. */
	number(value: number): void
	/** Both: `TYPE=` and its number. */
	named(name: string, value: number): void
	/** The same in lower-case hex without leading zeros (%x). */
	hex(value: number): void
	/** Two lower-case digits a byte, `separator` between them (%02x). */
	bytes(bytes: Uint8Array, from: number, end: number, separator?: number): void
	/** Two upper-case digits a byte (%02X). */
	upperBytes(bytes: Uint8Array, from: number, end: number): void
	/** 10.0.0.1 (%pI4) */
	ipv4(bytes: Uint8Array, at: number): void
	/** Eight groups of four digits, nothing left out (%pI6). */
	ipv6(bytes: Uint8Array, at: number): void
	/** What was put together since the last time. */
	take(): string
}

export const COLON = 0x3a
const DOT = 0x2e
const ZERO = 0x30
/** The longest line: two IP headers and two of TCP, with all their options, take less than 900. Longer texts are cut. */
const LONGEST = 4_096
const LOWER = digits('0123456789abcdef')
const UPPER = digits('0123456789ABCDEF')

function digits(text: string): Uint8Array {
	return Uint8Array.from(text, (char) => char.charCodeAt(0))
}

export function createAsciiLine(): AsciiLine {
	const line = new Uint8Array(LONGEST)
	const decoder = new TextDecoder('latin1')
	let length = 0

	const put = (byte: number): void => {
		if (length < LONGEST) line[length++] = byte
	}
	const pair = (table: Uint8Array, byte: number): void => {
		put(table[byte >> 4] ?? ZERO)
		put(table[byte & 15] ?? ZERO)
	}
	const text = (given: string): void => {
		for (let at = 0; at < given.length; at++) put(given.charCodeAt(at))
	}
	const number = (value: number): void => {
		let unit = 1
		while (unit * 10 <= value) unit *= 10
		for (let rest = value; unit >= 1; unit = Math.floor(unit / 10)) {
			const digit = Math.floor(rest / unit)
			put(ZERO + digit)
			rest -= digit * unit
		}
	}

	return {
		text,
		number,
		named(name, value) {
			text(name)
			number(value)
		},
		hex(value) {
			let shift = 28
			while (shift > 0 && ((value >>> shift) & 15) === 0) shift -= 4
			for (; shift >= 0; shift -= 4) put(LOWER[(value >>> shift) & 15] ?? ZERO)
		},
		bytes(bytes, from, end, separator) {
			for (let at = from; at < end; at++) {
				if (separator !== undefined && at > from) put(separator)
				pair(LOWER, bytes[at] ?? 0)
			}
		},
		upperBytes(bytes, from, end) {
			for (let at = from; at < end; at++) pair(UPPER, bytes[at] ?? 0)
		},
		ipv4(bytes, at) {
			for (let index = 0; index < 4; index++) {
				if (index > 0) put(DOT)
				number(bytes[at + index] ?? 0)
			}
		},
		ipv6(bytes, at) {
			for (let index = 0; index < 16; index++) {
				if (index > 0 && index % 2 === 0) put(COLON)
				pair(LOWER, bytes[at + index] ?? 0)
			}
		},
		take() {
			const text = decoder.decode(line.subarray(0, length))
			length = 0
			return text
		},
	}
}
