import type { PrintkValue } from '../../kernel/dyndbg/dyndbg-format.ts'
import { direction, grouped, sctpChunk, sctpState, tcpPacket } from '../shape/decode.ts'
import { numberAt, wordAt } from './printk-told.ts'

type Values = readonly PrintkValue[]

/** enum tcp_conntrack of include/uapi/linux/netfilter/nf_conntrack_tcp.h */
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
	'MAX',
	'IGNORE',
	'RETRANS',
	'UNACK',
]

const tcpState = (number: number): string => TCP_STATES[number] ?? `state ${number}`

const FLAGS = ['SYN', 'ACK', 'FIN', 'RST']
/** As tcpdump and most people say them: `FIN+ACK`. */
const SPOKEN = ['SYN', 'FIN', 'RST', 'ACK']

/** `ESTABLISHED to FIN_WAIT on FIN+ACK`, of `syn=%i ack=%i fin=%i rst=%i old=%i new=%i`. */
export function tcpTransition(values: Values): string {
	const set = FLAGS.filter((_, at) => numberAt(values, at) === 1)
	const flags = SPOKEN.filter((flag) => set.includes(flag)).join('+')
	const from = tcpState(numberAt(values, 4))
	const to = tcpState(numberAt(values, 5))
	const change = from === to ? `stays ${from}` : `${from} to ${to}`
	return `${change} on ${flags === '' ? 'a packet without SYN, ACK, FIN and RST' : flags}`
}

/** The four conditions of tcp_in_window(), in the words of the reasons that log_invalid prints for them. */
const CONDITIONS = [
	'SEQ is over the upper bound',
	'SEQ is under the lower bound',
	'ACK is over the upper bound',
	'ACK is under the lower bound',
]

/** Of `tcp_in_window: I=%i II=%i III=%i IV=%i`: 1 holds. */
export function windowConditions(values: Values): string {
	const broken = CONDITIONS.filter((_, at) => numberAt(values, at) === 0)
	return broken.length === 0 ? 'inside the window' : broken.join(', ')
}

const WRAP = 0x1_0000_0000

/** `from` to `to` in sequence numbers, which begin again at 2^32. */
const forward = (from: number, to: number): number => (((to - from) % WRAP) + WRAP) % WRAP

/** What one side may still send; the kernel keeps the end of what it has sent and the largest that is allowed. */
function room(name: string, values: Values, at: number): string {
	const end = numberAt(values, at)
	const most = numberAt(values, at + 1)
	if (end === 0 && most === 0) return `${name} not seen yet`
	const left = forward(end, most)
	return left < WRAP / 2
		? `${name} may send ${grouped(left)} more`
		: `${name} is ${grouped(WRAP - left)} beyond`
}

/** Of `sender end=%u maxend=%u maxwin=%u scale=%i receiver end=...`, from the place where its numbers begin. */
export const windows =
	(first: number, each: 3 | 4) =>
	(values: Values): string =>
		`${room('sender', values, first)}, ${room('receiver', values, first + each)}`

/** Of `tcp_in_window: res=%u sender end=...`: what became of the packet, after be_liberal had its say. */
export function windowVerdict(values: Values): string {
	const accepted = numberAt(values, 0) === 1
	return `${accepted ? 'accepted' : 'out of the window'}; ${windows(1, 3)(values)}`
}

/** Of `seq=%u ack=%u+(%d) sack=%u+(%d) win=%u end=%u`; the numbers in brackets are what NAT has added. */
export function segment(values: Values): string {
	const bytes = forward(numberAt(values, 0), numberAt(values, 6))
	const shifted = numberAt(values, 2)
	const size = `${grouped(bytes)} in sequence numbers, window ${grouped(numberAt(values, 5))}`
	return shifted === 0 || Number.isNaN(shifted) ? size : `${size}, ACK shifted by ${shifted} by NAT`
}

/** Of `Invalid dir=%i index=%u ostate=%u`. */
export const tcpInvalid = (values: Values): string =>
	`${tcpPacket(wordAt(values, 1))} ${direction(wordAt(values, 0))} in state ${tcpState(numberAt(values, 2))}`

/** RFC 792 and RFC 1256 */
const ICMP: Readonly<Record<number, string>> = {
	0: 'echo reply',
	6: 'alternate address',
	9: 'router advertisement',
	10: 'router solicitation',
	14: 'timestamp reply',
	16: 'information reply',
	18: 'address mask reply',
}
/** RFC 4443, RFC 4861 and RFC 4620 */
const ICMPV6: Readonly<Record<number, string>> = {
	129: 'echo reply',
	140: 'node information answer',
}

const icmp = (names: Readonly<Record<number, string>>) => (values: Values) => {
	const type = numberAt(values, 0)
	const name = names[type]
	return name === undefined ? `type ${wordAt(values, 0)}` : `type ${type}, ${name}`
}

export const icmpType = icmp(ICMP)
export const icmpv6Type = icmp(ICMPV6)

/** Of `nf_conntrack_sctp: Invalid dir=%i ctype=%u conntrack=%u`. */
export const sctpInvalid = (values: Values): string =>
	`${sctpChunk(wordAt(values, 1))} ${direction(wordAt(values, 0))} in state ${sctpState(wordAt(values, 2))}`

export const sctpChunkAt =
	(at: number) =>
	(values: Values): string =>
		sctpChunk(wordAt(values, at))

/** Of `dir: %d   cur_state: %s  chunk_type: %d  new_state: %s`. */
export const sctpTransition = (values: Values): string =>
	`${bare(wordAt(values, 1))} to ${bare(wordAt(values, 3))} on ${sctpChunk(wordAt(values, 2))} ${direction(wordAt(values, 0))}`

/** The names of the kernel are `SCTP_CONNTRACK_NONE` or `NONE`. */
const bare = (state: string): string => state.replace(/^SCTP_CONNTRACK_/, '')

/** Of `Unknown chunk type %d, Will stay in %s`. Also types that no connection can begin with are unknown there. */
export const sctpStays = (values: Values): string =>
	`${sctpChunk(wordAt(values, 0))}, stays ${bare(wordAt(values, 1))}`

/** A tag is printed as it stands in the packet: on most machines its bytes come in the other order. */
export const tag =
	(at: number, dir?: number) =>
	(values: Values): string => {
		const printed = wordAt(values, at)
		const where = dir === undefined ? '' : ` ${direction(wordAt(values, dir))}`
		const swapped = printed.padStart(8, '0').match(/../g)?.reverse().join('') ?? printed
		return `tag ${printed}, on little-endian machines 0x${swapped}${where}`
	}

/** Of `Unsupported GRE proto(0x%x)`, EtherTypes. */
export function greProtocol(values: Values): string {
	const number = numberAt(values, 0)
	const names: Readonly<Record<number, string>> = { 2048: 'IPv4', 34525: 'IPv6', 25944: 'Ethernet' }
	const name = names[number]
	return `carries ${name ?? `protocol 0x${wordAt(values, 0)}`}, not PPP (0x880b)`
}

/** Of `bogus IPv4 packet: nhoff %u, ihl %u, skblen %u`; ihl is in bytes already. */
export const bogusHeader = (values: Values): string =>
	`a header of ${wordAt(values, 1)} bytes at ${wordAt(values, 0)} in ${wordAt(values, 2)} bytes`

/** Numbers that NAT has shifted, from a pair of places. */
export const shifted =
	(...pairs: readonly (readonly [name: string, at: number])[]) =>
	(values: Values): string =>
		pairs
			.map(([name, at]) => {
				const by = (numberAt(values, at + 1) - numberAt(values, at)) | 0
				return by === 0 ? `${name} not shifted` : `${name} shifted by ${by}`
			})
			.join(', ')
