import { hexByte, ipv6Address, u16, u32 } from './packet-bytes.ts'
import { incomplete, type Piece, TCP, tcpText, UDP, UDPLITE, udpText } from './packet-text-transport.ts'

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

/** dump_ipv6_packet: from `SRC=` to the end. `owner` is UID, GID and MARK as printed. */
export function ipv6Text(packet: Uint8Array, owner: string): string {
	const { text, last } = dump(packet, 0)
	return last ? text : text + owner
}

function dump(packet: Uint8Array, at: number): Piece {
	if (at + HEADER > packet.length) return { text: 'TRUNCATED', last: true }
	const first = u32(packet, at)
	// Merged segments have no length in the header (ipv6_payload_len).
	const payload = u16(packet, at + 4) || (at === 0 ? packet.length - HEADER : 0)
	const text =
		`SRC=${ipv6Address(packet, at + 8)} DST=${ipv6Address(packet, at + 24)} LEN=${payload + HEADER} ` +
		`TC=${(first >>> 20) & 0xff} HOPLIMIT=${packet[at + 7] ?? 0} FLOWLBL=${first & 0xfffff} `
	const inner = headers(packet, at)
	return { text: text + inner.text, last: inner.last }
}

/** One `OPT ( ... ) ` for each extension header, then what they carry. */
function headers(packet: Uint8Array, at: number): Piece {
	let text = ''
	let offset = at + HEADER
	let kind = packet[at + 6] ?? 0
	let fragment = false
	while (isExtension(kind)) {
		if (offset + 2 > packet.length) return { text: `${text}TRUNCATED`, last: true }
		const next = packet[offset] ?? 0
		const units = packet[offset + 1] ?? 0
		text += 'OPT ( '
		let length = (units + 1) * 8
		switch (kind) {
			case NEXT.fragment: {
				if (offset + FRAGMENT_HEADER > packet.length) return { text: `${text}FRAG:TRUNCATED `, last: true }
				const place = u16(packet, offset + 2)
				const more = (place & 1) === 0 ? '' : 'INCOMPLETE '
				text += `FRAG:${place & 0xfff8} ${more}ID:${hex8(packet, offset + 4)} `
				if ((place & 0xfff8) !== 0) fragment = true
				length = FRAGMENT_HEADER
				break
			}
			case NEXT.ah: {
				if (fragment) return { text: `${text}AH )`, last: true }
				const spi = security(packet, offset, AH_HEADER, 4)
				if (spi === undefined) return { text: `${text}AH ${incomplete(packet, offset)})`, last: true }
				text += `AH ${spi}`
				length = (units + 2) * 4
				break
			}
			case NEXT.esp: {
				if (fragment) return { text: `${text}ESP )`, last: true }
				const spi = security(packet, offset, ESP_HEADER, 0) ?? incomplete(packet, offset)
				return { text: `${text}ESP ${spi})`, last: true }
			}
			default:
				if (fragment) return { text: `${text})`, last: true }
		}
		text += ') '
		kind = next
		offset += length
	}
	const inner = above(packet, at, offset, kind, fragment)
	return { text: text + inner.text, last: inner.last }
}

/** nf_ip6_ext_hdr without NEXTHDR_NONE. */
const isExtension = (kind: number): boolean =>
	kind === NEXT.hopByHop ||
	kind === NEXT.routing ||
	kind === NEXT.fragment ||
	kind === NEXT.esp ||
	kind === NEXT.ah ||
	kind === NEXT.destination

const hex8 = (packet: Uint8Array, at: number): string =>
	hexByte(packet[at] ?? 0) +
	hexByte(packet[at + 1] ?? 0) +
	hexByte(packet[at + 2] ?? 0) +
	hexByte(packet[at + 3] ?? 0)

function security(packet: Uint8Array, offset: number, header: number, place: number): string | undefined {
	if (offset + header > packet.length) return undefined
	return `SPI=0x${u32(packet, offset + place).toString(16)} `
}

function above(packet: Uint8Array, at: number, offset: number, kind: number, fragment: boolean): Piece {
	switch (kind) {
		case TCP:
			return tcpText(packet, offset, fragment)
		case UDP:
		case UDPLITE:
			return udpText(packet, offset, kind, fragment)
		case NEXT.icmp:
			if (fragment) return { text: 'PROTO=ICMPv6 ', last: false }
			if (offset + ICMP_HEADER > packet.length)
				return { text: `PROTO=ICMPv6 ${incomplete(packet, offset)}`, last: true }
			return { text: `PROTO=ICMPv6 ${icmpText(packet, at, offset)}`, last: false }
		default:
			return { text: `PROTO=${kind} `, last: false }
	}
}

function icmpText(packet: Uint8Array, at: number, offset: number): string {
	const type = packet[offset] ?? 0
	const text = `TYPE=${type} CODE=${packet[offset + 1] ?? 0} `
	switch (type) {
		case ICMP_TYPE.echo:
		case ICMP_TYPE.echoReply:
			return `${text}ID=${u16(packet, offset + 4)} SEQ=${u16(packet, offset + 6)} `
		case ICMP_TYPE.parameterProblem:
			return `${text}POINTER=${hex8(packet, offset + 4)} ${quoted(packet, at, offset)}`
		case ICMP_TYPE.tooBig:
			return `${text}${quoted(packet, at, offset)}MTU=${u32(packet, offset + 4)} `
		case ICMP_TYPE.unreachable:
		case ICMP_TYPE.timeExceeded:
			return text + quoted(packet, at, offset)
		default:
			return text
	}
}

const quoted = (packet: Uint8Array, at: number, offset: number): string =>
	at === 0 ? `[${dump(packet, offset + ICMP_HEADER).text}] ` : ''
