import { BLANK, latin1 } from '../bytes/byte-scan.ts'
import { createInterned } from '../bytes/interned.ts'

/** One line of a `trace` or `trace_pipe` of tracefs (kernel/trace/trace_output.c, trace.c). All text in it is untrusted. */
export type TraceLine =
	| TraceEvent
	/** Events of one CPU that were overwritten before they were read; null where the kernel does not know how many. */
	| { readonly kind: 'lost'; readonly cpu: number; readonly events: number | null }
	/** The head of `trace`, and whatever else begins with `#`. */
	| { readonly kind: 'comment'; readonly text: string }
	| { readonly kind: 'other'; readonly text: string }

export type TraceEvent = {
	readonly kind: 'event'
	/** Who ran on the CPU; in a soft interrupt that is anybody. Not one byte of it can be relied on. */
	readonly task: string
	readonly pid: number
	/** Of the thread group; null where it is not shown. */
	readonly tgid: number | null
	readonly cpu: number
	/** irqs-off, need-resched, hard or soft interrupt, preemption depth, migration: `..s1.`; '' where it is not shown. */
	readonly flags: string
	/** By the clock of the instance, in microseconds; null for a clock that counts something else. */
	readonly micros: number | null
	readonly name: string
	/** Where what the event says begins: `(function+0x0/0xb7 [module]) a=1` for a probe. */
	readonly at: number
}

/** `%16s-%-7d `: names have 15 bytes at the most, so the dash has its place whatever the name is. */
export const DASH_AT = 16

/** Apart: anybody can have processes of many names. */
const taskIn = createInterned(256)
const nameIn = createInterned(256)
const flagsIn = createInterned(256)

const LOST = /^CPU:(\d{1,6}) \[LOST (?:(\d{1,20}) )?EVENTS\]$/

/** The text of one event, as Latin 1. It may hold newlines: names of tasks and strings are printed as they are. */
export const parseTraceLine = (text: string): TraceLine => readTraceLine(Buffer.from(text, 'latin1'))

/** The same of bytes: of an event only what it is, since most of what it says is nobody's business yet. */
export function readTraceLine(bytes: Uint8Array): TraceLine {
	const event = eventIn(bytes)
	if (event !== undefined) return event
	const text = latin1(bytes)
	if (text.startsWith('#')) return { kind: 'comment', text }
	const [, cpu, events] = LOST.exec(text) ?? []
	if (cpu === undefined) return { kind: 'other', text }
	return { kind: 'lost', cpu: Number(cpu), events: events === undefined ? null : Number(events) }
}

/** Whether an event begins here. */
export const isEventStart = (bytes: Uint8Array, from: number): boolean =>
	eventAt(bytes, from, from + DASH_AT) !== undefined

const DASH = 0x2d
const COLON = 0x3a
const DOT = 0x2e
const UNDERSCORE = 0x5f
const OPEN = 0x28
const CLOSE = 0x29
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d

function eventIn(bytes: Uint8Array): TraceEvent | undefined {
	const event = eventAt(bytes, 0, DASH_AT)
	if (event !== undefined) return event
	// Somebody has cut the blanks at the beginning.
	for (let dash = 0; dash < DASH_AT; dash++) {
		const found = bytes[dash] === DASH ? eventAt(bytes, 0, dash) : undefined
		if (found !== undefined) return found
	}
	return undefined
}

/** `-PID (TGID) [CPU] FLAGS SECONDS.MICROS: NAME: `; thread group, flags and the point of the time may be missing. */
function eventAt(bytes: Uint8Array, from: number, dash: number): TraceEvent | undefined {
	if (bytes[dash] !== DASH) return undefined
	const pidEnd = digits(bytes, dash + 1, 10)
	let at = blanks(bytes, pidEnd)
	if (pidEnd === dash + 1 || at === pidEnd) return undefined
	const group = bytes[at] === OPEN ? groupAt(bytes, at) : { tgid: null, at }
	if (group === undefined || bytes[group.at] !== OPEN_BRACKET) return undefined
	const cpuFrom = group.at + 1
	const cpuEnd = digits(bytes, cpuFrom, 6)
	if (cpuEnd - cpuFrom < 3 || bytes[cpuEnd] !== CLOSE_BRACKET || bytes[cpuEnd + 1] !== BLANK) return undefined
	at = cpuEnd + 2
	const flags = bytes[at] === BLANK ? '' : flagsAt(bytes, at)
	const timeFrom = blanks(bytes, at + flags.length)
	const timeEnd = digits(bytes, timeFrom, 20)
	if (timeEnd === timeFrom) return undefined
	const hasPoint = bytes[timeEnd] === DOT
	const colon = hasPoint ? digits(bytes, timeEnd + 1, 6) : timeEnd
	if ((hasPoint && colon - timeEnd !== 7) || bytes[colon] !== COLON || bytes[colon + 1] !== BLANK)
		return undefined
	const nameFrom = colon + 2
	const nameEnd = word(bytes, nameFrom)
	if (nameEnd === nameFrom || bytes[nameEnd] !== COLON) return undefined
	return {
		kind: 'event',
		task: taskIn(bytes, blanks(bytes, from, dash), dash),
		pid: number(bytes, dash + 1, pidEnd),
		tgid: group.tgid,
		cpu: number(bytes, cpuFrom, cpuEnd),
		flags,
		micros: hasPoint
			? number(bytes, timeFrom, timeEnd) * 1_000_000 + number(bytes, timeEnd + 1, colon)
			: null,
		name: nameIn(bytes, nameFrom, nameEnd),
		at: bytes[nameEnd + 1] === BLANK ? nameEnd + 2 : nameEnd + 1,
	}
}

/** `(    206) `, or `(-------) ` where nobody has noted it. */
function groupAt(
	bytes: Uint8Array,
	open: number,
): { readonly tgid: number | null; readonly at: number } | undefined {
	const from = blanks(bytes, open + 1)
	const end = digits(bytes, from, 10)
	let close = end
	if (end === from) while (bytes[close] === DASH && close - from < 7) close++
	if (close === from || bytes[close] !== CLOSE || bytes[close + 1] !== BLANK) return undefined
	return { tgid: end === from ? null : number(bytes, from, end), at: close + 2 }
}

/** Four or more letters, digits and points with a blank behind them; '' where that is the time. */
function flagsAt(bytes: Uint8Array, from: number): string {
	let at = from
	while (at - from < 9 && (bytes[at] === DOT || isWord(bytes[at] ?? 0))) at++
	return at - from >= 4 && bytes[at] === BLANK ? flagsIn(bytes, from, at) : ''
}

function blanks(bytes: Uint8Array, from: number, to = from + 24): number {
	let at = from
	while (at < to && bytes[at] === BLANK) at++
	return at
}

function digits(bytes: Uint8Array, from: number, most: number): number {
	let at = from
	while (at - from < most && isDigit(bytes[at] ?? 0)) at++
	return at
}

function word(bytes: Uint8Array, from: number): number {
	let at = from
	while (at - from < 64 && isWord(bytes[at] ?? 0)) at++
	return at
}

function number(bytes: Uint8Array, from: number, to: number): number {
	let value = 0
	for (let at = from; at < to; at++) value = value * 10 + (bytes[at] ?? 0) - 0x30
	return value
}

const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39

const isWord = (byte: number): boolean =>
	isDigit(byte) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a) || byte === UNDERSCORE
