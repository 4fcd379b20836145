import { FIELDS } from '../../packet/packet-field.ts'
import { letterHash } from '../../packet/packet-names.ts'

const NEWLINE = 0x0a
const BLANK = 0x20
const ZERO = 0x30
const THREE = 0x33
const LETTER_A = 0x41
const EQUALS = 0x3d
const DELETE = 0x7f
const ROUND_OPENING = 0x28
const ROUND_CLOSING = 0x29
const LONGEST_NUMBER = 10
const U16 = 65_535

/** What is done with a field beyond reading it. */
const TEXT = 0
const NUMBER = 1
const INTO = 2
const OUT = 3
const SRC = 4
const DST = 5
const PROTO = 6
const SPT = 7
const DPT = 8
const SEQ = 9
const ACK = 10
const ID = 11
const LEN = 12
const TYPE = 13
const CODE = 14
const ROLES: Readonly<Record<string, number>> = {
	IN: INTO,
	OUT,
	SRC,
	DST,
	PROTO,
	SPT,
	DPT,
	SEQ,
	ACK,
	ID,
	LEN,
	TYPE,
	CODE,
}
/** A packet with these is read with care. */
const OF_ARP = new Set(['HTYPE', 'PTYPE', 'OPCODE', 'IPSRC', 'IPDST'])

const SLOTS = 256
const EXACT_LETTERS = 6
const hashes = new Int32Array(SLOTS)
const lengths = new Uint8Array(SLOTS)
const roles = new Uint8Array(SLOTS)
const numbers = new Uint8Array(SLOTS)
const mosts = new Float64Array(SLOTS)
const letters: Uint8Array[] = []
const encoder = new TextEncoder()

const slotOf = (hash: number): number => (hash ^ (hash >>> 7) ^ (hash >>> 15)) & (SLOTS - 1)

function hashOf(word: string): number {
	let hash = 0
	for (let at = 0; at < word.length; at++) hash = letterHash(hash, word.charCodeAt(at))
	return hash
}

Object.entries(FIELDS)
	.filter(([name]) => !OF_ARP.has(name))
	.forEach(([name, field], number) => {
		const hash = hashOf(name)
		let slot = slotOf(hash)
		while (lengths[slot] !== 0) slot = (slot + 1) % SLOTS
		hashes[slot] = hash
		lengths[slot] = name.length
		roles[slot] = ROLES[name] ?? (field.most === undefined ? TEXT : NUMBER)
		numbers[slot] = number
		mosts[slot] = field.most ?? -1
		letters[slot] = encoder.encode(name)
	})

/** What a value may have: all that is printed, but no equals sign. */
const OF_VALUE = new Uint8Array(256)
OF_VALUE.fill(1, BLANK + 1, DELETE)
OF_VALUE[EQUALS] = 0

/** A packet has no more fields, and what of a value is compared at once. */
const MOST_FIELDS = 32
const LONGEST_SAME = 60
/** Bytes of a whole word of the machine. */
const FOUR = 4

/**
 * The fields of the packet before, in their order: nearly every line of a log has the same ones, and many of the same values. Four
 * bytes are compared at once.
 */
class Before {
	/** By field: its slot, the first four bytes of its name with the equals sign, and which of their bits are a part of it. */
	readonly slots = new Int16Array(MOST_FIELDS).fill(-1)
	readonly names = new Int32Array(MOST_FIELDS)
	readonly masks = new Int32Array(MOST_FIELDS)
	/** Values with what stands behind them, and how long they are with it; 0 for none. */
	readonly lengths = new Uint8Array(MOST_FIELDS)
	readonly #values = new Uint8Array(MOST_FIELDS * (LONGEST_SAME + FOUR))
	readonly #words = new Int32Array(this.#values.buffer)

	keepName(field: number, slot: number, view: DataView, at: number): void {
		const length = (lengths[slot] as number) + 1
		this.slots[field] = slot
		this.masks[field] = length >= FOUR ? -1 : (1 << (8 * length)) - 1
		this.names[field] = view.getInt32(at, true) & (this.masks[field] as number)
		this.lengths[field] = 0
	}

	keepValue(field: number, bytes: Uint8Array, from: number, to: number): void {
		const length = to + 1 - from
		this.lengths[field] = length > LONGEST_SAME ? 0 : length
		if (length > LONGEST_SAME) return
		const start = field * (LONGEST_SAME + FOUR)
		for (let at = 0; at < length; at++) this.#values[start + at] = bytes[from + at] as number
	}

	/** Whether the value at `at` is the same as before, up to the blank behind it. */
	isSame(field: number, view: DataView, at: number): boolean {
		const length = this.lengths[field] as number
		if (length === 0 || at + length + FOUR > view.byteLength) return false
		let word = (field * (LONGEST_SAME + FOUR)) >> 2
		let from = at
		for (const last = at + length - FOUR; from <= last; from += FOUR)
			if (view.getInt32(from, true) !== this.#words[word++]) return false
		const left = at + length - from
		return (
			left === 0 ||
			((view.getInt32(from, true) ^ (this.#words[word] as number)) & ((1 << (8 * left)) - 1)) === 0
		)
	}
}

/** The slot of the name bytes[from, to), -1 for none. */
function slotOfName(bytes: Uint8Array, hash: number, from: number, to: number): number {
	for (let slot = slotOf(hash); ; slot = (slot + 1) & (SLOTS - 1)) {
		const length = lengths[slot] as number
		if (length === 0) return -1
		if (hashes[slot] !== hash || length !== to - from) continue
		if (length <= EXACT_LETTERS || isName(letters[slot] as Uint8Array, bytes, from)) return slot
	}
}

/** Behind the first four bytes. */
function isNamed(bytes: Uint8Array, from: number, slot: number): boolean {
	const length = lengths[slot] as number
	if (length < FOUR) return true
	const name = letters[slot] as Uint8Array
	for (let at = FOUR; at < length; at++) if (name[at] !== bytes[from + at]) return false
	return bytes[from + length] === EQUALS
}

function isName(name: Uint8Array, bytes: Uint8Array, from: number): boolean {
	for (let at = 0; at < name.length; at++) if (name[at] !== bytes[from + at]) return false
	return true
}

export const FLAGS = ['AE', 'CWR', 'ECE', 'URG', 'ACK', 'PSH', 'RST', 'SYN', 'FIN'] as const
/** As they are numbered in `flags`. */
export const FLAG_ACK = FLAGS.indexOf('ACK') + 1
export const FLAG_RST = FLAGS.indexOf('RST') + 1
const PLAIN_WORD = 10
const OPT = 11
/** By hash, of words of up to three letters: number of a flag, or another word of the grammar. */
const words = new Uint8Array(1 << 15)
FLAGS.forEach((flag, at) => {
	words[hashOf(flag)] = at + 1
})
for (const word of ['DF', 'CE', 'MF']) words[hashOf(word)] = PLAIN_WORD
words[hashOf('OPT')] = OPT

const TCP = 1
const ICMP = 2
const OTHER = 3

/** What of a packet decides to which group and flow its line belongs; positions are in the bytes that were read. */
export class QuickPacket {
	inFrom = 0
	inTo = 0
	outFrom = 0
	outTo = 0
	srcFrom = 0
	srcTo = 0
	dstFrom = 0
	dstTo = 0
	/** -1 where it is not said, as all below. */
	spt = -1
	dpt = -1
	sptFrom = 0
	sptTo = 0
	dptFrom = 0
	dptTo = 0
	seq = -1
	ack = -1
	/** Flags of TCP in the order of the line, a decimal digit each: 1 for the first of FLAGS. */
	flags = 0
	flagSet = 0
	isTcp = false
	isIcmp = false
	readonly #before = new Before()
	#view: DataView = new DataView(new ArrayBuffer(0))
	#viewed: Uint8Array | undefined

	has(flag: number): boolean {
		return (this.flagSet & (1 << flag)) !== 0
	}

	/**
	 * Reads from `IN=` to the newline that must be there, and answers where that is; -1 for a packet that has anything out of
	 * the ordinary.
	 */
	read(bytes: Uint8Array, start: number): number {
		this.spt = this.dpt = this.seq = this.ack = -1
		this.flags = this.flagSet = 0
		if (bytes !== this.#viewed) {
			this.#viewed = bytes
			this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
		}
		const view = this.#view
		const before = this.#before
		const limit = bytes.length - FOUR
		let low = 0
		let high = 0
		let again = 0
		let has = 0
		let protocol = 0
		let at = start
		let count = 0
		for (;;) {
			while (bytes[at] === BLANK) at++
			const from = at
			let slot = count < MOST_FIELDS && at <= limit ? (before.slots[count] as number) : -1
			if (
				slot >= 0 &&
				((view.getInt32(at, true) ^ (before.names[count] as number)) & (before.masks[count] as number)) ===
					0 &&
				isNamed(bytes, at, slot)
			)
				at += lengths[slot] as number
			else {
				let hash = 0
				let code = bytes[at] as number
				while ((code - LETTER_A) >>> 0 < 26) {
					hash = letterHash(hash, code)
					code = bytes[++at] as number
				}
				if (code !== EQUALS) {
					if (at === from) {
						if (code === NEWLINE) break
						return -1
					}
					if ((code !== BLANK && code !== NEWLINE) || at - from > 3) return -1
					const word = words[hash] as number
					if (word === 0) return -1
					if (word < PLAIN_WORD) {
						const bit = 1 << word
						if (protocol > TCP || (this.flagSet & bit) !== 0) return -1
						this.flagSet |= bit
						this.flags = this.flags * 10 + word
					} else if (word === OPT) {
						at = optionsEnd(bytes, at)
						if (at < 0) return -1
					}
					continue
				}
				slot = slotOfName(bytes, hash, from, at)
				if (slot < 0) return -1
				if (count < MOST_FIELDS && from <= limit) before.keepName(count, slot, view, from)
			}
			const role = roles[slot] as number
			// Devices come first, and the one in before the one out.
			if (count < 2 && role !== (count === 0 ? INTO : OUT)) return -1
			count++
			const number = numbers[slot] as number
			const bit = 1 << (number & 31)
			const isOther = role === LEN ? protocol !== 0 : (role === ID || role === SEQ) && protocol === ICMP
			if (isOther) {
				if ((again & bit) !== 0) return -1
				again |= bit
			} else if (number < 32) {
				if ((low & bit) !== 0) return -1
				low |= bit
			} else {
				if ((high & bit) !== 0) return -1
				high |= bit
			}
			const value = ++at
			const most = mosts[slot] as number
			if (most >= 0 || (isOther && role === ID)) {
				let read = 0
				for (
					let digit = (bytes[at] as number) - ZERO;
					digit >>> 0 < 10;
					digit = (bytes[at] as number) - ZERO
				) {
					read = read * 10 + digit
					at++
				}
				const end = bytes[at]
				if (at === value || at - value > LONGEST_NUMBER || (end !== BLANK && end !== NEWLINE)) return -1
				if (role === ID ? read > U16 || at - value > 5 : read > most) return -1
				switch (role) {
					case SPT:
						this.spt = read
						this.sptFrom = value
						this.sptTo = at
						break
					case DPT:
						this.dpt = read
						this.dptFrom = value
						this.dptTo = at
						break
					case SEQ:
						if (!isOther) this.seq = read
						else if (read > U16) return -1
						break
					case ACK:
						this.ack = read
						break
					default:
				}
				// Those of an ICMP message stand behind its type.
				if ((isOther && role !== LEN) || role === CODE) {
					if ((has & (1 << TYPE)) === 0) return -1
				}
				has |= 1 << role
				continue
			}
			const field = count - 1
			const isKept = field < MOST_FIELDS && role !== SRC && role !== DST && role !== ID
			if (isKept && before.isSame(field, view, at)) at += (before.lengths[field] as number) - 1
			else {
				while (OF_VALUE[bytes[at] as number] === 1) at++
				if (bytes[at] !== BLANK && bytes[at] !== NEWLINE) return -1
				if (isKept && bytes[at] === BLANK) before.keepValue(field, bytes, value, at)
			}
			switch (role) {
				case INTO:
					// `IN=3D...`: what quoted-printable makes of it.
					if (bytes[value] === THREE) return -1
					this.inFrom = value
					this.inTo = at
					break
				case OUT:
					this.outFrom = value
					this.outTo = at
					break
				case SRC:
					if (at === value || (bytes[value] === THREE && !isDigitOrDot(bytes[value + 1]))) return -1
					this.srcFrom = value
					this.srcTo = at
					break
				case DST:
					if (at === value) return -1
					this.dstFrom = value
					this.dstTo = at
					break
				case PROTO:
					if (at === value) return -1
					protocol = protocolOf(bytes, value, at)
					break
				default:
			}
			has |= 1 << role
		}
		this.isTcp = protocol === TCP
		this.isIcmp = (has & (1 << TYPE)) !== 0
		const needed = (1 << OUT) | (1 << SRC) | (1 << DST)
		return (has & needed) === needed && isPlainPort(bytes, this) ? at : -1
	}
}

const isDigitOrDot = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x2e && byte <= 0x39

/** 0443 is the same port as 443, and is written otherwise. */
function isPlainPort(bytes: Uint8Array, { spt, dpt, sptFrom, sptTo, dptFrom, dptTo }: QuickPacket): boolean {
	return (
		(spt < 0 || sptTo === sptFrom + 1 || bytes[sptFrom] !== ZERO) &&
		(dpt < 0 || dptTo === dptFrom + 1 || bytes[dptFrom] !== ZERO)
	)
}

function protocolOf(bytes: Uint8Array, from: number, to: number): number {
	if (to - from === 3 && bytes[from] === 0x54 && bytes[from + 1] === 0x43 && bytes[from + 2] === 0x50)
		return TCP
	const isIcmp =
		(to - from === 4 || (to - from === 6 && bytes[from + 4] === 0x76 && bytes[from + 5] === 0x36)) &&
		bytes[from] === 0x49 &&
		bytes[from + 1] === 0x43 &&
		bytes[from + 2] === 0x4d &&
		bytes[from + 3] === 0x50
	return isIcmp ? ICMP : OTHER
}

/** Behind `OPT`: ` (020405B4)`, and nothing else. */
function optionsEnd(bytes: Uint8Array, from: number): number {
	if (bytes[from] !== BLANK || bytes[from + 1] !== ROUND_OPENING) return -1
	let at = from + 2
	for (let byte = bytes[at] as number; isHex(byte); byte = bytes[at] as number) at++
	const end = bytes[at + 1]
	return bytes[at] === ROUND_CLOSING && (end === BLANK || end === NEWLINE) ? at + 1 : -1
}

const isHex = (byte: number): boolean => (byte - ZERO) >>> 0 < 10 || (byte - LETTER_A) >>> 0 < 6
