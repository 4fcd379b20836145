import { isWithin, sameAddress } from '../packet/address.ts'
import { protocolNumber } from '../packet/protocol.ts'
import type { EndedEntry } from './ended-entry.ts'
import type { Entry, FlowFacts, FlowQuery } from './flow-facts.ts'
import type { SocketEnd, SocketLine } from './socket-list.ts'

/** Types of ICMP and ICMPv6 whose answers conntrack knows: the answer of each (nf_conntrack_proto_icmp.c, invmap). */
const ANSWERS: ReadonlyMap<number, number> = new Map(
	[
		[8, 0],
		[13, 14],
		[15, 16],
		[17, 18],
		[128, 129],
	].flatMap(([one = 0, other = 0]) => [
		[one, other],
		[other, one],
	]),
)

const WITH_PORTS = ['tcp', 'udp', 'udplite', 'sctp', 'dccp']
const ICMP = ['icmp', 'icmpv6', 'ipv6-icmp']

export const hasPorts = ({ protocol }: FlowQuery): boolean => WITH_PORTS.includes(protocol)
export const isIcmp = ({ protocol }: FlowQuery): boolean => ICMP.includes(protocol)

/** All is given by which conntrack tells connections of this protocol apart; else several may fit. */
export const isWhole = (query: FlowQuery): boolean =>
	hasPorts(query)
		? query.sourcePort !== null && query.destinationPort !== null
		: !isIcmp(query) || (query.icmp?.id ?? null) !== null

/** The flow of the answer. */
export function inverseOf(query: FlowQuery): FlowQuery {
	const { source, sourcePort, destination, destinationPort, icmp } = query
	const answer = icmp === undefined || icmp.type === null ? undefined : ANSWERS.get(icmp.type)
	return {
		...query,
		source: destination,
		sourcePort: destinationPort,
		destination: source,
		destinationPort: sourcePort,
		...(icmp === undefined ? {} : { icmp: { ...icmp, type: answer ?? icmp.type } }),
	}
}

/**
 * Which direction of the entry a packet of this flow is, before NAT or behind it: undefined when the entry is none of its
 * own. What the query leaves open fits everything.
 */
export function wayOf(entry: Entry, query: FlowQuery): 'original' | 'reply' | undefined {
	const number = protocolNumber(query.protocol)
	if (number === undefined ? entry.protocol !== query.protocol : entry.l4proto !== number) return undefined
	const inverse = inverseOf(query)
	if (isTuple(entry.original, query) || isTuple(entry.reply, inverse)) return 'original'
	return isTuple(entry.reply, query) || isTuple(entry.original, inverse) ? 'reply' : undefined
}

/** The entry that has ended was of this flow, in either direction, before NAT or behind it. Ports that are not asked for fit any. */
export function isEndOf({ protocol, original, reply }: EndedEntry, query: FlowQuery): boolean {
	if (protocolNumber(protocol) !== protocolNumber(query.protocol)) return false
	const is = (address: string | null, asked: string) => address !== null && sameAddress(address, asked)
	const isPort = (port: number | null, asked: number | null) => asked === null || port === asked
	const fits = (
		{ src, dst, sport, dport }: EndedEntry['original'],
		{ source, sourcePort, ...to }: FlowQuery,
	) =>
		is(src, source) &&
		isPort(sport, sourcePort) &&
		is(dst, to.destination) &&
		isPort(dport, to.destinationPort)
	const inverse = inverseOf(query)
	return [original, reply].some((tuple) => tuple !== null && (fits(tuple, query) || fits(tuple, inverse)))
}

/** The receiver of this flow asks another address from the same port, and has no answer yet. */
export function isAskedElsewhere({ protocol, original, unreplied }: Entry, query: FlowQuery): boolean {
	return (
		unreplied &&
		protocol === query.protocol &&
		original.src !== null &&
		original.dst !== null &&
		sameAddress(original.src, query.destination) &&
		original.sport === query.destinationPort &&
		!sameAddress(original.dst, query.source)
	)
}

function isTuple(tuple: Entry['reply'], query: FlowQuery): boolean {
	if (tuple === null || tuple.src === null || tuple.dst === null) return false
	const isOpen = (asked: number | null | undefined, has: number | null) =>
		asked === null || asked === undefined || asked === has
	const field = (name: string) => (tuple.fields[name] === undefined ? null : Number(tuple.fields[name]))
	return (
		sameAddress(tuple.src, query.source) &&
		sameAddress(tuple.dst, query.destination) &&
		(!hasPorts(query) ||
			(isOpen(query.sourcePort, tuple.sport) && isOpen(query.destinationPort, tuple.dport))) &&
		(!isIcmp(query) || (isOpen(query.icmp?.type, field('type')) && isOpen(query.icmp?.id, field('id'))))
	)
}

/** Its reply is not simply the original the other way round: NAT. */
export const isTranslated = ({ original, reply }: Entry): boolean =>
	reply !== null &&
	(original.src !== reply.dst ||
		original.dst !== reply.src ||
		original.sport !== reply.dport ||
		original.dport !== reply.sport)

/** Zone of the entry by direction, 0 where none is printed (nf_ct_zone_id). */
export function zonesOf({ original, reply, fields }: Entry): {
	readonly original: number
	readonly reply: number
} {
	const both = Number(fields.zone ?? 0)
	return {
		original: Number(original.fields['zone-orig'] ?? both),
		reply: Number(reply?.fields['zone-reply'] ?? both),
	}
}

/** The zone in which the entry is looked for by a packet of this flow; undefined where it is none of its own. */
export function zoneFor(entry: Entry, query: FlowQuery): number | undefined {
	const way = wayOf(entry, query)
	return way === undefined ? undefined : zonesOf(entry)[way]
}

/** An end of the flow as a local socket would have it. */
export type LocalEnd = {
	readonly is: 'sender' | 'receiver'
	readonly local: SocketEnd
	readonly peer: SocketEnd
}

/**
 * What the sockets at both ends have: who began speaks with the addresses of the original direction, who answers with
 * those of the reply (NAT stands between them). Without an entry what the packet itself has.
 */
export function endsOf(query: FlowQuery, entries: readonly Entry[]): readonly LocalEnd[] {
	const end = (address: string | null, port: number | null): SocketEnd => ({ address: address ?? '', port })
	if (entries.length === 0) {
		const from = end(query.source, query.sourcePort)
		const to = end(query.destination, query.destinationPort)
		return [
			{ is: 'sender', local: from, peer: to },
			{ is: 'receiver', local: to, peer: from },
		]
	}
	return entries.flatMap((entry): readonly LocalEnd[] => {
		const { original, reply } = entry
		const isOriginal = wayOf(entry, query) === 'original'
		return [
			{
				is: isOriginal ? 'sender' : 'receiver',
				local: end(original.src, original.sport),
				peer: end(original.dst, original.dport),
			},
			...(reply === null
				? []
				: [
						{
							is: isOriginal ? ('receiver' as const) : ('sender' as const),
							local: end(reply.src, reply.sport),
							peer: end(reply.dst, reply.dport),
						},
					]),
		]
	})
}

/** It listens, or it is a socket of UDP that is connected to nobody: it takes what comes from anybody. */
const isWaiting = ({ state }: Pick<SocketLine, 'state'>): boolean => state === 'LISTEN' || state === 'UNCONN'

const isEnd = (one: SocketEnd, other: SocketEnd): boolean =>
	one.port !== null && one.port === other.port && sameAddress(one.address, other.address)

/** `*` is every address, `0.0.0.0` every one of IPv4, `::` every one of IPv6 only. */
const isAt = ({ address }: SocketEnd, wanted: string): boolean =>
	address === '*' ||
	(address === '0.0.0.0' && !wanted.includes(':')) ||
	(address === '::' && wanted.includes(':')) ||
	sameAddress(address, wanted)

export type FlowSockets = {
	/** The socket that sends packets of this direction, and the one that gets them, by their four. */
	readonly sender: SocketLine | undefined
	readonly receiver: SocketLine | undefined
	/** Those that wait for anybody where the packets go to, and those of UDP that may have sent them. */
	readonly waiting: readonly SocketLine[]
	readonly unconnected: readonly SocketLine[]
}

/** Of all that was found the sockets of exactly this flow. */
export function socketsOf({
	query,
	entries,
	sockets,
}: Pick<FlowFacts, 'query' | 'entries' | 'sockets'>): FlowSockets {
	const ends = endsOf(query, entries ?? [])
	const all = sockets ?? []
	const connected = (is: LocalEnd['is']) =>
		all.find((one) =>
			ends.some(
				(end) => !isWaiting(one) && end.is === is && isEnd(one.local, end.local) && isEnd(one.peer, end.peer),
			),
		)
	const waitingAt = (is: LocalEnd['is']) =>
		all.filter((one) =>
			ends.some(
				({ is: which, local }) =>
					isWaiting(one) &&
					which === is &&
					local.port !== null &&
					one.local.port === local.port &&
					isAt(one.local, local.address),
			),
		)
	return {
		sender: connected('sender'),
		receiver: connected('receiver'),
		waiting: waitingAt('receiver'),
		unconnected: waitingAt('sender').filter(({ state }) => state === 'UNCONN'),
	}
}

/** An address of this network namespace. */
export const isAddressHere = ({ addresses }: Pick<FlowFacts, 'addresses'>, address: string): boolean =>
	addresses.some((one) => sameAddress(one, address) || (one.includes('/') && isWithin(address, one) === true))
