import type { LogText } from '../log-text.ts'
import { collected, type Entry } from './entry.ts'

/** A packet line has one of these, outside of a quoted packet. */
const DEVICE = 'IN='
/** Of a packet line that is there as far as its addresses. */
const PACKET = /\bIN=\S{0,40} OUT=\S{0,40} .{0,200}?SRC=/gs
const MOST = 10_000
const DEEPEST = 12

/** A head of the kernel's, as syslog and dmesg have it, or its message for conntrack: where a second line begins that has lost its newline. */
const BEGINS =
	/(?:<\d{1,3}>)?(?:(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT[\d:.]{8,18}(?:Z|[+-]\d\d:?\d\d)) \S{1,64} kernel: (?:\[ {0,12}\d{1,10}\.\d{6}\] ?)?|\[ {0,12}\d{1,10}\.\d{6}\] ?)(?=\S)|nf_ct_proto_\d{1,3}: /g

/**
 * The lines in one line: of JSON that has several records or several messages (an array, the answer of a store of logs), and of lines
 * that have lost the newline between them. Nearly every line is one, and stays as it is.
 */
export function linesIn(line: LogText): readonly LogText[] {
	const { text, cut } = line
	const first = text.indexOf(DEVICE)
	if (first < 0 || text.indexOf(DEVICE, first + DEVICE.length) < 0 || cut > 0) return [line]
	const start = /^\s*[[{]/.test(text) ? recordsIn(text) : undefined
	const lines = start ?? messagesIn(text)
	return lines.length > 1 ? lines.map((one) => ({ text: one, cut: 0 })) : [line]
}

const tells = (text: string): boolean => text.includes(DEVICE)

/** Undefined: it is no JSON. */
function recordsIn(text: string): readonly string[] | undefined {
	let whole: unknown
	try {
		whole = JSON.parse(text)
	} catch {
		return undefined
	}
	const lines: string[] = []
	const take = (value: unknown, depth: number): void => {
		if (lines.length >= MOST || depth > DEEPEST) return
		if (typeof value === 'string') {
			if (tells(value)) lines.push(...value.split(/\r?\n/).filter((part) => part.trim() !== ''))
			return
		}
		if (typeof value !== 'object' || value === null) return
		if (Array.isArray(value)) {
			for (const one of value) take(one, depth + 1)
			return
		}
		const { MESSAGE } = value as Entry
		if (MESSAGE !== undefined) {
			lines.push(JSON.stringify(value))
			return
		}
		const message = collected(value as Entry)?.message
		// A text that stands in a list is a line; the fields of one record are of one line.
		if (message === undefined) {
			for (const one of Object.values(value)) if (typeof one !== 'string') take(one, depth + 1)
		} else if (message.includes('\n')) take(message, depth + 1)
		else lines.push(JSON.stringify(value))
	}
	take(whole, 0)
	return lines.filter(tells).length > 1 ? lines : [text]
}

/** A new line begins only behind a packet, and where another one follows. */
function messagesIn(text: string): readonly string[] {
	const packets = [...text.matchAll(PACKET)].map(({ index }) => index)
	if (packets.length < 2) return [text]
	const last = packets.at(-1) ?? 0
	const starts = [0]
	let next = 0
	for (const { index } of text.matchAll(BEGINS)) {
		const from = starts.at(-1) ?? 0
		while ((packets[next] ?? index) < from) next++
		if ((packets[next] ?? index) < index && index < last) starts.push(index)
		if (starts.length >= MOST) break
	}
	return starts.map((start, at) => text.slice(start, starts[at + 1]))
}
