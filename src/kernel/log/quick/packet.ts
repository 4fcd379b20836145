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

/** The slot of the name bytes[from, to), -1 for none. */
function slotOfName(bytes: Uint8Array, hash: number, from: number, to: number): number {
	for (let slot = slotOf(hash); ; slot = (slot + 1) & (SLOTS - 1)) {
		const length = lengths[slot] as number
		if (length === 0) return -1
		if (hashes[slot] !== hash || length !== to - from) continue
		if (length <= EXACT_LETTERS || isName(letters[slot] as Uint8Array, bytes, from)) return slot
	}
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
			const slot = slotOfName(bytes, hash, from, at)
			if (slot < 0) return -1
			const role = roles[slot] as number
			// Devices come first, and the one in before the one out.
			if (count < 2 && role !== (count === 0 ? INTO : OUT)) return -1
			count++
			const number = numbers[slot] as number
			const bit = 1 << (number & 31)
			const isOther =
				role === LEN ? protocol !== 0 : (role === ID || role === SEQ) && protocol === ICMP
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
				for (let digit = (bytes[at] as number) - ZERO; digit >>> 0 < 10; digit = (bytes[at] as number) - ZERO) {
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
			let byte = bytes[at] as number
			while (byte > BLANK && byte < DELETE && byte !== EQUALS) byte = bytes[++at] as number
			if (byte !== BLANK && byte !== NEWLINE) return -1
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
	if (to - from === 3 && bytes[from] === 0x54 && bytes[from + 1] === 0x43 && bytes[from + 2] === 0x50) return TCP
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
