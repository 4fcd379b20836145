import { type PacketLine, shortAddress } from '../../kernel/packet/packet-line.ts'
import {
	direction,
	directionName,
	lengthInPacket,
	NOTHING,
	sctpChunk,
	sctpState,
	word,
} from '../shape/decode.ts'
import { type Decoded, EVERY, type KernelText } from '../shape/reason.ts'

/** net/netfilter/nf_conntrack_proto_udp.c */
export const UDP_TEXTS: readonly KernelText[] = [
	{ id: 'udp-short', format: 'short packet', verdict: 'invalid', kernels: EVERY },
	{
		id: 'udp-trunc',
		format: 'truncated/malformed packet',
		verdict: 'invalid',
		kernels: EVERY,
		decode: udpLengths,
	},
	{ id: 'udp-csum', format: 'bad checksum', verdict: 'invalid', kernels: EVERY },
]

const UDPLITE = '4.18 to 6.18; UDP-Lite is gone in 7.2'

/** The same file. */
export const UDPLITE_TEXTS: readonly KernelText[] = [
	{ id: 'udplite-short', format: 'short packet', verdict: 'invalid', kernels: UDPLITE },
	{ id: 'udplite-cov', format: 'invalid checksum coverage', verdict: 'invalid', kernels: UDPLITE },
	{ id: 'udplite-nocsum', format: 'checksum missing', verdict: 'invalid', kernels: UDPLITE },
	{ id: 'udplite-csum', format: 'bad checksum', verdict: 'invalid', kernels: UDPLITE },
]

const INNER = '5.4 and later, and RHEL 8'

/** net/netfilter/nf_conntrack_proto_icmp.c */
export const ICMP_TEXTS: readonly KernelText[] = [
	{ id: 'icmp-short', format: 'short packet', verdict: 'invalid', kernels: EVERY },
	{ id: 'icmp-csum', format: 'bad hw icmp checksum', verdict: 'invalid', kernels: EVERY },
	{ id: 'icmp-type', format: 'invalid icmp type', verdict: 'invalid', kernels: EVERY, decode: icmpType },
	{
		id: 'icmp-outer',
		format: 'outer daddr %pI4 != inner %pI4',
		title: 'outer daddr != inner',
		verdict: 'invalid',
		kernels: INNER,
		decode: outerAndInner,
	},
]

const REDIRECT = '6.1 and later, and 5.15, 5.10, 5.4 LTS'

/** net/netfilter/nf_conntrack_proto_icmpv6.c */
export const ICMPV6_TEXTS: readonly KernelText[] = [
	{ id: 'icmp6-short', format: 'short packet', verdict: 'invalid', kernels: EVERY },
	{ id: 'icmp6-csum', format: 'ICMPv6 checksum failed', verdict: 'invalid', kernels: EVERY },
	{
		id: 'icmp6-outer',
		format: 'outer daddr %pI6 != inner %pI6',
		title: 'outer daddr != inner',
		verdict: 'invalid',
		like: 'icmp-outer',
		kernels: INNER,
		decode: outerAndInner,
	},
	{ id: 'icmp6-redir-short', format: 'short redirect', verdict: 'invalid', kernels: REDIRECT },
	{
		id: 'icmp6-redir-src',
		format: 'invalid saddr or hoplimit for redirect',
		verdict: 'invalid',
		kernels: REDIRECT,
		decode: (_, { packet }) =>
			packet.src === null || packet.ttl === null
				? NOTHING
				: {
						detail: `from ${shortAddress(packet.src)} with hop limit ${packet.ttl}`,
						params: { from: word(shortAddress(packet.src)), hopLimit: packet.ttl },
					},
	},
	{ id: 'icmp6-redir-opt', format: 'redirect without options', verdict: 'invalid', kernels: REDIRECT },
]

const SCTP_NUMBERS = '6.3 and later, and late 6.1 LTS'

/** net/netfilter/nf_conntrack_proto_sctp.c. Some of its texts carry a second prefix of their own. */
export const SCTP_TEXTS: readonly KernelText[] = [
	{
		id: 'sctp-1',
		format: 'nf_ct_sctp: short packet',
		title: 'short packet',
		verdict: 'invalid',
		kernels: EVERY,
	},
	{
		id: 'sctp-2',
		format: 'nf_ct_sctp: failed to read header',
		title: 'failed to read header',
		verdict: 'invalid',
		kernels: EVERY,
	},
	{ id: 'sctp-3', format: 'nf_ct_sctp: bad CRC', title: 'bad CRC', verdict: 'invalid', kernels: EVERY },
	{
		id: 'sctp-basic',
		format: '%s failed. chunk num %d, type %d, len %d flag %d',
		title: 'do_basic_checks failed',
		verdict: 'invalid',
		kernels: SCTP_NUMBERS,
		decode: ([, chunk, type, length, flag], { packet }) => {
			const bytes = lengthInPacket(length, packet.length)
			return {
				detail: `chunk ${chunk} is ${sctpChunk(type)}${bytes === undefined ? '' : `, ${bytes} bytes`}`,
				params: {
					chunk: Number(chunk),
					type: Number(type),
					name: sctpChunk(type),
					...(bytes === undefined ? {} : { length: bytes }),
					flag: Number(flag),
				},
			}
		},
	},
	{
		id: 'sctp-vtag',
		format: 'verification tag check failed %x vs %x for dir %d',
		title: 'verification tag check failed',
		verdict: 'invalid',
		kernels: SCTP_NUMBERS,
		decode: ([found, expected, dir]) => ({
			detail: `${direction(dir)} with tag ${found}, expected ${expected} (bytes in reverse on x86 and ARM)`,
			params: { tag: word(found), expected: word(expected), direction: directionName(dir) },
		}),
	},
	{
		id: 'sctp-state',
		format: 'Invalid, old_state %d, dir %d, type %d',
		title: 'chunk invalid in this state',
		verdict: 'invalid',
		kernels: SCTP_NUMBERS,
		decode: ([state, dir, type]) => ({
			detail: `${sctpChunk(type)} ${direction(dir)} in state ${sctpState(state)}`,
			params: {
				name: sctpChunk(type),
				type: Number(type),
				direction: directionName(dir),
				state: sctpState(state),
			},
		}),
	},
]

const DCCP = '4.18 to 6.14; DCCP is gone in 6.17'

/** net/netfilter/nf_conntrack_proto_dccp.c. The state text has two places, with and without a blank at its end. */
export const DCCP_TEXTS: readonly KernelText[] = [
	{ id: 'dccp-loose', format: 'not picking up existing connection', verdict: 'invalid', kernels: DCCP },
	{ id: 'dccp-state', format: 'invalid state transition', verdict: 'invalid', kernels: DCCP },
	{ id: 'dccp-ign', format: 'invalid packet', verdict: 'accepted', kernels: DCCP },
	...(
		[
			['dccp-short', 'short packet', '4.19 only'],
			['dccp-trunc', 'truncated/malformed packet', DCCP],
			['dccp-cov', 'bad checksum coverage', DCCP],
			['dccp-csum', 'bad checksum', DCCP],
			['dccp-type', 'reserved packet type', DCCP],
			['dccp-48', 'type lacks 48bit sequence numbers', '6.4 to 6.14, and 6.1, 5.15, 5.10, 5.4 LTS'],
		] as const
	).map(
		([id, text, kernels]): KernelText => ({
			id,
			format: `nf_ct_dccp: ${text}`,
			title: text,
			verdict: 'invalid',
			...(id === 'dccp-csum' ? {} : { like: 'dccp-malformed' }),
			kernels,
		}),
	),
]

function udpLengths(_: readonly string[], { packet }: PacketLine): Decoded {
	const said = Number(packet.fields.LEN ?? Number.NaN)
	if (!Number.isInteger(said) || packet.length === null) return NOTHING
	return {
		detail: `UDP length ${said} in an IP packet of ${packet.length} bytes`,
		params: { udpLength: said, ipLength: packet.length },
	}
}

export function icmpType(_: readonly string[], { packet }: PacketLine): Decoded {
	if (packet.icmp === null) return NOTHING
	const { type, code } = packet.icmp
	return {
		detail: `type ${type}, code ${code ?? '?'}`,
		params: { type, ...(code === null ? {} : { code }) },
	}
}

function outerAndInner([outer = '', inner = '']: readonly string[]): Decoded {
	const [to, known] = [word(shortAddress(outer)), word(shortAddress(inner))]
	return { detail: `sent to ${to}, the connection has ${known}`, params: { outer: to, inner: known } }
}
