import { isForMany } from '../../kernel/packet/address.ts'
import { shortAddress, whereOf } from '../../kernel/packet/flow.ts'
import type { Packet } from '../../kernel/packet/packet.ts'
import type { Grouping } from '../../model/grouping.ts'
import * as english from '../../words/english/who/groupings.ts'

/** Key of the packets of which a grouping is not known: their line does not say it, or was cut. */
export const NOT_KNOWN = ''
/** The network namespace that is looked at. */
export const OWN_NETNS = 'own'

export type Spread = 'sources' | 'targets' | 'ports'

/** How many different ones a row has: a scan is one row with its number of targets. What is one by itself is left out. */
export const SPREADS: Readonly<Record<Grouping, readonly Spread[]>> = {
	source: ['targets', 'ports'],
	destination: ['sources', 'ports'],
	port: ['sources', 'targets'],
	interface: ['sources', 'targets', 'ports'],
	namespace: ['sources', 'targets', 'ports'],
	'source-prefix': ['sources', 'targets', 'ports'],
	'destination-prefix': ['sources', 'targets', 'ports'],
}

export type Ends = {
	/** In the short form; NOT_KNOWN where the line has none. */
	readonly source: string
	readonly target: string
	/** `TCP 443`; NOT_KNOWN for a packet without ports. */
	readonly port: string
}

/** Both ends of a packet as its line has them: before any NAT, and each direction of a connection by itself. */
export function endsOf(packet: Packet | undefined): Ends {
	const { src, dst, arp, protocol, dpt } = packet ?? {}
	return {
		source: addressOf(src ?? arp?.senderIp),
		target: addressOf(dst ?? arp?.targetIp),
		port: dpt === undefined || dpt === null ? NOT_KNOWN : `${protocol ?? '?'} ${dpt}`,
	}
}

/** The group of a packet by each grouping but the namespace, which no line tells. */
export function keysOf(
	packet: Packet | undefined,
	{ source, target }: Ends,
): Readonly<Record<Exclude<Grouping, 'namespace'>, string>> {
	return {
		source,
		destination: target,
		port: packet === undefined ? NOT_KNOWN : portKey(packet),
		interface: packet === undefined ? NOT_KNOWN : whereOf(packet),
		'source-prefix': prefixOf(source),
		'destination-prefix': prefixOf(target),
	}
}

/** `TCP 443`, `ICMP type 3`; what it is where it has no ports. */
function portKey({ protocol, dpt, icmp, words }: Packet): string {
	if (protocol === null) return NOT_KNOWN
	if (dpt !== null) return `${protocol} ${dpt}`
	if (icmp !== null) return english.icmpType(protocol, icmp.type)
	const isFragment = words.some((word) => word.startsWith('FRAG:'))
	// Of TCP and its like a line without ports was cut, or the packet was.
	if (!isFragment && HAS_PORTS.has(protocol)) return NOT_KNOWN
	return isFragment ? english.fragmentWithoutPorts(protocol) : english.withoutPorts(protocol)
}

const HAS_PORTS: ReadonlySet<string> = new Set(['TCP', 'UDP', 'UDPLITE', 'SCTP', 'DCCP'])

const MAPPED = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/

/** IPv6 short, IPv4 mapped into it with its dots: so it is told from the IPv4 address itself. */
function addressOf(printed: string | null | undefined): string {
	if (printed === null || printed === undefined) return NOT_KNOWN
	const short = shortAddress(printed)
	const [, high, low] = MAPPED.exec(short) ?? []
	if (high === undefined || low === undefined) return short
	const [one, other] = [Number.parseInt(high, 16), Number.parseInt(low, 16)]
	return `::ffff:${[one >> 8, one & 255, other >> 8, other & 255].join('.')}`
}

const DOTTED = /^(::ffff:)?(\d{1,3}\.\d{1,3}\.\d{1,3})\.\d{1,3}$/

/**
 * `10.0.3.0/24`, `2001:db8:1:2::/64`, of an IPv4 address in IPv6 `::ffff:10.0.3.0/120`. A group of receivers is no place
 * in a network, and stays as it is.
 */
export function prefixOf(address: string): string {
	if (address === NOT_KNOWN || isForMany(address)) return address
	const dotted = DOTTED.exec(address)
	if (dotted !== null) return `${dotted[1] ?? ''}${dotted[2]}.0/${dotted[1] === undefined ? 24 : 120}`
	const groups = groupsOf(address)
	if (groups === undefined) return NOT_KNOWN
	return `${shortAddress([...groups.slice(0, 4), '0', '0', '0', '0'].join(':'))}/64`
}

/** All eight of an IPv6 address. */
function groupsOf(address: string): readonly string[] | undefined {
	const [head = '', tail, ...more] = address.split('::')
	const split = (part: string) => (part === '' ? [] : part.split(':'))
	const [before, after] = [split(head), split(tail ?? '')]
	const missing = 8 - before.length - after.length
	if (more.length > 0 || (tail === undefined ? missing !== 0 : missing < 1)) return undefined
	const groups = [...before, ...Array.from({ length: missing }, () => '0'), ...after]
	return groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group)) ? groups : undefined
}
