import type { Packet } from '../../kernel/packet/packet.ts'
import { sackedUpTo } from '../../kernel/packet/segments.ts'
import { visible } from '../../words/visible.ts'
import type { Decoded } from './reason.ts'

export const NOTHING: Decoded = { detail: '', params: {} }

/** `80 123`: digits in groups of three. */
export function grouped(number: number): string {
	if (!(number >= 1000 && Number.isFinite(number))) return String(number)
	const rest = number % 1000
	const zeros = rest < 10 ? '00' : rest < 100 ? '0' : ''
	return `${grouped((number - rest) / 1000)} ${zeros}${rest}`
}

/** RFC 7323: 65535 shifted by 14. */
const WIDEST_WINDOW = 2 ** 30

/**
 * `SEQ is 80 123 beyond the bound`. `distance` is how far the number lies behind the bound modulo 2^32, negative when
 * it lies before it (before() and after() of include/net/tcp.h).
 */
export function againstBound(
	name: 'SEQ' | 'ACK',
	value: number | null,
	printed: string | undefined,
): Decoded {
	const bound = Number(printed)
	if (!(bound <= 0xffff_ffff)) return NOTHING
	if (value === null) return { detail: '', params: { bound } }
	const distance = (value - bound) | 0
	const params = name === 'SEQ' ? { bound, seq: value, distance } : { bound, ack: value, distance }
	if (distance === 0) return { detail: `${name} is exactly at the bound`, params }
	if (Math.abs(distance) > WIDEST_WINDOW)
		return {
			detail: `${name} is ${grouped(Math.abs(distance))} from the bound, farther than any window reaches`,
			params,
		}
	const far = distance > 0 ? `${grouped(distance)} beyond` : `${grouped(-distance)} below`
	return { detail: `${name} is ${far} the bound`, params }
}

/**
 * What an ACK acknowledges against a bound: the highest of its number and of its SACK blocks, which conntrack looks at as one
 * (tcp_sack in net/netfilter/nf_conntrack_proto_tcp.c).
 */
export function acknowledged(packet: Packet, printed: string | undefined): Decoded {
	const { ack } = packet
	if (ack === null) return againstBound('ACK', null, printed)
	const highest = sackedUpTo(packet).reduce((most, edge) => (((edge - most) | 0) > 0 ? edge : most), ack)
	const { detail, params } = againstBound('ACK', highest, printed)
	if (highest === ack) return { detail, params }
	return { detail: detail.replace(/^ACK/, 'SACK'), params: { ...params, ack, sack: highest } }
}

/** enum ip_conntrack_dir */
export function direction(dir: string | undefined): string {
	if (dir === '0') return 'in the original direction'
	return dir === '1' ? 'in the reply direction' : `in direction ${dir ?? '?'}`
}

/** The same as a word for programs. */
export function directionName(dir: string | undefined): string {
	if (dir === '0') return 'original'
	return dir === '1' ? 'reply' : (dir ?? '')
}

/** enum tcp_bit_set of net/netfilter/nf_conntrack_proto_tcp.c */
const TCP_PACKETS = ['SYN', 'SYN/ACK', 'FIN', 'ACK', 'RST', 'packet without SYN, ACK, FIN and RST']

export function tcpPacket(index: string | undefined): string {
	return TCP_PACKETS[Number(index)] ?? `packet of kind ${index ?? '?'}`
}

/** `RST in the reply direction in state TIME_WAIT`, from index, direction and state. */
export function inState([index, dir, printed]: readonly string[]): Decoded {
	const packet = tcpPacket(index)
	const state = word(printed)
	return {
		detail: `${packet} ${direction(dir)} in state ${state}`,
		params: { packet, index: Number(index), direction: directionName(dir), state },
	}
}

/** enum sctp_conntrack */
const SCTP_STATES = [
	'NONE',
	'CLOSED',
	'COOKIE_WAIT',
	'COOKIE_ECHOED',
	'ESTABLISHED',
	'SHUTDOWN_SENT',
	'SHUTDOWN_RECD',
	'SHUTDOWN_ACK_SENT',
	'HEARTBEAT_SENT',
]

export function sctpState(state: string | undefined): string {
	return SCTP_STATES[Number(state)] ?? `number ${state ?? '?'}`
}

/** Chunk types of RFC 9260 */
const SCTP_CHUNKS: ReadonlyMap<string, string> = new Map([
	['0', 'DATA'],
	['1', 'INIT'],
	['2', 'INIT ACK'],
	['3', 'SACK'],
	['4', 'HEARTBEAT'],
	['5', 'HEARTBEAT ACK'],
	['6', 'ABORT'],
	['7', 'SHUTDOWN'],
	['8', 'SHUTDOWN ACK'],
	['9', 'ERROR'],
	['10', 'COOKIE ECHO'],
	['11', 'COOKIE ACK'],
	['14', 'SHUTDOWN COMPLETE'],
])

export function sctpChunk(type: string | undefined): string {
	return SCTP_CHUNKS.get(type ?? '') ?? `chunk of type ${type ?? '?'}`
}

/**
 * A 16-bit length that the kernel printed without turning it from network byte order: on little-endian machines its
 * two bytes are swapped. Only the reading that fits into the packet can be right; undefined when that does not decide.
 */
export function lengthInPacket(printed: string | undefined, packetLength: number | null): number | undefined {
	const value = wholeNumber(printed, 0xffff)
	if (value === undefined || packetLength === null) return undefined
	const swapped = ((value & 0xff) << 8) | (value >> 8)
	const asPrinted = value <= packetLength
	const turned = swapped <= packetLength
	if (asPrinted === turned) return value === swapped && turned ? value : undefined
	return turned ? swapped : value
}

function wholeNumber(text: string | undefined, most: number): number | undefined {
	if (text === undefined || !/^\d{1,10}$/.test(text)) return undefined
	const number = Number(text)
	return number <= most ? number : undefined
}

/** Text of a line, as a parameter. */
export const word = (text: string | undefined): string => visible(text ?? '')
