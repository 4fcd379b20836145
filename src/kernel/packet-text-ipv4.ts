import { hexBytesUpper, hexByteUpper, ipv4Address, u16, u32 } from './packet-bytes.ts'
import { incomplete, type Piece, TCP, tcpText, UDP, UDPLITE, udpText } from './packet-text-transport.ts'

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

/** dump_ipv4_packet: from `SRC=` to the end. `owner` is UID, GID and MARK as printed. */
export function ipv4Text(packet: Uint8Array, owner: string): string {
	const { text, last } = dump(packet, 0)
	return last ? text : text + owner
}

/** The header at `at`; not 0 for the packet that an ICMP error quotes. Of that one nothing is quoted any more. */
function dump(packet: Uint8Array, at: number): Piece {
	if (at + HEADER > packet.length) return { text: 'TRUNCATED', last: true }
	const tos = packet[at + 1] ?? 0
	const cut = u16(packet, at + 6)
	// Merged segments have no length in the header (iph_totlen).
	const length = u16(packet, at + 2) || (at === 0 ? packet.length : 0)
	let text =
		`SRC=${ipv4Address(packet, at + 12)} DST=${ipv4Address(packet, at + 16)} LEN=${length} ` +
		`TOS=0x${hexByteUpper(tos & 0x1e)} PREC=0x${hexByteUpper(tos & 0xe0)} TTL=${packet[at + 8] ?? 0} ID=${u16(packet, at + 4)} `
	if ((cut & 0x8000) !== 0) text += 'CE '
	if ((cut & 0x4000) !== 0) text += 'DF '
	if ((cut & 0x2000) !== 0) text += 'MF '
	const fragment = (cut & 0x1fff) !== 0
	if (fragment) text += `FRAG:${cut & 0x1fff} `

	const next = at + ((packet[at] ?? 0) & 0x0f) * 4
	if (next > at + HEADER) {
		if (next > packet.length) return { text: `${text}TRUNCATED`, last: true }
		text += `OPT (${hexBytesUpper(packet, at + HEADER, next)}) `
	}
	const inner = above(packet, at, next, packet[at + 9] ?? 0, fragment)
	return { text: text + inner.text, last: inner.last }
}

function above(packet: Uint8Array, at: number, next: number, protocol: number, fragment: boolean): Piece {
	switch (protocol) {
		case TCP:
			return tcpText(packet, next, fragment)
		case UDP:
		case UDPLITE:
			return udpText(packet, next, protocol, fragment)
		case ICMP:
			return { text: `PROTO=ICMP ${fragment ? '' : icmpText(packet, at, next)}`, last: false }
		case AH:
			if (fragment) return { text: '', last: false }
			return { text: `PROTO=AH ${spi(packet, next, AH_HEADER, 4)}`, last: false }
		case ESP:
			return { text: `PROTO=ESP ${fragment ? '' : spi(packet, next, ESP_HEADER, 0)}`, last: false }
		default:
			return { text: `PROTO=${protocol} `, last: false }
	}
}

function spi(packet: Uint8Array, offset: number, header: number, place: number): string {
	if (offset + header > packet.length) return incomplete(packet, offset)
	return `SPI=0x${u32(packet, offset + place).toString(16)} `
}

function icmpText(packet: Uint8Array, at: number, offset: number): string {
	if (offset + ICMP_HEADER > packet.length) return incomplete(packet, offset)
	const type = packet[offset] ?? 0
	const code = packet[offset + 1] ?? 0
	const text = `TYPE=${type} CODE=${code} `
	if (packet.length - offset < (ICMP_LENGTH.get(type) ?? 0)) return text + incomplete(packet, offset)
	switch (type) {
		case ICMP_TYPE.echo:
		case ICMP_TYPE.echoReply:
			return `${text}ID=${u16(packet, offset + 4)} SEQ=${u16(packet, offset + 6)} `
		case ICMP_TYPE.parameterProblem:
			return `${text}PARAMETER=${packet[offset + 4] ?? 0} `
		case ICMP_TYPE.redirect:
			return `${text}GATEWAY=${ipv4Address(packet, offset + 4)} ${quoted(packet, at, offset)}`
		case ICMP_TYPE.unreachable: {
			const mtu = code === FRAG_NEEDED ? `MTU=${u16(packet, offset + 6)} ` : ''
			return text + quoted(packet, at, offset) + mtu
		}
		case ICMP_TYPE.sourceQuench:
		case ICMP_TYPE.timeExceeded:
			return text + quoted(packet, at, offset)
		default:
			return text
	}
}

const quoted = (packet: Uint8Array, at: number, offset: number): string =>
	at === 0 ? `[${dump(packet, offset + ICMP_HEADER).text}] ` : ''
