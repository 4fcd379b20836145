import { CHECKSUM, CHECKSUM_HIDES, IGNORE_RST } from '../shape/knob-effects.ts'
import type { ExplanationText, SettingEffect } from '../shape/reason.ts'

/** Entries of closed connections that are gone before their last packets. */
const LATE_PACKETS: readonly SettingEffect[] = ['close', 'time_wait', 'last_ack', 'fin_wait'].map(
	(state) => ({
		knob: `tcp_timeout_${state}`,
		effect: 'when longer, the entry is still there when a late FIN or RST comes',
		cost: 'more entries in the table, and a port used again meets the old one',
	}),
)

/** Entries that outlive their connection, until its ports are used again. */
const REUSED_PORTS: readonly SettingEffect[] = ['time_wait', 'close_wait', 'established'].map((state) => ({
	knob: `tcp_timeout_${state}`,
	effect: 'when shorter, the old entry is gone before its ports are used again',
	cost: 'connections that are silent for longer lose their entry, and their next packet has none',
}))

export const TCP_EXPLANATIONS: Readonly<Record<string, ExplanationText>> = {
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
		hides: ['with nf_conntrack_checksum=1 a packet that has a wrong checksum too shows only that'],
	},
	'tcp-csum': {
		meaning:
			'The TCP checksum is wrong. It is verified for packets that arrive, and only while nf_conntrack_checksum is 1.',
		causes: [
			'a virtual interface or tunnel that hands packets over before their checksum is finished',
			'a device on the path that changed the packet and not its checksum',
			'bad memory, cable or network card',
		],
		next: [
			'tcpdump -vv on IN: wrong there too, and for one source only, points at that sender',
			'on the sending virtual interface: ethtool -K IF tx off, then watch the rate',
			'as a test: nf_conntrack_checksum=0; put it back, because it hides real damage',
		],
		settings: [CHECKSUM],
		hides: CHECKSUM_HIDES,
	},
	'tcp-trunc': {
		meaning: 'The TCP header claims a length that cannot be: under 20 bytes, or more than the packet has.',
		causes: ['fuzzers and scanners', 'a tunnel or a device on the path that cuts packets'],
		next: [
			'compare LEN with what a capture on the sender shows',
			'when one path is hit: check the MTU along it and the ends of its tunnels',
		],
	},
	'tcp-short': {
		meaning:
			'Fewer than 20 bytes are left for the TCP header. Most kernels count this one without printing a line.',
		causes: ['fuzzers and scanners', 'packets that were cut on the path'],
		next: ['drop them; when one path is hit, check its MTU and tunnels'],
		hides: ['only 4.19 and kernels before 4.18 print this; later ones count the packet and say nothing'],
	},
	'tcp-new': {
		meaning:
			'There is no entry for this packet, and it is of a kind that cannot open a connection: RST, SYN/ACK, FIN, or no such flag.',
		causes: [
			'the entry was gone before the last packets came (timeout, flush, restart, table full earlier)',
			'only the answers pass this host (asymmetric routing)',
			'an RST of this host to an INVALID packet: such a line has IN= empty and follows the line of that packet',
			'answers to someone who forges your addresses',
		],
		next: [
			'flags RST or FIN, many flows: compare the timeouts of the closing states with how long your connections linger',
			'flags SYN ACK: look for the SYN of the other direction on this host with tcpdump',
			'IN= empty: count these lines with the packet before, not as a loss of their own',
		],
		settings: LATE_PACKETS,
		hides: [
			'before 6.8 these packets are INVALID without a log line',
			'a plain ACK never has this text: with tcp_loose=1 it is picked up, with tcp_loose=0 it is INVALID without a log line',
		],
	},
	'tcp-rst': {
		meaning:
			'An RST whose sequence number lies before what the other side has already acknowledged: late, or forged. The entry stays open.',
		causes: [
			'a reset that something on the path injects (inspection box, intrusion prevention, attack)',
			'a reset that was delayed or overtaken',
			'a load balancer or NAT that resets with a wrong number',
		],
		next: [
			'compare TTL and MAC of the line with those of good packets of the flow: another value means another sender',
			'as a test, from 5.14 on: nf_conntrack_tcp_ignore_invalid_rst=1; nf_conntrack_tcp_be_liberal does not touch this check',
		],
		settings: [IGNORE_RST],
		hides: [
			'nf_conntrack_tcp_ignore_invalid_rst=1 hides it',
			'from 5.14 on entries that are closing already skip the check',
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
			'a connection picked up mid-stream, with client and server taken for each other',
		],
		next: [
			'find the entry with conntrack -L and the addresses of the line: which state, [UNREPLIED], which timeout?',
			'client stuck in SYN_SENT here while it already sends data: the SYN/ACK takes another path',
			'one stale entry: conntrack -D with its addresses and ports, then watch whether it comes back',
		],
		settings: REUSED_PORTS,
		hides: ['a connection picked up mid-stream starts as ESTABLISHED: it has fewer of these'],
	},
	'tcp-ign': {
		meaning:
			'A packet that does not fit the entry, but may belong to a newer connection. It is let through and conntrack waits for the answer. Not an INVALID packet.',
		causes: [
			'a retransmitted SYN or SYN/ACK',
			'a client that restarted or uses a port again while the old entry lives',
		],
		next: [
			'nothing, as long as connections work',
			'new connections hang: look at the next lines of this flow, and remove the stale entry with conntrack -D',
		],
		settings: REUSED_PORTS,
	},
}
