import type { KnobKind } from '../../model/knob.ts'
import { CONTROL, DEBUGFS_FOLDER, DEBUGFS_OPTIONS, loggersOf } from './call-site.ts'
import { flagsStep, NO_FLAGS } from './call-site-flags.ts'

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
