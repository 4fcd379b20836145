import type { AsciiLine } from '../../bytes/ascii-line.ts'
import { u16 } from '../../bytes/packet-bytes.ts'
import {
	putEcho,
	putIncomplete,
	putSpi,
	putTcp,
	putTypeAndCode,
	putUdp,
	TCP,
	UDP,
	UDPLITE,
} from './transport.ts'

const HEADER = 20
const ICMP_HEADER = 8
const ICMP = 1
const ESP = 50
const AH = 51
const AH_HEADER = 12
const ESP_HEADER = 8

const ICMP_TYPE = {
	echoReply: 0,
	unreachable: 3,
	sourceQuench: 4,
	redirect: 5,
	echo: 8,
	timeExceeded: 11,
	parameterProblem: 12,
} as const
const FRAG_NEEDED = 4

/** Bytes that an ICMP message of a type must have, or the line ends with INCOMPLETE. Other types: none. */
const ICMP_LENGTH: ReadonlyMap<number, number> = new Map([
	[0, 4],
	[3, 28],
	[4, 28],
	[5, 28],
	[8, 4],
	[11, 28],
	[12, 28],
	[13, 20],
	[14, 20],
	[17, 12],
	[18, 12],
])

/**
 * dump_ipv4_packet: from `SRC=` on, the header at `at`; that is not 0 for the packet that an ICMP error quotes, and of
 * that one nothing is quoted any more. False: the line ends here, without UID and MARK.
 */
export function putIpv4(line: AsciiLine, packet: Uint8Array, at = 0): boolean {
	if (at + HEADER > packet.length) {
		line.text('TRUNCATED')
		return false
	}
	const cut = u16(packet, at + 6)
	const fragment = (cut & 0x1fff) !== 0
	putHeader(line, packet, at, cut)
	const next = at + ((packet[at] ?? 0) & 0x0f) * 4
	if (next > at + HEADER) {
		if (next > packet.length) {
			line.text('TRUNCATED')
			return false
		}
		line.text('OPT (')
		line.upperBytes(packet, at + HEADER, next)
		line.text(') ')
	}
	const protocol = packet[at + 9] ?? 0
	switch (protocol) {
		case TCP:
			return putTcp(line, packet, next, fragment)
		case UDP:
		case UDPLITE:
			return putUdp(line, packet, next, protocol, fragment)
		case ICMP:
			line.text('PROTO=ICMP ')
			if (!fragment) putIcmp(line, packet, at, next)
			return true
		case AH:
			if (fragment) return true
			line.text('PROTO=AH ')
			if (!putSpi(line, packet, next, AH_HEADER, 4)) putIncomplete(line, packet, next)
			return true
		case ESP:
			line.text('PROTO=ESP ')
			if (!fragment && !putSpi(line, packet, next, ESP_HEADER, 0)) putIncomplete(line, packet, next)
			return true
		default:
			line.named('PROTO=', protocol)
			line.text(' ')
			return true
	}
}

function putHeader(line: AsciiLine, packet: Uint8Array, at: number, cut: number): void {
	const tos = packet[at + 1] ?? 0
	line.text('SRC=')
	line.ipv4(packet, at + 12)
	line.text(' DST=')
	line.ipv4(packet, at + 16)
	line.text(' LEN=')
	// Merged segments have no length in the header (iph_totlen).
	line.number(u16(packet, at + 2) || (at === 0 ? packet.length : 0))
	line.text(TOS_TEXTS[tos] ?? '')
	line.number(packet[at + 8] ?? 0)
	line.named(' ID=', u16(packet, at + 4))
	line.text(' ')
	if ((cut & 0x8000) !== 0) line.text('CE ')
	if ((cut & 0x4000) !== 0) line.text('DF ')
	if ((cut & 0x2000) !== 0) line.text('MF ')
	if ((cut & 0x1fff) !== 0) {
		line.named('FRAG:', cut & 0x1fff)
		line.text(' ')
	}
}

const upper = (byte: number): string => byte.toString(16).toUpperCase().padStart(2, '0')
const TOS_TEXTS: readonly string[] = Array.from(
	{ length: 256 },
	(_, tos) => ` TOS=0x${upper(tos & 0x1e)} PREC=0x${upper(tos & 0xe0)} TTL=`,
)

function putIcmp(line: AsciiLine, packet: Uint8Array, at: number, offset: number): void {
	if (offset + ICMP_HEADER > packet.length) {
		putIncomplete(line, packet, offset)
		return
	}
	const type = packet[offset] ?? 0
	const code = packet[offset + 1] ?? 0
	putTypeAndCode(line, packet, offset)
	if (packet.length - offset < (ICMP_LENGTH.get(type) ?? 0)) {
		putIncomplete(line, packet, offset)
		return
	}
	switch (type) {
		case ICMP_TYPE.echo:
		case ICMP_TYPE.echoReply:
			putEcho(line, packet, offset)
			return
		case ICMP_TYPE.parameterProblem:
			line.named('PARAMETER=', packet[offset + 4] ?? 0)
			line.text(' ')
			return
		case ICMP_TYPE.redirect:
			line.text('GATEWAY=')
			line.ipv4(packet, offset + 4)
			line.text(' ')
			putQuoted(line, packet, at, offset)
			return
		case ICMP_TYPE.unreachable:
			putQuoted(line, packet, at, offset)
			if (code !== FRAG_NEEDED) return
			line.named('MTU=', u16(packet, offset + 6))
			line.text(' ')
			return
		case ICMP_TYPE.sourceQuench:
		case ICMP_TYPE.timeExceeded:
			putQuoted(line, packet, at, offset)
			return
	}
}

function putQuoted(line: AsciiLine, packet: Uint8Array, at: number, offset: number): void {
	if (at !== 0) return
	line.text('[')
	putIpv4(line, packet, offset + ICMP_HEADER)
	line.text('] ')
}
