import { type PacketLine, shortAddress } from '../kernel/packet-line.ts'
import { direction, lengthInPacket, sctpChunk, sctpState } from './decode.ts'
import type { KernelText } from './reason.ts'

/** net/netfilter/nf_conntrack_proto_udp.c */
export const UDP_TEXTS: readonly KernelText[] = [
	{ id: 'udp-short', text: 'short packet', verdict: 'invalid' },
	{ id: 'udp-trunc', text: 'truncated/malformed packet', verdict: 'invalid', detail: udpLengths },
	{ id: 'udp-csum', text: 'bad checksum', verdict: 'invalid' },
]

/** The same file, up to 6.18: UDP-Lite is gone in 7.2. */
export const UDPLITE_TEXTS: readonly KernelText[] = [
	{ id: 'udplite-short', text: 'short packet', verdict: 'invalid' },
	{ id: 'udplite-cov', text: 'invalid checksum coverage', verdict: 'invalid' },
	{ id: 'udplite-nocsum', text: 'checksum missing', verdict: 'invalid' },
	{ id: 'udplite-csum', text: 'bad checksum', verdict: 'invalid' },
]

/** net/netfilter/nf_conntrack_proto_icmp.c */
export const ICMP_TEXTS: readonly KernelText[] = [
	{ id: 'icmp-short', text: 'short packet', verdict: 'invalid' },
	{ id: 'icmp-csum', text: 'bad hw icmp checksum', verdict: 'invalid' },
	{ id: 'icmp-type', text: 'invalid icmp type', verdict: 'invalid', detail: icmpType },
	{
		id: 'icmp-outer',
		text: /^outer daddr ([\d.]{7,15}) != inner ([\d.]{7,15})$/,
		title: 'outer daddr != inner',
		verdict: 'invalid',
		detail: outerAndInner,
	},
]

/** net/netfilter/nf_conntrack_proto_icmpv6.c */
export const ICMPV6_TEXTS: readonly KernelText[] = [
	{ id: 'icmp6-short', text: 'short packet', verdict: 'invalid' },
	{ id: 'icmp6-csum', text: 'ICMPv6 checksum failed', verdict: 'invalid' },
	{
		id: 'icmp6-outer',
		text: /^outer daddr ([\da-f:]{2,45}) != inner ([\da-f:]{2,45})$/,
		title: 'outer daddr != inner',
		verdict: 'invalid',
		like: 'icmp-outer',
		detail: outerAndInner,
	},
	{ id: 'icmp6-redir-short', text: 'short redirect', verdict: 'invalid' },
	{
		id: 'icmp6-redir-src',
		text: 'invalid saddr or hoplimit for redirect',
		verdict: 'invalid',
		detail: (_, { packet }) =>
			packet.src === null || packet.ttl === null
				? ''
				: `from ${shortAddress(packet.src)} with hop limit ${packet.ttl}`,
	},
	{ id: 'icmp6-redir-opt', text: 'redirect without options', verdict: 'invalid' },
]

/** net/netfilter/nf_conntrack_proto_sctp.c; the texts with numbers came with 6.3. */
export const SCTP_TEXTS: readonly KernelText[] = [
	{ id: 'sctp-short', text: 'nf_ct_sctp: short packet', title: 'short packet', verdict: 'invalid' },
	{
		id: 'sctp-header',
		text: 'nf_ct_sctp: failed to read header',
		title: 'failed to read header',
		verdict: 'invalid',
	},
	{ id: 'sctp-crc', text: 'nf_ct_sctp: bad CRC', title: 'bad CRC', verdict: 'invalid' },
	{
		id: 'sctp-basic',
		text: /^\w{1,40} failed\. chunk num (\d{1,10}), type (\d{1,10}), len (\d{1,10}) flag (\d{1,10})$/,
		title: 'do_basic_checks failed',
		verdict: 'invalid',
		detail: ([chunk, type, length], { packet }) => {
			const bytes = lengthInPacket(length, packet.length)
			return `chunk ${chunk} is ${sctpChunk(type)}${bytes === undefined ? '' : `, ${bytes} bytes`}`
		},
	},
	{
		id: 'sctp-vtag',
		text: /^verification tag check failed ([\da-f]{1,8}) vs ([\da-f]{1,8}) for dir (-?\d{1,10})$/,
		title: 'verification tag check failed',
		verdict: 'invalid',
		detail: ([found, expected, dir]) =>
			`${direction(dir)} with tag ${found}, expected ${expected} (bytes in reverse on x86 and ARM)`,
	},
	{
		id: 'sctp-state',
		text: /^Invalid, old_state (-?\d{1,10}), dir (-?\d{1,10}), type (-?\d{1,10})$/,
		title: 'chunk invalid in this state',
		verdict: 'invalid',
		detail: ([state, dir, type]) => `${sctpChunk(type)} ${direction(dir)} in state ${sctpState(state)}`,
	},
]

/** net/netfilter/nf_conntrack_proto_dccp.c up to 6.14: DCCP is gone in 6.17. */
export const DCCP_TEXTS: readonly KernelText[] = [
	{ id: 'dccp-loose', text: 'not picking up existing connection', verdict: 'invalid' },
	{ id: 'dccp-state', text: 'invalid state transition', verdict: 'invalid' },
	{ id: 'dccp-ign', text: 'invalid packet', verdict: 'accepted' },
	...(
		[
			['dccp-short', 'short packet'],
			['dccp-trunc', 'truncated/malformed packet'],
			['dccp-cov', 'bad checksum coverage'],
			['dccp-csum', 'bad checksum'],
			['dccp-type', 'reserved packet type'],
			['dccp-48', 'type lacks 48bit sequence numbers'],
		] as const
	).map(
		([id, text]): KernelText => ({
			id,
			text: `nf_ct_dccp: ${text}`,
			title: text,
			verdict: 'invalid',
			like: id === 'dccp-csum' ? 'udp-csum' : 'dccp-malformed',
		}),
	),
]

function udpLengths(_: readonly string[], { packet }: PacketLine): string {
	const said = packet.fields.LEN
	if (said === undefined || packet.length === null) return ''
	return `UDP length ${said} in an IP packet of ${packet.length} bytes`
}

function icmpType(_: readonly string[], { packet }: PacketLine): string {
	return packet.icmp === null ? '' : `type ${packet.icmp.type}, code ${packet.icmp.code ?? '?'}`
}

function outerAndInner([outer = '', inner = '']: readonly string[]): string {
	return `sent to ${shortAddress(outer)}, the connection has ${shortAddress(inner)}`
}
