import { latin1 } from '../../kernel/bytes/byte-scan.ts'
import { ByteWords } from '../../kernel/bytes/byte-words.ts'
import type { QuickPacket } from '../../kernel/log/quick/packet.ts'
import { shortAddress } from '../../kernel/packet/flow.ts'

const BLANK = 0x20
const COLON = 0x3a
const GREATER = 0x3e
const OPENING = 0x5b
const CLOSING = 0x5d

/** Longer than a line that is read in bytes. */
const ROOM = 8192
const MOST_ADDRESSES = 4096

/** `flowOf` of a packet in bytes. */
export class FlowText {
	readonly bytes = new Uint8Array(ROOM)
	/** Addresses of IPv6 as they are printed, and the short form of each. */
	readonly #long = new ByteWords(MOST_ADDRESSES)
	readonly #short: Uint8Array[] = []
	#to = 0

	/** How many bytes it has. */
	make(chunk: Uint8Array, packet: QuickPacket): number {
		this.#to = 0
		this.#end(chunk, packet.srcFrom, packet.srcTo, packet.spt < 0 ? -1 : packet.sptFrom, packet.sptTo)
		this.#put(BLANK)
		this.#put(GREATER)
		this.#put(BLANK)
		this.#end(chunk, packet.dstFrom, packet.dstTo, packet.dpt < 0 ? -1 : packet.dptFrom, packet.dptTo)
		return this.#to
	}

	#put(byte: number): void {
		this.bytes[this.#to++] = byte
	}

	#copy(from: Uint8Array, start: number, end: number): void {
		const { bytes } = this
		let to = this.#to
		for (let at = start; at < end; at++) bytes[to++] = from[at] as number
		this.#to = to
	}

	#end(chunk: Uint8Array, from: number, to: number, portFrom: number, portTo: number): void {
		if (hasColon(chunk, from, to)) {
			const short = this.#shortOf(chunk, from, to)
			if (portFrom >= 0) this.#put(OPENING)
			this.#copy(short, 0, short.length)
			if (portFrom >= 0) this.#put(CLOSING)
		} else this.#copy(chunk, from, to)
		if (portFrom < 0) return
		this.#put(COLON)
		this.#copy(chunk, portFrom, portTo)
	}

	#shortOf(chunk: Uint8Array, from: number, to: number): Uint8Array {
		const known = this.#short[this.#long.find(chunk, from, to)]
		if (known !== undefined) return known
		const short = new TextEncoder().encode(shortAddress(latin1(chunk, from, to)))
		const code = this.#long.add(chunk, from, to)
		if (code >= 0) this.#short[code] = short
		return short
	}
}

/** Of IPv4 most have none in their first five characters, and those of IPv6 have one there. */
function hasColon(chunk: Uint8Array, from: number, to: number): boolean {
	for (let at = from; at < to; at++) if (chunk[at] === COLON) return true
	return false
}
