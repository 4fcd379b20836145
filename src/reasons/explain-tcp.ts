import type { Told } from './reason.ts'

/** Why conntrack's idea of the window goes wrong: the same for all window texts. */
const STALE_WINDOW = [
	'this host sees only one direction of the connection (asymmetric routing)',
	'conntrack came in late (restart, flush, failover) and never saw the window scale of the handshake',
	'packets that went through a flowtable or hardware offload, so the numbers here are old',
	'a device on the way that rewrites sequence numbers or TCP options',
]

const LOOK_AT_THE_ENTRY =
	'find the entry with conntrack -L: [UNREPLIED] means one direction only, [OFFLOAD] means a flowtable carries it'

const LIBERAL_AS_A_TEST =
	'as a test for minutes: nf_conntrack_tcp_be_liberal=1; if the rate falls to nothing, the window tracking is the cause, not the packets'

const NOTRACK = 'traffic that is meant to pass here in one direction only: exempt it with notrack'

export const TCP_EXPLANATIONS: Readonly<Record<string, Told>> = {
	'tcp-flags': {
		meaning:
			'The TCP flags do not go together: none at all, SYN with FIN or RST, FIN without ACK and the like. No entry is made or used.',
		causes: [
			'port scans and probes for the operating system',
			'test gear and very old or broken TCP stacks',
			'damaged packets',
		],
		next: [
			'look at SRC and MAC: many ports or many sources are a scan, and dropping it is right',
			'one real device: exempt it with notrack; no sysctl softens this check',
		],
	},
	'tcp-csum': {
		meaning:
			'The TCP checksum is wrong. It is looked at for packets that arrive, and only while nf_conntrack_checksum is 1.',
		causes: [
			'a virtual interface or tunnel that hands packets over before their checksum is finished',
			'a device on the way that changed the packet and not its checksum',
			'bad memory, cable or network card',
		],
		next: [
			'tcpdump -vv on IN: wrong there too, and for one source only, points at that sender',
			'on the sending virtual interface: ethtool -K IF tx off, then watch the rate',
			'as a test: nf_conntrack_checksum=0; put it back, because it hides real damage',
		],
	},
	'tcp-trunc': {
		meaning: 'The TCP header claims a length that cannot be: under 20 bytes, or more than the packet has.',
		causes: ['fuzzers and scanners', 'a tunnel or a device on the way that cuts packets'],
		next: [
			'compare LEN with what a capture on the sender shows',
			'when one path is hit: check the MTU along it and the ends of its tunnels',
		],
	},
	'tcp-short': {
		meaning:
			'Fewer than 20 bytes are left for the TCP header. Most kernels count this one without printing a line.',
		causes: ['fuzzers and scanners', 'packets that were cut on the way'],
		next: ['drop them; when one path is hit, check its MTU and tunnels'],
	},
	'tcp-new': {
		meaning:
			'There is no entry for this packet, and it is of a kind that cannot open a connection: RST, SYN/ACK, FIN, or no such flag.',
		causes: [
			'the entry was gone before the last packets came (timeout, flush, restart, table full earlier)',
			'only the answers pass this host (asymmetric routing)',
			'our own RST to an INVALID packet: such a line has IN= empty and follows the line of that packet',
			'answers to somebody who forges your addresses',
		],
		next: [
			'flags RST or FIN, many flows: compare the timeouts of the closing states with how long your connections linger',
			'flags SYN ACK: look for the SYN of the other direction on this host with tcpdump',
			'IN= empty: count these lines with the packet before, not as a loss of their own',
		],
	},
	'tcp-rst': {
		meaning:
			'An RST whose sequence number lies before what the other side has already acknowledged: late, or forged. The entry stays open.',
		causes: [
			'a reset that somebody on the way injects (inspection box, intrusion prevention, attack)',
			'a reset that was delayed or overtaken',
			'a load balancer or NAT that resets with a wrong number',
		],
		next: [
			'compare TTL and MAC of the line with those of good packets of the flow: another value means another sender',
			'as a test, from 5.14 on: nf_conntrack_tcp_ignore_invalid_rst=1; nf_conntrack_tcp_be_liberal does not touch this check',
		],
	},
	'tcp-challenge': {
		meaning:
			'A server answered an unexpected SYN with a challenge ACK while the old connection was closing. conntrack knows this and lets it pass.',
		causes: ['a client that opens again from the same port while the old connection is not over'],
		next: ['nothing to repair; when frequent, give the client a wider port range'],
	},
	'tcp-state': {
		meaning:
			'There is an entry, but in its state a packet with these flags cannot come from this side. The entry stays as it is.',
		causes: [
			'this host did not see the packets in between (asymmetric routing, failover)',
			'a port used again while the old entry lives',
			'a connection picked up in the middle, with client and server taken for each other',
		],
		next: [
			'find the entry with conntrack -L and the addresses of the line: which state, [UNREPLIED], which timeout?',
			'client stuck in SYN_SENT here while it already sends data: the SYN/ACK takes another path',
			'one stale entry: conntrack -D with its addresses and ports, then watch whether it comes back',
		],
	},
	'tcp-ign': {
		meaning:
			'A packet that does not fit the entry, but may belong to a newer connection. It is let through and conntrack waits for the answer. Not an INVALID packet.',
		causes: [
			'a SYN or SYN/ACK sent again',
			'a client that restarted or uses a port again while the old entry lives',
		],
		next: [
			'nothing, as long as connections work',
			'new connections hang: look at the next lines of this flow, and remove the stale entry with conntrack -D',
		],
	},
	'tcp-win-seq-over': {
		meaning:
			'The packet lies beyond the window that the receiver offered, as far as this host has seen. The entry stays as it is.',
		causes: STALE_WINDOW,
		next: [
			LOOK_AT_THE_ENTRY,
			'tcpdump both directions of one flow here: are the ACKs of the receiver there?',
			LIBERAL_AS_A_TEST,
			NOTRACK,
		],
	},
	'tcp-win-ack-over': {
		meaning: 'The packet acknowledges data that this host has never seen from the other side.',
		causes: [
			'the data takes another path than its ACKs (asymmetric routing, bonding, offload)',
			...STALE_WINDOW.slice(1),
		],
		next: [
			LOOK_AT_THE_ENTRY,
			'tcpdump one flow here: is the data that is acknowledged there at all?',
			LIBERAL_AS_A_TEST,
			NOTRACK,
		],
	},
	'tcp-win-seq-under': {
		meaning:
			'Old data that the receiver has long acknowledged. This text is from 6.1 or later, where the packet keeps its entry and passes: not an INVALID packet.',
		causes: ['data sent again late, or doubled on the way', 'keepalive packets'],
		next: ['nothing, unless one flow has very many: then look for loss or a second path between its ends'],
	},
	'tcp-win-ack-under': {
		meaning:
			'An ACK far behind the newest data, more than 66 000 bytes or the largest window. Let through: not an INVALID packet.',
		causes: ['ACKs that were overtaken or held up on the way'],
		next: ['nothing, unless it comes with stalls: then look for a path that reorders packets'],
	},
	'tcp-win-seq-under-old': {
		meaning:
			'Old data that the receiver has long acknowledged. A kernel that prints this text without a number treats the packet as INVALID; from 6.1 on it is let through.',
		causes: ['data sent again late, or doubled on the way', ...STALE_WINDOW],
		next: [LOOK_AT_THE_ENTRY, LIBERAL_AS_A_TEST, 'a newer kernel accepts these packets'],
	},
	'tcp-win-ack-under-old': {
		meaning:
			'An ACK far behind the newest data. A kernel that prints this text treats the packet as INVALID; from 6.1 on it is let through.',
		causes: ['ACKs that were overtaken or held up on the way', ...STALE_WINDOW],
		next: [LOOK_AT_THE_ENTRY, LIBERAL_AS_A_TEST, 'a newer kernel accepts these packets'],
	},
	'tcp-overshot': {
		meaning:
			'The sender wrote somewhat past the window, everything else fits. From 6.1 on the packet is let through. 5.15 LTS and 6.0 print the same text and treat it as INVALID.',
		causes: [
			'the receiver made its window smaller',
			'packets merged by the network card (GRO, LRO), probes into a closed window',
			'a window that was announced on another path',
		],
		next: [
			'6.1 or later: nothing',
			'5.15 and 6.0: compare the invalid counter with these lines; nf_conntrack_tcp_be_liberal=1 as a test',
		],
	},
	'tcp-win-bug': {
		meaning: 'A branch of the old window check that should never be reached.',
		causes: ['a fault in the kernel'],
		next: ['tell the maintainers of your kernel, with the line and the kernel version'],
	},
	'tcp-lower-timeout': {
		meaning:
			'Second line of the packet before. Both sides have sent a FIN or RST outside the window; conntrack does not believe them, but shortens the life of the entry.',
		causes: ['a connection that is really over, while conntrack has lost track of its numbers'],
		next: [
			'read the line before: it has the reason',
			'nf_conntrack_tcp_timeout_unacknowledged says how long the entry still lives',
		],
	},
}
