import { visible } from '../../words/visible.ts'
import { asText, BLANK, BRACKET, isEmpty, NEWLINE } from '../bytes/byte-scan.ts'
import { ASSURED, HW_OFFLOAD, ListTally, OFFLOAD, tagAt, UNREPLIED } from './list-tally.ts'

export { parseConntrackEntry } from './conntrack-entry.ts'

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
	/** The next piece of the listing, cut anywhere. The bytes are not kept. A Buffer is faster than a plain Uint8Array. */
	push(chunk: Uint8Array): void
	/** What came, a last line without newline included. Nothing may be pushed afterwards. */
	end(): Composition
}

/**
 * Counts the lines of `conntrack -L` while they come in, at nearly the speed of looking for the line ends: no string is
 * made for a line, and memory does not grow with the table.
 */
export function createListCounter(): ListCounter {
	return new Counter()
}

/** A longer line is not an entry: it is skipped and counted. */
const LONGEST_LINE = 65_536
const SAMPLES = 3
const SAMPLE_LENGTH = 200

/** A class, so that every instance runs the same compiled code. */
class Counter implements ListCounter {
	private readonly tally = new ListTally()
	private notUnderstood = 0
	private readonly samples: string[] = []
	/** The beginning of the line that the border of two chunks cuts. */
	private carry = new Uint8Array(4096)
	private carried = 0

	push(chunk: Uint8Array): void {
		// Two views of the same bytes: in a Buffer a byte is found faster, a plain array is read faster byte by byte,
		// because then the code that does it only ever sees that one kind.
		const bytes = new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength)
		let from = 0
		if (this.carried > 0) {
			const end = chunk.indexOf(NEWLINE)
			this.keep(bytes, 0, end < 0 ? bytes.length : end)
			if (end < 0) return
			this.countCarried()
			from = end + 1
		}
		let bracket = nextBracket(chunk, from)
		for (;;) {
			const end = chunk.indexOf(NEWLINE, from)
			if (end < 0) break
			bracket = this.countLine(bytes, chunk, from, end, bracket)
			from = end + 1
		}
		if (from < bytes.length) this.keep(bytes, from, bytes.length)
	}

	end(): Composition {
		if (this.carried > 0) this.countCarried()
		const { tally } = this
		return {
			entries: tally.entries,
			byProtocol: tally.byProtocol(),
			byState: tally.byState(),
			unreplied: tally.tagged(UNREPLIED),
			assured: tally.tagged(ASSURED),
			offload: tally.tagged(OFFLOAD),
			hwOffload: tally.tagged(HW_OFFLOAD),
			notUnderstood: this.notUnderstood,
			samples: [...this.samples],
		}
	}

	/**
	 * One line, without its newline. `bracket` is the first '[' at or behind `from`, the answer the first one behind the
	 * line: each is looked for once, however many lines have none.
	 */
	private countLine(bytes: Uint8Array, chunk: Uint8Array, from: number, to: number, bracket: number): number {
		if (to - from > LONGEST_LINE || !this.tally.countHead(bytes, from, to)) {
			this.refuse(bytes, from, to)
			return bracket < to ? nextBracket(chunk, to) : bracket
		}
		let at = bracket
		let bits = 0
		while (at < to) {
			if (bytes[at - 1] === BLANK) bits |= tagAt(bytes, at, to)
			at = nextBracket(chunk, at + 1)
		}
		this.tally.countTags(bits)
		return at
	}

	private refuse(bytes: Uint8Array, from: number, to: number): void {
		if (to - from <= LONGEST_LINE && isEmpty(bytes, from, to)) return
		this.notUnderstood++
		if (this.samples.length >= SAMPLES) return
		// A character has at most four bytes; a carriage return at the end is no part of the line.
		const text = asText(bytes, from, Math.min(to, from + SAMPLE_LENGTH * 4)).replace(/\r$/, '')
		this.samples.push([...visible(text)].slice(0, SAMPLE_LENGTH).join(''))
	}

	private keep(bytes: Uint8Array, from: number, to: number): void {
		const length = this.carried + to - from
		const room = Math.min(length, LONGEST_LINE + 1)
		if (room > this.carry.length) {
			const larger = new Uint8Array(Math.min(LONGEST_LINE + 1, Math.max(room, this.carry.length * 2)))
			larger.set(this.carry.subarray(0, this.carried))
			this.carry = larger
		}
		const fits = Math.min(to, from + room - this.carried)
		this.carry.set(bytes.subarray(from, fits), this.carried)
		this.carried += fits - from
	}

	private countCarried(): void {
		const { carry, carried } = this
		// One byte more than the longest line is kept, so a line that is too long shows as such.
		this.countLine(carry, carry, 0, carried, nextBracket(carry, 0))
		this.carried = 0
	}
}

/** Position of the next '[', or a number behind everything. */
function nextBracket(bytes: Uint8Array, from: number): number {
	const at = bytes.indexOf(BRACKET, from)
	return at < 0 ? Number.MAX_SAFE_INTEGER : at
}
