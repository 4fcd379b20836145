import type { Scan } from '../../bytes/scan.ts'

/** A time of day: where it ends, and when it was where the text says year and zone. */
export type ClockStamp = {
	readonly end: number
	/** ms since 1970; null without year or zone: neither is guessed. */
	readonly wall: number | null
}

const ZERO = 0x30
const BLANK = 0x20
const COLON = 0x3a
const DOT = 0x2e
const COMMA = 0x2c
const DASH = 0x2d
const LETTER_T = 0x54

const MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec'
const WEEKDAYS = 'MonTueWedThuFriSatSun'

/** Anything else that stands at the beginning of log lines; too rare to be read by hand. */
const OTHER_FORMS: readonly { readonly form: RegExp; wall?(found: RegExpExecArray): number | null }[] = [
	// Common log format, with the zone: pve-firewall.
	{
		form: /(\d{2})\/([A-Z][a-z]{2})\/(\d{4}):(\d{2}):(\d{2}):(\d{2}) ([+-])(\d{2})(\d{2})(?= |$)/y,
		wall: ([, day, month = '', year, hour, minute, second, sign, hours, minutes]) =>
			utc(
				[
					Number(year),
					indexOfName(MONTHS, month) + 1,
					Number(day),
					Number(hour),
					Number(minute),
					Number(second),
				],
				0,
				(Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -1 : 1),
			),
	},
	// journalctl -o short-unix
	{ form: /(\d{9,11}\.\d{6})(?= |$)/y, wall: ([, seconds]) => Math.round(Number(seconds) * 1000) },
	{ form: /\d{4}\/\d{2}\/\d{2} \d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?(?= |$)/y },
	{ form: /\d{4} [A-Z][a-z]{2} {1,2}\d{1,2} \d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?(?= |$)/y },
]

/** Undefined when no time begins there. */
export function clockStamp(scan: Scan, at: number): ClockStamp | undefined {
	const { text } = scan
	const first = (scan.codes[at] ?? 0) - ZERO
	if (first >= 0 && first <= 9) {
		if (scan.codes[at + 4] === DASH) return isoStamp(scan, at)
		const end = timeEnd(scan, at)
		return end > 0 && isEnd(scan, end) ? { end, wall: null } : otherForm(text, at)
	}
	if (scan.codes[at + 3] !== BLANK || first < 17) return undefined
	const name = text.slice(at, at + 3)
	if (indexOfName(MONTHS, name) >= 0) return monthStamp(scan, at)
	if (indexOfName(WEEKDAYS, name) < 0) return undefined
	const digit = (scan.codes[at + 4] ?? 0) - ZERO
	return digit >= 0 && digit <= 9 ? withZoneName(scan, at + 4) : monthStamp(scan, at + 4)
}

/** journalctl -o short-full: the name of a zone is no offset, but UTC is one. */
function withZoneName(scan: Scan, at: number): ClockStamp | undefined {
	const iso = isoStamp(scan, at, true)
	if (iso === undefined || iso.wall === null) return undefined
	const zone = /^ [A-Z]{1,5}(?= |$)/.exec(scan.text.slice(iso.end, iso.end + 7))?.[0]
	if (zone === undefined) return { end: iso.end, wall: null }
	return { end: iso.end + zone.length, wall: zone === ' UTC' ? iso.wall : null }
}

/** `Mar  8 20:16:44`, `Mar  8 20:16:44.123456`, `Mar 8 2021 20:16:44`, `Apr 26 17:56:33 2020`, `Apr 26 17:56:33 UTC 2020`. */
function monthStamp(scan: Scan, at: number): ClockStamp | undefined {
	if (indexOfName(MONTHS, scan.text.slice(at, at + 3)) < 0 || scan.codes[at + 3] !== BLANK) return undefined
	let next = at + 4
	if (scan.codes[next] === BLANK) next++
	const day = digitsEnd(scan, next, 2)
	if (day === next || scan.codes[day] !== BLANK) return undefined
	next = day + 1
	const year = digitsEnd(scan, next, 4)
	if (year === next + 4 && scan.codes[year] === BLANK) next = year + 1
	const end = timeEnd(scan, next)
	if (end < 0) return undefined
	const zone = scan.text.startsWith(' UTC ', end) ? end + 4 : end
	const last = digitsEnd(scan, zone + 1, 4)
	const withYear = scan.codes[zone] === BLANK && last === zone + 5 ? last : end
	if (isEnd(scan, withYear)) return { end: withYear, wall: null }
	return isEnd(scan, end) ? { end, wall: null } : undefined
}

/** RFC 3339 and its relatives: `2015-03-07T05:09:30.045015+02:00`, `... 05:09:30`, `...T05:09:30,045015+0200`, `...Z`. */
function isoStamp(scan: Scan, at: number, isUtc = false): ClockStamp | undefined {
	const year = number(scan, at, 4)
	const month = number(scan, at + 5, 2)
	const day = number(scan, at + 8, 2)
	const between = scan.codes[at + 10]
	if (year < 0 || month < 0 || day < 0 || scan.codes[at + 7] !== DASH) return undefined
	if (between !== LETTER_T && between !== BLANK) return undefined
	const from = at + 11
	const seconds = timeEnd(scan, from)
	if (seconds < 0) return undefined
	const zone = zoneEnd(scan, seconds)
	const end = zone < 0 ? seconds : zone
	if (!isEnd(scan, end)) return undefined
	if (zone < 0 && !isUtc) return { end, wall: null }
	const wall = utc(
		[year, month, day, number(scan, from, 2), number(scan, from + 3, 2), number(scan, from + 6, 2)],
		milliseconds(scan, from + 9, seconds),
		zone < 0 ? 0 : zoneOf(scan, seconds),
	)
	return { end, wall }
}

/** Of a fraction of a second. */
function milliseconds(scan: Scan, from: number, to: number): number {
	let value = 0
	for (let at = from; at < from + 3; at++) value = value * 10 + (at < to ? (scan.codes[at] ?? 0) - ZERO : 0)
	return value
}

/** End of `hh:mm:ss` with or without a fraction; -1 when there is none. */
function timeEnd(scan: Scan, at: number): number {
	const hour = digitsEnd(scan, at, 2)
	if (hour !== at + 2 || scan.codes[hour] !== COLON) return -1
	const minute = digitsEnd(scan, at + 3, 2)
	if (minute !== at + 5 || scan.codes[minute] !== COLON) return -1
	const second = digitsEnd(scan, at + 6, 2)
	if (second !== at + 8) return -1
	const mark = scan.codes[second]
	if (mark !== DOT && mark !== COMMA) return second
	const fraction = digitsEnd(scan, second + 1, 9)
	return fraction === second + 1 ? second : fraction
}

/** End of `Z`, `+02:00` or `+0200`; -1 when there is none. */
function zoneEnd(scan: Scan, at: number): number {
	const sign = scan.text[at]
	if (sign === 'Z') return at + 1
	if (sign !== '+' && sign !== '-') return -1
	if (number(scan, at + 1, 2) < 0) return -1
	const minutes = scan.codes[at + 3] === COLON ? at + 4 : at + 3
	return number(scan, minutes, 2) < 0 ? -1 : minutes + 2
}

/** Minutes east of Greenwich, of what zoneEnd has found. */
function zoneOf(scan: Scan, at: number): number {
	if (scan.text[at] === 'Z') return 0
	const minutes = scan.codes[at + 3] === COLON ? at + 4 : at + 3
	const east = number(scan, at + 1, 2) * 60 + number(scan, minutes, 2)
	return scan.text[at] === '-' ? -east : east
}

type DateParts = readonly [
	year: number,
	month: number,
	day: number,
	hour: number,
	minute: number,
	second: number,
]

/** Null for what is no date. `zone`: minutes east of Greenwich. */
function utc([year, month, day, hour, minute, second]: DateParts, ms: number, zone: number): number | null {
	const inRange =
		month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour < 24 && minute < 60 && second < 61
	return inRange ? Date.UTC(year, month - 1, day, hour, minute - zone, second, ms) : null
}

function otherForm(text: string, at: number): ClockStamp | undefined {
	for (const { form, wall } of OTHER_FORMS) {
		form.lastIndex = at
		const found = form.exec(text)
		if (found !== null) return { end: at + found[0].length, wall: wall?.(found) ?? null }
	}
	return undefined
}

/** Place of a name of three letters; -1 when it is none of them. */
function indexOfName(names: string, name: string): number {
	const at = name.length === 3 ? names.indexOf(name) : -1
	return at % 3 === 0 ? at / 3 : -1
}

/** A number of exactly so many digits; -1 when there is none. */
function number(scan: Scan, at: number, count: number): number {
	let value = 0
	for (let next = at; next < at + count; next++) {
		const digit = (scan.codes[next] ?? 0) - ZERO
		if (digit < 0 || digit > 9) return -1
		value = value * 10 + digit
	}
	return value
}

function digitsEnd(scan: Scan, at: number, most: number): number {
	let end = at
	while (end < at + most) {
		const digit = (scan.codes[end] ?? 0) - ZERO
		if (digit < 0 || digit > 9) break
		end++
	}
	return end
}

function isEnd(scan: Scan, at: number): boolean {
	return at >= scan.to || scan.codes[at] === BLANK
}
