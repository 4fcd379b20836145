import type { AsciiLine } from '../../bytes/ascii-line.ts'
import { u16, u32 } from '../../bytes/packet-bytes.ts'
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

const HEADER = 40
const ICMP_HEADER = 8

const NEXT = { hopByHop: 0, routing: 43, fragment: 44, esp: 50, ah: 51, icmp: 58, destination: 60 } as const

const FRAGMENT_HEADER = 8
const AH_HEADER = 12
const ESP_HEADER = 8

const ICMP_TYPE = {
	unreachable: 1,
	tooBig: 2,
	timeExceeded: 3,
	parameterProblem: 4,
	echo: 128,
	echoReply: 129,
} as const

/**
 * dump_ipv6_packet: from `SRC=` on, the header at `at`; that is not 0 for the packet that an ICMPv6 error quotes. False:
 * the line ends here, without UID and MARK.
 */
export function putIpv6(line: AsciiLine, packet: Uint8Array, at = 0): boolean {
	if (at + HEADER > packet.length) {
		line.text('TRUNCATED')
		return false
	}
	const first = u32(packet, at)
	line.text('SRC=')
	line.ipv6(packet, at + 8)
	line.text(' DST=')
	line.ipv6(packet, at + 24)
	line.text(' LEN=')
	// Merged segments have no length in the header (ipv6_payload_len).
	line.number((u16(packet, at + 4) || (at === 0 ? packet.length - HEADER : 0)) + HEADER)
	line.named(' TC=', (first >>> 20) & 0xff)
	line.named(' HOPLIMIT=', packet[at + 7] ?? 0)
	line.named(' FLOWLBL=', first & 0xfffff)
	line.text(' ')
	const inner = putExtensions(line, packet, at)
	return inner !== undefined && putAbove(line, packet, at, inner)
}

type Inner = { readonly kind: number; readonly offset: number; readonly fragment: boolean }

/** One `OPT ( ... ) ` for each extension header; undefined when the line ends in one. */
function putExtensions(line: AsciiLine, packet: Uint8Array, at: number): Inner | undefined {
	let offset = at + HEADER
	let kind = packet[at + 6] ?? 0
	let fragment = false
	while (isExtension(kind)) {
		if (offset + 2 > packet.length) {
			line.text('TRUNCATED')
			return undefined
		}
		const units = packet[offset + 1] ?? 0
		let length = (units + 1) * 8
		line.text('OPT ( ')
		if (kind === NEXT.fragment) {
			if (!putFragment(line, packet, offset)) return undefined
			fragment ||= (u16(packet, offset + 2) & 0xfff8) !== 0
			length = FRAGMENT_HEADER
		} else if (kind === NEXT.ah) {
			line.text('AH ')
			if (fragment || !putSpi(line, packet, offset, AH_HEADER, 4)) {
				if (!fragment) putIncomplete(line, packet, offset)
				line.text(')')
				return undefined
			}
			length = (units + 2) * 4
		} else if (kind === NEXT.esp) {
			line.text('ESP ')
			if (!fragment && !putSpi(line, packet, offset, ESP_HEADER, 0)) putIncomplete(line, packet, offset)
			line.text(')')
			return undefined
		} else if (fragment) {
			line.text(')')
			return undefined
		}
		line.text(') ')
		kind = packet[offset] ?? 0
		offset += length
	}
	return { kind, offset, fragment }
}

/** nf_ip6_ext_hdr without NEXTHDR_NONE. */
const isExtension = (kind: number): boolean =>
	kind === NEXT.hopByHop ||
	kind === NEXT.routing ||
	kind === NEXT.fragment ||
	kind === NEXT.esp ||
	kind === NEXT.ah ||
	kind === NEXT.destination

function putFragment(line: AsciiLine, packet: Uint8Array, offset: number): boolean {
	line.text('FRAG:')
	if (offset + FRAGMENT_HEADER > packet.length) {
		line.text('TRUNCATED ')
		return false
	}
	const place = u16(packet, offset + 2)
	line.number(place & 0xfff8)
	line.text((place & 1) === 0 ? ' ID:' : ' INCOMPLETE ID:')
	line.bytes(packet, offset + 4, offset + 8)
	line.text(' ')
	return true
}

function putAbove(line: AsciiLine, packet: Uint8Array, at: number, inner: Inner): boolean {
	const { kind, offset, fragment } = inner
	switch (kind) {
		case TCP:
			return putTcp(line, packet, offset, fragment)
		case UDP:
		case UDPLITE:
			return putUdp(line, packet, offset, kind, fragment)
		case NEXT.icmp:
			line.text('PROTO=ICMPv6 ')
			if (fragment) return true
			if (offset + ICMP_HEADER > packet.length) {
				putIncomplete(line, packet, offset)
				return false
			}
			putIcmp(line, packet, at, offset)
			return true
		default:
			line.named('PROTO=', kind)
			line.text(' ')
			return true
	}
}

function putIcmp(line: AsciiLine, packet: Uint8Array, at: number, offset: number): void {
	const type = packet[offset] ?? 0
	putTypeAndCode(line, packet, offset)
	switch (type) {
		case ICMP_TYPE.echo:
		case ICMP_TYPE.echoReply:
			putEcho(line, packet, offset)
			return
		case ICMP_TYPE.parameterProblem:
			line.text('POINTER=')
			line.bytes(packet, offset + 4, offset + 8)
			line.text(' ')
			putQuoted(line, packet, at, offset)
			return
		case ICMP_TYPE.tooBig:
			putQuoted(line, packet, at, offset)
			line.named('MTU=', u32(packet, offset + 4))
			line.text(' ')
			return
		case ICMP_TYPE.unreachable:
		case ICMP_TYPE.timeExceeded:
			putQuoted(line, packet, at, offset)
			return
	}
}

function putQuoted(line: AsciiLine, packet: Uint8Array, at: number, offset: number): void {
	if (at !== 0) return
	line.text('[')
	putIpv6(line, packet, offset + ICMP_HEADER)
	line.text('] ')
}
