import { emptyArp, emptyPacket, type Packet, type PacketDraft } from './packet.ts'
import { FieldPlacer } from './packet-field.ts'
import { fieldName } from './packet-names.ts'

const BLANK = 0x20
const EQUALS = 0x3d
const OPENING = 0x5b
const CLOSING = 0x5d
const ROUND_OPENING = 0x28
const ROUND_CLOSING = 0x29

const TCP_FLAGS: ReadonlySet<string> = new Set(['AE', 'CWR', 'ECE', 'URG', 'ACK', 'PSH', 'RST', 'SYN', 'FIN'])

const WORDS = /^(?:CE|DF|MF|TRUNCATED|FRAG:\d{1,5})$/

const QUOTE = /^\[(?:[A-Z]+=|TRUNCATED)/

const INCOMPLETE = /^INCOMPLETE \[\d{1,9} bytes\](?= |\]|$)/

/** Quotes inside quotes: the kernel stops at one, and garbage must not make this recurse without end. */
const DEEPEST_QUOTE = 1

/** Reads the tokens of one packet, from `IN=` or `SRC=` to the end of the line. Takes safe text, and never fails. */
export function readPacket(text: string, from = 0): Packet {
	return new PacketReader(text, text.length, 0).read(from)
}

/** Reads text[from, to) once: every character is looked at a bounded number of times. */
class PacketReader {
	readonly #text: string
	readonly #to: number
	readonly #depth: number
	readonly #packet: PacketDraft = emptyPacket()
	readonly #fields = new FieldPlacer(this.#packet)

	constructor(text: string, to: number, depth: number) {
		this.#text = text
		this.#to = to
		this.#depth = depth
	}

	read(from: number): Packet {
		const text = this.#text
		const to = this.#to
		let at = from
		for (;;) {
			while (at < to && text.charCodeAt(at) === BLANK) at++
			if (at >= to) break
			const start = at
			let equals = -1
			for (; at < to; at++) {
				const code = text.charCodeAt(at)
				if (code === BLANK) break
				if (code === EQUALS && equals < 0) equals = at
			}
			if (equals > start) {
				const field = fieldName(text, start, equals)
				if (field !== undefined && this.#fields.place(text, field, equals + 1, at)) continue
			}
			at = this.#word(start, at, equals >= 0)
		}
		const packet = this.#packet
		packet.family ??= familyOf(packet.src ?? packet.dst)
		return packet
	}

	/** A token that is no field. Gives the end of what was read: some have more tokens behind them. */
	#word(start: number, end: number, hasEquals: boolean): number {
		const text = this.#text
		if (text.charCodeAt(start) === OPENING) return this.#brackets(start)
		const token = text.slice(start, end)
		if (hasEquals) this.#packet.rest.push(token)
		else if (token === 'OPT' && text.charCodeAt(end + 1) === ROUND_OPENING && end + 1 < this.#to) {
			return this.#options(start, end)
		} else if (token === 'INCOMPLETE') return this.#incomplete(start, end)
		else if (!this.#flag(token)) this.#plainWord(token)
		return end
	}

	#flag(token: string): boolean {
		if (!TCP_FLAGS.has(token)) return false
		const { protocol, flags } = this.#packet
		if ((protocol !== null && protocol !== 'TCP') || flags.includes(token)) return false
		flags.push(token)
		return true
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
		const found = INCOMPLETE.exec(this.#text.slice(start, Math.min(start + 40, this.#to)))
		if (found === null) {
			this.#packet.rest.push('INCOMPLETE')
			return end
		}
		this.#packet.words.push(found[0])
		return start + found[0].length
	}

	/** `OPT (020405B4)`, `OPT ( FRAG:185 INCOMPLETE ID:0000abcd )`. One that was cut ends where the next field begins. */
	#options(start: number, end: number): number {
		const text = this.#text
		let last = end
		for (let at = end; at < this.#to; ) {
			const next = this.#tokenEnd(at + 1)
			if (!text.startsWith('SPI=', at + 1) && text.slice(at + 1, next).includes('=')) break
			last = next
			if (text.charCodeAt(next - 1) === ROUND_CLOSING) break
			at = next
		}
		this.#packet.words.push(text.slice(start, last))
		return last
	}

	#tokenEnd(from: number): number {
		const end = this.#text.indexOf(' ', from)
		return end < 0 || end > this.#to ? this.#to : end
	}

	/** The quoted packet, or something else in brackets: its tokens are kept as they are. */
	#brackets(start: number): number {
		const text = this.#text
		const packet = this.#packet
		const { end, closed } = this.#closing(start)
		const isQuote =
			packet.inner === null && this.#depth < DEEPEST_QUOTE && QUOTE.test(text.slice(start, start + 12))
		if (isQuote) {
			const to = closed ? end - 1 : end
			packet.inner = new PacketReader(text, to, this.#depth + 1).read(start + 1)
		} else {
			for (const token of text.slice(start, end).split(' ')) if (token !== '') packet.rest.push(token)
		}
		return end
	}

	/** End of the token that closes the bracket at `start`; the end of the line when nothing does (it was cut). */
	#closing(start: number): { end: number; closed: boolean } {
		const text = this.#text
		let open = 0
		for (let at = start; at < this.#to; at++) {
			const code = text.charCodeAt(at)
			if (code === OPENING) open++
			else if (code === CLOSING) open--
			const next = text.charCodeAt(at + 1)
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
