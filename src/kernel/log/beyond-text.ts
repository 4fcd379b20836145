import { u16, u32 } from '../bytes/packet-bytes.ts'

/** What the bytes of a packet say and the text of its line does not. */
export type BeyondText =
	/** `chunk`: type of the first one, null where there is none. */
	| { readonly of: 'SCTP'; readonly tag: number; readonly chunk: number | null }
	/** `carries`: EtherType. */
	| { readonly of: 'GRE'; readonly version: number; readonly carries: number }

const GRE = 47
const SCTP = 132

const IPV6_HEADER = 40
/** Ports, tag, checksum (include/linux/sctp.h, struct sctphdr). */
const SCTP_HEADER = 12
const CHUNK_HEADER = 4
const GRE_HEADER = 4

/** From the IP header on; undefined for all other protocols, behind extension headers of IPv6, and where it is cut. */
export function beyondText(packet: Uint8Array): BeyondText | undefined {
	const above = transport(packet)
	if (above?.protocol === SCTP) return sctp(packet, above.at)
	return above?.protocol === GRE ? gre(packet, above.at) : undefined
}

function transport(packet: Uint8Array): { readonly protocol: number; readonly at: number } | undefined {
	const [first = 0] = packet
	const isIpv4 = first >> 4 === 4
	const at = isIpv4 ? (first & 0xf) * 4 : IPV6_HEADER
	const protocol = packet[isIpv4 ? 9 : 6]
	return protocol === undefined || at >= packet.length ? undefined : { protocol, at }
}

function sctp(packet: Uint8Array, at: number): BeyondText | undefined {
	const end = at + SCTP_HEADER
	if (end > packet.length) return undefined
	const chunk = end + CHUNK_HEADER > packet.length ? null : (packet[end] ?? null)
	return { of: 'SCTP', tag: u32(packet, at + 4), chunk }
}

const gre = (packet: Uint8Array, at: number): BeyondText | undefined =>
	at + GRE_HEADER > packet.length
		? undefined
		: { of: 'GRE', version: u16(packet, at) & 0x7, carries: u16(packet, at + 2) }
