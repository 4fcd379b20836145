import type { Term } from './term.ts'
import { TIMEOUTS } from './timeouts.ts'

type Row = readonly [names: readonly string[], means: string, normal: string, ...look: readonly string[]]

const NAMESPACE = 'each network namespace has its own: look in the one that the packets pass'

/** net/netfilter/nf_conntrack_standalone.c, nf_log.c, nf_flow_table_core.c; defaults of 4.18 to 7.3. */
const ROWS: readonly Row[] = [
	[
		['nf_conntrack_max'],
		'The most connections that one network namespace may have. There is one number for the host, and each namespace is compared with it. When it is reached, packets of new connections are dropped.',
		'As many as buckets (5.15 and later), or four times that before. A full table needs about 400 bytes for each entry.',
		'sysctl net.netfilter.nf_conntrack_count beside it, at the busiest time',
		'raise it together with nf_conntrack_buckets; 0 meant no limit up to 6.18',
	],
	[
		['nf_conntrack_buckets', 'hashsize'],
		'Chains of the hash table. Few buckets and many connections make long chains: slow lookups, and chaintoolong from 5.15 on.',
		'65 536 above 1 GiB of memory, 262 144 above 4 GiB (5.15 and later); a quarter of that before.',
		'at least nf_conntrack_max / 4',
		'written in the initial namespace only; at boot: options nf_conntrack hashsize=N',
	],
	[
		['nf_conntrack_count'],
		'Connections of this network namespace now, unconfirmed ones included. Nothing can be written to it.',
		'Well below nf_conntrack_max.',
		'conntrack -C says the same; conntrack -L may show fewer',
	],
	[
		['nf_conntrack_log_invalid'],
		'For which protocol the kernel prints why a packet is INVALID: 0 none, 6 TCP, 17 UDP, 1 ICMP, 58 ICMPv6, 132 SCTP, 255 all.',
		'0. There is no rate limit: use it for minutes.',
		'it needs a logger: sysctl net.netfilter.nf_log.2 (IPv4) and nf_log.10 (IPv6) must not be NONE',
		"41 for ICMPv6, as the kernel's document has it, prints nothing",
		NAMESPACE,
	],
	[
		['nf_conntrack_tcp_be_liberal'],
		'1: only an RST outside the window is INVALID; all other packets outside of it keep their entry, and nothing is printed. Flags, checksum and state are checked as before.',
		'0. 1 is right where this host sees one direction only, or with cards and tunnels that reorder much.',
		'does the counter invalid stop with 1? Then it was the window',
		NAMESPACE,
	],
	[
		['nf_conntrack_tcp_loose'],
		'1: a TCP connection that is first seen mid-stream gets an entry, with a window check that accepts anything at first. 0: its packets are INVALID, and not logged.',
		'1.',
		'0 after a restart or a failover of a firewall ends all open connections',
		NAMESPACE,
	],
	[
		['nf_conntrack_tcp_ignore_invalid_rst'],
		'1: an RST outside the window is let through and no longer logged ("invalid rst"). 5.14 and later.',
		'0.',
		'1 lets forged RST pass to hosts that check them themselves, as all of today do',
	],
	[
		['nf_conntrack_tcp_no_window_check'],
		'1: no window is checked at all. A patch of OpenWrt and others; not in the kernel itself.',
		'Absent; 1 on OpenWrt.',
		'ls /proc/sys/net/netfilter/',
	],
	[
		['nf_conntrack_tcp_max_retrans'],
		'After so many retransmissions without an answer the timeout of the entry falls to nf_conntrack_tcp_timeout_max_retrans.',
		'3.',
		'nf_conntrack_tcp_timeout_max_retrans',
	],
	[
		['nf_conntrack_checksum'],
		'1: checksums of packets that come in are verified; a wrong one makes the packet INVALID. 0: they are not verified.',
		'1.',
		'"bad checksum" of many hosts behind one device: its card or driver. ethtool -K DEVICE rx off and look again',
	],
	[
		['nf_conntrack_acct'],
		'1: entries made from now on count packets and bytes (packets=, bytes= in conntrack -L).',
		'0.',
		'with it a connection that grows in one direction only can be seen',
	],
	[
		['nf_conntrack_timestamp'],
		'1: entries made from now on know when they began (delta-time=, -o ktimestamp).',
		'0.',
		'conntrack -L -o ktimestamp',
	],
	[
		['nf_conntrack_events'],
		'Whether programs get events of new and ended connections: 1 always, 2 only while a program listens (5.19 and later).',
		'2, or 1 before 5.19.',
		'conntrack -E shows nothing at 0',
	],
	[
		['nf_conntrack_helper'],
		'1: helpers are given to connections by their port, without a rule. Gone in 6.0.',
		'0.',
		'a rule with ct helper set, or -j CT --helper, assigns one on purpose',
	],
	[
		['nf_conntrack_expect_max'],
		'Most expectations of helpers. When they are used up, a secondary connection is not expected, and the packet that announced it is dropped.',
		'Four for each bucket of their table.',
		'conntrack -C expect; "expectation table full" in the kernel log',
	],
	[
		['nf_conntrack_dccp_loose'],
		'1: a DCCP connection that is first seen mid-stream gets an entry. Gone in 6.17.',
		'1.',
		'"not picking up existing connection" at 0',
	],
	[
		['nf_conntrack_frag6_low_thresh', 'nf_conntrack_frag6_high_thresh'],
		'Memory for IPv6 fragments that conntrack reassembles, in bytes. At the upper limit new fragments are discarded before any rule sees them.',
		'3 145 728 and 4 194 304.',
		'nstat -az | grep -i Reasm',
	],
	[
		['nf_flowtable_tcp_timeout', 'nf_flowtable_udp_timeout'],
		'Seconds without a packet after which a connection leaves the flowtable and is tracked again.',
		'30.',
		'packets right after that can be INVALID: what conntrack remembers of the window is old',
	],
	[
		['nf_flowtable_tcp_pickup', 'nf_flowtable_udp_pickup'],
		'Timeout of an entry that has come back from the flowtable, seconds. Only in some kernels about 5.14.',
		'120 and 30.',
		'nf_conntrack_tcp_timeout_established in all others',
	],
	[
		['nf_log_all_netns'],
		'1: packets of network namespaces other than the first are logged too. At 0 neither LOG rules nor log_invalid of a container reach the kernel log.',
		'0.',
		'only the initial namespace has the file',
	],
	[
		['nf_log.2', 'nf_log.10', 'nf_log'],
		'Where lines of log_invalid for IPv4 (2) and IPv6 (10) go: nf_log_ipv4 and nf_log_ipv6 to the kernel log, nfnetlink_log to a program, NONE nowhere.',
		'NONE until a LOG rule or modprobe nf_log_syslog has come.',
		'cat /proc/net/netfilter/nf_log shows what could be bound',
	],
	[
		[
			'nf_log.0',
			'nf_log.1',
			'nf_log.3',
			'nf_log.4',
			'nf_log.5',
			'nf_log.6',
			'nf_log.7',
			'nf_log.8',
			'nf_log.9',
			'nf_log.11',
			'nf_log.12',
		],
		'The logger of another family: 3 ARP, 5 netdev, 7 bridge. Lines of log_invalid never go there.',
		'NONE, or the syslog logger of the family.',
		'nf_log.2 and nf_log.10 are the two that count here',
	],
	[
		['kernel.printk', '/proc/sys/kernel/printk', 'console_loglevel'],
		'Which messages the consoles show: those below the first of its four numbers. Lines of log_invalid have level 5, of LOG rules 4.',
		'4 or 7. With 6 and more each line of log_invalid is written to the console too, which can stall the host.',
		'dmesg -n 4 before anything is logged; the log itself is not affected',
	],
	[
		['nf_hooks_lwtunnel'],
		'1: rules see packets within lightweight tunnels (SRv6). It cannot be set back to 0.',
		'0.',
		'nothing about INVALID',
	],
]

export const SETTINGS: readonly Term[] = [
	...ROWS.map(([names, means, normal, ...look]): Term => ({ names, kind: 'setting', means, normal, look })),
	...TIMEOUTS,
]
