import type { PacketLine } from '../../kernel/packet/packet-line.ts'
import { endText, type TracedPacket } from '../../kernel/rules/trace.ts'
import * as english from '../../words/english/investigation/path.ts'

export const IPV4_SOURCE = english.ipSaddr
export const IPV6_SOURCE = english.ip6Saddr

/** The first of these headers that was told. */
export const fieldOf = ({ fields }: TracedPacket, ...names: readonly string[]): string | undefined =>
	names.map((name) => fields[name]).find((value) => value !== undefined)

const LAYERS = ['tcp', 'udp', 'sctp', 'icmp', 'icmpv6', 'arp']

/** TCP, UDP, ICMP or what else it is of; empty where that was not told. */
function protocolOf(packet: TracedPacket): string {
	const told = fieldOf(packet, english.ipProtocol, english.ip6Nexthdr)
	if (told !== undefined) return told === english.icmpv6AsNft ? 'ICMPV6' : told.toUpperCase()
	const names = Object.keys(packet.fields)
	return (LAYERS.find((layer) => names.some((name) => name.startsWith(`${layer} `))) ?? '').toUpperCase()
}

/** `TCP 10.0.0.1:5 > 10.0.0.2:80 ACK FIN`. */
export function flowText(packet: TracedPacket): string {
	const from = endText(
		fieldOf(packet, IPV4_SOURCE, IPV6_SOURCE, english.etherSaddr),
		fieldOf(packet, english.tcpSport, english.udpSport, english.sctpSport),
	)
	const to = endText(
		fieldOf(packet, english.ipDaddr, english.ip6Daddr, english.etherDaddr),
		fieldOf(packet, english.tcpDport, english.udpDport, english.sctpDport),
	)
	const type = [english.icmpType, english.icmpCode, english.icmpv6Type, english.icmpv6Code].flatMap(
		(name) => packet.fields[name] ?? [],
	)
	return [protocolOf(packet), `${from} > ${to}`, flagsText(fieldOf(packet, english.tcpFlags)), ...type]
		.filter(Boolean)
		.join(' ')
}

const FLAGS = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR']

/** A number where nft has no name for the sum, else names between strokes. */
function flagsText(flags: string | undefined): string {
	if (flags === undefined) return ''
	const sum = /^0x[0-9a-f]+$/.test(flags) ? Number(flags) : undefined
	if (sum === undefined) return flags.replaceAll('|', ' ').toUpperCase()
	return FLAGS.filter((_, bit) => (sum & (1 << bit)) !== 0).join(' ')
}

/** `in eth0, 40 bytes, TTL 63, IP id 4711`, as far as it was told; may be empty. */
export function packetText(packet: TracedPacket): string {
	const [first] = packet.visits
	const last = packet.visits.at(-1)
	// IPv6 counts what is behind its header.
	const bytes = fieldOf(packet, english.ipLength)
	const hops = fieldOf(packet, english.ipTtl, english.ip6Hoplimit)
	const id = fieldOf(packet, english.ipId)
	return [
		...(first === undefined || first.from === '' ? [] : [english.cameInBy(first.from)]),
		...(last === undefined || last.to === '' ? [] : [english.goesOutBy(last.to)]),
		...(bytes === undefined ? [] : [english.bytes(bytes)]),
		...(hops === undefined ? [] : [english.ttl(hops)]),
		...(id === undefined || id === '0' ? [] : [english.id(id)]),
	].join(', ')
}

/** The same addresses and ports, and the same number of the IP packet where both tell it. */
export function isSame(packet: TracedPacket, { packet: logged }: PacketLine): boolean {
	const of = (...names: readonly string[]) => fieldOf(packet, ...names)
	const id = of(english.ipId)
	const loggedId = logged.fields.ID
	return (
		logged.src === of(IPV4_SOURCE, IPV6_SOURCE) &&
		logged.dst === of(english.ipDaddr, english.ip6Daddr) &&
		String(logged.spt ?? '') === (of(english.tcpSport, english.udpSport, english.sctpSport) ?? '') &&
		String(logged.dpt ?? '') === (of(english.tcpDport, english.udpDport, english.sctpDport) ?? '') &&
		(id === undefined || loggedId === undefined || id === loggedId)
	)
}
