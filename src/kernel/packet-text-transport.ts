import { hexByte, hexBytesUpper, u16, u32 } from './packet-bytes.ts'

/** A piece of a line. `last`: the kernel stops the line here. */
export type Piece = { readonly text: string; readonly last: boolean }

export const TCP = 6
export const UDP = 17
export const UDPLITE = 136

const TCP_HEADER = 20
const UDP_HEADER = 8

/** Flags in the order of the line, the first of them in the byte before. */
const TCP_FLAGS: readonly (readonly [bit: number, name: string])[] = [
	[0x80, 'CWR '],
	[0x40, 'ECE '],
	[0x20, 'URG '],
	[0x10, 'ACK '],
	[0x08, 'PSH '],
	[0x04, 'RST '],
	[0x02, 'SYN '],
	[0x01, 'FIN '],
]

const FLAG_TEXTS: readonly string[] = Array.from({ length: 256 }, (_, byte) =>
	TCP_FLAGS.map(([bit, name]) => ((byte & bit) === 0 ? '' : name)).join(''),
)

/** The kernel subtracts without a sign: an offset behind the end of the packet gives a number near 2^32. */
export const incomplete = (packet: Uint8Array, offset: number): string =>
	`INCOMPLETE [${(packet.length - offset) >>> 0} bytes] `

/** nf_log_dump_tcp_header, as from 6.17 on: before that the AE bit was a part of RES. */
export function tcpText(packet: Uint8Array, offset: number, fragment: boolean): Piece {
	if (fragment) return { text: 'PROTO=TCP ', last: false }
	if (offset + TCP_HEADER > packet.length)
		return { text: `PROTO=TCP ${incomplete(packet, offset)}`, last: true }
	const high = packet[offset + 12] ?? 0
	const text =
		`PROTO=TCP SPT=${u16(packet, offset)} DPT=${u16(packet, offset + 2)} ` +
		`SEQ=${u32(packet, offset + 4)} ACK=${u32(packet, offset + 8)} WINDOW=${u16(packet, offset + 14)} ` +
		`RES=0x${hexByte((high & 0x0e) << 2)} ${(high & 1) === 0 ? '' : 'AE '}` +
		`${FLAG_TEXTS[packet[offset + 13] ?? 0] ?? ''}URGP=${u16(packet, offset + 18)} `
	const headerEnd = offset + (high >> 4) * 4
	if (headerEnd <= offset + TCP_HEADER) return { text, last: false }
	if (headerEnd > packet.length) return { text: `${text}OPT (TRUNCATED)`, last: true }
	return { text: `${text}OPT (${hexBytesUpper(packet, offset + TCP_HEADER, headerEnd)}) `, last: false }
}

/** nf_log_dump_udp_header */
export function udpText(packet: Uint8Array, offset: number, protocol: number, fragment: boolean): Piece {
	const name = protocol === UDP ? 'PROTO=UDP ' : 'PROTO=UDPLITE '
	if (fragment) return { text: name, last: false }
	if (offset + UDP_HEADER > packet.length) return { text: name + incomplete(packet, offset), last: true }
	const ports = `SPT=${u16(packet, offset)} DPT=${u16(packet, offset + 2)}`
	return { text: `${name}${ports} LEN=${u16(packet, offset + 4)} `, last: false }
}
