import type { PrintkSite, SiteId } from '../../kernel/dyndbg/dyndbg-control.ts'
import type { Knob, KnobId, KnobKind } from '../../model/knob.ts'
import { visible } from '../../words/visible.ts'
import { flagsStep, NO_FLAGS } from './call-site-flags.ts'
import { tapTable } from './taps.ts'

type Flags = Extract<KnobKind, { type: 'flags' }>
type Module = Extract<KnobKind, { type: 'module' }>

const DECORATIONS: Readonly<Record<string, string>> = {
	m: 'module',
	f: 'function',
	s: 'source file',
	l: 'line number',
	t: 'thread',
	d: 'call trace',
}

/** `pmf` as `prints, with module and function`. */
export function flagsInWords(flags: string): string {
	const names = [...flags].filter((flag) => flag !== NO_FLAGS && flag !== 'p')
	const decorations = names.map((flag) => DECORATIONS[flag] ?? flag).join(', ')
	const prints = flags.includes('p') ? 'prints' : 'silent'
	if (decorations === '') return prints
	return prints === 'prints' ? `prints with ${decorations}` : `silent (would print ${decorations})`
}

export function flagsEffect(): readonly string[] {
	return [
		'The kernel prints this message of its source each time that it passes there, in whatever network namespace. Packets are treated as before.',
		'Cost: there is no rate limit. The line has level 7 (debug), so a console shows it only when its level is 8. It names no packet.',
	]
}

export function moduleEffect({ name }: Module): readonly string[] {
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

/** What loading these modules does to the loggers of every network namespace; undefined when none of them is a logger. */
export function bindsElsewhere(modules: readonly string[]): string | undefined {
	const loggers = loggersOf(modules).map(({ logger }) => logger)
	if (loggers.length === 0) return undefined
	const names = [loggers.slice(0, -1).join(', '), loggers.at(-1)].filter((one) => one !== '').join(' and ')
	return `loading ${modules.join(' and ')} binds ${names} in every network namespace where the family has no logger; what that changes here is put back, and what was loaded is unloaded again unless somebody uses it then`
}

/** Where a site is, as a query names it, when its line is not known: all sites of the function. */
const anywhere = ({ file, func }: Flags): string => `file ${file} func ${func}`

/**
 * The shell line that makes `to` of `from`. `detail` is what was recorded of the site: words of a query that name it
 * exactly, a piece of its text, and the control file where that is not the usual one.
 */
export function flagsShellLine(kind: Flags, from: string, to: string, detail: readonly string[]): string {
	const step = flagsStep(from, to) ?? { op: '=', flags: to }
	const [site = anywhere(kind), , control = CONTROL] = detail
	return `echo '${site} ${step.op}${step.flags}' > ${control}`
}

/** The shell line that loads a module, or unloads what loading it has added. */
export function moduleShellLine({ name }: Module, to: string, added: readonly string[]): string {
	if (to === 'loaded') return `modprobe ${name}`
	return `rmmod ${(added.length === 0 ? [name] : added).join(' ')}`
}

export function mountEffect(): readonly string[] {
	return [
		`Shows the file of call sites below ${DEBUGFS_FOLDER}, where older kernels have it. Only root can look into it. Packets are treated as before.`,
		'Undone by unmounting it, as long as nobody uses it; then it stays, and is said. Call sites that were switched on are put back before that.',
	]
}

export function mountShellLine(to: string): string {
	if (to === 'absent') return `umount ${DEBUGFS_FOLDER}`
	return `mount -t debugfs -o ${DEBUGFS_OPTIONS} debugfs ${DEBUGFS_FOLDER}`
}

/** Longer texts are cut: a name is to be recognised, not read. */
const LONGEST_TEXT = 40

/** What pr_fmt() or the author puts in front of every text of a file: `nf_ct_tcp: `. */
const PREFIX = /^[\w.-]{1,30}: +(?=\S)/

/** The text of a site without its prefix and its end, safe to print: `invalid new deleting`. */
export function siteText({ format }: Pick<PrintkSite, 'format'>, longest = LONGEST_TEXT): string {
	const plain = visible(format.trim())
	const bare = plain.replace(PREFIX, '').replace(/(?<=\w)[.:]$/, '')
	return bare.length <= longest ? bare : `${bare.slice(0, longest - 3).trimEnd()}...`
}

/** A site as people speak of it: `tcp_new "invalid new deleting"`. Safe to print. */
export const siteName = (site: Pick<PrintkSite, 'func' | 'format'>): string =>
	`${visible(site.func)} "${siteText(site)}"`

/** `net/netfilter/nf_conntrack_proto_tcp.c` as `nf_conntrack_proto_tcp.c`. Safe to print. */
export const baseName = (file: string): string => visible(file.slice(file.lastIndexOf('/') + 1))

const PRINTK = 'printk:'

/** The call site that a knob stands for; undefined for all other knobs. */
export const siteOfKnob = (knob: string): SiteId | undefined =>
	knob.startsWith(PRINTK) ? knob.slice(PRINTK.length) : undefined

export const knobOfSite = (id: SiteId): string => `${PRINTK}${id}`

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
	if (file === undefined || func === undefined || file.includes('..')) return undefined
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
