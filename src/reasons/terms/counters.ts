import type { Term } from './term.ts'

type Row = readonly [names: readonly string[], means: string, normal: string, ...look: readonly string[]]

/** net/netfilter/nf_conntrack_core.c, nf_conntrack_standalone.c (ct_cpu_seq_show), nf_conntrack_netlink.c; conntrack(8). */
const ROWS: readonly Row[] = [
	[
		['entries'],
		'Connections in the table of this network namespace now. /proc/net/stat/nf_conntrack repeats the same number for each CPU: do not add it up.',
		'Well below nf_conntrack_max. From about 95 % on the kernel evicts connections that have no reply.',
		'ctscope status shows it beside nf_conntrack_max',
		'conntrack -L -o extended shows which protocol and state fill the table',
	],
	[
		['found'],
		'Tuples that were already taken when NAT looked for a free one (nf_conntrack_tuple_taken). No lookups of packets are counted here.',
		'Any number without NAT trouble. Much growth per second with few new connections: NAT searches long for free ports.',
		'insert_failed and drop beside it: do they grow too?',
		'how many connections go to one address and port behind one masquerade address: about 64 000 is the limit',
	],
	[
		['new', 'searched', 'ignore', 'delete', 'delete_list'],
		'A column of old kernels that is always 0 today (searched up to 5.4, ignore up to 5.9). It stays in /proc/net/stat/nf_conntrack so that programs find their columns.',
		'0. Before 5.10 ignore counts packets that were not tracked on purpose.',
		'nothing: read invalid, insert_failed, drop and early_drop',
	],
	[
		['invalid'],
		'Packets that conntrack could not put into a connection. They go on without an entry: ct state invalid matches them, NAT leaves them as they are, and only a rule drops them.',
		'A few per thousand on hosts in the internet: late RST and FIN of closed connections, scans. A rate that follows the traffic of one service is not normal.',
		'sysctl net.netfilter.nf_conntrack_log_invalid=255 for a minute says why; ctscope does that and puts it back',
		'ctscope parse kern.log groups what was logged',
		'a rule that drops INVALID: does its counter grow beside this one?',
	],
	[
		['insert'],
		"Entries that a program has put in through netlink (conntrackd, conntrack -I). Connections made by packets are not counted here in today's kernels.",
		'0 without conntrackd.',
		'systemctl status conntrackd',
	],
	[
		['insert_failed', 'insert failed'],
		'New connections whose entry could not be put into the table because the same tuple was there already, and whose packet was dropped. Two packets of one new flow at the same time do it: UDP above all, as DNS queries for A and AAAA from one socket, and NAT that gave two flows one port.',
		'0, or far below one in 100 000 new connections. Each one is a lost packet, and with DNS a delay of 5 s.',
		'clash_resolve beside it: races that ended well',
		'chaintoolong: those are in here too (5.15 and later)',
		'DNS through NAT: options single-request-reopen in resolv.conf, or a cache on each node; masquerade with --random-fully or nft fully-random',
	],
	[
		['drop'],
		'Packets that conntrack itself dropped: table full, entry not inserted, or a tracker or helper said so. No rule sees them.',
		'0.',
		'journalctl -k | grep "table full"',
		'entries against nf_conntrack_max, and insert_failed: it is in here',
		'helpers: lines with "dropping packet"',
	],
	[
		['early_drop', 'early drop', 'early_drop counter'],
		'Connections that were evicted to make room for a new one because the table was full: ones not ASSURED, or closing. Their next packet is INVALID or a new connection.',
		'0. Any growth says that the table was full.',
		'nf_conntrack_max against nf_conntrack_count at the busiest time',
		'conntrack -L | grep -c UNREPLIED: scans and floods fill the table with these',
		'timeouts that are too long for the traffic: nf_conntrack_tcp_timeout_established is five days',
	],
	[
		['error', 'icmp_error', 'icmp error'],
		'ICMP and ICMPv6 packets that the error check refused: bad checksum, unknown type, too short, or an error that quotes a packet of no known connection. They are INVALID and not in the counter invalid (since 5.1).',
		'A few: errors for connections that have just ended. Growth with a broken path MTU, or with one direction passing elsewhere.',
		'sysctl net.netfilter.nf_conntrack_log_invalid=1 (ICMP) or 58 (ICMPv6): checks with a reason print it; an unknown connection prints nothing',
		"tcpdump -vni any 'icmp[0] = 3 or icmp[0] = 11' shows what is quoted",
	],
	[
		['expect_new', 'expect_create', 'expect_delete'],
		'Expectations of helpers (FTP, SIP, ...): made from packets, put in by programs, and ended.',
		'0 without helpers. With them expect_new and expect_delete grow together.',
		'conntrack -L expect',
	],
	[
		['search_restart', 'search restart'],
		'Lookups that had to start again because an entry had moved to another chain meanwhile: a busy table with short connections, or one that is resized.',
		'Small against the number of packets. It costs time and loses nothing.',
		'nf_conntrack_buckets against entries: more than one entry for each bucket makes lookups long',
		'whether something writes nf_conntrack_buckets again and again',
	],
	[
		['clash_resolve', 'clashres', 'clash resolve'],
		'Two packets of one new flow raced for one entry, and the loser was put onto the entry of the winner: nothing is lost. Counted since 5.10.',
		'Any number: it counts what went well. insert_failed counts what did not.',
		'insert_failed: a small part of this number',
	],
	[
		['chaintoolong', 'chainlength'],
		'New connections refused because a chain of the hash table was too long (5.15 and later). The packet is dropped; insert_failed counts it too.',
		'0.',
		'nf_conntrack_buckets: at least nf_conntrack_max / 4',
		'connections that differ in little, as from one load generator: their chains are uneven',
		'sysctl -w net.netfilter.nf_conntrack_buckets=N in the initial namespace; it takes memory at once',
	],
	[
		['cpu'],
		'The CPU of the line of counters in conntrack -S. Each counts for itself since boot, in 32 bits.',
		'All possible CPUs have a line, also those that are off.',
		'add up the lines; ctscope shows rates of the sums',
	],
	[
		['unknown1', 'unknown2', 'unknown3', 'unknown4'],
		'A counter that the kernel sends and this conntrack(8) has no name for.',
		'Only with a kernel much newer than the tool.',
		'/proc/net/stat/nf_conntrack has the names in its first line',
	],
]

export const COUNTERS: readonly Term[] = ROWS.map(([names, means, normal, ...look]) => ({
	names,
	kind: 'counter',
	means,
	normal,
	look,
}))
