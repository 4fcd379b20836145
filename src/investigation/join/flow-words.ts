import type { FlowQuery } from '../../kernel/conntrack/flow-facts.ts'
import { type PacketLine, parsePacketLine } from '../../kernel/packet/packet-line.ts'
import { canonicalAddress } from './addresses.ts'

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
		source: canonicalFor(source),
		sourcePort: fromPort === undefined ? null : Number(fromPort),
		destination: canonicalFor(destination),
		destinationPort: toPort === undefined ? null : Number(toPort),
	}
}

/** What ss and conntrack print: shortened. nf_log prints IPv6 in full (net/netfilter/nf_log_syslog.c). */
function canonicalFor(address: string): string {
	if (!address.includes(':')) return address
	const groups = canonicalAddress(address).split(':')
	const text = groups.join(':')
	const zeros = [...text.matchAll(/(?:^|:)0(?::0)+(?=:|$)/g)]
		.map(([run]) => run)
		.sort((a, b) => b.length - a.length)[0]
	if (zeros === undefined) return text
	return text
		.replace(zeros, zeros.startsWith(':') || text.startsWith(zeros) ? '::' : ':')
		.replace(/:{3,}/, '::')
}

/** The flow that `10.0.3.7:443 > 10.0.9.21:51514` names, as a reason's row has it. */
export function flowFromText(protocol: string, flow: string): FlowQuery | undefined {
	const [, from, to] = /^(\S+) > (\S+)$/.exec(flow) ?? []
	return from === undefined || to === undefined ? undefined : readFlow(protocol, from, to)
}

/** The flow of a packet line, whatever stands in front of it. */
export function flowFromLine(text: string): FlowQuery | undefined {
	const line: PacketLine | undefined = parsePacketLine(text)
	const packet = line?.packet
	if (packet === undefined || packet.src === null || packet.dst === null || packet.protocol === null)
		return undefined
	const end = (address: string, port: number | null) =>
		`${address.includes(':') ? `[${address}]` : address}${port === null ? '' : `:${port}`}`
	return readFlow(packet.protocol, end(packet.src, packet.spt), end(packet.dst, packet.dpt))
}
