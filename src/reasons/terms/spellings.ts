import type { Term } from './term.ts'

type Row = readonly [names: readonly string[], means: string, normal: string, ...look: readonly string[]]

/** nft(8), iptables-extensions(8); net/netfilter/nft_ct.c, xt_conntrack.c, xt_CT.c. */
const ROWS: readonly Row[] = [
	[
		[
			'ct state invalid',
			'-m conntrack --ctstate INVALID',
			'-m state --state INVALID',
			'--ctstate INVALID',
			'--state INVALID',
			'ctstate INVALID',
			'state INVALID',
		],
		'Matches packets that conntrack could not put into a connection and that have no entry. It says nothing of the reason, and packets that are not tracked do not match.',
		'With drop after accept of established it costs only packets that are late or wrong, and those of connections that pass here in one direction.',
		'the counter of this rule: nft list ruleset, iptables -nvL',
		'log before it: nft add rule ... ct state invalid log prefix "INVALID: " level info, with limit rate 5/second',
		'ctscope rules shows each rule that matches INVALID, and its chain',
	],
	[
		['ct state new', '--ctstate NEW', '--state NEW', 'ctstate NEW', 'state NEW'],
		'Matches the first packet of a connection, and a packet that conntrack picks up in the middle of one (tcp_loose): it needs no SYN.',
		'Accepted where a service is to be reached.',
		'new without SYN: ct state new tcp flags & (fin|syn|rst|ack) != syn',
	],
	[
		[
			'ct state established',
			'ct state established,related',
			'ct state related',
			'--ctstate RELATED,ESTABLISHED',
			'--ctstate ESTABLISHED,RELATED',
			'--state RELATED,ESTABLISHED',
			'--state ESTABLISHED,RELATED',
			'--ctstate ESTABLISHED',
			'--ctstate RELATED',
		],
		'Matches packets of connections that have entries (established), and what belongs to one: ICMP errors and connections that a helper expects (related).',
		'The first rule of a chain, with accept. Without related, path MTU discovery fails.',
		'is it before the rules that drop?',
	],
	[
		['ct state untracked', '--ctstate UNTRACKED', '--state UNTRACKED'],
		'Matches packets that a rule has excepted from tracking. They are never INVALID, never established, and NAT does not touch them.',
		'Only with notrack rules, and for neighbour discovery of IPv6.',
		"nft list ruleset | grep notrack; iptables-save -t raw | grep -e NOTRACK -e '--notrack'",
	],
	[
		['notrack', '-j CT --notrack', '-j NOTRACK', 'CT --notrack'],
		'Excepts packets from tracking, in a chain of hook prerouting or output with priority raw (-300). Both directions need it: the answer to an untracked packet is INVALID where it is a SYN/ACK or RST.',
		'For DNS servers and floods of short flows.',
		'a rule for each direction: dport and sport',
		'stateless accept rules for what is not tracked',
	],
	[
		['ct state vmap', 'ct state vmap { established : accept, related : accept, invalid : drop }'],
		'One lookup for all states: for each the verdict after the colon.',
		'The usual beginning of a chain of nft.',
		'a state that is not in it goes on to the next rule; no counter is kept for each state',
	],
	[
		['ct status', '--ctstatus'],
		'Matches bits of the entry: expected, seen-reply, assured, confirmed, snat, dnat, dying. INVALID packets have no entry and never match.',
		'Rare.',
		'ct status dnat: let through what was forwarded on purpose',
	],
	[
		['ct direction', '--ctdir'],
		'Matches the direction of a packet in its connection: original as the first one, or reply. INVALID packets have none.',
		'Rare.',
		'conntrack -L: which side is src= of the first tuple?',
	],
	[
		['ct mark', 'CONNMARK', '-j CONNMARK', '-m connmark'],
		'Reads or sets the mark of the connection. INVALID packets have no entry: the mark is 0 for them, and policy routing by it sends them by another path.',
		'With several uplinks and VPNs.',
		'a late packet that loses its mark leaves through the wrong uplink: drop INVALID there',
	],
	[
		['ct helper', '-j CT --helper', 'CT --helper', '-m helper', 'ct helper set'],
		'Gives a helper to a connection, or matches connections that have one.',
		'For FTP, SIP, TFTP, PPTP on purpose, since nf_conntrack_helper is gone.',
		'conntrack -L | grep helper=',
	],
	[
		['ct zone', '-j CT --zone', 'ct zone set'],
		'Puts packets into a zone of the table. It has to be set for both directions before conntrack looks (priority raw).',
		'With overlapping addresses.',
		'conntrack -L -w ZONE',
	],
	[
		['ct timeout', '-j CT --timeout', 'ct timeout set'],
		'Gives timeouts of its own to connections.',
		'Rare.',
		'nft list ct timeout; nfct list timeout',
	],
	[
		['ct count', '-m connlimit', 'connlimit'],
		'Matches when there are more connections than a number (of a host, of a net).',
		'Against floods.',
		'what it refuses is not INVALID: the rule drops it',
	],
	[
		['flow add', 'flow offload', '-j FLOWOFFLOAD', 'FLOWOFFLOAD'],
		'Sends the rest of a connection past the rules, through a flowtable. Only established connections are taken.',
		'On routers for speed.',
		'nft list flowtables; [OFFLOAD] in conntrack -L',
		'INVALID after an idle time: net.netfilter.nf_flowtable_tcp_timeout',
	],
	[
		['masquerade', '-j MASQUERADE', 'snat', 'dnat', '-j SNAT', '-j DNAT', 'redirect', '-j REDIRECT'],
		'Rewrites addresses of the first packet of a connection; all others follow the entry. An INVALID packet is not rewritten: it leaves with the address that it came with.',
		'Drop INVALID before packets leave through masquerade: an inner address outside resets connections (Kubernetes does so).',
		'tcpdump on the outer device: not net INNER-NET should be silent',
	],
	[
		['reject', '-j REJECT', 'reject with tcp reset', '--reject-with tcp-reset'],
		'Drops a packet and notifies the sender. For INVALID that may be wrong: the RST ends a connection that was fine.',
		'For new connections. INVALID is dropped, not rejected.',
		'-p tcp --reject-with tcp-reset in a rule for INVALID: use DROP',
	],
	[
		['log', '-j LOG', 'log prefix', '-j NFLOG', 'log group', '--log-prefix', '--nflog-prefix', 'NFLOG'],
		'Writes a packet down: LOG and nft log into the kernel log, NFLOG and log group to a program. The prefix is all that such a line says of the reason.',
		'With a limit: the kernel has none for these lines.',
		'ctscope explain LINE shows what the flags, ports and directions of a line suggest',
		'sysctl net.netfilter.nf_log_all_netns for containers',
	],
	[
		['-j TRACE', 'meta nftrace set 1', 'nftrace', 'TRACE'],
		'Follows a packet through all chains and rules.',
		'For minutes, with a narrow match.',
		'nft monitor trace; xtables-monitor --trace for iptables-nft',
	],
	[
		['synproxy', '-j SYNPROXY'],
		'Answers a SYN for the server until the client has proved itself. It needs tcp_loose 0, and SYN not tracked.',
		'Against SYN floods. It catches the third packet as INVALID or untracked: a rule before it that drops INVALID breaks it.',
		'ct state invalid,untracked synproxy has to be before ct state invalid drop',
	],
	[
		['tcp flags', '--tcp-flags', '--syn', 'tcp flags syn'],
		'Matches the flags of TCP, without conntrack.',
		'Beside ct state: new and not SYN is a connection that was picked up, or a scan.',
		'conntrack refuses combinations of its own: "invalid tcp flag combination"',
	],
	[
		['clamp', '-j TCPMSS', 'tcp option maxseg size set rt mtu', '--clamp-mss-to-pmtu'],
		'Lowers the segment size of a SYN to what the path allows.',
		'On routers with PPPoE or tunnels.',
		'hanging connections and ICMP errors of INVALID state: the error type 3 code 4 is dropped somewhere',
	],
]

export const SPELLINGS: readonly Term[] = ROWS.map(([names, means, normal, ...look]) => ({
	names,
	kind: 'rule',
	means,
	normal,
	look,
}))
