/** Times at the beginning of a line, in bytes. Each answers where the time ends, -1 where it is none of the usual ones. */

const BLANK = 0x20
const COLON = 0x3a
const COMMA = 0x2c
const DASH = 0x2d
const DOT = 0x2e
const PLUS = 0x2b
const ZERO = 0x30
const LETTER_T = 0x54
const LETTER_Z = 0x5a
const CLOSING = 0x5d

const MONTHS = new Int32Array(
	['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'].map((name) =>
		threeLetters(new TextEncoder().encode(name), 0),
	),
)

function threeLetters(bytes: Uint8Array, at: number): number {
	return ((bytes[at] as number) << 16) | ((bytes[at + 1] as number) << 8) | (bytes[at + 2] as number)
}

export const isDigit = (byte: number | undefined): boolean => ((byte as number) - ZERO) >>> 0 < 10

/** `10:31:53`, `10:31:53.123456` */
function clockEnd(bytes: Uint8Array, at: number): number {
	if (bytes[at + 2] !== COLON || bytes[at + 5] !== COLON) return -1
	if (two(bytes, at) < 0 || two(bytes, at + 3) < 0 || two(bytes, at + 6) < 0) return -1
	if (bytes[at + 8] !== DOT) return bytes[at + 8] === COMMA ? -1 : at + 8
	let end = at + 9
	while (isDigit(bytes[end])) end++
	return end === at + 9 || end > at + 18 ? -1 : end
}

/** Two digits as a number; negative where they are none. */
function two(bytes: Uint8Array, at: number): number {
	const high = (bytes[at] as number) - ZERO
	const low = (bytes[at + 1] as number) - ZERO
	return high >>> 0 < 10 && low >>> 0 < 10 ? high * 10 + low : -1
}

/** `Apr  2 10:31:53`, `Apr 02 10:31:53.123456` */
export function monthEnd(bytes: Uint8Array, at: number): number {
	if (bytes[at + 3] !== BLANK || bytes[at + 6] !== BLANK || !isDigit(bytes[at + 5])) return -1
	if (bytes[at + 4] !== BLANK && !isDigit(bytes[at + 4])) return -1
	return MONTHS.includes(threeLetters(bytes, at)) ? clockEnd(bytes, at + 7) : -1
}

/** Hours, minutes and seconds that are there on a clock. */
export function isOnClock(bytes: Uint8Array, at: number): boolean {
	return two(bytes, at) < 24 && (bytes[at + 3] as number) < 0x36 && (bytes[at + 6] as number) < 0x36
}

const DAY_MS = 86_400_000
/** Days before each month of a year that begins in March. */
const BEFORE = [0, 31, 61, 92, 122, 153, 184, 214, 245, 275, 306, 337]

/** `2023-08-26T14:04:35.619876+02:00`, `...+0200`, `...Z`. */
export class IsoTime {
	/** ms since 1970. */
	wall = 0

	end(bytes: Uint8Array, at: number): number {
		if (bytes[at + 4] !== DASH || bytes[at + 7] !== DASH || bytes[at + 10] !== LETTER_T) return -1
		const [century, year, month, day] = [
			two(bytes, at),
			two(bytes, at + 2),
			two(bytes, at + 5),
			two(bytes, at + 8),
		]
		if (century < 1 || year < 0 || month < 1 || month > 12 || day < 1 || day > 31) return -1
		const from = at + 11
		const seconds = clockEnd(bytes, from)
		if (seconds < 0) return -1
		const [hour, second] = [two(bytes, from), two(bytes, from + 6)]
		if (hour > 23 || second > 60) return -1
		const sign = bytes[seconds]
		let zone = 0
		let end = seconds + 1
		if (sign === PLUS || sign === DASH) {
			const minutes = bytes[seconds + 3] === COLON ? seconds + 4 : seconds + 3
			const [east, rest] = [two(bytes, seconds + 1), two(bytes, minutes)]
			if (east < 0 || rest < 0) return -1
			zone = (east * 60 + rest) * (sign === DASH ? -1 : 1)
			end = minutes + 2
		} else if (sign !== LETTER_Z) return -1
		const minute = two(bytes, from + 3) - zone
		const days = daysTo(century * 100 + year, month) + day - 1
		this.wall =
			days * DAY_MS + hour * 3_600_000 + minute * 60_000 + second * 1000 + fraction(bytes, from + 9, seconds)
		return end
	}
}

/** Days from 1970 to the first of a month. */
function daysTo(year: number, month: number): number {
	const from = month > 2 ? year : year - 1
	const leap = Math.floor(from / 4) - Math.floor(from / 100) + Math.floor(from / 400)
	return from * 365 + leap + (BEFORE[(month + 9) % 12] as number) - 719_468
}

function fraction(bytes: Uint8Array, from: number, to: number): number {
	let value = 0
	for (let at = from; at < from + 3; at++) value = value * 10 + (at < to ? (bytes[at] as number) - ZERO : 0)
	return value
}

/** `[16690.645068]`, `[    0.000000]` */
export class SecondsSinceBoot {
	boot = 0
	/** Of the digits. */
	from = 0
	to = 0

	end(bytes: Uint8Array, at: number): number {
		let next = at + 1
		while (bytes[next] === BLANK && next < at + 12) next++
		this.from = next
		let value = 0
		while (isDigit(bytes[next])) value = value * 10 + ((bytes[next++] as number) - ZERO)
		if (next === this.from || next > this.from + 10 || bytes[next] !== DOT) return -1
		const dot = next++
		let scale = 1
		while (isDigit(bytes[next])) {
			value = value * 10 + ((bytes[next++] as number) - ZERO)
			scale *= 10
		}
		if (next === dot + 1 || next > dot + 10 || bytes[next] !== CLOSING) return -1
		this.boot = value / scale
		this.to = next
		return next + 1
	}
}

const isUpper = (byte: number | undefined): boolean => ((byte as number) - 0x41) >>> 0 < 26
const isLower = (byte: number | undefined): boolean => ((byte as number) - 0x61) >>> 0 < 26
const isName = (bytes: Uint8Array, at: number): boolean =>
	isUpper(bytes[at]) && isLower(bytes[at + 1]) && isLower(bytes[at + 2]) && bytes[at + 3] === BLANK

/** `[Sat Apr  1 05:33:20 2023]` */
export function dmesgTimeEnd(bytes: Uint8Array, at: number): number {
	if (bytes[at + 25] !== CLOSING || !isName(bytes, at + 1) || !isName(bytes, at + 5)) return -1
	if (!isDigit(bytes[at + 10]) || bytes[at + 11] !== BLANK) return -1
	if (bytes[at + 9] !== BLANK && !isDigit(bytes[at + 9])) return -1
	if (clockEnd(bytes, at + 12) !== at + 20 || bytes[at + 20] !== BLANK) return -1
	return two(bytes, at + 21) < 0 || two(bytes, at + 23) < 0 ? -1 : at + 26
}
