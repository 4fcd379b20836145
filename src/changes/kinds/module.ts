import type { Knob, KnobId, KnobKind } from '../../model/knob.ts'
import type { BoundLogger, Kind } from './kind.ts'
import { knobOfFamily } from './logger.ts'

type Module = Extract<KnobKind, { type: 'module' }>

/**
 * Modules that may be loaded: those that track, that tell about it, and that print. nf_log_syslog is several modules up
 * to Linux 5.12 (net/netfilter/nf_log_syslog.c, before net/ipv4|ipv6|bridge/netfilter/nf_log_*.c).
 */
export const MODULES = [
	'nf_conntrack',
	'nf_conntrack_netlink',
	'nf_log_syslog',
	'nf_log_ipv4',
	'nf_log_ipv6',
	'nf_log_common',
	'nfnetlink_log',
	'nf_log_arp',
	'nf_log_bridge',
] as const

/**
 * What rules of our own need of nftables, in the order in which it is loaded. The kernel would load them by itself with the
 * first rule (nf_tables_api.c, nft_request_module), and then they would stay.
 */
export const TAP_MODULES = ['nf_tables', 'nft_ct', 'nft_limit', 'nft_log'] as const

/** Loggers that a module binds when it is loaded, in every network namespace where the family has none (nf_log_set). */
const BINDS: Readonly<Record<string, readonly (readonly [family: number, logger: string])[]>> = {
	nf_log_syslog: [
		[2, 'nf_log_ipv4'],
		[3, 'nf_log_arp'],
		[5, 'nf_log_netdev'],
		[7, 'nf_log_bridge'],
		[10, 'nf_log_ipv6'],
	],
	nf_log_ipv4: [[2, 'nf_log_ipv4']],
	nf_log_ipv6: [[10, 'nf_log_ipv6']],
	nf_log_arp: [[3, 'nf_log_arp']],
	nf_log_bridge: [[7, 'nf_log_bridge']],
	nf_log_netdev: [[5, 'nf_log_netdev']],
}

/** Loggers that loading these modules may bind. */
export function loggersOf(modules: readonly string[]): readonly BoundLogger[] {
	return modules
		.flatMap((name) => BINDS[name] ?? [])
		.map(([family, logger]) => ({ knob: knobOfFamily(family), logger }))
}

/** What loading these modules does to the loggers of every network namespace; undefined when none of them is a logger. */
export function bindsElsewhere(modules: readonly string[]): string | undefined {
	const loggers = loggersOf(modules).map(({ logger }) => logger)
	if (loggers.length === 0) return undefined
	const names = [loggers.slice(0, -1).join(', '), loggers.at(-1)].filter((one) => one !== '').join(' and ')
	return `loading ${modules.join(' and ')} binds ${names} in every network namespace where the family has no logger; what that changes here is put back, and what was loaded is unloaded again unless somebody uses it then`
}

const PREFIX = 'module:'

/** The knob of a module that may be loaded, and the key of its row where it may not. */
export const knobOfModule = (name: string): KnobId => `${PREFIX}${name}`

/** The module that a knob, or the key of a row, stands for; undefined for all others. */
export const moduleOfKnob = (id: KnobId): string | undefined =>
	id.startsWith(PREFIX) ? id.slice(PREFIX.length) : undefined

function moduleKnob(name: string): Knob | undefined {
	if (![...MODULES, ...TAP_MODULES].some((one) => one === name)) return undefined
	return {
		id: knobOfModule(name),
		sysctl: `module ${name}`,
		path: '/proc/modules',
		class: 'logs-more',
		scope: 'host',
		kind: { type: 'module', name },
	}
}

function effectOf({ name }: Module): readonly string[] {
	const unload =
		'Undone by unloading what loading it added, as long as nobody uses it; then it stays, and is said.'
	if (name === 'nfnetlink_log')
		return [
			'The logger that hands lines and packets to netlink. It is bound by nobody until nf_log says so.',
			unload,
		]
	if (name.startsWith('nf_log'))
		return [
			'A logger that writes to the kernel log. Loading it makes it the logger of its families in every network namespace that has none.',
			unload,
		]
	if (name === 'nf_tables' || name.startsWith('nft_'))
		return ['A part of nftables that rules of our own need. Without rules it does nothing.', unload]
	if (name === 'nf_conntrack_netlink')
		return ['Lets conntrack(8) read the table and the counters. Packets are treated as before.', unload]
	return [
		'Connection tracking. It begins to see packets with the first rule or program that asks for it.',
		unload,
	]
}

/** A module of the kernel, loaded for a while. */
export const MODULE: Kind<'module'> = {
	named: { prefix: PREFIX, knob: moduleKnob },
	by: 'tool',
	shownIn: 'modules',
	canonical: (text) => (text === 'absent' || text === 'loaded' ? text : undefined),
	problem: (_, value) =>
		value === 'loaded' ? undefined : 'a module is unloaded only when the change that loaded it is undone',
	title: ({ kind }) => `load the module ${kind.name}`,
	effect: ({ kind }) => effectOf(kind),
	inWords: (value) => (value === 'absent' ? 'not loaded' : value),
	shellLine({ kind }, value, { detail: added = [] }) {
		if (value === 'loaded') return `modprobe ${kind.name}`
		return `rmmod ${(added.length === 0 ? [kind.name] : added).join(' ')}`
	},
	noted: ({ kind }) => kind.name,
	attempt: ({ sysctl }) => `loading the ${sysctl}`,
	brings: loggersOf,
	reliedOn(added, { isHeld }) {
		// Nothing in the kernel counts who reads through a logger: another lease that bound one would be left without.
		const knobs = loggersOf(added).map(({ knob }) => knob)
		return isHeld((claim) => knobs.some((knob) => claim.startsWith(`${knob}@`)))
			? { code: 'EBUSY', words: 'in use: another session of ctscope changes its loggers' }
			: undefined
	},
	useEachOther: true,
	stays({ sysctl }, words, added) {
		const used = words === '' ? `${sysctl} is in use` : words
		const bound =
			loggersOf(added).length === 0
				? ''
				: '; it stays the logger of other network namespaces that had none before'
		return `${used}, so it stays loaded${bound}`
	},
	stayed: { value: 'loaded', result: 'stays loaded' },
}
