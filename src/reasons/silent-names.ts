import type { BeyondText } from '../kernel/log/beyond-text.ts'
import type { Packet } from '../kernel/packet/packet.ts'
import { SILENT_PATHS, type SilentPath } from './silent-paths.ts'
import type { KernelTraits } from './traits.ts'

/** What an INVALID packet without a log line is by itself; a name for it also asks how this kernel is set. */
export type SilentShape = {
	readonly id: SilentId
	/** Nothing that the name rests on was cut off, or is not told by a line. */
	readonly isSure: boolean
}

/** What is known beside the packet. `values`: knobs by their id, as they were meanwhile. */
export type KnownHere = {
	readonly values: Readonly<Record<string, string>>
	readonly traits: KernelTraits
}

export type SilentName = {
	readonly id: SilentId
	readonly title: string
	/** Of SILENT_PATHS. */
	readonly path: string
	readonly counter: SilentPath['counter']
	readonly confidence: 'high' | 'medium' | 'low'
	/** What speaks for it, one sentence without its full stop. */
	readonly because: string
}

type Judgement = readonly [SilentName['confidence'], because: string] | undefined

type Definition = {
	readonly title: string
	readonly path: string
	readonly judge: (known: KnownHere, isSure: boolean) => Judgement
}

const always =
	(because: string): Definition['judge'] =>
	() => ['high', because]

/** With an entry each of these packets has a line whenever it is INVALID (the table of states of nf_conntrack_proto_tcp.c). */
const asNew: Definition['judge'] = ({ traits }) =>
	traits.tellsNew === true
		? undefined
		: ['high', 'with an entry it would have a line; without one, kernels before 6.8 print none']

const WITHOUT_REQUEST = 'it opens no connection, so its request has no entry here, or none any more'

const NAMES = {
	'silent-fin': { title: 'FIN without an entry', path: 'silent-tcp-new', judge: asNew },
	'silent-rst': { title: 'RST without an entry', path: 'silent-tcp-new', judge: asNew },
	'silent-own-rst': {
		title: 'RST without an entry, sent by this host',
		path: 'silent-tcp-new',
		judge: asNew,
	},
	'silent-syn-ack': { title: 'SYN/ACK without an entry', path: 'silent-tcp-new', judge: asNew },
	'silent-mid-stream': {
		title: 'mid-stream packet refused, tcp_loose is 0',
		path: 'silent-tcp-loose',
		judge({ values: { tcp_loose } }) {
			if (tcp_loose === '0')
				return ['high', 'it has no entry, tcp_loose is 0, and no kernel prints a line for it']
			return tcp_loose === undefined
				? [
						'medium',
						'nothing else is silent about it, but nf_conntrack_tcp_loose was not read, or has changed',
					]
				: undefined
		},
	},
	'silent-tcp-short': {
		title: 'bad header: TCP of less than 20 bytes',
		path: 'silent-tcp-short',
		judge: always('the packet ends in its TCP header'),
	},
	'silent-ports': {
		title: 'bad header: no room for the ports',
		path: 'silent-header',
		judge: always('the packet ends before its ports do'),
	},
	'silent-header': {
		title: 'bad header: IP headers that cannot be parsed',
		path: 'silent-header',
		judge: (_, isSure) =>
			isSure
				? ['high', 'its headers lead to no protocol']
				: ['medium', 'its headers lead beyond the end of what was copied'],
	},
	'silent-echo-reply': {
		title: 'unsolicited echo reply',
		path: 'silent-icmp-reply',
		judge: always(WITHOUT_REQUEST),
	},
	'silent-icmp-reply': {
		title: 'unsolicited ICMP reply',
		path: 'silent-icmp-reply',
		judge: always(WITHOUT_REQUEST),
	},
	'silent-icmp-type': {
		title: 'ICMP of a type that is no request and no error',
		path: 'silent-icmp-reply',
		judge: always('conntrack makes entries for requests only'),
	},
	'silent-icmp-error': {
		title: 'ICMP error about an unknown connection',
		path: 'silent-icmp-error',
		judge: (_, isSure) =>
			isSure
				? ['high', 'the connection that it quotes has no entry, and no kernel prints a line for it']
				: ['medium', 'no other ICMP error is silent, but what it quotes was not seen'],
	},
	'silent-icmp-too-big': {
		title: 'ICMP "too big" about an unknown connection',
		path: 'silent-icmp-error',
		judge: (_, isSure) =>
			isSure
				? ['high', 'the connection that it quotes has no entry, and no kernel prints a line for it']
				: ['medium', 'no other ICMP error is silent, but what it quotes was not seen'],
	},
	'silent-own-icmp-error': {
		title: 'ICMP error of this host about a packet without an entry',
		path: 'silent-icmp-error',
		judge: always(
			'this host sends it, and what it quotes has no entry: a packet that is INVALID itself, often',
		),
	},
	'silent-icmp-cut': {
		title: 'ICMP error whose quoted packet is cut',
		path: 'silent-icmp-error',
		judge: always('too little of a packet is quoted to know its connection'),
	},
	'silent-sctp': {
		title: 'SCTP without an entry that does not begin with INIT',
		path: 'silent-sctp',
		judge: ({ traits }) =>
			traits.windowVerdict === 'accepted'
				? ['high', 'such a chunk opens no association, and with an entry it would have a line']
				: ['medium', 'such a chunk opens no association; with another tag it may have an entry'],
	},
	'silent-sctp-empty': {
		title: 'SCTP without a chunk',
		path: 'silent-sctp',
		judge: always('there is no room for a chunk after its header'),
	},
	'silent-sctp-init': {
		title: 'SCTP INIT with a verification tag',
		path: 'silent-sctp',
		judge: always('the tag of an INIT has to be 0'),
	},
	'silent-sctp-tag': {
		title: 'SCTP with an entry and another verification tag',
		path: 'silent-sctp-tag',
		judge: () => ['medium', 'no other COOKIE ECHO is silent'],
	},
	'silent-sctp-either': {
		title: 'SCTP that fits no association: no entry, or another verification tag',
		path: 'silent-sctp',
		judge: () => [
			'medium',
			'both are silent for such a chunk, and the packet alone does not tell them apart',
		],
	},
	'silent-gre': {
		title: 'GRE version 1 that does not carry PPP',
		path: 'silent-gre',
		judge: (_, isSure) =>
			isSure
				? ['high', 'its header says so']
				: ['medium', 'no other GRE is silent, but its header was not seen'],
	},
} as const satisfies Readonly<Record<string, Definition>>

export type SilentId = keyof typeof NAMES

const COUNTERS = new Map(SILENT_PATHS.map(({ id, counter }) => [id, counter]))

/** The silent path that a name belongs to; undefined for an id that is none of a name. */
export const pathOfName = (id: string): string | undefined =>
	Object.entries(NAMES).find(([name]) => name === id)?.[1].path

/**
 * Why a packet of this shape is INVALID on this host; undefined where this kernel, set as it is, would have printed a line
 * or let it through: then it is something that nobody thought of.
 */
export function nameOf({ id, isSure }: SilentShape, known: KnownHere): SilentName | undefined {
	const { title, path, judge }: Definition = NAMES[id]
	const judged = judge(known, isSure)
	if (judged === undefined) return undefined
	const [confidence, because] = judged
	return { id, title, path, counter: COUNTERS.get(path) ?? 'invalid', confidence, because }
}

/** What a packet is; undefined when no known path is silent about such a one. */
export function shapeOf(packet: Packet, beyond?: BeyondText): SilentShape | undefined {
	const found = idOf(packet, beyond)
	return typeof found === 'string' ? { id: found, isSure: true } : found
}

type Found = SilentId | SilentShape | undefined

const unsure = (id: SilentId): SilentShape => ({ id, isSure: false })

function idOf(packet: Packet, beyond: BeyondText | undefined): Found {
	const { protocol, family, spt, icmp } = packet
	const bytes = missingHeader(packet)
	if (bytes !== undefined && bytes >= BEHIND_THE_END) return ofHeader(packet)
	switch (protocol) {
		case 'TCP':
			return spt === null ? ofShort(bytes, 'silent-tcp-short') : ofTcp(packet)
		case 'UDP':
		case 'UDPLITE':
			return spt === null ? ofShort(bytes, undefined) : undefined
		case 'ICMP':
		case 'ICMPv6':
			return icmp === null ? undefined : ofIcmp(packet)
		case '47':
			return ofGre(beyond)
		case '132':
			return beyond?.of === 'SCTP' ? ofSctp(beyond) : 'silent-sctp-either'
		// No next header (RFC 8200).
		case '59':
			return family === 6 ? 'silent-header' : undefined
		case null:
			return family === 6 ? ofHeader(packet) : undefined
		default:
			return undefined
	}
}

/** Ports alone are asked for before a tracker is (nf_ct_get_tuple_ports); TCP needs its whole header. */
const PORTS = 4
const TCP_HEADER = 20
/** The kernel subtracts without a sign. */
const BEHIND_THE_END = 2 ** 31

/** Bytes that are there where the text says that a header is not whole. */
function missingHeader({ words }: Packet): number | undefined {
	for (const word of words) {
		const [, bytes] = /^INCOMPLETE \[(\d+) bytes\]$/.exec(word) ?? []
		if (bytes !== undefined) return Number(bytes)
	}
	return undefined
}

/** At least so much of a packet is copied, bytes: where there is more, the rest of its headers may be in that. */
const COPIED = 512

const ofHeader = ({ length }: Packet): Found =>
	length !== null && length <= COPIED ? 'silent-header' : unsure('silent-header')

function ofShort(bytes: number | undefined, short: SilentId | undefined): Found {
	if (bytes === undefined) return undefined
	if (bytes < PORTS) return 'silent-ports'
	return bytes < TCP_HEADER ? short : undefined
}

const isSent = ({ in: from, out }: Packet): boolean => from === null && out !== null

/** In the order in which conntrack asks for the flags (get_conntrack_index). A SYN alone opens a connection. */
function ofTcp(packet: Packet): Found {
	const { flags } = packet
	const has = (flag: string) => flags.includes(flag)
	if (has('RST')) return isSent(packet) ? 'silent-own-rst' : 'silent-rst'
	if (has('SYN')) return has('ACK') ? 'silent-syn-ack' : undefined
	if (has('FIN')) return 'silent-fin'
	return has('ACK') ? 'silent-mid-stream' : undefined
}

/** Types that conntrack takes for errors (nf_conntrack_icmpv4_error, nf_conntrack_icmpv6_error). */
const ICMP_ERRORS: readonly number[] = [3, 4, 5, 11, 12]
const LEAST_ICMPV6_QUERY = 128

/** Requests and their replies (nf_conntrack_proto_icmp.c, nf_conntrack_proto_icmpv6.c). */
const QUERIES = {
	ICMP: { requests: [8, 13, 15, 17], echo: 0, replies: [14, 16, 18] },
	ICMPv6: { requests: [128, 139], echo: 129, replies: [140] },
} as const

/** Whether an ICMP packet is an error; `too-big`: that a packet was longer than the next link takes (RFC 1191, RFC 8201). */
export function icmpError({ protocol, icmp }: Packet): 'too-big' | 'error' | undefined {
	if (icmp === null) return undefined
	const isTooBig = protocol === 'ICMP' ? icmp.type === 3 && icmp.code === 4 : icmp.type === 2
	if (isTooBig) return 'too-big'
	const isError = protocol === 'ICMP' ? ICMP_ERRORS.includes(icmp.type) : icmp.type < LEAST_ICMPV6_QUERY
	return isError ? 'error' : undefined
}

function ofIcmp(packet: Packet): Found {
	const { protocol, icmp, inner } = packet
	const error = icmpError(packet)
	if (error !== undefined) {
		if (isSent(packet)) return 'silent-own-icmp-error'
		// A line ends there when the error has less than its own header and that of the quoted packet.
		if (inner === null ? missingHeader(packet) !== undefined : isCut(inner)) return 'silent-icmp-cut'
		const id = error === 'too-big' ? 'silent-icmp-too-big' : 'silent-icmp-error'
		return inner === null ? unsure(id) : id
	}
	const { requests, echo, replies } = QUERIES[protocol === 'ICMP' ? 'ICMP' : 'ICMPv6']
	const is = (types: readonly number[]) => icmp !== null && types.includes(icmp.type)
	if (is([echo])) return 'silent-echo-reply'
	if (is(replies)) return 'silent-icmp-reply'
	return is(requests) ? undefined : 'silent-icmp-type'
}

const isCut = (inner: Packet): boolean =>
	inner.src === null || inner.protocol === null || (missingHeader(inner) ?? PORTS) < PORTS

/** EtherType of PPP in GRE (include/net/pptp.h). */
const PPP = 0x880b

function ofGre(beyond: BeyondText | undefined): Found {
	if (beyond?.of !== 'GRE') return unsure('silent-gre')
	return beyond.version === 1 && beyond.carries !== PPP ? 'silent-gre' : undefined
}

/** Types of chunks (include/linux/sctp.h). */
const INIT = 1
const COOKIE_ECHO = 10
/** INIT ACK, HEARTBEAT and its ACK, ABORT, SHUTDOWN ACK and COMPLETE: their tags are looked at by rules of their own. */
const TAGS_OF_THEIR_OWN: readonly number[] = [2, 4, 5, 6, 8, 14]

function ofSctp({ tag, chunk }: Extract<BeyondText, { of: 'SCTP' }>): Found {
	if (chunk === null) return 'silent-sctp-empty'
	if (chunk === INIT) return tag === 0 ? undefined : 'silent-sctp-init'
	if (chunk === COOKIE_ECHO) return 'silent-sctp-tag'
	return TAGS_OF_THEIR_OWN.includes(chunk) ? 'silent-sctp-either' : 'silent-sctp'
}
