import { visible } from '../../words/visible.ts'
import type { EntryShape, TcpMember, TupleMember } from './entry-shape.ts'
import { hostAddress, u16At, u32At } from './memory.ts'

/** What conntrack holds an entry for: its original direction. */
export type EntryTuple = {
	/** NFPROTO_: 2 IPv4, 10 IPv6. */
	readonly family: number
	readonly protocol: number
	readonly source: string
	readonly destination: string
	/** Of ICMP: the id, and type and code in one number. */
	readonly sourcePort: number
	readonly destinationPort: number
}

/** What one direction of a connection has shown so far (struct ip_ct_tcp_state). */
export type SeenWindow = {
	/** Highest end of a segment, and how far it might go. */
	readonly end: number
	readonly highestEnd: number
	readonly largestWindow: number
	readonly highestAck: number
	readonly scale: number
	readonly flags: readonly SeenFlag[]
}

export type SeenFlag =
	| 'window-scale'
	| 'sack'
	| 'closing'
	| 'liberal'
	| 'unacknowledged'
	| 'ack-seen'
	| 'challenge-ack'
	| 'simultaneous-open'

/** What the verdict over a TCP packet was made from: as it was when conntrack complained. */
export type WindowLedger = {
	readonly state: string
	readonly original: SeenWindow
	readonly reply: SeenWindow
	readonly lastDirection: 'original' | 'reply' | null
	readonly retransmits: number
	readonly lastSeq: number
	readonly lastAck: number
	readonly lastEnd: number
	readonly lastWindow: number
}

/** enum tcp_conntrack (include/uapi/linux/netfilter/nf_conntrack_tcp.h). */
const TCP_STATES = [
	'NONE',
	'SYN_SENT',
	'SYN_RECV',
	'ESTABLISHED',
	'FIN_WAIT',
	'CLOSE_WAIT',
	'LAST_ACK',
	'TIME_WAIT',
	'CLOSE',
	'SYN_SENT2',
] as const

/** IP_CT_TCP_FLAG_ of the same file, and IP_CT_TCP_SIMULTANEOUS_OPEN, from bit 0 on. */
const FLAGS: readonly SeenFlag[] = [
	'window-scale',
	'sack',
	'closing',
	'liberal',
	'unacknowledged',
	'ack-seen',
	'challenge-ack',
	'simultaneous-open',
]

const NFPROTO_IPV4 = 2
const NFPROTO_IPV6 = 10

/** `at`: where the tuple is in `memory`. Undefined where the kernel has one of another form. */
export function entryTuple(
	memory: Uint8Array,
	at: number,
	{ tuple }: EntryShape,
	littleEndian: boolean,
): EntryTuple | undefined {
	if (tuple === null) return undefined
	const place = (member: TupleMember): number => at + tuple[member]
	const family = u16At(memory, place('family'), littleEndian)
	if (family !== NFPROTO_IPV4 && family !== NFPROTO_IPV6) return undefined
	return {
		family,
		protocol: memory[place('protocol')] ?? 0,
		source: hostAddress(memory, place('source'), family),
		destination: hostAddress(memory, place('destination'), family),
		// As on the wire.
		sourcePort: u16At(memory, place('sourcePort'), false),
		destinationPort: u16At(memory, place('destinationPort'), false),
	}
}

/** Of an entry of TCP; of any other the same bytes mean something else. */
export function windowLedger(
	memory: Uint8Array,
	at: number,
	{ tcp }: EntryShape,
	littleEndian: boolean,
): WindowLedger | undefined {
	if (tcp === null) return undefined
	const u8 = (member: TcpMember) => memory[at + tcp[member]] ?? 0
	const u32 = (member: TcpMember) => u32At(memory, at + tcp[member], littleEndian)
	const seen = (direction: 'original' | 'reply'): SeenWindow => ({
		end: u32(`${direction}-end`),
		highestEnd: u32(`${direction}-highestEnd`),
		largestWindow: u32(`${direction}-largestWindow`),
		highestAck: u32(`${direction}-highestAck`),
		scale: u8(`${direction}-scale`),
		flags: FLAGS.filter((_, bit) => (u8(`${direction}-flags`) >>> bit) & 1),
	})
	const lastDirection = u8('lastDirection')
	return {
		state: TCP_STATES[u8('state')] ?? visible(String(u8('state'))),
		original: seen('original'),
		reply: seen('reply'),
		lastDirection: lastDirection === 0 ? 'original' : lastDirection === 1 ? 'reply' : null,
		retransmits: u8('retransmits'),
		lastSeq: u32('lastSeq'),
		lastAck: u32('lastAck'),
		lastEnd: u32('lastEnd'),
		lastWindow: u16At(memory, at + tcp.lastWindow, littleEndian),
	}
}

/** Name of a TCP state by its number. */
export const tcpState = (number: number): string | null => TCP_STATES[number] ?? null

/** Their tuple has ports; that of ICMP has the id and the type in their place. */
const WITH_PORTS: ReadonlySet<number> = new Set([6, 17, 33, 132, 136])

/** As `flowOf` (kernel/packet/flow.ts) names packets of its original direction. */
export function flowOfTuple(tuple: EntryTuple): string {
	const { family, protocol, source, sourcePort, destination, destinationPort } = tuple
	const end = (address: string, port: number) =>
		WITH_PORTS.has(protocol) ? `${family === 10 ? `[${address}]` : address}:${port}` : address
	return `${end(source, sourcePort)} > ${end(destination, destinationPort)}`
}
