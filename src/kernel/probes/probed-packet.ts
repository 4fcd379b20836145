import { packetText } from '../packet/packet-text.ts'
import { u16At, u32At } from './memory.ts'
import { LINK_BYTES, PACKET_WORDS } from './probe-fields.ts'
import type { ProbeLayout, ProbeValues } from './probe-layout.ts'

/** A packet as a probe has seen it, and where. */
export type ProbedPacket = {
	/** Inode number of the network namespace, the same as in `net:[4026532241]`; null where it is not known. */
	readonly netns: number | null
	/** NF_INET_: 0 PREROUTING, 1 LOCAL_IN, 3 LOCAL_OUT; null where it is not known. */
	readonly hook: number | null
	/** NFPROTO_: 2 IPv4, 10 IPv6. */
	readonly family: number
	/** Untrusted names. */
	readonly indev: string | null
	readonly outdev: string | null
	readonly link: Uint8Array | null
	/** Length of the whole packet, of which `bytes` is the beginning. */
	readonly length: number
	readonly bytes: Uint8Array
	/** From `IN=` on, as nf_log_syslog prints it. */
	readonly text: string
}

const NFPROTO_IPV4 = 2
const NFPROTO_IPV6 = 10
/** skb_mac_header_was_set. */
const NO_HEADER = 0xffff
/** Small sockets, of connections that begin and of those that wait out their end: they have no owner (sk_fullsock). */
const TCP_TIME_WAIT = 6
const TCP_NEW_SYN_RECV = 12

/** Reads the packet out of events of this layout; undefined for an event that has none. */
export function packetReader(
	layout: ProbeLayout,
	littleEndian: boolean,
): (values: ProbeValues) => ProbedPacket | undefined {
	const place = (name: string) => layout.offsetOf(name)
	const [net, hook, pf, len, dlen] = [place('net'), place('hook'), place('pf'), place('len'), place('dlen')]
	const [mark, mach, neth, mac, hdr] = [
		place('mark'),
		place('mach'),
		place('neth'),
		place('mac'),
		place('hdr'),
	]
	const ownerOf = ownerReader(layout, littleEndian)
	const hookType = layout.fields.find((field) => field.name === 'hook')?.type
	if (len === undefined || hdr === undefined) return () => undefined
	return (values) => {
		const { memory } = values
		const u16 = (at: number | undefined) => (at === undefined ? 0 : u16At(memory, at, littleEndian))
		const u32 = (at: number | undefined) => (at === undefined ? 0 : u32At(memory, at, littleEndian))
		const length = u32(len)
		// What is behind the linear part is in pages of its own; what is behind the packet is none of it.
		const linear = Math.max(0, Math.min(PACKET_WORDS * 8, length - u32(dlen)))
		const bytes = memory.subarray(hdr, hdr + linear)
		const family = pf === undefined ? familyOf(bytes) : (memory[pf] ?? 0)
		const header = u16(neth) - u16(mach)
		const hasLink = u16(mach) !== NO_HEADER && header > 0 && header <= LINK_BYTES
		const link =
			mac !== undefined && hasLink ? memory.subarray(mac + LINK_BYTES - header, mac + LINK_BYTES) : null
		const indev = nameIn(layout.textOf(values, 'in'))
		const outdev = nameIn(layout.textOf(values, 'out'))
		const parts = { family, indev, outdev, link, packet: bytes, mark: u32(mark), ...ownerOf(memory) }
		return {
			netns: net === undefined ? null : u32(net),
			hook: hook === undefined ? null : hookType === 'u8' ? (memory[hook] ?? 0) : u32(hook),
			family,
			indev,
			outdev,
			link,
			length,
			bytes,
			text: packetText(parts),
		}
	}
}

/** nf_log_dump_sk_uid_gid. Each number is one only where the pointer before it leads somewhere. */
function ownerReader(
	layout: ProbeLayout,
	littleEndian: boolean,
): (memory: Uint8Array) => { uid?: number; gid?: number } {
	const [socket, state, parent, file, uid, gid] = ['sk', 'skst', 'sks', 'skf', 'uid', 'gid'].map((name) =>
		layout.offsetOf(name),
	)
	const isWhole = [socket, state, parent, file, uid, gid].every((at) => at !== undefined)
	if (!isWhole) return () => ({})
	return (memory) => {
		const isNull = (at = 0) => u32At(memory, at, true) === 0 && u32At(memory, at + 4, true) === 0
		if (isNull(socket)) return {}
		const is = memory[state ?? 0]
		if (is === TCP_TIME_WAIT || is === TCP_NEW_SYN_RECV || isNull(parent) || isNull(file)) return {}
		return { uid: u32At(memory, uid ?? 0, littleEndian), gid: u32At(memory, gid ?? 0, littleEndian) }
	}
}

const familyOf = (bytes: Uint8Array): number => ((bytes[0] ?? 0) >>> 4 === 6 ? NFPROTO_IPV6 : NFPROTO_IPV4)

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** Events are read as Latin 1; a name may be UTF-8. */
function nameIn(text: string | null | undefined): string | null {
	if (text === undefined || text === null) return null
	return /^[\x20-\x7e]*$/.test(text) ? text : decoder.decode(Buffer.from(text, 'latin1'))
}
