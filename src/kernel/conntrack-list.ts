import { createByteWords } from './byte-words.ts'
import { entryProtocol } from './conntrack-entry.ts'
import { visible } from './visible.ts'

export { type ConntrackEntry, type EntryTuple, parseConntrackEntry } from './conntrack-entry.ts'

/** What a listing of the table consists of. Protocols and states are named as conntrack(8) prints them. */
export type Composition = {
	/** Lines that were understood as entries. */
	readonly entries: number
	/** `tcp`, `icmpv6`, or the number of a protocol that conntrack calls unknown. */
	readonly byProtocol: Readonly<Record<string, number>>
	/** Only entries that have a state: not UDP, not offloaded ones. */
	readonly byState: Readonly<Record<string, number>>
	readonly unreplied: number
	readonly assured: number
	readonly offload: number
	readonly hwOffload: number
	readonly notUnderstood: number
	/** The first lines that were not understood, at most 3, at most 200 characters, safe to print. */
	readonly samples: readonly string[]
}

export type ListCounter = {
	/** The next piece of the listing, cut anywhere. The bytes are not kept. A Buffer is three times as fast as a plain Uint8Array. */
	push(chunk: Uint8Array): void
	/** What came, including a last line without newline. */
	end(): Composition
}

/** A longer line is not an entry: it is skipped and counted. */
const LONGEST_LINE = 65_536
const SAMPLES = 3
const SAMPLE_LENGTH = 200

const NEWLINE = 0x0a
const TAB = 0x09
const CARRIAGE_RETURN = 0x0d
const BLANK = 0x20
const DASH = 0x2d
const BRACKET = 0x5b
const UNDERSCORE = 0x5f

/** Bits of the flags that one line has; each is counted once. */
const TAGS = [
	{ text: bytesOf('[UNREPLIED]'), bit: 1 },
	{ text: bytesOf('[ASSURED]'), bit: 2 },
	{ text: bytesOf('[OFFLOAD]'), bit: 4 },
	{ text: bytesOf('[HW_OFFLOAD]'), bit: 8 },
] as const

const SRC = bytesOf('src=')
const TIMEOUT = bytesOf('timeout=')
const STREAM_TIMEOUT = bytesOf('stream_timeout=')

/**
 * Counts the lines of `conntrack -L` while they come in, at about the speed of looking for the line ends: no string is
 * made for a line, words are turned into small numbers, memory does not grow with the table.
 */
export function createListCounter(): ListCounter {
	const protocolWords = createByteWords(512)
	const protocolNames: string[] = []
	const protocolCounts: number[] = []
	const stateWords = createByteWords(64)
	const stateNames: string[] = []
	const stateCounts: number[] = []
	/** How many lines had each combination of the bits of TAGS. */
	const tagCounts = new Float64Array(16)
	let entries = 0
	let notUnderstood = 0
	const samples: string[] = []

	/** The line that the border of two chunks cut: its beginning. */
	let carry = new Uint8Array(4096)
	let carried = 0
	/** The carried line is too long: only its beginning is kept, for the sample. */
	let skipping = false

	/** Position behind the protocol's number, and the code of the protocol; -1 when this is no entry. */
	let protocol = -1

	const readProtocol = (bytes: Uint8Array, from: number, to: number): number => {
		protocol = -1
		const name = skipName(bytes, from, to)
		if (name === from || name >= to || bytes[name] !== BLANK) return from
		const digits = skipBlanks(bytes, name, to)
		const end = skipDigits(bytes, digits, to)
		if (end === digits || end - digits > 3 || end >= to || bytes[end] !== BLANK) return from
		protocol = protocolWords.find(bytes, from, end)
		if (protocol < 0) protocol = learnProtocol(bytes, from, name, digits, end)
		return end
	}

	const learnProtocol = (
		bytes: Uint8Array,
		from: number,
		name: number,
		digits: number,
		end: number,
	): number => {
		if (end - from > 40) return -1
		const key = entryProtocol(asText(bytes, from, name), Number(asText(bytes, digits, end)))
		if (key === undefined) return -1
		const code = protocolWords.add(bytes, from, end)
		if (code >= 0) {
			protocolNames[code] = key
			protocolCounts[code] = 0
		}
		return code
	}

	const learnState = (bytes: Uint8Array, from: number, to: number): number => {
		const code = to - from > 32 ? -1 : stateWords.add(bytes, from, to)
		if (code >= 0) {
			stateNames[code] = asText(bytes, from, to)
			stateCounts[code] = 0
		}
		return code
	}

	/** True for an entry, which is then counted; tags are counted by the caller. */
	const countHeader = (bytes: Uint8Array, from: number, to: number): boolean => {
		let at = skipBlanks(bytes, from, to)
		at = readProtocol(bytes, at, to)
		if (protocol < 0) return false
		at = skipBlanks(bytes, at, to)
		if (isLower(bytes[at]) && !startsWith(bytes, at, to, SRC) && !startsWith(bytes, at, to, TIMEOUT)) {
			// That was "ipv4     2": the protocol of layer 4 follows.
			at = readProtocol(bytes, at, to)
			if (protocol < 0) return false
			at = skipBlanks(bytes, at, to)
		}
		const own = protocol
		const timeout = skipDigits(bytes, at, to)
		if (timeout > at && bytes[timeout] !== BLANK) return false
		at = skipBlanks(bytes, timeout, to)
		let state = -1
		if (isUpper(bytes[at])) {
			const end = skipState(bytes, at, to)
			if (bytes[end] !== BLANK) return false
			state = stateWords.find(bytes, at, end)
			if (state < 0) state = learnState(bytes, at, end)
			if (state < 0) return false
			at = skipBlanks(bytes, end, to)
		}
		// GRE in /proc/net/nf_conntrack: "timeout=600, stream_timeout=18000 src=".
		while (startsWith(bytes, at, to, TIMEOUT) || startsWith(bytes, at, to, STREAM_TIMEOUT)) {
			at = skipBlanks(bytes, skipWord(bytes, at, to), to)
		}
		if (!startsWith(bytes, at, to, SRC)) return false
		protocolCounts[own] = (protocolCounts[own] as number) + 1
		if (state >= 0) stateCounts[state] = (stateCounts[state] as number) + 1
		entries++
		return true
	}

	const refuse = (bytes: Uint8Array, from: number, to: number): void => {
		notUnderstood++
		if (samples.length >= SAMPLES) return
		// One character has at most four bytes, and a carriage return at the end is no part of the line.
		const text = asText(bytes, from, Math.min(to, from + SAMPLE_LENGTH * 4))
		samples.push([...visible(text.replace(/\r$/, ''))].slice(0, SAMPLE_LENGTH).join(''))
	}

	/** One line without its newline. `bracket` is the first '[' at or behind `from`; the answer is the next one behind the line. */
	const countLine = (bytes: Uint8Array, from: number, to: number, bracket: number): number => {
		const tooLong = to - from > LONGEST_LINE
		if (tooLong || !countHeader(bytes, from, to)) {
			if (tooLong || !isEmpty(bytes, from, to)) refuse(bytes, from, to)
			return bracket < to ? nextBracket(bytes, to) : bracket
		}
		let at = bracket
		let bits = 0
		while (at < to) {
			if (bytes[at - 1] === BLANK) bits |= tagAt(bytes, at, to)
			at = nextBracket(bytes, at + 1)
		}
		tagCounts[bits] = (tagCounts[bits] as number) + 1
		return at
	}

	const keep = (bytes: Uint8Array, from: number, to: number): void => {
		const length = carried + to - from
		if (length > LONGEST_LINE) skipping = true
		const room = skipping ? LONGEST_LINE + 1 : length
		if (room > carry.length) {
			const larger = new Uint8Array(Math.min(LONGEST_LINE + 1, Math.max(room, carry.length * 2)))
			larger.set(carry.subarray(0, carried))
			carry = larger
		}
		const fits = Math.min(to, from + carry.length - carried)
		carry.set(bytes.subarray(from, fits), carried)
		carried += fits - from
	}

	const countCarried = (): void => {
		const line = carry.subarray(0, carried)
		if (skipping) refuse(line, 0, carried)
		else countLine(line, 0, carried, nextBracket(line, 0))
		carried = 0
		skipping = false
	}

	return {
		push(chunk) {
			let from = 0
			if (carried > 0) {
				const end = chunk.indexOf(NEWLINE)
				keep(chunk, 0, end < 0 ? chunk.length : end)
				if (end < 0) return
				countCarried()
				from = end + 1
			}
			let bracket = nextBracket(chunk, from)
			for (;;) {
				const end = chunk.indexOf(NEWLINE, from)
				if (end < 0) break
				bracket = countLine(chunk, from, end, bracket)
				from = end + 1
			}
			if (from < chunk.length) keep(chunk, from, chunk.length)
		},
		end() {
			if (carried > 0) countCarried()
			return {
				entries,
				byProtocol: counted(protocolNames, protocolCounts),
				byState: counted(stateNames, stateCounts),
				unreplied: tagged(tagCounts, 1),
				assured: tagged(tagCounts, 2),
				offload: tagged(tagCounts, 4),
				hwOffload: tagged(tagCounts, 8),
				notUnderstood,
				samples: [...samples],
			}
		},
	}
}

function tagAt(bytes: Uint8Array, at: number, to: number): number {
	for (const tag of TAGS) if (startsWith(bytes, at, to, tag.text)) return tag.bit
	return 0
}

/** Position of the next '[', or a number behind everything. */
function nextBracket(bytes: Uint8Array, from: number): number {
	const at = bytes.indexOf(BRACKET, from)
	return at < 0 ? Number.MAX_SAFE_INTEGER : at
}

function startsWith(bytes: Uint8Array, at: number, to: number, word: Uint8Array): boolean {
	if (at + word.length > to) return false
	for (let index = 0; index < word.length; index++) if (bytes[at + index] !== word[index]) return false
	return true
}

function skipBlanks(bytes: Uint8Array, from: number, to: number): number {
	let at = from
	while (at < to && (bytes[at] === BLANK || bytes[at] === TAB)) at++
	return at
}

function skipWord(bytes: Uint8Array, from: number, to: number): number {
	let at = from
	while (at < to && bytes[at] !== BLANK) at++
	return at
}

function skipDigits(bytes: Uint8Array, from: number, to: number): number {
	let at = from
	while (at < to && isDigit(bytes[at])) at++
	return at
}

/** Lower case letters, digits and '-', beginning with a letter. */
function skipName(bytes: Uint8Array, from: number, to: number): number {
	if (!isLower(bytes[from])) return from
	let at = from
	while (at < to && (isLower(bytes[at]) || isDigit(bytes[at]) || bytes[at] === DASH)) at++
	return at
}

function skipState(bytes: Uint8Array, from: number, to: number): number {
	let at = from
	while (at < to && (isUpper(bytes[at]) || isDigit(bytes[at]) || bytes[at] === UNDERSCORE)) at++
	return at
}

function isDigit(byte: number | undefined): boolean {
	return byte !== undefined && byte >= 0x30 && byte <= 0x39
}

function isUpper(byte: number | undefined): boolean {
	return byte !== undefined && byte >= 0x41 && byte <= 0x5a
}

function isLower(byte: number | undefined): boolean {
	return byte !== undefined && byte >= 0x61 && byte <= 0x7a
}

function isEmpty(bytes: Uint8Array, from: number, to: number): boolean {
	const at = skipBlanks(bytes, from, to)
	return at === to || (at === to - 1 && bytes[at] === CARRIAGE_RETURN)
}

function asText(bytes: Uint8Array, from: number, to: number): string {
	return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(from, to))
}

function bytesOf(text: string): Uint8Array {
	return new TextEncoder().encode(text)
}

function counted(names: readonly string[], counts: readonly number[]): Record<string, number> {
	const sums = new Map<string, number>()
	// Several words can mean one protocol: their blanks differ.
	names.forEach((name, code) => {
		const count = counts[code] ?? 0
		if (count > 0) sums.set(name, (sums.get(name) ?? 0) + count)
	})
	return Object.fromEntries(sums)
}

function tagged(tagCounts: Float64Array, bit: number): number {
	let sum = 0
	tagCounts.forEach((count, bits) => {
		if ((bits & bit) !== 0) sum += count
	})
	return sum
}
