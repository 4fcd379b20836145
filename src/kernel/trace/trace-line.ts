import { latin1 } from './probe-layout.ts'

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

/** Behind the dash. */
const HEAD =
	/-(\d{1,10}) {1,10}(?:\( {0,7}(\d{1,10}|-{1,7})\) )?\[(\d{3,6})\] (?:([.\w]{4,8}) )? {0,20}(\d{1,20})(?:\.(\d{6}))?: (\w{1,64}): ?/y

/** Everything of HEAD at its longest. */
const LONGEST_HEAD = 192

/** In a line whose blanks at the beginning are gone. */
const HEAD_ANYWHERE = /-\d{1,10} {1,10}(?:\([ \d-]{1,10}\) )?\[\d{3,6}\] /g

const LOST = /^CPU:(\d{1,6}) \[LOST (?:(\d{1,20}) )?EVENTS\]$/

/** The text of one event, which may hold newlines: names of tasks and strings are printed as they are. */
export function parseTraceLine(text: string): TraceLine {
	const event = eventOf(text)
	if (event !== undefined) return event
	if (text.startsWith('#')) return { kind: 'comment', text }
	const [, cpu, events] = LOST.exec(text) ?? []
	if (cpu === undefined) return { kind: 'other', text }
	return { kind: 'lost', cpu: Number(cpu), events: events === undefined ? null : Number(events) }
}

function eventOf(text: string): TraceEvent | undefined {
	const event = eventAt(text, DASH_AT)
	if (event !== undefined) return event
	HEAD_ANYWHERE.lastIndex = 0
	const dash = HEAD_ANYWHERE.exec(text)?.index
	return dash === undefined || dash > DASH_AT ? undefined : eventAt(text, dash)
}

function eventAt(text: string, dash: number): TraceEvent | undefined {
	HEAD.lastIndex = dash
	const found = HEAD.exec(text)
	if (found === null) return undefined
	const [, pid, tgid, cpu, flags = '', seconds, fraction, name = ''] = found
	return {
		kind: 'event',
		task: taskIn(text, dash),
		pid: Number(pid),
		tgid: tgid === undefined || tgid.startsWith('-') ? null : Number(tgid),
		cpu: Number(cpu),
		flags,
		micros: fraction === undefined ? null : Number(seconds) * 1_000_000 + Number(fraction),
		name,
		at: HEAD.lastIndex,
	}
}

const BLANK = 0x20

/** The name without the blanks that it is filled up with. */
function taskIn(text: string, dash: number): string {
	let from = 0
	while (from < dash && text.charCodeAt(from) === BLANK) from++
	return text.slice(from, dash)
}

/** The same of bytes: a head is decoded alone, since most of an event is nobody's business yet. */
export function readTraceLine(bytes: Uint8Array): TraceLine {
	const head = latin1(bytes, 0, Math.min(bytes.length, LONGEST_HEAD))
	const event = eventOf(head)
	if (event !== undefined) return event
	return parseTraceLine(bytes.length <= LONGEST_HEAD ? head : latin1(bytes))
}

/** Whether an event begins here. */
export function isEventStart(bytes: Uint8Array, from: number): boolean {
	return eventAt(latin1(bytes, from, Math.min(bytes.length, from + LONGEST_HEAD)), DASH_AT) !== undefined
}
