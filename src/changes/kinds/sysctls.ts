import { protocolName } from '../../kernel/packet/protocol.ts'
import type { Knob, KnobClass, KnobId } from '../../model/knob.ts'
import * as english from '../../words/english/changes/kinds.ts'
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
	{ value: '58', label: 'ICMPv6', note: english.not41OfTheDocumentation },
	{ value: '132', label: 'SCTP', note: '' },
	{ value: '47', label: 'GRE', note: english.takenByTheKernelBut },
	{ value: '255', label: 'all', note: english.everyProtocolThatCanLog },
]

function protocolsInWords(value: string): string {
	if (value === '0') return 'off'
	if (value === '255') return english.allProtocols
	if (value === '41') return english.n41LogsNothingIcmpv6Is
	const name = protocolName(Number(value))
	return name === value ? english.protocol(value) : name
}

const LOG_INVALID_ROW = conntrack(
	'log_invalid',
	BYTE,
	{
		title: english.logWhyPacketsAreInvalid,
		effect: [
			english.theKernelPrintsOneLine,
			english.costThereIsNoRateLimit,
			english.someChecksSayInvalidWithout,
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
		title: english.letOtherNetworkNamespacesWrite,
		effect: [english.oneSwitchForTheWhole, english.costLogRulesOfContainers],
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
		title: english.acceptTcpPacketsOutsideThe,
		effect: [english.onPacketsOutsideTheTcp, english.costStatefulRulesAcceptSuch],
		hides: hidesWhen(false, 'window'),
	}),
	conntrack('tcp_loose', BOOLEAN, {
		title: english.pickUpTcpConnectionsIn,
		effect: [english.onAConnectionThatIs, english.offItsPacketsAreInvalid],
		hides: hidesWhen(true, 'mid-stream'),
	}),
	conntrack('tcp_ignore_invalid_rst', BOOLEAN, {
		title: english.acceptTcpRstOutsideThe,
		effect: [english.onARstOutsideThe, english.costStatefulRulesLetForged],
		hides: hidesWhen(false, 'RST'),
	}),
	conntrack('tcp_no_window_check', BOOLEAN, {
		title: english.checkNoTcpWindowAt,
		effect: [english.onNoTcpWindowIs],
		hides: hidesWhen(false, 'window'),
	}),
	conntrack(
		'tcp_max_retrans',
		{ ...BYTE, unit: 'packets' },
		{
			title: english.tcpRetransmissionsUntilTheTimeout,
			effect: [english.afterThatManyRetransmissionsWithout],
		},
	),
	conntrack('dccp_loose', BOOLEAN, {
		title: english.pickUpDccpConnectionsIn,
		effect: [english.onDccpConnectionsAreTaken],
	}),
	conntrack('checksum', BOOLEAN, {
		title: english.checkChecksumsOfReceivedPackets,
		effect: [english.onReceivedPacketsWithA, english.onlyPacketsThatArriveAre],
		hides: hidesWhen(true, 'checksum'),
	}),
	conntrack('acct', BOOLEAN, {
		title: english.countPacketsAndBytesOf,
		effect: [english.newEntriesCountTheirPackets, english.rulesThatMatchOnPackets],
	}),
	conntrack('timestamp', BOOLEAN, {
		title: english.noteWhenEachEntryWas,
		effect: [english.newEntriesCarryTheTime],
	}),
]

/** Names as in net/netfilter/nf_conntrack_standalone.c; which of them a kernel has is found by looking. */
const TIMEOUTS = [
	...timeouts('tcp', english.synSentSynRecvEstablished),
	'udp_timeout',
	'udp_timeout_stream',
	'icmp_timeout',
	'icmpv6_timeout',
	'generic_timeout',
	'gre_timeout',
	'gre_timeout_stream',
	...timeouts('sctp', english.closedCookieWaitCookieEchoed),
	...timeouts('dccp', english.requestRespondPartopenOpenClosereq),
	'frag6_timeout',
]

function timeouts(protocol: string, states: string): readonly KnobId[] {
	return states.split(' ').map((state) => `${protocol}_timeout_${state}`)
}

const TIMEOUT_EFFECT = [english.anEntryWithoutPacketsFor, english.tooShortLaterPacketsOf]

function aboutTimeout(id: KnobId): About {
	if (id === 'generic_timeout') return { title: english.timeoutOfProtocolsWithoutA, effect: TIMEOUT_EFFECT }
	if (id === 'frag6_timeout')
		return {
			title: english.timeoutOfIpv6Fragments,
			effect: [english.ipv6FragmentsThatAreNot],
		}
	const [protocol = '', state = ''] = id.split(/_timeout_?/)
	const name = protocol === 'icmpv6' ? 'ICMPv6' : protocol.toUpperCase()
	return {
		title: english.timeoutOf(name, state === '' ? '' : ` in ${state.replaceAll('_', ' ')}`),
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
					? english.timeoutOfOffloadedFlows(protocol)
					: english.timeoutOfFlowsThatLeave(protocol),
			effect: [english.howLongAFlowWithout, english.whenItComesBackWindow],
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
