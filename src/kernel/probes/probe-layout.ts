import { bytesOf, startsWith } from '../bytes/byte-scan.ts'
import { createInterned } from '../bytes/interned.ts'

/**
 * Arguments of one probe: what its definition says of them, and where their values are in an event. Since the names and
 * their order are known, nothing that a string says can change a number: numbers come first, and a string ends where the
 * name behind it begins.
 */
export type ProbeField = {
	readonly name: string
	/** As kprobe_events wants it: `+208($arg1)`, `$retval` (Documentation/trace/kprobetrace.rst). */
	readonly fetch: string
	readonly type: 'u8' | 'u16' | 'u32' | 's32' | 'x64' | 'string' | 'symbol'
	/** Elements of an array: of x64 only, up to 64. */
	readonly count?: number
}

export type ProbeLayout = {
	readonly fields: readonly ProbeField[]
	/** Behind the function in a definition. */
	readonly text: string
	/** Where a number or an array is in the memory of the values; undefined for a field that is not there. */
	offsetOf(name: string): number | undefined
	/** Values of an event, from the parenthesis behind its name on. Undefined where a number does not follow. */
	read(event: Uint8Array, at: number): ProbeValues | undefined
	/** A text or symbol as Latin 1, without its quotes; null for one that could not be read, undefined for none. */
	textOf(values: ProbeValues, name: string): string | null | undefined
}

export type ProbeValues = {
	/** Numbers as the kernel had them in memory, one behind the other, in its byte order. */
	readonly memory: Uint8Array
	/** Only until the next event is read: texts are cut out of it when somebody asks. */
	readonly event: Uint8Array
	/** Begin and end of each text in `event`; -1 for one that could not be read. */
	readonly texts: readonly number[]
}

const WIDTH = { u8: 1, u16: 2, u32: 4, s32: 4, x64: 8, string: 0, symbol: 0 } as const
const FAULT = bytesOf('(fault)')
/** MAX_STRING_SIZE of kernel/trace/trace_probe.h is a page; no text of ours is that long. */
const LONGEST_TEXT = 4_096

type Place = {
	readonly field: ProbeField
	/** What the value follows. */
	readonly head: Uint8Array
	readonly offset: number
	readonly width: number
	readonly isText: boolean
}

/** Formats of conntrack, and names of devices. */
const textIn = createInterned(1_024)

/** `end`: what an event ends with, behind its last field. */
export function createLayout(
	fields: readonly ProbeField[],
	{ littleEndian, end }: { readonly littleEndian: boolean; readonly end: string },
): ProbeLayout {
	const ordered = [...fields.filter((field) => !isText(field)), ...fields.filter(isText)]
	const places: Place[] = []
	let size = 0
	for (const field of ordered) {
		const width = WIDTH[field.type]
		places.push({ field, head: bytesOf(` ${field.name}=`), offset: size, width, isText: isText(field) })
		size += width * (field.count ?? 1)
	}
	const offsets = new Map(places.map((place) => [place.field.name, place.offset]))
	const texts = new Map(ordered.filter(isText).map(({ name }, index) => [name, index]))
	const nexts = places.map((_, index) => places[index + 1]?.head ?? bytesOf(end))
	return {
		fields: ordered,
		text: ordered.map(textOf).join(' '),
		offsetOf: (name) => offsets.get(name),
		textOf({ event, texts: found }, name) {
			const index = texts.get(name)
			const from = index === undefined ? undefined : found[2 * index]
			if (index === undefined || from === undefined) return undefined
			return from < 0 ? null : textIn(event, from, found[2 * index + 1] ?? from)
		},
		read(event, at) {
			// Every byte of it is written, or nobody gets it.
			const memory = Buffer.allocUnsafe(size)
			const found: number[] = []
			const cursor = { event, at: behindWhere(event, at), memory, littleEndian }
			for (let index = 0; index < places.length; index++) {
				const place = places[index] as Place
				if (!startsWith(event, cursor.at, event.length, place.head))
					return place.isText ? { memory, event, texts: found } : undefined
				cursor.at += place.head.length
				if (place.isText) {
					if (!takeText(cursor, place.field, nexts[index] as Uint8Array, found)) break
				} else if (!putNumbers(cursor, place)) {
					return undefined
				}
			}
			return { memory, event, texts: found }
		},
	}
}

const isText = ({ type }: ProbeField): boolean => type === 'string' || type === 'symbol'

const textOf = ({ name, fetch, type, count }: ProbeField): string =>
	`${name}=${fetch}:${type}${count === undefined ? '' : `[${count}]`}`

type Cursor = {
	readonly event: Uint8Array
	at: number
	readonly memory: Uint8Array
	readonly littleEndian: boolean
}

const PARENTHESIS = 0x29
const QUOTE = 0x22
const BRACE = 0x7b
const CLOSING_BRACE = 0x7d
const COMMA = 0x2c
const MINUS = 0x2d
const DIGIT_0 = 0x30
const LETTER_x = 0x78

function behindWhere(event: Uint8Array, at: number): number {
	const end = event.indexOf(PARENTHESIS, at)
	return end < 0 ? event.length : end + 1
}

function putNumbers(cursor: Cursor, { field, offset, width }: Place): boolean {
	if (field.count === undefined) return putNumber(cursor, offset, width)
	const { event } = cursor
	if (event[cursor.at] !== BRACE) return false
	for (let index = 0; index < field.count; index++) {
		if (index > 0 && event[cursor.at] !== COMMA) return false
		cursor.at++
		if (!putNumber(cursor, offset + index * width, width)) return false
	}
	return event[cursor.at++] === CLOSING_BRACE
}

/** Decimal with or without a sign, or hexadecimal, as far as it goes. */
function putNumber(cursor: Cursor, offset: number, width: number): boolean {
	const { event } = cursor
	return event[cursor.at] === DIGIT_0 && event[cursor.at + 1] === LETTER_x
		? putHex(cursor, offset, width)
		: putDecimal(cursor, offset, width)
}

function putHex(cursor: Cursor, offset: number, width: number): boolean {
	const { event } = cursor
	const from = cursor.at + 2
	let at = from
	let low = 0
	let high = 0
	for (;;) {
		const digit = HEX[event[at] ?? 0] ?? NO_DIGIT
		if (digit === NO_DIGIT) break
		high = (high << 4) | (low >>> 28)
		low = (low << 4) | digit
		at++
	}
	if (at === from || at - from > 16) return false
	cursor.at = at
	put(cursor, offset, width, low, high)
	return true
}

function putDecimal(cursor: Cursor, offset: number, width: number): boolean {
	const { event } = cursor
	const isNegative = event[cursor.at] === MINUS
	const from = isNegative ? cursor.at + 1 : cursor.at
	let at = from
	let number = 0
	for (;;) {
		const digit = (event[at] ?? 0) - DIGIT_0
		if (!(digit >= 0 && digit <= 9)) break
		number = number * 10 + digit
		at++
	}
	if (at === from || number > 0xffff_ffff) return false
	cursor.at = at
	put(cursor, offset, width, isNegative ? -number : number, 0)
	return true
}

const NO_DIGIT = 16
const HEX = Uint8Array.from({ length: 256 }, (_, code) => {
	const digit = '0123456789abcdef'.indexOf(String.fromCharCode(code))
	return digit < 0 ? NO_DIGIT : digit
})

function put(
	{ memory, littleEndian }: Cursor,
	offset: number,
	width: number,
	low: number,
	high: number,
): void {
	if (!littleEndian) {
		for (let index = 0; index < width; index++) {
			memory[offset + width - 1 - index] = index < 4 ? low >>> (8 * index) : high >>> (8 * index - 32)
		}
		return
	}
	memory[offset] = low
	if (width === 1) return
	memory[offset + 1] = low >>> 8
	if (width === 2) return
	memory[offset + 2] = low >>> 16
	memory[offset + 3] = low >>> 24
	if (width === 4) return
	memory[offset + 4] = high
	memory[offset + 5] = high >>> 8
	memory[offset + 6] = high >>> 16
	memory[offset + 7] = high >>> 24
}

/** False: what follows is no text, or its end is not there. */
function takeText(cursor: Cursor, { type }: ProbeField, next: Uint8Array, found: number[]): boolean {
	const { event, at } = cursor
	const isQuoted = type === 'string'
	if (isQuoted && startsWith(event, at, event.length, FAULT)) {
		if (!startsWith(event, at + FAULT.length, event.length, next)) return false
		cursor.at = at + FAULT.length
		found.push(-1, -1)
		return true
	}
	if (isQuoted && event[at] !== QUOTE) return false
	const from = isQuoted ? at + 1 : at
	const last = Math.min(event.length, from + LONGEST_TEXT)
	for (let end = from; end < last; end++) {
		if (isQuoted && event[end] !== QUOTE) continue
		const behind = isQuoted ? end + 1 : end
		if (!startsWith(event, behind, event.length, next)) continue
		cursor.at = behind
		found.push(from, end)
		return true
	}
	return false
}
