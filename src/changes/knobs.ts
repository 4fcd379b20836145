import type { Knob, KnobClass, KnobId, KnobKind } from '../model/knob.ts'
import { dynamicKnob } from './kinds/call-site.ts'
import { canonicalFlags, flagsBetween, unknownFlags, withFlagsOf } from './kinds/call-site-flags.ts'
import { ABSENT, FOREIGN } from './kinds/taps.ts'
import { parseTap } from './tap/tap-text.ts'

const DIR = '/proc/sys/net/netfilter'

/**
 * Timeouts are unsigned seconds, kept as jiffies in an int: INT_MAX / HZ is the limit, 2147483 s with HZ=1000
 * (kernel/sysctl.c, proc_dointvec_jiffies; with HZ=250 8589934 is taken and 21474836 gives EINVAL).
 */
const SECONDS: KnobKind = { type: 'integer', min: 0, max: 2_147_483, unit: 'seconds' }
const BOOLEAN: KnobKind = { type: 'boolean' }

function conntrack(id: KnobId, kind: KnobKind, knobClass: KnobClass = 'treats-differently'): Knob {
	return {
		id,
		sysctl: `net.netfilter.nf_conntrack_${id}`,
		path: `${DIR}/nf_conntrack_${id}`,
		class: knobClass,
		scope: 'netns',
		kind,
	}
}

/** Names as in net/netfilter/nf_conntrack_standalone.c; which of them a kernel has is found by looking. */
const TIMEOUTS = [
	...[
		'syn_sent',
		'syn_recv',
		'established',
		'fin_wait',
		'close_wait',
		'last_ack',
		'time_wait',
		'close',
		'max_retrans',
		'unacknowledged',
	].map((state) => `tcp_timeout_${state}`),
	'udp_timeout',
	'udp_timeout_stream',
	'icmp_timeout',
	'icmpv6_timeout',
	'generic_timeout',
	'gre_timeout',
	'gre_timeout_stream',
	...[
		'closed',
		'cookie_wait',
		'cookie_echoed',
		'established',
		'shutdown_sent',
		'shutdown_recd',
		'shutdown_ack_sent',
		'heartbeat_sent',
		'heartbeat_acked',
	].map((state) => `sctp_timeout_${state}`),
	...['request', 'respond', 'partopen', 'open', 'closereq', 'closing', 'timewait'].map(
		(state) => `dccp_timeout_${state}`,
	),
	'frag6_timeout',
]

/** nf_flow_table: how long a flow stays in the fast path, and conntrack therefore sees nothing of it. */
const FLOWTABLE: readonly Knob[] = ['tcp_timeout', 'udp_timeout', 'tcp_pickup', 'udp_pickup'].map((name) => ({
	id: `flowtable_${name}`,
	sysctl: `net.netfilter.nf_flowtable_${name}`,
	path: `${DIR}/nf_flowtable_${name}`,
	class: 'treats-differently',
	scope: 'netns',
	kind: SECONDS,
}))

/** nf_log/N exists for every family number up to NFPROTO_NUMPROTO: 0 to 12 in older kernels, 0 to 10 in newer ones. */
const LOGGERS: readonly Knob[] = Array.from({ length: 13 }, (_, family) => ({
	id: `nf_log.${family}`,
	sysctl: `net.netfilter.nf_log.${family}`,
	path: `${DIR}/nf_log/${family}`,
	class: 'logs-more',
	scope: 'netns',
	kind: { type: 'logger', family },
}))

/**
 * The closed list of what may be changed: each of them takes its own value back. Left out on purpose, because they do
 * not or because they belong to the whole host: buckets (rounded, a resize is expensive), max and expect_max (one
 * table size for all namespaces), frag6_*_thresh (each limits the other), nf_hooks_lwtunnel (cannot be cleared),
 * helper and events (nothing to do with INVALID).
 */
export const KNOBS: readonly Knob[] = [
	conntrack('log_invalid', { type: 'integer', min: 0, max: 255 }, 'logs-more'),
	...LOGGERS,
	{
		id: 'nf_log_all_netns',
		sysctl: 'net.netfilter.nf_log_all_netns',
		path: `${DIR}/nf_log_all_netns`,
		class: 'logs-more',
		scope: 'initial-netns',
		kind: BOOLEAN,
	},
	{
		id: 'printk',
		sysctl: 'kernel.printk',
		path: '/proc/sys/kernel/printk',
		class: 'logs-more',
		scope: 'host',
		kind: { type: 'printk' },
	},
	conntrack('tcp_be_liberal', BOOLEAN),
	conntrack('tcp_loose', BOOLEAN),
	conntrack('tcp_ignore_invalid_rst', BOOLEAN),
	conntrack('tcp_no_window_check', BOOLEAN),
	conntrack('tcp_max_retrans', { type: 'integer', min: 0, max: 255, unit: 'packets' }),
	conntrack('dccp_loose', BOOLEAN),
	conntrack('checksum', BOOLEAN),
	conntrack('acct', BOOLEAN),
	conntrack('timestamp', BOOLEAN),
	...TIMEOUTS.map((id) => conntrack(id, SECONDS)),
	...FLOWTABLE,
]

const BY_ID: ReadonlyMap<KnobId, Knob> = new Map(KNOBS.map((knob) => [knob.id, knob]))

export function knobById(id: KnobId): Knob | undefined {
	return BY_ID.get(id) ?? dynamicKnob(id)
}

export type LogInvalidChoice = { readonly value: string; readonly label: string; readonly note: string }

/** Protocols whose trackers print a line when they call a packet INVALID (net/netfilter/nf_conntrack_proto_*.c). */
export const LOG_INVALID_CHOICES: readonly LogInvalidChoice[] = [
	{ value: '0', label: 'off', note: '' },
	{ value: '6', label: 'TCP', note: '' },
	{ value: '17', label: 'UDP', note: '' },
	{ value: '1', label: 'ICMP', note: '' },
	{ value: '58', label: 'ICMPv6', note: '58; the 41 of the kernel documentation logs nothing' },
	{ value: '132', label: 'SCTP', note: '' },
	{ value: '47', label: 'GRE', note: 'taken by the kernel, but no kernel looked at logs anything for it' },
	{ value: '255', label: 'all', note: 'every protocol that can log' },
]

/**
 * The one spelling of a value: decimal without leading zeros or sign games (the kernel would read 010 as 8), the name
 * of a logger, four numbers with single blanks. Undefined for text that cannot be such a value. Whether the kernel
 * would take it is another question: see `valueProblem`.
 */
export function canonical(knob: Knob, text: string): string | undefined {
	switch (knob.kind.type) {
		case 'integer':
		case 'boolean':
			return /^\s*(0|-?[1-9]\d{0,18})\s*$/.exec(text)?.[1]
		case 'logger':
			return /^\s*([A-Za-z0-9_-]{1,63})\s*$/.exec(text)?.[1]
		case 'printk': {
			const words = text.trim().split(/\s+/)
			const numbers = words.filter((word) => /^(0|-?[1-9]\d{0,9})$/.test(word))
			return words.length === 4 && numbers.length === 4 ? numbers.join(' ') : undefined
		}
		case 'flags':
			return canonicalFlags(text)
		case 'module':
			return text === 'absent' || text === 'loaded' ? text : undefined
		case 'mount':
			return text === 'absent' || text === 'mounted' ? text : undefined
		case 'table':
			return text === ABSENT || text === FOREIGN || parseTap(text) !== undefined ? text : undefined
	}
}

/** Why `value` must not be written to the knob, in words; undefined when it may. `from` is the value it has now. */
export function valueProblem(knob: Knob, value: string, from: string): string | undefined {
	if (canonical(knob, value) !== value) return `${JSON.stringify(value)} is not a value of ${knob.sysctl}`
	switch (knob.kind.type) {
		case 'integer': {
			const { min, max, unit } = knob.kind
			const number = Number(value)
			if (number >= min && number <= max) return undefined
			return `${knob.sysctl} takes ${min} to ${max}${unit === undefined ? '' : ` ${unit}`}, not ${value}`
		}
		case 'boolean':
			return value === '0' || value === '1' ? undefined : `${knob.sysctl} takes 0 or 1, not ${value}`
		case 'logger':
			return undefined
		case 'printk': {
			const [level = '', ...rest] = value.split(' ')
			if (!/^[1-9]$|^1[0-5]$/.test(level))
				return `the console level is 1 (only emergencies) to 15 (everything), not ${level}`
			if (rest.join(' ') !== from.split(' ').slice(1).join(' '))
				return 'only the first number of kernel.printk, the console level, is ever changed'
			return undefined
		}
		case 'flags': {
			const unknown = unknownFlags(flagsBetween(from, value))
			return unknown === '' ? undefined : `there is no flag ${unknown} of a call site`
		}
		case 'module':
			return value === 'loaded'
				? undefined
				: `a module is unloaded only when the change that loaded it is undone`
		case 'mount':
			return value === 'mounted'
				? undefined
				: `${knob.sysctl} is unmounted only when the change that mounted it is undone`
		case 'table':
			if (value === FOREIGN || from === FOREIGN) return `${knob.sysctl} is there and not ours`
			return value === ABSENT || from === ABSENT
				? undefined
				: `${knob.sysctl} holds a tap already: it is undone before another one takes its place`
	}
}

/**
 * Whether `now` is what the kernel makes of our writing `value`. It compares loggers without case and only as far as the
 * registered name goes (net/netfilter/nf_log.c, nf_log_proc_dostring): `NF_LOG_IPV4` reads back as `nf_log_ipv4`.
 */
export function isWrittenAs(knob: Knob, value: string, now: string): boolean {
	if (now === value) return true
	return (
		knob.kind.type === 'logger' &&
		now !== 'NONE' &&
		now !== '' &&
		value.toLowerCase().startsWith(now.toLowerCase())
	)
}

/**
 * Whether, in what `value` and `other` differ, the knob reads as `value`. Of a call site that is some of its flags: what
 * else somebody does to it is not looked at.
 */
export function readsAs(knob: Knob, value: string, other: string, now: string): boolean {
	if (knob.kind.type !== 'flags') return now === value
	return withFlagsOf(now, value, flagsBetween(value, other)) === now
}
