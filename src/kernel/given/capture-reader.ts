/** One packet of a capture. The bytes are valid until the call returns. */
export type CaptureRecord = {
	/** Microseconds since 1970. */
	readonly micros: number
	readonly bytes: Uint8Array
	/** LINKTYPE_ of the list of tcpdump.org. */
	readonly link: number
	/** Byte order of the host that captured: the fields of NFLOG have it too. */
	readonly littleEndian: boolean
	/** What stands beside the packet in a pcapng; untrusted, '' without one. */
	readonly comment: string
}

/** tcpdump never writes more than 262 144 bytes a packet. */
const LONGEST = 1 << 20
const MOST_INTERFACES = 4_096
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** As a big-endian reader sees it (pcap-savefile(5)). */
const FORMATS: ReadonlyMap<number, { readonly littleEndian: boolean; readonly nanoseconds: boolean }> =
	new Map([
		[0xa1b2c3d4, { littleEndian: false, nanoseconds: false }],
		[0xd4c3b2a1, { littleEndian: true, nanoseconds: false }],
		[0xa1b23c4d, { littleEndian: false, nanoseconds: true }],
		[0x4d3cb2a1, { littleEndian: true, nanoseconds: true }],
	])
const SECTION = 0x0a0d0d0a
const BYTE_ORDER = 0x1a2b3c4d
const COMMENT = 1
const RESOLUTION = 9

type Interface = { readonly link: number; readonly perSecond: number }

/**
 * Reads pcap and pcapng (draft-ietf-opsawg-pcapng) in the pieces in which they come. Never throws: what cannot be read ends it, and
 * `why` says so. `feed` answers false when nothing more is looked at.
 */
export function createCaptureReader(onRecord: (record: CaptureRecord) => void) {
	let pending = new Uint8Array(0)
	let broken: string | undefined
	let kind: 'pcap' | 'pcapng' | undefined
	let littleEndian = true
	let nanoseconds = false
	let link = 0
	let interfaces: Interface[] = []
	let started = false

	/** Bytes of the thing at the beginning; undefined while its head has not come. */
	const sizeOf = (bytes: Uint8Array): number | undefined => {
		if (bytes.length < 4) return undefined
		const view = viewOf(bytes)
		if (kind === undefined) kind = view.getUint32(0) === SECTION ? 'pcapng' : 'pcap'
		if (kind === 'pcapng') {
			if (bytes.length < 12) return undefined
			if (view.getUint32(0) === SECTION) {
				const order = view.getUint32(8)
				if (order !== BYTE_ORDER && view.getUint32(8, true) !== BYTE_ORDER)
					return stop('its section has no byte order')
				littleEndian = order !== BYTE_ORDER
			}
			const size = view.getUint32(4, littleEndian)
			return size < 12 || size > LONGEST || size % 4 !== 0 ? stop(`it has a block of ${size} bytes`) : size
		}
		if (!started) return bytes.length < 24 ? undefined : 24
		if (bytes.length < 16) return undefined
		const size = view.getUint32(8, littleEndian)
		return size > LONGEST ? stop(`it has a record of ${size} bytes`) : 16 + size
	}

	const stop = (why: string): undefined => {
		broken = why
		return undefined
	}
	const take = (bytes: Uint8Array): void => {
		const view = viewOf(bytes)
		if (kind === 'pcapng') block(view, bytes)
		else if (!started) {
			const format = FORMATS.get(view.getUint32(0))
			if (format === undefined) {
				stop('it has no magic number')
				return
			}
			;({ littleEndian, nanoseconds } = format)
			link = view.getUint32(20, littleEndian) & 0x0fff_ffff
			started = true
		} else {
			const fraction = view.getUint32(4, littleEndian)
			const micros =
				view.getUint32(0, littleEndian) * 1_000_000 + (nanoseconds ? Math.floor(fraction / 1000) : fraction)
			onRecord({ micros, bytes: bytes.subarray(16), link, littleEndian, comment: '' })
		}
	}

	const block = (view: DataView, bytes: Uint8Array): void => {
		const type = view.getUint32(0, littleEndian)
		if (view.getUint32(0) === SECTION) interfaces = []
		else if (type === 1 && bytes.length >= 20 && interfaces.length < MOST_INTERFACES) {
			const resolution = optionIn(view, bytes, 16, RESOLUTION, littleEndian)?.[0] ?? 6
			const perSecond = (resolution & 0x80) === 0 ? 10 ** resolution : 2 ** (resolution & 0x7f)
			interfaces.push({ link: view.getUint16(8, littleEndian), perSecond })
		} else if (type === 6 && bytes.length >= 32) {
			const length = view.getUint32(20, littleEndian)
			if (28 + length > bytes.length - 4) {
				stop('it has a packet that is longer than its block')
				return
			}
			const on = interfaces[view.getUint32(8, littleEndian)]
			if (on === undefined) return
			const stamp = view.getUint32(12, littleEndian) * 2 ** 32 + view.getUint32(16, littleEndian)
			const comment = optionIn(view, bytes, 28 + ((length + 3) & ~3), COMMENT, littleEndian)
			onRecord({
				micros: Math.floor((stamp / on.perSecond) * 1_000_000),
				bytes: bytes.subarray(28, 28 + length),
				link: on.link,
				littleEndian,
				comment: comment === undefined ? '' : decoder.decode(comment),
			})
		} else if (type === 3 && bytes.length >= 16) {
			const on = interfaces[0]
			const length = Math.min(view.getUint32(8, littleEndian), bytes.length - 16)
			if (on !== undefined)
				onRecord({
					micros: 0,
					bytes: bytes.subarray(12, 12 + length),
					link: on.link,
					littleEndian,
					comment: '',
				})
		}
	}

	return {
		feed(chunk: Uint8Array): boolean {
			if (broken !== undefined) return false
			const joined = new Uint8Array(pending.length + chunk.length)
			joined.set(pending)
			joined.set(chunk, pending.length)
			let at = 0
			for (;;) {
				const rest = joined.subarray(at)
				const size = sizeOf(rest)
				if (broken !== undefined) return false
				if (size === undefined || rest.length < size) break
				take(rest.subarray(0, size))
				if (broken !== undefined) return false
				at += size
			}
			pending = joined.slice(at)
			return true
		},
		/** It ended within a packet, or could not be read on. */
		isCut: (): boolean => broken !== undefined || pending.length > 0,
		why: (): string => broken ?? 'it ends in the middle of a packet',
	}
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** The value of the first option with this code; undefined where there is none. */
function optionIn(
	view: DataView,
	bytes: Uint8Array,
	from: number,
	wanted: number,
	littleEndian: boolean,
): Uint8Array | undefined {
	for (let at = from; at + 4 <= bytes.length - 4; ) {
		const code = view.getUint16(at, littleEndian)
		const length = view.getUint16(at + 2, littleEndian)
		if (code === 0 || at + 4 + length > bytes.length - 4) return undefined
		if (code === wanted) return bytes.subarray(at + 4, at + 4 + length)
		at += 4 + ((length + 3) & ~3)
	}
	return undefined
}
