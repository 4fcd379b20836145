import { protocolName } from '../../kernel/packet/protocol.ts'
import type { Knob, KnobClass, KnobId } from '../../model/knob.ts'
import type { Kind, KnobOf, ValueChoice } from './kind.ts'

export const NETFILTER = '/proc/sys/net/netfilter'

/** What is said of one sysctl, and what follows from its values. */
type About = Pick<Kind<'integer' | 'boolean'>, 'hides' | 'marks' | 'level' | 'choices'> & {
	readonly title: string
	readonly effect: readonly string[]
	readonly inWords?: (value: string) => string
}

type Row = { readonly knob: KnobOf<'integer' | 'boolean'>; readonly about: About }

/**
 * Timeouts are unsigned seconds, kept as jiffies in an int: INT_MAX / HZ is the limit, 2147483 s with HZ=1000
 * (kernel/sysctl.c, proc_dointvec_jiffies; with HZ=250 8589934 is taken and 21474836 gives EINVAL).
 */
const SECONDS = { type: 'integer', min: 0, max: 2_147_483, unit: 'seconds' } as const
const BOOLEAN = { type: 'boolean' } as const
const BYTE = { type: 'integer', min: 0, max: 255 } as const

function conntrack(
	id: KnobId,
	kind: Row['knob']['kind'],
	about: About,
	knobClass: KnobClass = 'treats-differently',
): Row {
	return {
		knob: {
			id,
			sysctl: `net.netfilter.nf_conntrack_${id}`,
			path: `${NETFILTER}/nf_conntrack_${id}`,
			class: knobClass,
			scope: 'netns',
			kind,
		},
		about,
	}
}

/** Protocols whose trackers print a line when they call a packet INVALID (net/netfilter/nf_conntrack_proto_*.c). */
export const LOG_INVALID_CHOICES: readonly ValueChoice[] = [
	{ value: '0', label: 'off', note: '' },
	{ value: '6', label: 'TCP', note: '' },
	{ value: '17', label: 'UDP', note: '' },
	{ value: '1', label: 'ICMP', note: '' },
	{ value: '58', label: 'ICMPv6', note: '58; the 41 of the kernel documentation logs nothing' },
	{ value: '132', label: 'SCTP', note: '' },
	{ value: '47', label: 'GRE', note: 'taken by the kernel, but no kernel looked at logs anything for it' },
	{ value: '255', label: 'all', note: 'every protocol that can log' },
]

function protocolsInWords(value: string): string {
	if (value === '0') return 'off'
	if (value === '255') return 'all protocols'
	if (value === '41') return '41: logs nothing, ICMPv6 is 58'
	const name = protocolName(Number(value))
	return name === value ? `protocol ${value}` : name
}

const LOG_INVALID_ROW = conntrack(
	'log_invalid',
	BYTE,
	{
		title: 'log why packets are INVALID',
		effect: [
			'The kernel prints one line for each INVALID packet of this protocol, with the reason. Packets are treated as before.',
			'Cost: there is no rate limit. Each packet is one line in the kernel log, and on the console when its level is above 5.',
			'Some checks say INVALID without printing a line. Value 41 is not ICMPv6 (58 is), and 47 (GRE) prints nothing.',
		],
		inWords: protocolsInWords,
		choices: () => LOG_INVALID_CHOICES,
		hides: (_, value) => (value === '0' || value === '41' ? 'all' : value === '255' ? '' : 'others'),
		marks: () => ['conntrack'],
	},
	'logs-more',
)
export const LOG_INVALID: Knob = LOG_INVALID_ROW.knob

/** LOG rules that name no level (xt_LOG.h and nft's default). */
const WARNING = 4

const ALL_NETNS_ROW: Row = {
	knob: {
		id: 'nf_log_all_netns',
		sysctl: 'net.netfilter.nf_log_all_netns',
		path: `${NETFILTER}/nf_log_all_netns`,
		class: 'logs-more',
		scope: 'initial-netns',
		kind: BOOLEAN,
	},
	about: {
		title: 'let other network namespaces write to the kernel log',
		effect: [
			'One switch for the whole host: without it, lines of every network namespace but the initial one are thrown away.',
			'Cost: LOG rules of containers write to the host kernel log too, and a line does not say where it comes from.',
		],
		hides: (_, value, { initial, readsNflog }) => (value === '0' && !initial && !readsNflog ? 'all' : ''),
		marks: () => ['conntrack', 'packets'],
		level: (_, from, to) => (to !== '0' && from === '0' ? WARNING : undefined),
	},
}
export const ALL_NETNS: Knob = ALL_NETNS_ROW.knob

const hidesWhen = (off: boolean, what: string) => (_: Knob, value: string) =>
	(value === '0') === off ? what : ''

const SWITCHES: readonly Row[] = [
	conntrack('tcp_be_liberal', BOOLEAN, {
		title: 'accept TCP packets outside the window',
		effect: [
			'On: packets outside the TCP window are not INVALID any more, and nothing is printed about them.',
			'Cost: stateful rules accept such packets. Bad flags, checksums, states and RST are still INVALID.',
		],
		hides: hidesWhen(false, 'window'),
	}),
	conntrack('tcp_loose', BOOLEAN, {
		title: 'pick up TCP connections in the middle',
		effect: [
			'On: a connection that is seen first in its middle is taken up, with window checks off for it.',
			'Off: its packets are INVALID, and the kernel prints no line about them. Running connections without an entry stop.',
		],
		hides: hidesWhen(true, 'mid-stream'),
	}),
	conntrack('tcp_ignore_invalid_rst', BOOLEAN, {
		title: 'accept TCP RST outside the window',
		effect: [
			'On: a RST outside the window does not become INVALID.',
			'Cost: stateful rules let forged RST packets through.',
		],
		hides: hidesWhen(false, 'RST'),
	}),
	conntrack('tcp_no_window_check', BOOLEAN, {
		title: 'check no TCP window at all',
		effect: ['On: no TCP window is checked. Only in patched kernels (OpenWrt).'],
		hides: hidesWhen(false, 'window'),
	}),
	conntrack(
		'tcp_max_retrans',
		{ ...BYTE, unit: 'packets' },
		{
			title: 'TCP retransmissions until the timeout shrinks',
			effect: ['After that many retransmissions without an answer the entry gets the timeout max_retrans.'],
		},
	),
	conntrack('dccp_loose', BOOLEAN, {
		title: 'pick up DCCP connections in the middle',
		effect: ['On: DCCP connections are taken up in their middle. Off: such packets are INVALID.'],
	}),
	conntrack('checksum', BOOLEAN, {
		title: 'check checksums of received packets',
		effect: [
			'On: received packets with a wrong checksum are INVALID. Off: they are tracked like any other.',
			'Only packets that arrive are checked, not those sent from here.',
		],
		hides: hidesWhen(true, 'checksum'),
	}),
	conntrack('acct', BOOLEAN, {
		title: 'count packets and bytes of each entry',
		effect: [
			'New entries count their packets and bytes. Nothing is called INVALID for it.',
			'Rules that match on packets or bytes of a connection (connbytes, ct bytes) begin to match.',
		],
	}),
	conntrack('timestamp', BOOLEAN, {
		title: 'note when each entry was made',
		effect: ['New entries carry the time they were made. Nothing is called INVALID for it.'],
	}),
]

/** Names as in net/netfilter/nf_conntrack_standalone.c; which of them a kernel has is found by looking. */
const TIMEOUTS = [
	...timeouts(
		'tcp',
		'syn_sent syn_recv established fin_wait close_wait last_ack time_wait close max_retrans unacknowledged',
	),
	'udp_timeout',
	'udp_timeout_stream',
	'icmp_timeout',
	'icmpv6_timeout',
	'generic_timeout',
	'gre_timeout',
	'gre_timeout_stream',
	...timeouts(
		'sctp',
		'closed cookie_wait cookie_echoed established shutdown_sent shutdown_recd shutdown_ack_sent heartbeat_sent heartbeat_acked',
	),
	...timeouts('dccp', 'request respond partopen open closereq closing timewait'),
	'frag6_timeout',
]

function timeouts(protocol: string, states: string): readonly KnobId[] {
	return states.split(' ').map((state) => `${protocol}_timeout_${state}`)
}

const TIMEOUT_EFFECT = [
	'An entry without packets for this long is removed. The value holds from the next packet of an entry on.',
	'Too short: later packets of the flow have no entry and are NEW or INVALID. Too long: the table fills.',
]

function aboutTimeout(id: KnobId): About {
	if (id === 'generic_timeout')
		return { title: 'timeout of protocols without a tracker', effect: TIMEOUT_EFFECT }
	if (id === 'frag6_timeout')
		return {
			title: 'timeout of IPv6 fragments',
			effect: [
				'IPv6 fragments that are not complete after this time are dropped, before conntrack sees the packet.',
			],
		}
	const [protocol = '', state = ''] = id.split(/_timeout_?/)
	const name = protocol === 'icmpv6' ? 'ICMPv6' : protocol.toUpperCase()
	return {
		title: `timeout of ${name}${state === '' ? '' : ` in ${state.replaceAll('_', ' ')}`}`,
		effect: TIMEOUT_EFFECT,
	}
}

/** nf_flow_table: how long a flow stays in the fast path, and conntrack therefore sees nothing of it. */
const FLOWTABLE: readonly Row[] = ['tcp_timeout', 'udp_timeout', 'tcp_pickup', 'udp_pickup'].map((name) => {
	const [protocol = '', what] = name.toUpperCase().split('_')
	return {
		knob: {
			id: `flowtable_${name}`,
			sysctl: `net.netfilter.nf_flowtable_${name}`,
			path: `${NETFILTER}/nf_flowtable_${name}`,
			class: 'treats-differently',
			scope: 'netns',
			kind: SECONDS,
		},
		about: {
			title:
				what === 'TIMEOUT'
					? `timeout of offloaded ${protocol} flows`
					: `timeout of ${protocol} flows that leave the offload path`,
			effect: [
				'How long a flow without packets stays in the offload path, where conntrack does not see it.',
				'When it comes back, window data are old: its next packets may be INVALID.',
			],
		},
	}
})

/**
 * Those that treat packets differently. The list is closed: each of them takes its own value back. Left out on purpose,
 * because they do not or because they belong to the whole host: buckets (rounded, a resize is expensive), max and
 * expect_max (one table size for all namespaces), frag6_*_thresh (each limits the other), nf_hooks_lwtunnel (cannot be
 * cleared), helper and events (nothing to do with INVALID).
 */
const BEHAVIOUR_ROWS: readonly Row[] = [
	...SWITCHES,
	...TIMEOUTS.map((id) => conntrack(id, SECONDS, aboutTimeout(id))),
	...FLOWTABLE,
]
export const BEHAVIOUR: readonly Knob[] = BEHAVIOUR_ROWS.map(({ knob }) => knob)

const ABOUT: ReadonlyMap<KnobId, About> = new Map(
	[LOG_INVALID_ROW, ALL_NETNS_ROW, ...BEHAVIOUR_ROWS].map(({ knob, about }) => [knob.id, about]),
)

/** What is known of one sysctl. */
export const aboutOf = ({ id }: Knob): About => ABOUT.get(id) ?? { title: id, effect: [] }
