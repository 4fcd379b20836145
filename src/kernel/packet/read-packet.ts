import type { Scan } from '../bytes/scan.ts'
import { emptyArp, emptyPacket, type Packet, type PacketDraft } from './packet.ts'
import { EMPTY } from './packet-field.ts'
import { fieldName, letterHash, SeenNames } from './packet-names.ts'

const BLANK = 0x20
const ZERO = 0x30
const LETTER_A = 0x41
const LETTER_Z = 0x5a
const LETTER_X = 0x78
const EQUALS = 0x3d
const OPENING = 0x5b
const CLOSING = 0x5d
const ROUND_OPENING = 0x28
const ROUND_CLOSING = 0x29

const WORDS = /^(?:CE|DF|MF|TRUNCATED|FRAG:\d{1,5})$/

const QUOTE = /^\[(?:[A-Z]+=|TRUNCATED)/

const INCOMPLETE = /^INCOMPLETE \[\d{1,10} bytes\](?= |\]|$)/

const LONGEST_NUMBER = 10

/** Quotes inside quotes: the kernel stops at one, and garbage must not make this recurse without end. */
const DEEPEST_QUOTE = 1

/** By letterHash. */
const TCP_FLAGS: ReadonlyMap<number, string> = new Map(
	['AE', 'CWR', 'ECE', 'URG', 'ACK', 'PSH', 'RST', 'SYN', 'FIN'].map((flag) => [hashOf(flag), flag]),
)

function hashOf(word: string): number {
	let hash = 0
	for (let at = 0; at < word.length; at++) hash = letterHash(hash, word.charCodeAt(at))
	return hash
}

const DF = hashOf('DF')

/** Reads the tokens of one packet, from `IN=` or `SRC=` to the end of the line. Never fails. */
export function readPacket(scan: Scan, from: number): Packet {
	return new PacketReader(scan, scan.to, 0).read(from)
}

/** Reads text[from, to) once: every character is looked at a bounded number of times. */
class PacketReader {
	readonly #scan: Scan
	readonly #to: number
	readonly #depth: number
	readonly #packet: PacketDraft = emptyPacket()
	readonly #seen = new SeenNames()

	constructor(scan: Scan, to: number, depth: number) {
		this.#scan = scan
		this.#to = to
		this.#depth = depth
	}

	read(from: number): Packet {
		const { text, codes } = this.#scan
		const to = this.#to
		const packet = this.#packet
		let at = from
		for (;;) {
			while (at < to && codes[at] === BLANK) at++
			if (at >= to) break
			const start = at
			let hash = 0
			let code = codes[at] ?? 0
			while (code >= LETTER_A && code <= LETTER_Z) {
				hash = letterHash(hash, code)
				code = codes[++at] ?? 0
			}
			if (code === EQUALS && at < to) {
				const field = fieldName(text, hash, start, at)
				const value = ++at
				// Numbers are the most frequent: they are read on the way to the end of the word.
				let number = 0
				let digit = (codes[at] ?? 0) - ZERO
				while (digit >= 0 && digit <= 9) {
					number = number * 10 + digit
					digit = (codes[++at] ?? 0) - ZERO
				}
				const digits = at - value
				while (at < to && codes[at] !== BLANK) at++
				const isUnderstood =
					field !== undefined &&
					this.#seen.add(field, packet) &&
					(field.most < 0
						? field.putText(packet, this.#valueText(value, at))
						: digits === at - value &&
							digits <= LONGEST_NUMBER &&
							number <= field.most &&
							field.putNumber(packet, digits === 0 ? EMPTY : number))
				if (!isUnderstood) packet.rest.push(text.slice(start, at))
			} else if ((code !== BLANK && at < to) || !this.#known(hash, at - start)) {
				while (at < to && codes[at] !== BLANK) at++
				at = this.#word(start, at)
			}
		}
		packet.family ??= familyOf(packet.src ?? packet.dst)
		return packet
	}

	/** The most frequent text is not made anew each time. */
	#valueText(from: number, to: number): string {
		const { text, codes } = this.#scan
		const isZero =
			to - from === 4 && codes[from + 1] === LETTER_X && codes[from + 2] === ZERO && codes[from + 3] === ZERO
		return isZero && codes[from] === ZERO ? '0x00' : text.slice(from, to)
	}

	/** The frequent words, all of capital letters. */
	#known(hash: number, length: number): boolean {
		if (length > 3) return false
		const { protocol, flags, words } = this.#packet
		if (hash === DF) {
			words.push('DF')
			return true
		}
		const flag = TCP_FLAGS.get(hash)
		if (flag === undefined || (protocol !== null && protocol !== 'TCP') || flags.includes(flag)) return false
		flags.push(flag)
		return true
	}

	/** A token that is no field. Gives the end of what was read: some have more tokens behind them. */
	#word(start: number, end: number): number {
		const { text, codes } = this.#scan
		if (codes[start] === OPENING) return this.#brackets(start)
		const token = text.slice(start, end)
		if (token === 'OPT' && end + 1 < this.#to && codes[end + 1] === ROUND_OPENING)
			return this.#options(start, end)
		if (token === 'INCOMPLETE') return this.#incomplete(start, end)
		this.#plainWord(token)
		return end
	}

	#plainWord(token: string): void {
		const { words, rest } = this.#packet
		const last = words.at(-1)
		if (token === 'ARP' && this.#packet.arp === null) this.#packet.arp = emptyArp()
		else if (WORDS.test(token)) words.push(token)
		// The kernel closes the options of an ESP header twice.
		else if (token === ')' && last?.startsWith('OPT ( ESP ') === true && !last.endsWith(') )')) {
			words[words.length - 1] = `${last} )`
		} else rest.push(token)
	}

	#incomplete(start: number, end: number): number {
		// As long as the pattern can be, so that a long line is not copied for each such word.
		const found = INCOMPLETE.exec(this.#scan.text.slice(start, Math.min(start + 40, this.#to)))
		if (found === null) {
			this.#packet.rest.push('INCOMPLETE')
			return end
		}
		this.#packet.words.push(found[0])
		return start + found[0].length
	}

	/** `OPT (020405B4)`, `OPT ( FRAG:185 INCOMPLETE ID:0000abcd )`. One that was cut ends where the next field begins. */
	#options(start: number, end: number): number {
		const { text, codes } = this.#scan
		let last = end
		for (let at = end; at < this.#to; ) {
			let next = at + 1
			let hasEquals = false
			for (; next < this.#to && codes[next] !== BLANK; next++) if (codes[next] === EQUALS) hasEquals = true
			if (hasEquals && !text.startsWith('SPI=', at + 1)) break
			last = next
			if (codes[next - 1] === ROUND_CLOSING) break
			at = next
		}
		this.#packet.words.push(text.slice(start, last))
		return last
	}

	/** The quoted packet, or something else in brackets: its tokens are kept as they are. */
	#brackets(start: number): number {
		const { text } = this.#scan
		const packet = this.#packet
		const { end, closed } = this.#closing(start)
		const isQuote =
			packet.inner === null && this.#depth < DEEPEST_QUOTE && QUOTE.test(text.slice(start, start + 12))
		if (isQuote) {
			const to = closed ? end - 1 : end
			packet.inner = new PacketReader(this.#scan, to, this.#depth + 1).read(start + 1)
		} else {
			for (const token of text.slice(start, end).split(' ')) if (token !== '') packet.rest.push(token)
		}
		return end
	}

	/** End of the token that closes the bracket at `start`; the end of the line when nothing does (it was cut). */
	#closing(start: number): { end: number; closed: boolean } {
		const { codes } = this.#scan
		let open = 0
		for (let at = start; at < this.#to; at++) {
			const code = codes[at]
			if (code === OPENING) open++
			else if (code === CLOSING) open--
			const next = codes[at + 1]
			if (open <= 0 && (at + 1 >= this.#to || next === BLANK)) {
				return { end: at + 1, closed: code === CLOSING }
			}
		}
		return { end: this.#to, closed: false }
	}
}

/** For lines that say neither TTL nor HOPLIMIT. */
function familyOf(address: string | null): 4 | 6 | null {
	if (address === null) return null
	if (address.includes(':')) return 6
	return /^\d{1,3}\./.test(address) ? 4 : null
}
