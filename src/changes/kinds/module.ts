import type { Knob, KnobId, KnobKind } from '../../model/knob.ts'
import * as english from '../../words/english/changes/kinds.ts'
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
	return english.loadingBindsInEveryNetwork(modules.join(' and '), names)
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
		sysctl: english.module(name),
		path: '/proc/modules',
		class: 'logs-more',
		scope: 'host',
		kind: { type: 'module', name },
	}
}

function effectOf({ name }: Module): readonly string[] {
	const unload = english.undoneByUnloadingWhatLoading
	if (name === 'nfnetlink_log') return [english.theLoggerThatHandsLines, unload]
	if (name.startsWith('nf_log')) return [english.aLoggerThatWritesTo, unload]
	if (name === 'nf_tables' || name.startsWith('nft_')) return [english.aPartOfNftablesThat, unload]
	if (name === 'nf_conntrack_netlink') return [english.letsConntrack8ReadThe, unload]
	return [english.connectionTrackingItBeginsTo, unload]
}

/** A module of the kernel, loaded for a while. */
export const MODULE: Kind<'module'> = {
	named: { prefix: PREFIX, knob: moduleKnob },
	by: 'tool',
	shownIn: 'modules',
	canonical: (text) => (text === 'absent' || text === 'loaded' ? text : undefined),
	problem: (_, value) => (value === 'loaded' ? undefined : english.aModuleIsUnloadedOnly),
	title: ({ kind }) => english.loadTheModule(kind.name),
	effect: ({ kind }) => effectOf(kind),
	inWords: (value) => (value === 'absent' ? english.notLoaded : value),
	shellLine({ kind }, value, { detail: added = [] }) {
		if (value === 'loaded') return english.modprobe(kind.name)
		return english.rmmod((added.length === 0 ? [kind.name] : added).join(' '))
	},
	noted: ({ kind }) => kind.name,
	attempt: ({ sysctl }) => english.loadingThe(sysctl),
	brings: loggersOf,
	reliedOn(_, added, { isHeld }) {
		// Nothing in the kernel counts who reads through a logger: another lease that bound one would be left without.
		const knobs = loggersOf(added).map(({ knob }) => knob)
		return isHeld((claim) => knobs.some((knob) => claim.startsWith(`${knob}@`)))
			? { code: 'EBUSY', words: english.inUseAnotherSessionOf }
			: undefined
	},
	useEachOther: true,
	stays({ sysctl }, words, added) {
		const used = words === '' ? english.isInUse(sysctl) : words
		const bound = loggersOf(added).length === 0 ? '' : english.itStaysTheLoggerOf
		return english.soItStaysLoaded(used, bound)
	},
	stayed: { value: 'loaded', result: english.staysLoaded },
}
