import {
	greProtocol,
	icmpType,
	icmpv6Type,
	segment,
	tcpInvalid,
	tcpTransition,
	windowConditions,
	windows,
	windowVerdict,
} from './printk-decode.ts'
import { type Row, type SiteText, textsOf } from './printk-told.ts'

/** 4.18 to 5.18 print these for every TCP packet, good or bad. */
const WINDOW: readonly Row[] = [
	['tcp_in_window: START', 'per-packet', 'the window check of a TCP packet with an entry begins'],
	['tcp_in_window:', 'per-packet', 'head of the next line'],
	[
		'seq=%u ack=%u+(%d) sack=%u+(%d) win=%u end=%u',
		'per-packet',
		'the numbers of the TCP packet in the window check',
		{ decode: segment },
	],
	[
		'tcp_in_window: sender end=%u maxend=%u maxwin=%u scale=%i receiver end=%u maxend=%u maxwin=%u scale=%i',
		'per-packet',
		'what conntrack knows about the windows of the two sides',
		{ decode: windows(0, 4) },
	],
	[
		'tcp_in_window: I=%i II=%i III=%i IV=%i',
		'per-packet',
		'the four conditions of the window check; the packet is out of the window when one of them is 0',
		{ decode: windowConditions },
	],
	[
		'tcp_in_window: res=%u sender end=%u maxend=%u maxwin=%u receiver end=%u maxend=%u maxwin=%u',
		'per-packet',
		'what the window check decided: with res=0 the packet is INVALID',
		{ decode: windowVerdict },
	],
]

const OPENS = 'a TCP connection begins: what conntrack takes for the windows of the two sides'

const TCP: readonly Row[] = [
	...WINDOW,
	[
		'nf_ct_tcp: invalid new deleting.',
		'per-bad-packet',
		'TCP without an entry, of a kind that cannot open a connection (RST, FIN, SYN/ACK): INVALID',
		{ explains: ['silent-tcp-new'] },
	],
	[
		'%s: sender end=%u maxend=%u maxwin=%u scale=%i receiver end=%u maxend=%u maxwin=%u scale=%i',
		'per-connection',
		OPENS,
		{ decode: windows(1, 4) },
	],
	[
		'tcp_new: sender end=%u maxend=%u maxwin=%u scale=%i receiver end=%u maxend=%u maxwin=%u scale=%i',
		'per-connection',
		OPENS,
		{ decode: windows(0, 4) },
	],
	[
		'nf_ct_tcp: SYN proxy client keep alive',
		'rare',
		'a client repeats its ACK while SYNPROXY waits for the server: let through',
	],
	[
		'nf_ct_tcp: Invalid dir=%i index=%u ostate=%u',
		'per-bad-packet',
		'a TCP packet that cannot come in the state of its entry: INVALID. log_invalid has a line for it too',
		{ decode: tcpInvalid },
	],
	['tcp_conntracks:', 'per-packet', 'head of the next line'],
	[
		'syn=%i ack=%i fin=%i rst=%i old=%i new=%i',
		'per-packet',
		'a TCP packet is accepted: its flags, and the state of the entry before and after',
		{ decode: tcpTransition },
	],
]

const NO_REQUEST = 'an ICMP reply without an entry of its request: INVALID'
const QUOTE = 'an ICMP error about a packet of which'

const GRE: readonly Row[] = [
	['lookup src key 0x%x for', 'per-packet', 'a GRE packet of PPTP: which call is it?'],
	['trying to override keymap_%s for ct %p', 'rare', 'PPTP announces a call that another connection has'],
	['trying to override keymap for ct %p', 'rare', 'PPTP announces a call that another connection has'],
	['adding new entry %p:', 'per-connection', 'PPTP has announced a GRE call'],
	['adding new entries %p,%p:', 'per-connection', 'PPTP has announced a GRE call, both directions'],
	['entering for ct %p', 'per-connection', 'a PPTP connection ends: its GRE calls are forgotten'],
	['removing %p from list', 'per-connection', 'a GRE call is forgotten'],
	[
		'Unsupported GRE proto(0x%x)',
		'per-bad-packet',
		'GRE version 1 that does not carry PPP: INVALID',
		{ explains: ['silent-gre'], decode: greProtocol },
	],
	[':', 'per-connection', 'a GRE entry begins'],
	['entering', 'per-connection', 'a GRE entry ends', { func: 'gre_destroy' }],
	['no master !?!', 'rare', 'a GRE entry ends that no PPTP connection belongs to', { func: 'gre_destroy' }],
]

/** In nf_conntrack_pptp.c up to 6.x, in nf_conntrack_proto_gre.c later. */
const PPTP_END: readonly Row[] = [
	[
		'trying to timeout ct or exp for tuple',
		'per-connection',
		'a PPTP connection ends: its GRE call is looked for, to end it too',
	],
	[
		'setting timeout of conntrack %p to 0',
		'per-connection',
		'a PPTP connection ends, and its GRE call with it',
	],
	[
		'unexpect_related of expect %p',
		'per-connection',
		'a PPTP connection ends, and its GRE call is not waited for any more',
	],
	[
		'failed to timeout original pns->pac ct/exp',
		'rare',
		'a PPTP connection ends, and its GRE call of that direction is not found',
	],
	[
		'failed to timeout reply pac->pns ct/exp',
		'rare',
		'a PPTP connection ends, and its GRE call of that direction is not found',
	],
]

/** TCP, ICMP and GRE, as they stand in 4.18 to 7.3. */
export const TRACKER_SITES: readonly SiteText[] = [
	...textsOf('nf_conntrack_proto_tcp.c', TCP),
	...textsOf('nf_conntrack_proto_icmp.c', [
		[
			"icmp: can't create new conn with type %u",
			'per-bad-packet',
			NO_REQUEST,
			{ explains: ['silent-icmp-reply'], decode: icmpType },
		],
		[
			'icmp_error_message: failed to get tuple',
			'per-bad-packet',
			`${QUOTE} too little is quoted: INVALID`,
			{ explains: ['silent-icmp-error'] },
		],
		[
			'icmp_error_message: no match',
			'per-bad-packet',
			`${QUOTE} conntrack has no entry: INVALID`,
			{ explains: ['silent-icmp-error'] },
		],
	]),
	...textsOf('nf_conntrack_proto_icmpv6.c', [
		[
			"icmpv6: can't create new conn with type %u",
			'per-bad-packet',
			NO_REQUEST.replace('ICMP', 'ICMPv6'),
			{ explains: ['silent-icmp-reply'], decode: icmpv6Type },
		],
		[
			"icmpv6_error: Can't get tuple",
			'per-bad-packet',
			`${QUOTE} too little is quoted: INVALID`,
			{ explains: ['silent-icmp-error'] },
		],
		[
			"icmpv6_error: Can't invert tuple",
			'per-bad-packet',
			`${QUOTE} no connection can be: INVALID`,
			{ explains: ['silent-icmp-error'] },
		],
		[
			'icmpv6_error: no match',
			'per-bad-packet',
			`${QUOTE} conntrack has no entry: INVALID`,
			{ explains: ['silent-icmp-error'] },
		],
	]),
	...textsOf('nf_conntrack_proto_gre.c', [...GRE, ...PPTP_END]),
	...textsOf('nf_conntrack_pptp.c', PPTP_END),
]
