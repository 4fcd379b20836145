import { type SiteText, textsOf } from './printk-told.ts'

/** A fragment that is given up: conntrack never sees it, and no counter of it moves. */
const GIVEN_UP = 'the fragment is discarded before conntrack, which counts nothing'
/** nf_ct_frag6_gather() answers 0: the packet goes on as it came. */
const GOES_ON = 'it goes on as it is, and conntrack will hardly find its ports'

/** NAT and the putting together of IPv6 fragments, which comes before conntrack. */
export const NAT_SITES: readonly SiteText[] = [
	...textsOf('nf_nat_core.c', [
		[
			'get_unique_tuple: Found current src map',
			'per-connection',
			'NAT gives a new connection the source address that others of this sender have',
		],
		[
			'Already setup manip %s for ct %p (status bits 0x%lx)',
			'per-packet',
			'a further packet of an unanswered connection meets NAT: its mapping is there already',
		],
	]),
	...textsOf('nf_nat_helper.c', [
		[
			'nf_nat_mangle_packet: Extending packet by %u from %u bytes',
			'per-connection',
			'a helper of NAT writes a longer address into a packet: its connection is renumbered from here on',
		],
		[
			'nf_nat_mangle_packet: Shrinking packet from %u from %u bytes',
			'per-connection',
			'a helper of NAT writes a shorter address into a packet: its connection is renumbered from here on',
		],
	]),
	...['nf_nat_proto.c', 'nf_nat_proto_gre.c'].flatMap((file) =>
		textsOf(file, [
			['call_id -> 0x%04x', 'per-packet', 'NAT changes the call id of a PPTP packet'],
			[
				"can't nat unknown GRE version",
				'per-bad-packet',
				'GRE of a version that NAT does not know: it is dropped',
			],
			['%p: NATing GRE PPTP', 'per-connection', 'NAT looks for a free call id for PPTP'],
			['min = %u, range_size = %u', 'per-connection', 'the call ids among which NAT looks for a free one'],
			['%p: no NAT mapping', 'per-connection', 'NAT has found no free call id for PPTP'],
		]),
	),
	...textsOf('nf_conntrack_reasm.c', [
		['Already completed', 'per-bad-packet', `a fragment of a packet that is complete already: ${GIVEN_UP}`],
		['offset is too large.', 'per-bad-packet', `a fragment that reaches beyond 64 kB: ${GIVEN_UP}`],
		['already received last fragment', 'per-bad-packet', `a fragment beyond the last one: ${GIVEN_UP}`],
		[
			'end of fragment not rounded to 8 bytes.',
			'per-bad-packet',
			`a fragment in the middle whose length is no multiple of 8; ${GOES_ON}`,
			{ narrows: ['silent-tcp-short'] },
		],
		['last packet already reached.', 'per-bad-packet', `a fragment beyond the last one: ${GIVEN_UP}`],
		['queue: message is too short.', 'per-bad-packet', `a cut fragment: ${GIVEN_UP}`],
		[
			"Can't trim",
			'per-bad-packet',
			`a fragment with bytes after its end that could not be cut: ${GIVEN_UP}`,
		],
		[
			'next header is none',
			'per-packet',
			`an IPv6 packet without a transport header; ${GOES_ON}`,
			{ narrows: ['silent-header'] },
		],
		[
			'too short',
			'per-bad-packet',
			`an IPv6 extension header is cut; ${GOES_ON}`,
			{ narrows: ['silent-header'] },
		],
		[
			'payload len = 0',
			'per-packet',
			'an IPv6 packet that says length 0: a very large one of this host, or one without anything; it is not put together',
			{ narrows: ['silent-header'] },
		],
		[
			'Drop incomplete fragment',
			'per-bad-packet',
			`a first fragment without the whole transport header; in spite of the words ${GOES_ON}`,
			{ narrows: ['silent-tcp-short', 'silent-header'] },
		],
		[
			"Can't find and can't create new queue",
			'per-bad-packet',
			'no memory for fragments, or more of them than nf_conntrack_frag6_high_thresh: the fragment is discarded',
		],
		[
			'nf_ct_frag6_reasm: payload len = %d',
			'rare',
			'fragments that make more than 64 kB together: all of them are discarded',
		],
	]),
]
