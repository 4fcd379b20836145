import type { Knob, KnobId } from '../../model/knob.ts'
import { tapTable } from './taps.ts'

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

export type BoundLogger = { readonly knob: KnobId; readonly logger: string }

/** Loggers that loading these modules may bind. */
export function loggersOf(modules: readonly string[]): readonly BoundLogger[] {
	return modules
		.flatMap((name) => BINDS[name] ?? [])
		.map(([family, logger]) => ({ knob: `nf_log.${family}`, logger }))
}

/** Messages of netfilter only: other parts of the kernel are not our business. */
const PRINTK_MODULE = /^(nf_\w+|xt_\w+|nft_\w+|nfnetlink\w*|ip\w*table\w*|ebt\w*|br_netfilter)$/

export function isPrintkModule(name: string): boolean {
	return PRINTK_MODULE.test(name)
}

export const PRINTK_FOLDER = 'net/'
/** Where dynamic debug is told what to print, unless it is in debugfs only. */
export const CONTROL = '/proc/dynamic_debug/control'

/** What the journal and the protocol take. */
const LONGEST_ID = 200
const SITE = /^(net\/[A-Za-z0-9_./-]{1,100}\.[ch]):([A-Za-z0-9_.]{1,64})#\d{1,4}:[A-Za-z0-9_-]{1,24}$/

function callSite(site: string): Knob | undefined {
	const [, file, func] = SITE.exec(site) ?? []
	if (file === undefined || func === undefined || file.includes('../..')) return undefined
	const id = `printk:${site}`
	if (id.length > LONGEST_ID) return undefined
	return {
		id,
		sysctl: `${file}:${func}`,
		path: CONTROL,
		class: 'logs-more',
		scope: 'host',
		kind: { type: 'flags', site, file, func },
	}
}

function kernelModule(name: string): Knob | undefined {
	if (![...MODULES, ...TAP_MODULES].some((one) => one === name)) return undefined
	return {
		id: `module:${name}`,
		sysctl: `module ${name}`,
		path: '/proc/modules',
		class: 'logs-more',
		scope: 'host',
		kind: { type: 'module', name },
	}
}

/** Where debugfs belongs (Documentation/filesystems/debugfs.rst). */
export const DEBUGFS_FOLDER = '/sys/kernel/debug'
/** Without a mode: there is one debugfs for all its mounts, and root alone may enter it by default (fs/debugfs/inode.c). */
export const DEBUGFS_OPTIONS = 'nosuid,nodev,noexec'

const DEBUGFS: Knob = {
	id: 'mount:debugfs',
	sysctl: 'debugfs',
	path: DEBUGFS_FOLDER,
	class: 'logs-more',
	scope: 'host',
	kind: { type: 'mount', fileSystem: 'debugfs' },
}

/**
 * Knobs that are not in a list: call sites by `printk:SITE`, modules by `module:NAME`, tables of ours by `table:NAME`, and
 * `mount:debugfs`, where older kernels have the file of call sites. Anything else is no knob.
 */
export function dynamicKnob(id: KnobId): Knob | undefined {
	if (id.startsWith('printk:')) return callSite(id.slice('printk:'.length))
	if (id.startsWith('module:')) return kernelModule(id.slice('module:'.length))
	if (id.startsWith('table:')) return tapTable(id.slice('table:'.length))
	return id === DEBUGFS.id ? DEBUGFS : undefined
}
