import { parseKmsgRecord } from './kmsg-record.ts'
import { type BracketStamp, bracketStamps } from './log-bracket.ts'
import { clockStamp } from './log-clock.ts'
import { packetPrefix } from './packet-prefix.ts'
import { visible } from './visible.ts'

/** What a log has put before the words of a message. Safe to print. */
export type Stamp = {
	/** The time as printed, without brackets: `Dec 25 14:12:33`, `16690.645068`, `+0.000004`; '' when there is none. */
	readonly text: string
	/** ms since 1970; null when year or zone are not there. */
	readonly wall: number | null
	/** Seconds since boot; does not count suspend. */
	readonly boot: number | null
	/** 0 emergency to 7 debug. */
	readonly level: number | null
	readonly host: string | null
}

/**
 * Who wrote the message, as far as the line says it. `program`: not the kernel, however much the words look like it
 * (a record of /dev/kmsg with another facility, a message of logger in the journal).
 */
export type Origin = 'kernel' | 'program' | 'unknown'

export type Head = { readonly stamp: Stamp; readonly text: string; readonly origin: Origin }

export const NO_STAMP: Stamp = { text: '', wall: null, boot: null, level: null, host: null }

const BLANK = 0x20
const BRACKET = 0x5b
const LESS = 0x3c
const COLON = 0x3a
const DIGIT_0 = 0x30
const DIGIT_9 = 0x39

/** syslog(3), and the short names of dmesg and OpenWrt. */
const LEVELS: ReadonlyMap<string, number> = new Map([
	...['emerg', 'alert', 'crit', 'err', 'warn', 'notice', 'info', 'debug'].map(
		(name, level) => [name, level] as const,
	),
	['panic', 0],
	['error', 3],
	['warning', 4],
])

const FACILITY =
	'kern|user|mail|daemon|auth|syslog|lpr|news|uucp|cron|authpriv|ftp|local[0-7]|security|console|ntp'
const FACILITY_LEVEL = new RegExp(`^(${FACILITY})\\.(\\w{2,8})$`)
/** dmesg -x */
const DMESG_DECODED = new RegExp(`(${FACILITY}) {0,8}:(\\w{2,8}) {0,8}: `, 'y')

/** Whose messages are the kernel's, or packets that the kernel handed over with its words. */
const KERNEL_TAG = /^(?:kernel|klogd|ulogd)(?:\[\d{1,10}\])?:$/

/** `<174>1 2003-08-24T05:14:15+00:00 host app procid msgid structured-data `: RFC 5424. */
const RFC5424 =
	/<\d{1,3}>1 (\S{1,40}) (\S{1,255}) (\S{1,48}) (\S{1,128}) (\S{1,32}) (?:-|(?:\[(?:[^"\]]|"(?:[^"\\]|\\.)*")*\])+)(?: \ufeff?|$)/y

/** pve-firewall: virtual machine, level, chain, time. */
const PROXMOX = /(\d{1,10} \d \S{1,64}) (?=\d{2}\/[A-Z][a-z]{2}\/\d{4}:)/y

const KMSG = /^\d{1,10},\d{1,16},\d{1,16},/

/** Cuts what a log has put before a message: any of the usual forms, several behind one another, or none. Never fails. */
export function splitStamp(line: string): Head {
	const from = skipBlanks(line, 0)
	const first = line.charCodeAt(from)
	if (first === BRACKET) return withBrackets(line, from, NOTHING_YET)
	if (first === LESS) return withPriority(line, from)
	const isDigit = first >= DIGIT_0 && first <= DIGIT_9
	if (isDigit && KMSG.test(line.slice(from, from + 48))) {
		const head = kmsgHead(line.slice(from))
		if (head !== undefined) return head
	}
	return withClock(line, from, NOTHING_YET)
}

type Found = Stamp & { readonly origin: Origin; readonly ahead: string }

const NOTHING_YET: Found = { ...NO_STAMP, origin: 'unknown', ahead: '' }

function headOf(found: Found, line: string, at: number): Head {
	const { text, wall, boot, level, host, origin, ahead } = found
	const rest = at === 0 ? line : line.slice(at)
	return {
		stamp: { text: visible(text), wall, boot, level, host: host === null ? null : visible(host) },
		text: ahead === '' ? rest : `${ahead} ${rest}`,
		origin,
	}
}

/** A record as read() of /dev/kmsg gives it. */
function kmsgHead(line: string): Head | undefined {
	const record = parseKmsgRecord(line)
	if (record === undefined) return undefined
	const boot = record.at / 1e6
	return {
		stamp: { text: boot.toFixed(6), wall: null, boot, level: record.level, host: null },
		text: record.text,
		origin: record.facility === 0 ? 'kernel' : 'program',
	}
}

/** `<6>`: facility times 8 and level. */
function withPriority(line: string, from: number): Head {
	const end = line.indexOf('>', from)
	const digits = end - from - 1
	if (digits < 1 || digits > 3 || !/^\d+$/.test(line.slice(from + 1, end)))
		return withClock(line, from, NOTHING_YET)
	const priority = Number(line.slice(from + 1, end))
	const origin = priority < 8 ? 'unknown' : 'program'
	const found: Found = { ...NOTHING_YET, level: priority % 8, origin }
	RFC5424.lastIndex = from
	const rfc = line.startsWith('>1 ', end) ? RFC5424.exec(line) : null
	if (rfc === null) {
		const at = skipBlanks(line, end + 1)
		return line.charCodeAt(at) === BRACKET ? withBrackets(line, at, found) : withClock(line, at, found)
	}
	const [whole, time = '', host = '', app = ''] = rfc
	const isKernel = KERNEL_TAG.test(`${app}:`)
	const at = from + whole.length
	const told: Found = {
		...found,
		text: time === '-' ? '' : time,
		wall: clockStamp(time, 0)?.wall ?? null,
		host: host === '-' ? null : host,
		origin: isKernel ? 'kernel' : 'program',
	}
	return line.charCodeAt(at) === BRACKET ? withBrackets(line, at, told) : headOf(told, line, at)
}

/** dmesg and consoles. */
function withBrackets(line: string, from: number, found: Found): Head {
	const stamp = bracketStamps(line, from)
	if (stamp === undefined) return headOf(found, line, from)
	const next = withBracket(found, line, stamp)
	// journalctl -o short-monotonic has host and tag behind it, dmesg the message.
	return line.startsWith('kernel: ', afterWord(line, stamp.end))
		? withHost(line, stamp.end, next)
		: headOf(next, line, stamp.end)
}

function withBracket(found: Found, line: string, { text, boot, end }: BracketStamp): Found {
	return {
		...found,
		text: found.text === '' ? text : found.text,
		boot: boot ?? found.boot,
		origin: found.origin === 'unknown' && end < line.length ? 'kernel' : found.origin,
	}
}

function withClock(line: string, from: number, found: Found): Head {
	DMESG_DECODED.lastIndex = from
	const decoded = line.charCodeAt(from) > 0x60 ? DMESG_DECODED.exec(line) : null
	if (decoded !== null && LEVELS.has(decoded[2] ?? '')) {
		const [whole, facility, level = ''] = decoded
		const origin = facility === 'kern' ? 'kernel' : 'program'
		return withBrackets(line, skipBlanks(line, from + whole.length), {
			...found,
			level: LEVELS.get(level) ?? null,
			origin,
		})
	}
	PROXMOX.lastIndex = from
	const proxmox = line.charCodeAt(from) <= DIGIT_9 ? PROXMOX.exec(line) : null
	const at = proxmox === null ? from : from + proxmox[0].length
	const clock = clockStamp(line, at)
	if (clock === undefined) return withTag(line, from, found)
	const next: Found = {
		...found,
		text: line.slice(at, clock.end),
		wall: clock.wall,
		ahead: proxmox?.[1] ?? '',
	}
	const behind = skipBlanks(line, clock.end)
	return proxmox === null ? withHost(line, behind, next) : headOf(next, line, behind)
}

/** Behind a time: a host, or none, twice on some routers; OpenWrt and BusyBox put facility and level there. */
function withHost(line: string, from: number, found: Found): Head {
	if (isMessage(line, from)) return withTag(line, from, found)
	const end = wordEnd(line, from)
	const host = line.slice(from, end)
	const level = facilityLevel(host)
	if (level !== undefined) return withTag(line, skipBlanks(line, end), { ...found, level })
	let at = skipBlanks(line, end)
	if (line.startsWith(`${host} `, at)) at = skipBlanks(line, at + host.length)
	const next = { ...found, host }
	const severity = facilityLevel(line.slice(at, Math.min(wordEnd(line, at), at + 32)))
	if (severity !== undefined)
		return withTag(line, skipBlanks(line, wordEnd(line, at)), { ...next, level: severity })
	return withTag(line, at, next)
}

/** The word is no host: a tag, or the message itself, whose prefix may end at IN= without a blank. */
function isMessage(line: string, from: number): boolean {
	const first = line.charCodeAt(from)
	if (first === BRACKET || Number.isNaN(first)) return true
	const end = wordEnd(line, from)
	if (line.charCodeAt(end - 1) === COLON || line.slice(from, end).includes('=')) return true
	return line.startsWith('helper ', from) && packetPrefix(line, from) !== undefined
}

/** `kernel: `, and the stamp of printk behind it. Tags of programs stay: they are the beginning of the message. */
function withTag(line: string, from: number, found: Found): Head {
	const end = Math.min(wordEnd(line, from), from + 32)
	const isTag = line.charCodeAt(end - 1) === COLON && KERNEL_TAG.test(line.slice(from, end))
	if (!isTag) return headOf(found, line, from)
	const at = skipBlanks(line, end)
	const next: Found = { ...found, origin: 'kernel' }
	if (line.charCodeAt(at) !== BRACKET) return headOf(next, line, at)
	const stamp = bracketStamps(line, at)
	// Behind a tag only the seconds of printk are a stamp: `[12]` may be what an admin has put there.
	if (stamp === undefined || stamp.boot === null) return headOf(next, line, at)
	return headOf(withBracket(next, line, stamp), line, stamp.end)
}

function facilityLevel(word: string): number | undefined {
	if (!word.includes('.')) return undefined
	return LEVELS.get(FACILITY_LEVEL.exec(word)?.[2] ?? '')
}

function skipBlanks(line: string, from: number): number {
	let at = from
	while (line.charCodeAt(at) === BLANK) at++
	return at
}

function wordEnd(line: string, from: number): number {
	const end = line.indexOf(' ', from)
	return end < 0 ? line.length : end
}

function afterWord(line: string, from: number): number {
	return skipBlanks(line, wordEnd(line, from))
}
