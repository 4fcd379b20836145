import type { Term } from './term.ts'

type Row = readonly [names: readonly string[], means: string, normal: string, ...look: readonly string[]]

/** What programs and the kernel say of connections that conntrack has to do with. */
const ROWS: readonly Row[] = [
	[
		['connection reset by peer', 'ECONNRESET', 'connection reset', 'read: connection reset by peer'],
		'The program got an RST. The peer may have sent it, or a host between them: one that gets a packet of a connection it does not know answers with RST, and an INVALID packet that was not rewritten by NAT makes the other end do so.',
		'Some, when programs end without reading all.',
		"tcpdump -ni any 'tcp[tcpflags] & tcp-rst != 0' on both ends: who sends it first? Is its TTL that of the peer?",
		'does the counter invalid of conntrack -S grow at the same time? Then drop INVALID before it leaves through NAT, or look why it is INVALID',
		'idle before it? nf_conntrack_tcp_timeout_established of every firewall and load balancer on the path against the keepalive of the program',
	],
	[
		[
			'table full',
			'table full, dropping packet',
			'nf_conntrack: table full',
			'nf_conntrack: table full, dropping packet',
			'conntrack table full',
		],
		'nf_conntrack_max connections are in the table of a network namespace: packets of new ones are dropped (counter drop; early_drop before that). The message is limited: there are more packets than lines.',
		'Never.',
		'conntrack -C against sysctl net.netfilter.nf_conntrack_max',
		"which fill it: conntrack -L | awk '{print $1, $4}' | sort | uniq -c | sort -rn",
		'more room (nf_conntrack_max and nf_conntrack_buckets together), shorter timeouts, notrack for floods of short flows',
	],
	[
		['connection timed out', 'ETIMEDOUT', 'timed out'],
		'Nothing came back. A rule that drops INVALID (or anything else) does that silently, and so does a full table.',
		'Hosts that are off.',
		'counters of the rules that drop, and drop of conntrack -S',
		'does SYN leave and SYN/ACK come in? tcpdump on the device of each',
	],
	[
		['connection refused', 'ECONNREFUSED'],
		'An RST answered the SYN, or an ICMP error: nobody listens, or a rule rejects.',
		'Services that are off.',
		'ss -ltn on the host; rules with reject',
	],
	[
		[
			'operation not permitted',
			'EPERM',
			'sendmsg: operation not permitted',
			'sendto: operation not permitted',
		],
		'A rule of hook output dropped a packet of this very host, or conntrack could not make an entry for it.',
		'Never for a program that works.',
		'counters of the rules in output that drop; is ct state invalid drop among them?',
		'drop and insert_failed of conntrack -S',
	],
	[
		['no route to host', 'EHOSTUNREACH'],
		'Nobody answers ARP or neighbour discovery there, or a rule rejects with icmp-host-prohibited.',
		'Hosts that are off.',
		'ip neigh; rules with reject',
	],
	[
		['broken pipe', 'EPIPE'],
		'The program wrote to a connection that had ended before: the RST or FIN came earlier.',
		'Clients that went away.',
		'the same as connection reset by peer',
	],
	[
		['expectation table full'],
		'A helper wanted to let in a secondary connection, and nf_conntrack_expect_max are expected already.',
		'Never.',
		'conntrack -L expect; which of its sides opens so many?',
	],
	[
		['martian source', 'martian'],
		'A packet with a source address that cannot come from that device. It is dropped by routing, before rules of input and forward; conntrack has seen it.',
		'None.',
		'sysctl net.ipv4.conf.all.rp_filter; with answers on another device use 2',
	],
]

export const ERRORS: readonly Term[] = ROWS.map(([names, means, normal, ...look]) => ({
	names,
	kind: 'error',
	means,
	normal,
	look,
}))
