import { type Failure, fail, ok, type Result } from '../../words/failure.ts'

/** One record of a pcap stream. The bytes are valid until the call returns. */
export type PcapRecord = {
	/** Microseconds since 1970, when the program that captures got it. */
	readonly micros: number
	readonly bytes: Uint8Array
	/** Byte order of the host that captures: the fields of NFLOG have it too. */
	readonly littleEndian: boolean
}

export type PcapReader = {
	/**
	 * Takes the next piece of the stream, of any length. A failure ends it: what comes later is not looked at.
	 * Nothing of `chunk` is kept but the beginning of a record that is not complete yet.
	 */
	feed(chunk: Uint8Array): Result<void>
}

/** LINKTYPE_NFLOG of the list of link types of tcpdump.org. */
const NFLOG = 239
const FILE_HEADER = 24
const RECORD_HEADER = 16
/** A packet of 65 535 bytes and what is said about it; tcpdump never writes more than 262 144. */
const LONGEST = 1 << 20

type Format = { readonly littleEndian: boolean; readonly nanoseconds: boolean }

/** Magic number as a big-endian reader sees it (pcap-savefile(5)). */
const FORMATS: ReadonlyMap<number, Format> = new Map([
	[0xa1b2c3d4, { littleEndian: false, nanoseconds: false }],
	[0xd4c3b2a1, { littleEndian: true, nanoseconds: false }],
	[0xa1b23c4d, { littleEndian: false, nanoseconds: true }],
	[0x4d3cb2a1, { littleEndian: true, nanoseconds: true }],
])

/** Reads what `tcpdump -i nflog:0 -w -` writes, record by record, in the pieces in which it comes. Never throws. */
export function createPcapReader(onRecord: (record: PcapRecord) => void): PcapReader {
	let format: Format | undefined
	let broken: Failure | undefined
	/** A header or record whose end has not come yet. */
	let partial = new Uint8Array(0)
	let filled = 0

	/** Bytes that the thing at `at` has, as far as `end` tells: its header may have to come first. */
	const sizeOf = (bytes: Uint8Array, at: number, end: number): number => {
		if (format === undefined) return FILE_HEADER
		if (end - at < RECORD_HEADER) return RECORD_HEADER
		return RECORD_HEADER + readU32(bytes, at + 8, format.littleEndian)
	}

	/** Takes one complete thing; a failure when it is not what it must be. */
	const take = (bytes: Uint8Array, at: number, size: number): void => {
		if (format === undefined) {
			const found = FORMATS.get(readU32(bytes, at, false))
			if (found === undefined) broken = notPcap('it does not begin with a magic number')
			else if ((readU32(bytes, at + 20, found.littleEndian) & 0x0fff_ffff) !== NFLOG)
				broken = notPcap('its packets are not of nfnetlink_log')
			format = found
			return
		}
		const { littleEndian, nanoseconds } = format
		const fraction = readU32(bytes, at + 4, littleEndian)
		onRecord({
			micros:
				readU32(bytes, at, littleEndian) * 1_000_000 + (nanoseconds ? Math.floor(fraction / 1000) : fraction),
			bytes: bytes.subarray(at + RECORD_HEADER, at + size),
			littleEndian,
		})
	}

	const tooLong = (size: number): boolean => {
		if (size > LONGEST) broken = notPcap(`it has a record of ${size - RECORD_HEADER} bytes`)
		return broken !== undefined
	}

	/** Fills up what began in an earlier piece; answers how much of the chunk that took. */
	const complete = (chunk: Uint8Array): number => {
		let used = 0
		while (filled > 0) {
			const size = sizeOf(partial, 0, filled)
			if (tooLong(size)) return used
			if (partial.length < size) {
				const larger = new Uint8Array(size)
				larger.set(partial.subarray(0, filled))
				partial = larger
			}
			const more = Math.min(size - filled, chunk.length - used)
			partial.set(chunk.subarray(used, used + more), filled)
			filled += more
			used += more
			if (filled < size) return used
			// Its header came to its end just now: the record goes on behind it.
			if (sizeOf(partial, 0, filled) > size) continue
			take(partial, 0, size)
			partial = new Uint8Array(0)
			filled = 0
		}
		return used
	}

	return {
		feed(piece) {
			// Parts of a Buffer are made much slower than parts of a plain array.
			const chunk = new Uint8Array(piece.buffer, piece.byteOffset, piece.length)
			let at = broken === undefined ? complete(chunk) : 0
			while (broken === undefined && at < chunk.length) {
				const size = sizeOf(chunk, at, chunk.length)
				if (tooLong(size)) break
				if (chunk.length - at < size) {
					partial = chunk.slice(at)
					filled = partial.length
					break
				}
				take(chunk, at, size)
				at += size
			}
			return broken === undefined ? ok(undefined) : fail(broken)
		},
	}
}

function readU32(bytes: Uint8Array, at: number, littleEndian: boolean): number {
	const a = bytes[at] ?? 0
	const b = bytes[at + 1] ?? 0
	const c = bytes[at + 2] ?? 0
	const d = bytes[at + 3] ?? 0
	return (littleEndian ? (d << 24) | (c << 16) | (b << 8) | a : (a << 24) | (b << 16) | (c << 8) | d) >>> 0
}

const notPcap = (why: string): Failure => ({
	kind: 'unsupported',
	what: 'the stream of packets from tcpdump',
	why: `it was not understood: ${why}`,
})
