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
	read(text: string, at: number): ProbeValues | undefined
}

export type ProbeValues = {
	/** Numbers as the kernel had them in memory, one behind the other, in its byte order. */
	readonly memory: DataView
	/** As Latin 1, without their quotes; null for one that could not be read. Texts and symbols by name. */
	readonly texts: ReadonlyMap<string, string | null>
}

const WIDTH = { u8: 1, u16: 2, u32: 4, s32: 4, x64: 8, string: 0, symbol: 0 } as const
const FAULT = '(fault)'
/** MAX_STRING_SIZE of kernel/trace/trace_probe.h is a page; no text of ours is that long. */
const LONGEST_TEXT = 4_096

type Place = {
	readonly field: ProbeField
	/** What the value follows. */
	readonly head: string
	readonly offset: number
	readonly isText: boolean
}

/** `end`: what an event ends with, behind its last field. */
export function createLayout(
	fields: readonly ProbeField[],
	{ littleEndian, end }: { readonly littleEndian: boolean; readonly end: string },
): ProbeLayout {
	const ordered = [...fields.filter((field) => !isText(field)), ...fields.filter(isText)]
	const places: Place[] = []
	let size = 0
	for (const field of ordered) {
		places.push({ field, head: ` ${field.name}=`, offset: size, isText: isText(field) })
		size += WIDTH[field.type] * (field.count ?? 1)
	}
	const offsets = new Map(places.map((place) => [place.field.name, place.offset]))
	return {
		fields: ordered,
		text: ordered.map(textOf).join(' '),
		offsetOf: (name) => offsets.get(name),
		read(text, at) {
			const memory = new DataView(new ArrayBuffer(size))
			const cursor = { text, at: behindWhere(text, at), memory, littleEndian }
			const texts = new Map<string, string | null>()
			for (const [index, place] of places.entries()) {
				const { text: whole } = cursor
				if (!whole.startsWith(place.head, cursor.at)) return place.isText ? { memory, texts } : undefined
				cursor.at += place.head.length
				if (!place.isText) {
					if (!putNumbers(cursor, place)) return undefined
				} else {
					const value = takeText(cursor, place.field, places[index + 1]?.head ?? end)
					if (value === undefined) return { memory, texts }
					texts.set(place.field.name, value)
				}
			}
			return { memory, texts }
		},
	}
}

const isText = ({ type }: ProbeField): boolean => type === 'string' || type === 'symbol'

const textOf = ({ name, fetch, type, count }: ProbeField): string =>
	`${name}=${fetch}:${type}${count === undefined ? '' : `[${count}]`}`

type Cursor = { readonly text: string; at: number; readonly memory: DataView; readonly littleEndian: boolean }

function behindWhere(text: string, at: number): number {
	const end = text.indexOf(')', at)
	return end < 0 ? text.length : end + 1
}

const BRACE = 0x7b
const COMMA = 0x2c
const MINUS = 0x2d
const DIGIT_0 = 0x30
const LETTER_x = 0x78

function putNumbers(cursor: Cursor, { field, offset }: Place): boolean {
	const width = WIDTH[field.type]
	if (field.count === undefined) return putNumber(cursor, offset, width)
	if (cursor.text.charCodeAt(cursor.at) !== BRACE) return false
	for (let index = 0; index < field.count; index++) {
		if (index > 0 && cursor.text.charCodeAt(cursor.at) !== COMMA) return false
		cursor.at++
		if (!putNumber(cursor, offset + index * width, width)) return false
	}
	cursor.at++
	return cursor.text.charCodeAt(cursor.at - 1) === BRACE + 2
}

/** Decimal with or without a sign, or hexadecimal, as far as it goes. */
function putNumber(cursor: Cursor, offset: number, width: number): boolean {
	const { text, memory, littleEndian } = cursor
	let { at } = cursor
	let low = 0
	let high = 0
	const from = at
	if (text.charCodeAt(at) === DIGIT_0 && text.charCodeAt(at + 1) === LETTER_x) {
		at += 2
		const digits = at
		for (;;) {
			const digit = hexDigit(text.charCodeAt(at))
			if (digit < 0) break
			high = ((high << 4) | (low >>> 28)) >>> 0
			low = ((low << 4) | digit) >>> 0
			at++
		}
		if (at === digits || at - digits > 16) return false
	} else {
		const isNegative = text.charCodeAt(at) === MINUS
		if (isNegative) at++
		const digits = at
		let number = 0
		for (;;) {
			const digit = text.charCodeAt(at) - DIGIT_0
			if (!(digit >= 0 && digit <= 9)) break
			number = number * 10 + digit
			at++
		}
		if (at === digits || number > 0xffff_ffff) return false
		low = (isNegative ? -number : number) >>> 0
	}
	cursor.at = at
	if (at === from) return false
	switch (width) {
		case 1:
			memory.setUint8(offset, low)
			return true
		case 2:
			memory.setUint16(offset, low, littleEndian)
			return true
		case 4:
			memory.setUint32(offset, low, littleEndian)
			return true
		default:
			memory.setUint32(littleEndian ? offset : offset + 4, low, littleEndian)
			memory.setUint32(littleEndian ? offset + 4 : offset, high, littleEndian)
			return true
	}
}

function hexDigit(code: number): number {
	if (code >= 0x30 && code <= 0x39) return code - 0x30
	return code >= 0x61 && code <= 0x66 ? code - 0x57 : -1
}

/** Null: could not be read. Undefined: what follows is no text, or its end is not there. */
function takeText(cursor: Cursor, { type }: ProbeField, next: string): string | null | undefined {
	const { text, at } = cursor
	if (type === 'symbol') {
		const end = text.indexOf(next, at)
		if (end < 0 || end - at > LONGEST_TEXT) return undefined
		cursor.at = end
		return text.slice(at, end)
	}
	if (text.startsWith(FAULT, at) && text.startsWith(next, at + FAULT.length)) {
		cursor.at = at + FAULT.length
		return null
	}
	const end = text[at] === '"' ? text.indexOf(`"${next}`, at + 1) : -1
	if (end < 0 || end - at > LONGEST_TEXT) return undefined
	cursor.at = end + 1
	return text.slice(at + 1, end)
}
