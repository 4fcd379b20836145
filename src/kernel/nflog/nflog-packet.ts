import { u16, u32 } from '../bytes/packet-bytes.ts'

/**
 * What a message of nfnetlink_log says (net/netfilter/nfnetlink_log.c, __build_packet_message). The byte arrays are parts of
 * the input. What is absent is undefined.
 */
export type NflogPacket = {
	/** NFPROTO_ */
	readonly family: number
	readonly group: number
	/** ETH_P_ */
	readonly etherType: number | undefined
	readonly hook: number | undefined
	/** As the kernel wrote it: log_invalid ends it with a blank. */
	readonly prefix: string
	/** Interface indexes. */
	readonly indev: number | undefined
	readonly outdev: number | undefined
	readonly physin: number | undefined
	readonly physout: number | undefined
	readonly mark: number | undefined
	readonly uid: number | undefined
	readonly gid: number | undefined
	/** ARPHRD_ */
	readonly linkType: number | undefined
	readonly link: Uint8Array | undefined
	/** Microseconds since 1970, by the clock of the kernel. */
	readonly micros: number | undefined
	readonly payload: Uint8Array
}

/** enum nfulnl_attr_type of include/uapi/linux/netfilter/nfnetlink_log.h. */
const ATTRIBUTE = {
	packetHeader: 1,
	mark: 2,
	timestamp: 3,
	indev: 4,
	outdev: 5,
	physin: 6,
	physout: 7,
	payload: 9,
	prefix: 10,
	uid: 11,
	gid: 14,
	linkType: 15,
	link: 16,
} as const

/** Bytes that an attribute must have to be read; the others of ours may have any length. */
const SMALLEST: Readonly<Record<number, number>> = {
	[ATTRIBUTE.packetHeader]: 3,
	[ATTRIBUTE.mark]: 4,
	[ATTRIBUTE.timestamp]: 16,
	[ATTRIBUTE.indev]: 4,
	[ATTRIBUTE.outdev]: 4,
	[ATTRIBUTE.physin]: 4,
	[ATTRIBUTE.physout]: 4,
	[ATTRIBUTE.uid]: 4,
	[ATTRIBUTE.gid]: 4,
	[ATTRIBUTE.linkType]: 2,
}

const HEADER = 4
const EMPTY = new Uint8Array(0)

type Draft = { -readonly [Name in keyof NflogPacket]: NflogPacket[Name] }

/**
 * One record of LINKTYPE_NFLOG: family, version, group (big endian), then attributes of length and type, both in the
 * byte order of the host that captured it, and a value in big endian, each padded to 4 bytes. Undefined when there is not even the
 * header; an attribute that runs over the end ends it, and what came before is kept.
 */
export function parseNflogPacket(bytes: Uint8Array, littleEndian: boolean): NflogPacket | undefined {
	if (bytes.length < HEADER) return undefined
	const draft: Draft = {
		family: bytes[0] ?? 0,
		group: u16(bytes, 2),
		etherType: undefined,
		hook: undefined,
		prefix: '',
		indev: undefined,
		outdev: undefined,
		physin: undefined,
		physout: undefined,
		mark: undefined,
		uid: undefined,
		gid: undefined,
		linkType: undefined,
		link: undefined,
		micros: undefined,
		payload: EMPTY,
	}
	for (let at = HEADER; at + 4 <= bytes.length; ) {
		const length = host16(bytes, at, littleEndian)
		if (length < 4 || at + length > bytes.length) break
		// The two highest bits say that a value is nested or big endian (NLA_TYPE_MASK).
		const type = host16(bytes, at + 2, littleEndian) & 0x3fff
		if (length - 4 >= (SMALLEST[type] ?? 0)) put(draft, type, bytes, at + 4, at + length)
		at += (length + 3) & ~3
	}
	return draft
}

function put(draft: Draft, type: number, bytes: Uint8Array, at: number, end: number): void {
	switch (type) {
		case ATTRIBUTE.packetHeader:
			draft.etherType = u16(bytes, at)
			draft.hook = bytes[at + 2]
			break
		case ATTRIBUTE.mark:
			draft.mark = u32(bytes, at)
			break
		case ATTRIBUTE.timestamp: {
			const seconds = u32(bytes, at) * 2 ** 32 + u32(bytes, at + 4)
			// A kernel that has no stamp for it may write zero.
			if (seconds > 0 && seconds < 2 ** 33) draft.micros = seconds * 1_000_000 + u32(bytes, at + 12)
			break
		}
		case ATTRIBUTE.indev:
			draft.indev = u32(bytes, at)
			break
		case ATTRIBUTE.outdev:
			draft.outdev = u32(bytes, at)
			break
		case ATTRIBUTE.physin:
			draft.physin = u32(bytes, at)
			break
		case ATTRIBUTE.physout:
			draft.physout = u32(bytes, at)
			break
		case ATTRIBUTE.uid:
			draft.uid = u32(bytes, at)
			break
		case ATTRIBUTE.gid:
			draft.gid = u32(bytes, at)
			break
		case ATTRIBUTE.linkType:
			draft.linkType = u16(bytes, at)
			break
		case ATTRIBUTE.link:
			draft.link = bytes.subarray(at, end)
			break
		case ATTRIBUTE.prefix:
			draft.prefix = untilNul(bytes, at, end)
			break
		case ATTRIBUTE.payload:
			draft.payload = bytes.subarray(at, end)
			break
	}
}

const host16 = (bytes: Uint8Array, at: number, littleEndian: boolean): number =>
	littleEndian ? (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) : u16(bytes, at)

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

function untilNul(bytes: Uint8Array, at: number, end: number): string {
	let text = ''
	for (let index = at; index < end; index++) {
		const byte = bytes[index] ?? 0
		if (byte === 0) return text
		if (byte >= 0x80) return afterwards(bytes, at, end)
		text += String.fromCharCode(byte)
	}
	return text
}

function afterwards(bytes: Uint8Array, at: number, end: number): string {
	const nul = bytes.indexOf(0, at)
	return decoder.decode(bytes.subarray(at, nul < 0 || nul > end ? end : nul))
}
