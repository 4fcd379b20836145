import type { Told } from './reason.ts'

const CHECKSUM_NEXT = [
	'which IN and which sender: one virtual interface or tunnel points at its offload settings (ethtool -k)',
	'on the sender: ethtool -K IF tx off, then watch the rate',
	'as a test: nf_conntrack_checksum=0; put it back, because it hides real damage',
]

const COUNTED_AS_ERROR = 'Counted as error, not as invalid.'

const BROKEN_SENDER = ['fuzzers and scanners', 'a broken sender', 'packets that were cut on the way']

const SHORT_NEXT = ['drop them; when one path is hit, check its MTU and tunnels']

const DCCP_CAUSES = ['DCCP is rare: tests, fuzzers, connections seen half']

export const OTHER_EXPLANATIONS: Readonly<Record<string, Told>> = {
	'udp-short': {
		meaning: 'Fewer than 8 bytes are left for the UDP header.',
		causes: BROKEN_SENDER,
		next: SHORT_NEXT,
	},
	'udp-trunc': {
		meaning: 'The length in the UDP header is below 8 or larger than the packet that carries it.',
		causes: ['packets that were cut on the way', 'a sender or tunnel that writes a wrong length'],
		next: ['compare the two lengths of the line', 'check the MTU along the path and the ends of its tunnels'],
	},
	'udp-csum': {
		meaning:
			'The checksum is there and wrong. It is looked at for packets that arrive, and only while nf_conntrack_checksum is 1.',
		causes: [
			'VXLAN, Geneve or a virtual interface that hands packets over before their checksum is finished',
			'a NAT on the way that did not correct it',
			'real damage',
		],
		next: CHECKSUM_NEXT,
	},
	'udplite-short': {
		meaning: 'Fewer than 8 bytes are left for the UDP-Lite header.',
		causes: BROKEN_SENDER,
		next: SHORT_NEXT,
	},
	'udplite-cov': {
		meaning: 'The checksum of UDP-Lite claims to cover 1 to 7 bytes, or more than the packet has.',
		causes: BROKEN_SENDER,
		next: ['look at the program on the sender; drop otherwise'],
	},
	'udplite-nocsum': {
		meaning: 'UDP-Lite must have a checksum, and this packet has none.',
		causes: BROKEN_SENDER,
		next: ['look at the program on the sender; drop otherwise'],
	},
	'udplite-csum': {
		meaning: 'The part that the checksum of UDP-Lite covers does not match it.',
		causes: ['a checksum that offload left unfinished', 'real damage'],
		next: CHECKSUM_NEXT,
	},
	'icmp-short': {
		meaning: `Fewer than 8 bytes are left for the ICMP header. ${COUNTED_AS_ERROR}`,
		causes: BROKEN_SENDER,
		next: SHORT_NEXT,
	},
	'icmp-csum': {
		meaning: `The ICMP checksum is wrong. The word hw says nothing about the network card. ${COUNTED_AS_ERROR}`,
		causes: [
			'a NAT that changed the quoted packet and not the checksum around it',
			'unfinished offload, real damage',
		],
		next: ['which SRC: one router points at its NAT', ...CHECKSUM_NEXT.slice(1)],
	},
	'icmp-type': {
		meaning: `An ICMP type above 18, which conntrack does not know. ${COUNTED_AS_ERROR}`,
		causes: ['extended echo (types 42 and 43)', 'scanners'],
		next: ['drop it, or exempt it with notrack when extended echo is wanted'],
	},
	'icmp-outer': {
		meaning: `An ICMP error quotes a known connection, but is sent to another address than that connection has. ${COUNTED_AS_ERROR}`,
		causes: [
			'NAT with several addresses, or NAT towards the own network: the error goes to the wrong one',
			'policy routing',
			'forged ICMP errors',
		],
		next: [
			'conntrack -L for the quoted packet: which address does NAT give it?',
			'a SRC that has no business on this path: keep dropping',
		],
	},
	'icmp6-short': {
		meaning: `Fewer than 8 bytes are left for the ICMPv6 header. ${COUNTED_AS_ERROR}`,
		causes: BROKEN_SENDER,
		next: SHORT_NEXT,
	},
	'icmp6-csum': {
		meaning: `The ICMPv6 checksum is wrong. Neighbour discovery is hit too, so neighbours can vanish. ${COUNTED_AS_ERROR}`,
		causes: ['a virtual switch or network card that left the checksum unfinished', 'real damage'],
		next: CHECKSUM_NEXT,
	},
	'icmp6-redir-short': {
		meaning: `A redirect shorter than its fixed part of 40 bytes. ${COUNTED_AS_ERROR}`,
		causes: BROKEN_SENDER,
		next: ['drop it'],
	},
	'icmp6-redir-src': {
		meaning: `A redirect must come from a link-local address with hop limit 255. This one came from further away, or is forged. ${COUNTED_AS_ERROR}`,
		causes: ['forged redirects from another network', 'a router that sends from the wrong address'],
		next: ['MAC of the line: is it your router?', 'not your router: keep dropping, and find who sends it'],
	},
	'icmp6-redir-opt': {
		meaning: `A redirect without options, or with an option of length zero. ${COUNTED_AS_ERROR}`,
		causes: ['routers that leave the redirected packet out', 'fuzzers'],
		next: ['your own router: look for a newer version of it; otherwise drop'],
	},
	'sctp-1': {
		meaning: 'Fewer than 12 bytes are left for the SCTP header.',
		causes: BROKEN_SENDER,
		next: SHORT_NEXT,
	},
	'sctp-2': {
		meaning: 'The kernel could not get at the SCTP header to verify its CRC.',
		causes: ['too little memory', 'a malformed packet'],
		next: ['look for allocation failures in the kernel log at the same time'],
	},
	'sctp-3': {
		meaning:
			'The CRC32c of the packet is wrong. Looked at for packets that arrive, while nf_conntrack_checksum is 1.',
		causes: [
			'a sender whose network card should have filled it in',
			'a NAT that changed ports and not the CRC',
		],
		next: ['on the sender: ethtool -K IF tx-checksum-sctp off', ...CHECKSUM_NEXT.slice(2)],
	},
	'sctp-basic': {
		meaning:
			'The chunks of the packet break the rules of SCTP: one of length 0, a COOKIE ECHO that is not first, or company beside INIT, INIT ACK or SHUTDOWN COMPLETE.',
		causes: ['a broken SCTP stack', 'fuzzers'],
		next: ['capture one such packet; if its sender is right, exempt it with notrack'],
	},
	'sctp-vtag': {
		meaning: 'The verification tag is not the one that conntrack learned for this direction.',
		causes: [
			'INIT or INIT ACK did not pass this host (several paths, restart)',
			'ports used again for a new association',
			'forged packets',
		],
		next: [
			'several addresses at one end: HEARTBEATs must pass this host on every path',
			'one stale entry: conntrack -D -p sctp with its addresses and ports',
		],
	},
	'sctp-state': {
		meaning: 'A chunk of this type cannot come from this side in the state of the entry.',
		causes: ['a second path of an association, seen first from the side that did not open it'],
		next: [
			'let the side that opened the association send a HEARTBEAT first',
			'look at nf_conntrack_sctp_timeout_heartbeat_sent: the entry may be gone between two HEARTBEATs',
		],
	},
	'dccp-loose': {
		meaning: 'A packet from the middle of an unknown connection, while nf_conntrack_dccp_loose is 0.',
		causes: DCCP_CAUSES,
		next: ['nf_conntrack_dccp_loose=1 lets conntrack take over running connections'],
	},
	'dccp-state': {
		meaning: 'A DCCP packet of this type cannot come now, or cannot open a connection.',
		causes: DCCP_CAUSES,
		next: ['drop it, or exempt it with notrack'],
	},
	'dccp-ign': {
		meaning:
			'Let through although the text says invalid: conntrack may be out of step and waits for the answer.',
		causes: DCCP_CAUSES,
		next: ['nothing'],
	},
	'dccp-malformed': {
		meaning: 'The DCCP header is too short, or its lengths or its type cannot be.',
		causes: DCCP_CAUSES,
		next: ['drop it; look at the program on the sender'],
	},
}

/** Of helpers: by the end of the id. */
export const HELPER_EXPLANATIONS: Readonly<Record<string, Told>> = {
	alloc: {
		meaning: 'The helper dropped the packet: there was no memory for the connection that it announces.',
		causes: ['too little memory', 'very many announced connections that never come'],
		next: ['look for "expectation table full" in the log and compare nf_conntrack_expect_max'],
	},
	add: {
		meaning: 'The helper dropped the packet: the connection that it announces could not be noted.',
		causes: [
			'the expectation table is full',
			'the same connection is announced twice, or with impossible data',
		],
		next: [
			'look for "expectation table full" in the log and compare nf_conntrack_expect_max',
			'conntrack -L expect: what fills it?',
		],
	},
	ports: {
		meaning: 'The helper dropped the packet: NAT found no free port for the connection that it announces.',
		causes: ['too many such connections behind one address'],
		next: ['give NAT more addresses or a wider port range'],
	},
	partial: {
		meaning:
			'The helper dropped the packet: the command that announces a port is split over two segments. It comes again, hopefully in one piece.',
		causes: ['a small MTU or MSS on the path', 'a program that writes its commands byte by byte'],
		next: ['when it never goes through: check the MSS, or do without the helper'],
	},
	mangle: {
		meaning: 'The helper dropped the packet: NAT could not rewrite the address inside the message.',
		causes: [
			'a message in a form that the helper does not know',
			'a packet with no room for the longer text',
		],
		next: ['when the programs can cross NAT by themselves, do without the helper (SIP mostly can)'],
	},
	parse: {
		meaning: 'The helper dropped the packet: it did not understand the message.',
		causes: ['another protocol on the port that the helper watches', 'a newer form of the protocol'],
		next: [
			'is it this protocol at all? Otherwise take the port out of the helper rule',
			'when the programs can cross NAT by themselves, do without the helper (SIP mostly can)',
		],
	},
	other: {
		meaning: 'A conntrack helper dropped the packet. No rule of the filter table has seen it.',
		causes: ['a message that the helper could not handle'],
		next: [
			'read the text of the line',
			'is the helper needed? It is assigned by a CT rule or an nft ct helper rule',
		],
	},
}
