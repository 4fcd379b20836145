import type { FlowQuery } from '../../kernel/conntrack/flow-facts.ts'
import { isIcmp } from '../../kernel/conntrack/flow-match.ts'
import { canonicalAddress } from '../../kernel/packet/address.ts'
import { flowOf, type Packet, parsePacketLine, shortAddress } from '../../kernel/packet/packet-line.ts'

const END = /^(?:\[([0-9a-f:.]+)\]|(\d+\.\d+\.\d+\.\d+|[0-9a-f]*:[0-9a-f:.]*))(?::(\d{1,5}))?$/i

/** `tcp`, `10.0.0.1:80`, `[2001:db8::1]:443`; undefined for what is no flow. */
export function readFlow(protocol: string, from: string, to: string): FlowQuery | undefined {
	const [, from6, from4, fromPort] = END.exec(from) ?? []
	const [, to6, to4, toPort] = END.exec(to) ?? []
	const source = from6 ?? from4
	const destination = to6 ?? to4
	if (source === undefined || destination === undefined || !/^[a-z][a-z0-9-]*$|^\d{1,3}$/i.test(protocol))
		return undefined
	return {
		protocol: protocol.toLowerCase(),
		source: asPrinted(source),
		sourcePort: fromPort === undefined ? null : Number(fromPort),
		destination: asPrinted(destination),
		destinationPort: toPort === undefined ? null : Number(toPort),
	}
}

/** What ss and conntrack print: shortened. nf_log prints IPv6 in full (net/netfilter/nf_log_syslog.c). */
const asPrinted = (address: string): string => shortAddress(canonicalAddress(address))

/** The flow that `10.0.3.7:443 > 10.0.9.21:51514` names, as a reason's row has it. */
export function flowFromText(protocol: string, flow: string): FlowQuery | undefined {
	const [, from, to] = /^(\S+) > (\S+)$/.exec(flow) ?? []
	return from === undefined || to === undefined ? undefined : readFlow(protocol, from, to)
}

/** The flow of a row of reasons; where its last line is one of this flow, with all that the line tells of it. */
export function flowOfRow(protocol: string, flow: string, sample: string): FlowQuery | undefined {
	const query = flowFromText(protocol, flow)
	if (query === undefined || !isIcmp(query)) return query
	const packet = parsePacketLine(sample)?.packet
	return packet !== undefined && flowOf(packet) === flow ? (flowOfPacket(packet) ?? query) : query
}

/** The flow of a packet line, whatever stands in front of it. */
export function flowFromLine(text: string): FlowQuery | undefined {
	const packet = parsePacketLine(text)?.packet
	return packet === undefined ? undefined : flowOfPacket(packet)
}

/** Of an ICMP error that of the packet which it quotes: it has no connection of its own. */
function flowOfPacket({ src, dst, spt, dpt, protocol, icmp, inner }: Packet): FlowQuery | undefined {
	const quoted = inner === null ? undefined : flowOfPacket(inner)
	if (quoted !== undefined) return { ...quoted, isQuoted: true }
	if (src === null || dst === null || protocol === null) return undefined
	const end = (address: string, port: number | null) =>
		`${address.includes(':') ? `[${address}]` : address}${port === null ? '' : `:${port}`}`
	const flow = readFlow(protocol, end(src, spt), end(dst, dpt))
	return flow === undefined || icmp === null ? flow : { ...flow, icmp: { type: icmp.type, id: icmp.id } }
}
