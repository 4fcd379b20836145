import type { KernelText, Verdict } from '../shape/reason.ts'
import { icmpType } from './other-texts.ts'
import { inStateOnly } from './tcp-texts.ts'

/** One fixed prefix for each protocol, `nf_ct_tcp:`, in the trees of 3.10 and 4.14; nf_ct_proto_N took its place in 4.18. */
const FIXED = '3.10 to 4.17'
/** `ip_ct_tcp:` and `ip_conntrack_tcp: INVALID:`, net/ipv4/netfilter/ip_conntrack_proto_*.c. */
export const OLDEST = '2.4 and early 2.6'
/** With the prefixes of later kernels already. */
const OLD = '2.6'

type Row = readonly [id: string, format: string, like: string, more?: Partial<KernelText>]

const legacy = (rows: readonly Row[], verdict: Verdict = 'invalid'): readonly KernelText[] =>
	rows.map(([id, format, like, more]) => ({ id, format, like, verdict, kernels: FIXED, ...more }))

const TCP: readonly KernelText[] = [
	...legacy([
		['legacy-tcp-tcp-short', 'short packet', 'tcp-short'],
		['legacy-tcp-tcp-trunc', 'truncated/malformed packet', 'tcp-trunc'],
		['legacy-tcp-tcp-csum', 'bad TCP checksum', 'tcp-csum'],
		['legacy-tcp-tcp-flags', 'invalid TCP flag combination', 'tcp-flags'],
		['legacy-tcp-tcp-state-old', 'invalid state', 'tcp-state'],
		['legacy-tcp-tcp-rst', 'invalid RST', 'tcp-rst'],
		[
			'legacy-tcp-tcp-win-seq-over-old',
			'SEQ is over the upper bound (over the window of the receiver)',
			'tcp-win-seq-over',
			{ title: 'SEQ is over the upper bound' },
		],
		[
			'legacy-tcp-tcp-win-seq-under-old',
			'SEQ is under the lower bound (already ACKed data retransmitted)',
			'tcp-win-seq-under-old',
			{ title: 'SEQ is under the lower bound' },
		],
		[
			'legacy-tcp-tcp-win-ack-over-old',
			'ACK is over the upper bound (ACKed data not seen yet)',
			'tcp-win-ack-over',
			{ title: 'ACK is over the upper bound' },
		],
		[
			'legacy-tcp-tcp-win-ack-under-old',
			'ACK is under the lower bound (possible overly delayed ACK)',
			'tcp-win-ack-under-old',
			{ title: 'ACK is under the lower bound' },
		],
		['legacy-tcp-tcp-win-bug', 'BUG', 'tcp-win-bug'],
	]),
	...legacy(
		[
			[
				'legacy-tcp-tcp-ign-old',
				'invalid packet ignored in state %s',
				'tcp-ign',
				{ title: 'invalid packet ignored in state', decode: inStateOnly },
			],
			['legacy-tcp-tcp-challenge', 'challenge-ACK ignored', 'tcp-challenge'],
			['legacy-tcp-ignored', 'invalid packet ignored', 'tcp-ign', { kernels: OLDEST }],
			// The kernel's own slip of the pen, in several of these.
			['legacy-tcp-packed', 'invalid packed ignored', 'tcp-ign', { kernels: OLD }],
			['legacy-tcp-rst-ignored', 'invalid RST (ignored)', 'tcp-ign', { kernels: OLDEST }],
			['legacy-tcp-syn-ignored', 'invalid SYN (ignored)', 'tcp-ign', { kernels: OLDEST }],
		],
		'accepted',
	),
	// Returned as -NF_DROP, the only such case with a text.
	...legacy(
		[['legacy-tcp-out-of-sync', 'killing out of sync session', 'legacy-tcp-out-of-sync', { kernels: OLD }]],
		'dropped',
	),
	...legacy([
		['legacy-tcp-truncated', 'truncated packet', 'tcp-trunc', { kernels: OLDEST }],
		[
			'legacy-tcp-seq-under',
			'SEQ is under the lower bound (retransmitted already ACKed data)',
			'tcp-win-seq-under-old',
			{ title: 'SEQ is under the lower bound', kernels: OLDEST },
		],
		[
			'legacy-tcp-ack-over',
			'ACK is over the upper bound (ACKed data has never seen yet)',
			'tcp-win-ack-over',
			{ title: 'ACK is over the upper bound', kernels: OLDEST },
		],
		[
			'legacy-tcp-ack-under',
			'ACK is under the lower bound (possibly overly delayed ACK)',
			'tcp-win-ack-under-old',
			{ title: 'ACK is under the lower bound', kernels: OLDEST },
		],
	]),
]

const DCCP: readonly KernelText[] = [
	...legacy([['legacy-dccp-dccp-ign', 'invalid packet ignored', 'dccp-ign']], 'accepted'),
	...legacy([
		['legacy-dccp-dccp-state', 'invalid state transition', 'dccp-state'],
		['legacy-dccp-dccp-short', 'short packet', 'dccp-malformed'],
		['legacy-dccp-dccp-trunc', 'truncated/malformed packet', 'dccp-malformed'],
		['legacy-dccp-dccp-cov', 'bad checksum coverage', 'dccp-malformed'],
		['legacy-dccp-dccp-csum', 'bad checksum', 'dccp-csum'],
		['legacy-dccp-dccp-type', 'reserved packet type', 'dccp-malformed'],
		['legacy-dccp-dccp-loose', 'not picking up existing connection', 'dccp-loose'],
	]),
]

/** Texts with the old prefixes, by protocol number. */
export const LEGACY_TEXTS: ReadonlyMap<number, readonly KernelText[]> = new Map([
	[
		1,
		legacy([
			['legacy-icmp-icmp-short', 'short packet', 'icmp-short'],
			['legacy-icmp-icmp-csum', 'bad HW ICMP checksum', 'icmp-csum'],
			['legacy-icmp-csum', 'bad ICMP checksum', 'icmp-csum', { kernels: OLDEST }],
			['legacy-icmp-icmp-type', 'invalid ICMP type', 'icmp-type', { decode: icmpType }],
		]),
	],
	[6, TCP],
	[
		17,
		legacy([
			['legacy-udp-udp-short', 'short packet', 'udp-short'],
			['legacy-udp-udp-trunc', 'truncated/malformed packet', 'udp-trunc'],
			['legacy-udp-udp-csum', 'bad UDP checksum', 'udp-csum'],
		]),
	],
	[33, DCCP],
	[
		58,
		legacy([
			['legacy-icmpv6-icmp6-short', 'short packet', 'icmp6-short'],
			['legacy-icmpv6-icmp6-csum', 'ICMPv6 checksum failed', 'icmp6-csum'],
			[
				'legacy-icmpv6-newtype',
				'invalid new with type %d',
				'legacy-icmpv6-newtype',
				{
					title: 'invalid new with type',
					kernels: '3.10 (RHEL 7); silent later',
					decode: ([type]) => ({ detail: `type ${type}`, params: { type: Number(type) } }),
				},
			],
		]),
	],
	[
		132,
		legacy([
			['legacy-sctp-sctp-1', 'short packet', 'sctp-1'],
			['legacy-sctp-sctp-2', 'failed to read header', 'sctp-2'],
			['legacy-sctp-sctp-3', 'bad CRC', 'sctp-3'],
		]),
	],
	[
		136,
		legacy([
			['legacy-udplite-udplite-short', 'short packet', 'udplite-short'],
			['legacy-udplite-udplite-cov', 'invalid checksum coverage', 'udplite-cov'],
			['legacy-udplite-udplite-nocsum', 'checksum missing', 'udplite-nocsum'],
			['legacy-udplite-udplite-csum', 'bad UDPLite checksum', 'udplite-csum'],
		]),
	],
])
