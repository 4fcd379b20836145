import type { Term } from './term.ts'

type Row = readonly [names: readonly string[], means: string, normal: string, ...look: readonly string[]]

/** conntrack -L and -E, /proc/net/nf_conntrack: libnetfilter_conntrack snprintf_default.c, nf_conntrack_standalone.c. */
const ROWS: readonly Row[] = [
	[
		['[UNREPLIED]', 'unreplied'],
		'Nothing has come back on this connection yet. When the table is full such entries go first.',
		'Short: seconds for TCP (state SYN_SENT), up to 30 s for UDP. One-way protocols (syslog over UDP) have it always. Many for TCP say that replies take another path, or a scan.',
		"tcpdump -ni any 'host ADDRESS and port PORT': does an answer come in at all?",
		'ip route get ADDRESS from SOURCE iif DEVICE: does the way back pass this host?',
	],
	[
		['[ASSURED]', 'assured'],
		'Both sides have sent packets (TCP: the handshake is complete; UDP: more than a first answer). Such an entry is never evicted to make room while it is open.',
		'Every working TCP connection has it.',
		'an open connection without it: conntrack has picked it up in the middle or has seen one side only',
	],
	[
		['[OFFLOAD]', 'offload', 'flow offload', 'flowtable'],
		'The packets of this connection go past the rules and past conntrack, through a flowtable of nftables. No timeout and no state are shown, and ASSURED is not.',
		'Established connections of a chain with flow add. FIN and RST return to the normal path.',
		'nft list flowtables',
		'INVALID right after the offload ended: net.netfilter.nf_flowtable_tcp_timeout, and whether the rules drop INVALID before they accept established',
	],
	[
		['[HW_OFFLOAD]', 'hw_offload', 'hardware offload'],
		'The network card forwards this connection: neither tcpdump nor rules nor conntrack see its packets.',
		'Only with flags offload on the flowtable, or tc with act_ct.',
		'ethtool -k DEVICE | grep hw-tc-offload',
		'nft list flowtables',
	],
	[
		['timeout', 'timeouts'],
		'Seconds until the entry is removed when no packet comes: the third number of a line of conntrack -L. Each packet resets it to the value of its state.',
		'431999 falling for an open TCP connection (five days), 120 or less for one that closes, 30 or 120 for UDP.',
		'sysctl net.netfilter | grep timeout',
		'ct timeout policies of rules change it: nft list ct timeout, nfct list timeout',
	],
	[
		['use=', 'use'],
		'How many parts of the kernel hold this entry. The reader of /proc/net/nf_conntrack holds one more.',
		'1 in conntrack -L, 2 in /proc/net/nf_conntrack. More while a packet of it is in a queue.',
		'/proc/net/netfilter/nfnetlink_queue: packets that wait for a program',
	],
	[
		['mark=', 'mark of a connection'],
		'The mark of the connection, as rules have set it (ct mark, CONNMARK).',
		'0 where no rule sets one. Policy routing, Kubernetes and VPNs use it.',
		"nft list ruleset | grep 'ct mark'; iptables-save | grep CONNMARK",
	],
	[
		['zone=', 'zone-orig=', 'zone-reply=', 'ct zone'],
		'The zone of the connection: the same addresses and ports in two zones are two connections.',
		'Absent, which is zone 0. Open vSwitch, tc and rules set others.',
		'a packet that is looked up in another zone than the first one is new or INVALID: compare the rules of both directions',
	],
	[
		['src=', 'dst=', 'sport=', 'dport=', 'reply tuple', 'original tuple'],
		'A connection has two tuples: how the first packet went, and how its answer must come. They mirror each other; where they do not, NAT is at work, and the second one says how.',
		'The second src= is the first dst= without NAT.',
		'an answer that does not match the second tuple belongs to no connection and is INVALID or new',
	],
	[
		['packets=', 'bytes='],
		'What the entry has seen in this direction. Only when nf_conntrack_acct was 1 when the connection began.',
		'Both directions grow. Only one growing: the other passes elsewhere, or is offloaded.',
		'sysctl net.netfilter.nf_conntrack_acct',
	],
	[
		['secctx=', 'secmark='],
		'The SELinux label of the connection, as rules have set it.',
		'unlabeled_t or absent.',
		'nft list ruleset | grep secmark',
	],
	[
		['helper='],
		'The helper that reads this connection and lets its secondary ones in. It may drop packets that it cannot rewrite.',
		'Only control connections (FTP port 21, SIP 5060) where a rule assigns it.',
		'lines with "dropping packet" in the kernel log',
	],
	[
		['delta-time=', '[start=', '[stop='],
		'How long the connection has been there, and when it began and ended. Only when nf_conntrack_timestamp was 1 when it began.',
		'Absent.',
		'sysctl net.netfilter.nf_conntrack_timestamp',
	],
	[
		['id='],
		'A number that names the entry while it lives (conntrack -L -o id).',
		'Any.',
		'conntrack -D has no use for it: give the tuple',
	],
	[
		['labels='],
		'Bits that rules have set on the connection (ct label, connlabel).',
		'Absent.',
		'/etc/xtables/connlabel.conf has the names',
	],
	[
		['srckey=', 'dstkey='],
		'Call ids of GRE with PPP (PPTP). Both are needed to tell two tunnels apart.',
		'Set by the pptp helper; 0 without it.',
		'a rule that assigns the helper pptp',
	],
	[
		['type=', 'code='],
		'Type and code of the ICMP request that made the entry: 8 is an echo, 0 its answer.',
		'type=8 and type=0.',
		'ICMP errors make no entry: they belong to the connection that they quote',
	],
	[
		[
			'SYN_SENT',
			'SYN_SENT2',
			'SYN_RECV',
			'ESTABLISHED',
			'FIN_WAIT',
			'CLOSE_WAIT',
			'LAST_ACK',
			'TIME_WAIT',
			'CLOSE',
		],
		'The state of a TCP connection as conntrack sees it from the packets that pass here; both ends may be in another one.',
		'Mostly ESTABLISHED and TIME_WAIT. Many SYN_SENT: nobody answers here. Many SYN_RECV: the third packet is missing. Many CLOSE: connections end with RST.',
		'ss -tan on the ends: do they agree?',
		'a state that only grows: its timeout is nf_conntrack_tcp_timeout_STATE',
	],
	[
		['[NEW]', '[UPDATE]', '[DESTROY]'],
		'Events of conntrack -E: an entry was put in, changed, or has ended.',
		'A NEW and a DESTROY for each connection.',
		'DESTROY right before an INVALID packet of the same flow: the entry had ended',
	],
	[
		['unconfirmed', 'dying'],
		'Lists of entries that are not in the table yet or not any more. Since 5.19 the kernel keeps no unconfirmed list: it is empty, whatever there is.',
		'Empty or a few.',
		'conntrack -C minus conntrack -L: entries that wait, as in a queue',
		'/proc/net/netfilter/nfnetlink_queue',
	],
]

export const FIELDS: readonly Term[] = ROWS.map(([names, means, normal, ...look]) => ({
	names,
	kind: 'field',
	means,
	normal,
	look,
}))
