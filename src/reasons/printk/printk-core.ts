import { bogusHeader, shifted } from './printk-decode.ts'
import { type SiteText, textsOf } from './printk-told.ts'

/** get_l4proto() reads the packet itself, and the one that an ICMP error quotes. */
const HEADER = ['silent-header', 'silent-icmp-error']

const PROXY = 'getsockopt(SO_ORIGINAL_DST) of a transparent proxy'

/** Sites that belong to no tracker (net/netfilter/nf_conntrack_core.c and others), as they stand in 4.18 to 7.3. */
export const CORE_SITES: readonly SiteText[] = [
	...textsOf('nf_conntrack_core.c', [
		[
			'bogus IPv4 packet: nhoff %u, ihl %u, skblen %u',
			'per-bad-packet',
			'the IPv4 header does not fit into the packet, or into what an ICMP error quotes',
			{ explains: HEADER, decode: bogusHeader },
		],
		[
			"can't get nexthdr",
			'per-bad-packet',
			'the IPv6 header is cut, as a rule that of a packet which an ICMP error quotes',
			{ explains: HEADER },
		],
		[
			"can't find proto in pkt",
			'per-bad-packet',
			'no transport header follows the IPv6 extension headers: none, cut, or in another fragment',
			{ explains: HEADER },
		],
		[
			'not prepared to track yet or error occurred',
			'per-bad-packet',
			'the IP header does not lead to a transport header: INVALID, before any tracker sees it',
			{ explains: ['silent-header'] },
		],
		[
			"nf_conntrack_in: Can't track with proto module",
			'per-bad-packet',
			'the tracker has refused a packet; nearly always it is INVALID. The line above it may say why',
			{
				narrows: [
					'silent-tcp-new',
					'silent-tcp-loose',
					'silent-tcp-short',
					'silent-icmp-reply',
					'silent-sctp',
					'silent-sctp-tag',
					'silent-reopen',
				],
			},
		],
		[
			"can't track with proto module",
			'per-bad-packet',
			'the tracker will not open an entry for a packet: INVALID. The line above it may say why',
			{
				narrows: [
					'silent-tcp-new',
					'silent-tcp-loose',
					'silent-tcp-short',
					'silent-icmp-reply',
					'silent-sctp',
				],
			},
		],
		[
			"Can't get tuple",
			'per-bad-packet',
			'the transport header has no room for ports, or is GRE that carries no PPP: INVALID',
			{ explains: ['silent-tcp-short', 'silent-gre'] },
		],
		[
			"Can't invert tuple.",
			'per-bad-packet',
			'an ICMP type that no answer belongs to, such as router advertisement: INVALID',
			{ explains: ['silent-icmp-reply'] },
		],
		[
			'new packet for %p',
			'per-packet',
			'a packet of a flow without a reply so far: the first one, every one of a one-way stream, and any that is refused next',
		],
		['normal packet for %p', 'per-packet', 'a packet from the opener of a connection that has been answered'],
		['related packet for %p', 'per-packet', 'a packet of a connection that a helper expected'],
		[
			'Confirming conntrack %p',
			'per-connection',
			'the first packet has passed all rules: its entry goes into the table',
		],
		[
			'expectation arrives ct=%p exp=%p',
			'per-connection',
			'a connection that a helper expected has come: RELATED',
		],
		['clean_from_lists(%p)', 'per-connection', 'an entry leaves the table: closed, timed out or deleted'],
		['destroy_conntrack(%p)', 'per-connection', 'an entry ends, or one that was made for a refused packet'],
		[
			'%s(%p)',
			'per-connection',
			'an entry ends, or one that was made for a refused packet',
			{ func: 'nf_ct_destroy' },
		],
		[
			'destroy_conntrack: returning ct=%p to slab',
			'per-connection',
			'the memory of an entry is free: from here on its address may belong to another one',
		],
		[
			'%s: returning ct=%p to slab',
			'per-connection',
			'the memory of an entry is free: from here on its address may belong to another one',
			{ func: 'nf_ct_destroy' },
		],
		[
			'Altering reply tuple of %p to',
			'per-connection',
			'NAT changes what the answers of a connection look like',
		],
	]),
	...textsOf('nf_conntrack_acct.h', [
		[
			'failed to add accounting extension area',
			'rare',
			'no memory for the counters of an entry; the entry stays',
		],
	]),
	...textsOf('nf_conntrack_helper.c', [
		['failed to add helper extension area', 'rare', 'no memory for the helper of an entry; it is not helped'],
	]),
	...textsOf('nf_conntrack_proto.c', [
		['SO_ORIGINAL_DST: Not a TCP/SCTP socket', 'rare', `${PROXY}: not a socket of TCP or SCTP`],
		['SO_ORIGINAL_DST: len %d not %zu', 'rare', `${PROXY}: the buffer of the program is too small`],
		['SO_ORIGINAL_DST: %pI4 %u', 'per-connection', `${PROXY}: the address before NAT`],
		[
			"SO_ORIGINAL_DST: Can't find %pI4/%u-%pI4/%u.",
			'per-connection',
			`${PROXY}: the connection has no entry, so it was not redirected here`,
		],
		[
			"IP6T_SO_ORIGINAL_DST: Can't find %pI6c/%u-%pI6c/%u.",
			'per-connection',
			`${PROXY}: the connection has no entry, so it was not redirected here`,
		],
		[
			'proto header not found',
			'per-bad-packet',
			'an IPv6 packet with an entry has no transport header that can be found: helpers and sequence numbers are left out',
		],
	]),
	...textsOf('nf_conntrack_ovs.c', [
		[
			'proto header not found',
			'per-bad-packet',
			'an IPv6 packet of a bridge or of tc has no transport header that can be found: its helper is left out',
		],
	]),
	...textsOf('nf_conntrack_seqadj.c', [
		[
			'sack_adjust: start_seq: %u->%u, end_seq: %u->%u',
			'per-packet',
			'a SACK block of a connection whose length NAT has changed',
			{ decode: shifted(['start', 0], ['end', 2]) },
		],
		[
			'Adjusting sequence number from %u->%u',
			'per-packet',
			'a packet of a connection whose length NAT has changed',
			{ decode: shifted(['SEQ', 0]) },
		],
		[
			'Adjusting ack number from %u->%u, ack from %u->%u',
			'per-packet',
			'a packet of a connection whose length NAT has changed',
			{ decode: shifted(['SEQ', 0], ['ACK', 2]) },
		],
	]),
]
