import { visible } from '../../words/visible.ts'

/** What stands in the place of one conversion of a format (lib/vsprintf.c). All texts are safe to print. */
export type PrintkValue = {
	/** `pointer` is a kernel address, hashed since 4.15: it names one object, and says nothing more. */
	readonly as: 'number' | 'text' | 'pointer' | 'address' | 'mac'
	/** As it was printed, padding cut. */
	readonly text: string
	/** Null for everything that is no number, and for one that a double cannot hold. */
	readonly number: number | null
}

type Conversion = {
	readonly as: PrintkValue['as']
	/** Finds the printed value where it begins; undefined for text, which ends where the format goes on. */
	readonly shape: RegExp | undefined
	/** Its digits are hexadecimal or octal. */
	readonly base: 8 | 10 | 16
}

/** A format as its fixed texts and conversions, in their order. */
export type PrintkFormat = {
	readonly parts: readonly (string | Conversion)[]
	/** How many letters and digits are fixed: the more, the surer a match. */
	readonly fixed: number
	/** The line is not ended: on old kernels the next text may follow in one record. */
	readonly open: boolean
}

/**
 * `%` flags, width, precision, qualifier and type. Behind %p the kernel takes every letter and digit that follows for a
 * part of the conversion, and so does this.
 */
const CONVERSION =
	/%(?:%|[-+ #0]*(?:\d+|\*)?(?:\.(?:\d+|\*)?)?(?:hh|h|ll|l|L|j|z|t)?(?:p([A-Za-z0-9]*)|([diuxXoscn])))/g

/** Attempts at one line: texts with blanks in them make more than one reading possible. */
const MOST_TRIES = 64

const SIGNED = /\s*([-+]?\d{1,20})\s*/y
const HEX = /\s*((?:0x)?[\da-f]{1,16})\s*/iy
const OCTAL = /\s*([0-7]{1,22})\s*/y
const CHARACTER = /([\s\S])/y
const POINTER = /\s*(0x[\da-f]{1,16}|[\da-f]{8}(?:[\da-f]{8})?|\((?:null|efault|einval|_*ptrval_*)\))/iy
const IPV4 = /(\d{1,3}(?:\.\d{1,3}){3}|[\dx*X]+(?:\.[\dx*X]+){3})/y
const IPV6 = /([\da-f]{4}(?::[\da-f]{4}){7})/iy
const SHORT_IPV6 = /([\da-f:]{2,39}(?:\.\d{1,3}){0,3})/iy
const SOCKET_ADDRESS = /(\[?[\da-f:.]{2,45}\]?(?::\d{1,5})?)/iy
const MAC = /([\da-f]{2}(?:[:-]?[\da-f]{2}){5})/iy

/** Formats are few and used for every line: looked at once. */
export function readFormat(format: string): PrintkFormat {
	const parts: (string | Conversion)[] = []
	let text = ''
	let from = 0
	for (const found of format.matchAll(CONVERSION)) {
		text += format.slice(from, found.index)
		from = found.index + found[0].length
		if (found[0] === '%%') {
			text += '%'
			continue
		}
		if (text !== '') parts.push(text)
		text = ''
		parts.push(conversion(found[2], found[1], format.charAt(from)))
	}
	const open = !format.endsWith('\n')
	text += format.slice(from)
	// What stands at the end of the line never reaches a record: its newline, and the blanks that a journal cuts.
	const last = text.replace(/[\s]+$/, '')
	if (last !== '') parts.push(last)
	const fixed = parts.map((part) =>
		typeof part === 'string' ? part.replaceAll(/[^\p{L}\d]/gu, '').length : 0,
	)
	return { parts, fixed: fixed.reduce((sum, count) => sum + count, 0), open }
}

function conversion(type: string | undefined, pointer: string | undefined, next: string): Conversion {
	switch (type) {
		case 'd':
		case 'i':
		case 'u':
			return { as: 'number', shape: SIGNED, base: 10 }
		case 'x':
		case 'X':
			return { as: 'number', shape: HEX, base: 16 }
		case 'o':
			return { as: 'number', shape: OCTAL, base: 8 }
		case 'c':
			return { as: 'text', shape: CHARACTER, base: 10 }
		case undefined:
			return pointerKind(pointer ?? '', next)
		default:
			return { as: 'text', shape: undefined, base: 10 }
	}
}

/** Documentation/core-api/printk-formats.rst. Everything that is not netfilter's daily bread is text. */
function pointerKind(kind: string, next: string): Conversion {
	if (kind === '' || kind === 'x' || kind === 'K') return { as: 'pointer', shape: POINTER, base: 16 }
	if (/^[Ii]4/.test(kind)) return { as: 'address', shape: IPV4, base: 10 }
	if (/^[Ii]6(?!c)/.test(kind)) return { as: 'address', shape: IPV6, base: 10 }
	// Only what follows can show where an address without its zeros ends, when that is a colon too.
	if (/^[Ii]6/.test(kind)) return { as: 'address', shape: next === ':' ? undefined : SHORT_IPV6, base: 10 }
	if (/^[Ii]S/.test(kind))
		return { as: 'address', shape: next === ':' ? undefined : SOCKET_ADDRESS, base: 10 }
	if (/^[Mm]/.test(kind)) return { as: 'mac', shape: MAC, base: 16 }
	return { as: 'text', shape: undefined, base: 10 }
}

export type FormatMatch = {
	readonly values: readonly PrintkValue[]
	/** What stands behind the format; not '' only where it was asked for. */
	readonly rest: string
}

/**
 * Whether the text was made with this format. `rest`: more may follow, as it does when two texts share one record.
 * Blanks at the end do not count. Never slow: a text that could be read in many ways is given up.
 */
export function matchFormat(format: PrintkFormat, text: string, rest = false): FormatMatch | undefined {
	const tries = { left: MOST_TRIES }
	const values: PrintkValue[] = []
	const to = matchFrom(format.parts, 0, text, 0, values, rest, tries)
	return to === undefined ? undefined : { values, rest: text.slice(to).trim() }
}

function matchFrom(
	parts: PrintkFormat['parts'],
	first: number,
	text: string,
	from: number,
	values: PrintkValue[],
	rest: boolean,
	tries: { left: number },
): number | undefined {
	let at = from
	for (let index = first; index < parts.length; index++) {
		const part = parts[index]
		if (part === undefined) break
		if (typeof part === 'string') {
			if (!text.startsWith(part, at)) return undefined
			at += part.length
			continue
		}
		if (part.shape === undefined) return matchText(parts, index, text, at, values, rest, tries)
		part.shape.lastIndex = at
		const found = part.shape.exec(text)
		if (found === null) return undefined
		values.push(printed(part, found[1] ?? ''))
		at += lengthBefore(found[0], parts[index + 1])
	}
	return rest || text.slice(at).trim() === '' ? at : undefined
}

/** Blanks behind a number are its padding, unless the format goes on with them. */
function lengthBefore(found: string, next: string | Conversion | undefined): number {
	return typeof next === 'string' && /^\s/.test(next) ? found.trimEnd().length : found.length
}

/** Text ends where the format goes on: nearest place first, then the ones behind it. */
function matchText(
	parts: PrintkFormat['parts'],
	index: number,
	text: string,
	at: number,
	values: PrintkValue[],
	rest: boolean,
	tries: { left: number },
): number | undefined {
	const part = parts[index]
	const as = typeof part === 'object' ? part.as : 'text'
	const next = parts[index + 1]
	const before = values.length
	const take = (to: number) => {
		values.length = before
		values.push({ as, text: visible(text.slice(at, to).trim()), number: null })
		return matchFrom(parts, index + 1, text, to, values, rest, tries)
	}
	if (next === undefined) return take(text.length)
	for (let to = at; tries.left > 0; to++) {
		if (typeof next === 'string') to = text.indexOf(next, to)
		if (to < 0 || to > text.length) return undefined
		tries.left--
		const found = take(to)
		if (found !== undefined) return found
	}
	return undefined
}

const LARGEST = Number.MAX_SAFE_INTEGER

function printed({ as, base }: Conversion, found: string): PrintkValue {
	const text = visible(found)
	if (as !== 'number') return { as, text, number: null }
	const number = base === 10 ? Number(found) : Number.parseInt(found, base)
	return { as, text, number: Math.abs(number) <= LARGEST ? number : null }
}
