import type { AsciiLine } from '../../bytes/ascii-line.ts'
import { u16, u32 } from '../../bytes/packet-bytes.ts'

export const TCP = 6
export const UDP = 17
export const UDPLITE = 136

const TCP_HEADER = 20
const UDP_HEADER = 8

/** Flags in the order of the line. */
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
export function putIncomplete(line: AsciiLine, packet: Uint8Array, offset: number): void {
	line.named('INCOMPLETE [', (packet.length - offset) >>> 0)
	line.text(' bytes] ')
}

/** nf_log_dump_tcp_header, as from 6.17 on: before that the AE bit was a part of RES. False: the line ends here. */
export function putTcp(line: AsciiLine, packet: Uint8Array, offset: number, fragment: boolean): boolean {
	line.text('PROTO=TCP ')
	if (fragment) return true
	if (offset + TCP_HEADER > packet.length) {
		putIncomplete(line, packet, offset)
		return false
	}
	const high = packet[offset + 12] ?? 0
	line.named('SPT=', u16(packet, offset))
	line.named(' DPT=', u16(packet, offset + 2))
	line.named(' SEQ=', u32(packet, offset + 4))
	line.named(' ACK=', u32(packet, offset + 8))
	line.named(' WINDOW=', u16(packet, offset + 14))
	line.text(' RES=0x')
	const reserved = (high & 0x0e) << 2
	line.text(reserved < 16 ? '0' : '')
	line.hex(reserved)
	line.text((high & 1) === 0 ? ' ' : ' AE ')
	line.text(FLAG_TEXTS[packet[offset + 13] ?? 0] ?? '')
	line.named('URGP=', u16(packet, offset + 18))
	const end = offset + (high >> 4) * 4
	if (end <= offset + TCP_HEADER) {
		line.text(' ')
		return true
	}
	if (end > packet.length) {
		line.text(' OPT (TRUNCATED)')
		return false
	}
	line.text(' OPT (')
	line.upperBytes(packet, offset + TCP_HEADER, end)
	line.text(') ')
	return true
}

/** nf_log_dump_udp_header. False: the line ends here. */
export function putUdp(
	line: AsciiLine,
	packet: Uint8Array,
	offset: number,
	protocol: number,
	fragment: boolean,
): boolean {
	line.text(protocol === UDP ? 'PROTO=UDP ' : 'PROTO=UDPLITE ')
	if (fragment) return true
	if (offset + UDP_HEADER > packet.length) {
		putIncomplete(line, packet, offset)
		return false
	}
	line.named('SPT=', u16(packet, offset))
	line.named(' DPT=', u16(packet, offset + 2))
	line.named(' LEN=', u16(packet, offset + 4))
	line.text(' ')
	return true
}

/** `SPI=0x.. ` of a header of `header` bytes; false when it does not fit. */
export function putSpi(
	line: AsciiLine,
	packet: Uint8Array,
	offset: number,
	header: number,
	at: number,
): boolean {
	if (offset + header > packet.length) return false
	line.text('SPI=0x')
	line.hex(u32(packet, offset + at))
	line.text(' ')
	return true
}

/** `ID=1 SEQ=2 ` of an echo. */
export function putEcho(line: AsciiLine, packet: Uint8Array, offset: number): void {
	line.named('ID=', u16(packet, offset + 4))
	line.named(' SEQ=', u16(packet, offset + 6))
	line.text(' ')
}

/** `TYPE=8 CODE=0 ` of a message of ICMP or ICMPv6. */
export function putTypeAndCode(line: AsciiLine, packet: Uint8Array, offset: number): void {
	line.named('TYPE=', packet[offset] ?? 0)
	line.named(' CODE=', packet[offset + 1] ?? 0)
	line.text(' ')
}
