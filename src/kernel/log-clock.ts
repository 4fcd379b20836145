/** A time of day at text[at]: where it ends, and when it was where the text says year and zone. */
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
		form: /(\d{2})\/([A-Z][a-z]{2})\/(\d{4}):(\d{2}):(\d{2}):(\d{2}) ([+-]\d{4})(?= |$)/y,
		wall: ([, day, month, year, hour, minute, second, zone]) =>
			utc(
				Number(year),
				monthOf(month ?? ''),
				Number(day),
				Number(hour),
				Number(minute),
				Number(second),
				0,
				zoneOf(zone ?? ''),
			),
	},
	// journalctl -o short-unix
	{ form: /(\d{9,11}\.\d{6})(?= |$)/y, wall: ([, seconds]) => Math.round(Number(seconds) * 1000) },
	{ form: /\d{4}\/\d{2}\/\d{2} \d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?(?= |$)/y },
	{ form: /\d{4} [A-Z][a-z]{2} {1,2}\d{1,2} \d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?(?= |$)/y },
]

/** Undefined when no time begins there. */
export function clockStamp(text: string, at: number): ClockStamp | undefined {
	const first = text.charCodeAt(at) - ZERO
	if (first >= 0 && first <= 9) {
		if (text.charCodeAt(at + 4) === DASH) return isoStamp(text, at)
		const end = timeEnd(text, at)
		return end > 0 && isEnd(text, end) ? { end, wall: null } : otherForm(text, at)
	}
	if (text.charCodeAt(at + 3) !== BLANK || first < 17) return undefined
	const name = text.slice(at, at + 3)
	if (indexOfName(MONTHS, name) >= 0) return monthStamp(text, at)
	if (indexOfName(WEEKDAYS, name) < 0) return undefined
	const digit = text.charCodeAt(at + 4) - ZERO
	// journalctl -o short-full: the name of the zone is no offset.
	if (digit >= 0 && digit <= 9) {
		const iso = isoStamp(text, at + 4)
		const zone = iso === undefined ? -1 : wordEnd(text, iso.end + 1)
		if (iso === undefined || !/^[A-Z]{1,5}$/.test(text.slice(iso.end + 1, zone))) return iso
		const isUtc = text.slice(iso.end + 1, zone) === 'UTC'
		return { end: zone, wall: isUtc ? (isoStamp(`${text.slice(at + 4, iso.end)}Z`, 0)?.wall ?? null) : null }
	}
	return monthStamp(text, at + 4)
}

/** `Mar  8 20:16:44`, `Mar  8 20:16:44.123456`, `Mar 8 2021 20:16:44`, `Apr 26 17:56:33 2020`, `Apr 26 17:56:33 UTC 2020`. */
function monthStamp(text: string, at: number): ClockStamp | undefined {
	if (indexOfName(MONTHS, text.slice(at, at + 3)) < 0 || text.charCodeAt(at + 3) !== BLANK) return undefined
	let next = at + 4
	if (text.charCodeAt(next) === BLANK) next++
	const day = digitsEnd(text, next, 2)
	if (day === next || text.charCodeAt(day) !== BLANK) return undefined
	next = day + 1
	const year = digitsEnd(text, next, 4)
	if (year === next + 4 && text.charCodeAt(year) === BLANK) next = year + 1
	const end = timeEnd(text, next)
	if (end < 0) return undefined
	const zone = text.startsWith(' UTC ', end) ? end + 4 : end
	const last = digitsEnd(text, zone + 1, 4)
	const withYear = text.charCodeAt(zone) === BLANK && last === zone + 5 ? last : end
	if (isEnd(text, withYear)) return { end: withYear, wall: null }
	return isEnd(text, end) ? { end, wall: null } : undefined
}

/** RFC 3339 and its relatives: `2015-03-07T05:09:30.045015+02:00`, `... 05:09:30`, `...T05:09:30,045015+0200`, `...Z`. */
function isoStamp(text: string, at: number): ClockStamp | undefined {
	const year = number(text, at, 4)
	const month = number(text, at + 5, 2)
	const day = number(text, at + 8, 2)
	const between = text.charCodeAt(at + 10)
	if (year < 0 || month < 0 || day < 0 || text.charCodeAt(at + 7) !== DASH) return undefined
	if (between !== LETTER_T && between !== BLANK) return undefined
	const from = at + 11
	const seconds = timeEnd(text, from)
	if (seconds < 0) return undefined
	const zone = zoneEnd(text, seconds)
	const end = zone < 0 ? seconds : zone
	if (!isEnd(text, end)) return undefined
	if (zone < 0) return { end, wall: null }
	const ms = seconds > from + 8 ? Math.trunc(Number(`0.${text.slice(from + 9, seconds)}`) * 1000) : 0
	const time = [number(text, from, 2), number(text, from + 3, 2), number(text, from + 6, 2)] as const
	return { end, wall: utc(year, month, day, ...time, ms, zoneOf(text.slice(seconds, zone))) }
}

/** End of `hh:mm:ss` with or without a fraction; -1 when there is none. */
function timeEnd(text: string, at: number): number {
	const hour = digitsEnd(text, at, 2)
	if (hour !== at + 2 || text.charCodeAt(hour) !== COLON) return -1
	const minute = digitsEnd(text, at + 3, 2)
	if (minute !== at + 5 || text.charCodeAt(minute) !== COLON) return -1
	const second = digitsEnd(text, at + 6, 2)
	if (second !== at + 8) return -1
	const mark = text.charCodeAt(second)
	if (mark !== DOT && mark !== COMMA) return second
	const fraction = digitsEnd(text, second + 1, 9)
	return fraction === second + 1 ? second : fraction
}

/** End of `Z`, `+02:00` or `+0200`; -1 when there is none. */
function zoneEnd(text: string, at: number): number {
	const sign = text[at]
	if (sign === 'Z') return at + 1
	if (sign !== '+' && sign !== '-') return -1
	if (number(text, at + 1, 2) < 0) return -1
	const minutes = text.charCodeAt(at + 3) === COLON ? at + 4 : at + 3
	return number(text, minutes, 2) < 0 ? -1 : minutes + 2
}

/** Minutes east of Greenwich. */
function zoneOf(zone: string): number {
	if (zone === 'Z') return 0
	const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2))
	return zone.startsWith('-') ? -minutes : minutes
}

function utc(
	year: number,
	month: number,
	day: number,
	hour: number,
	minute: number,
	second: number,
	ms: number,
	zone: number,
): number | null {
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

function monthOf(name: string): number {
	return indexOfName(MONTHS, name) + 1
}

/** Place of a name of three letters; -1 when it is none of them. */
function indexOfName(names: string, name: string): number {
	const at = name.length === 3 ? names.indexOf(name) : -1
	return at % 3 === 0 ? at / 3 : -1
}

/** A number of exactly so many digits; -1 when there is none. */
function number(text: string, at: number, count: number): number {
	let value = 0
	for (let next = at; next < at + count; next++) {
		const digit = text.charCodeAt(next) - ZERO
		if (!(digit >= 0 && digit <= 9)) return -1
		value = value * 10 + digit
	}
	return value
}

function digitsEnd(text: string, at: number, most: number): number {
	let end = at
	while (end < at + most) {
		const digit = text.charCodeAt(end) - ZERO
		if (!(digit >= 0 && digit <= 9)) break
		end++
	}
	return end
}

function isEnd(text: string, at: number): boolean {
	return at >= text.length || text.charCodeAt(at) === BLANK
}

function wordEnd(text: string, at: number): number {
	const end = text.indexOf(' ', at)
	return end < 0 ? text.length : end
}
