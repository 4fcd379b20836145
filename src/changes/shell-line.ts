import { familyName } from '../kernel/nflog/nf-log.ts'
import { protocolName } from '../kernel/packet/protocol.ts'
import type { Knob } from '../model/knob.ts'
import {
	flagsEffect,
	flagsInWords,
	flagsShellLine,
	moduleEffect,
	moduleShellLine,
	mountEffect,
	mountShellLine,
} from './kinds/call-site.ts'
import { NO_FLAGS } from './kinds/call-site-flags.ts'
import { tapEffect, tapInWords, tapShellLine } from './tap/tap-words.ts'

const TITLES: Readonly<Record<string, string>> = {
	log_invalid: 'log why packets are INVALID',
	nf_log_all_netns: 'let other network namespaces write to the kernel log',
	printk: 'what the console shows of the kernel log',
	tcp_be_liberal: 'accept TCP packets outside the window',
	tcp_loose: 'pick up TCP connections in the middle',
	tcp_ignore_invalid_rst: 'accept TCP RST outside the window',
	tcp_no_window_check: 'check no TCP window at all',
	tcp_max_retrans: 'TCP retransmissions until the timeout shrinks',
	dccp_loose: 'pick up DCCP connections in the middle',
	checksum: 'check checksums of received packets',
	acct: 'count packets and bytes of each entry',
	timestamp: 'note when each entry was made',
	frag6_timeout: 'timeout of IPv6 fragments',
	generic_timeout: 'timeout of protocols without a tracker',
}

/** What the knob is about, in a few words. */
export function knobTitle(knob: Knob): string {
	const title = TITLES[knob.id]
	if (title !== undefined) return title
	if (knob.kind.type === 'logger') return `who gets the log lines of ${familyName(knob.kind.family)}`
	if (knob.kind.type === 'flags') return `let ${knob.kind.func} print`
	if (knob.kind.type === 'module') return `load the module ${knob.kind.name}`
	if (knob.kind.type === 'mount') return `mount ${knob.kind.fileSystem}`
	if (knob.kind.type === 'table') return `rules of our own in table inet ${knob.kind.table}`
	const flow = /^flowtable_(tcp|udp)_(timeout|pickup)$/.exec(knob.id)
	if (flow !== null)
		return flow[2] === 'timeout'
			? `timeout of offloaded ${flow[1]?.toUpperCase()} flows`
			: `timeout of ${flow[1]?.toUpperCase()} flows that leave the offload path`
	const timeout = /^([a-z0-9]+)_timeout(?:_(.+))?$/.exec(knob.id)
	if (timeout === null) return knob.id
	const name = { icmpv6: 'ICMPv6' }[timeout[1] ?? ''] ?? timeout[1]?.toUpperCase()
	return timeout[2] === undefined
		? `timeout of ${name}`
		: `timeout of ${name} in ${timeout[2].replaceAll('_', ' ')}`
}

function duration(seconds: number): string {
	if (seconds < 0) return `${seconds} s`
	const parts: string[] = []
	let rest = seconds
	for (const [size, unit] of [
		[86_400, 'd'],
		[3600, 'h'],
		[60, 'min'],
		[1, 's'],
	] as const) {
		const count = Math.floor(rest / size)
		rest -= count * size
		if (count > 0) parts.push(`${count} ${unit}`)
	}
	return parts.length === 0 ? '0 s' : parts.join(' ')
}

/** linux/kern_levels.h */
const LEVELS = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug']

function consoleInWords(value: string): string {
	const level = Number(value.split(' ')[0])
	if (level <= 0) return 'nothing'
	const last = LEVELS[Math.min(level, LEVELS.length) - 1] ?? 'debug'
	if (level >= LEVELS.length) return 'everything'
	return level === 1 ? 'only emerg' : `emerg to ${last}`
}

/** The value as people say it: `TCP`, `off`, `5 d`, `the kernel log`. */
export function valueInWords(knob: Knob, value: string): string {
	switch (knob.kind.type) {
		case 'boolean':
			return value === '0' ? 'off' : 'on'
		case 'logger':
			if (value === 'NONE') return 'nobody: lines are lost'
			if (value === 'nfnetlink_log') return 'nflog (group 0)'
			return /^nf_log_/.test(value) ? 'the kernel log' : value
		case 'printk':
			return consoleInWords(value)
		case 'flags':
			return flagsInWords(value)
		case 'module':
			return value === 'absent' ? 'not loaded' : value
		case 'mount':
			return value === 'absent' ? 'not mounted' : value
		case 'table':
			return tapInWords(value)
		case 'integer':
			if (knob.id === 'log_invalid') {
				if (value === '0') return 'off'
				if (value === '255') return 'all protocols'
				if (value === '41') return '41: logs nothing, ICMPv6 is 58'
				const name = protocolName(Number(value))
				return name === value ? `protocol ${value}` : name
			}
			return knob.kind.unit === 'seconds' ? duration(Number(value)) : value
	}
}

const EFFECTS: Readonly<Record<string, readonly string[]>> = {
	log_invalid: [
		'The kernel prints one line for each INVALID packet of this protocol, with the reason. Packets are treated as before.',
		'Cost: there is no rate limit. Each packet is one line in the kernel log, and on the console when its level is above 5.',
		'Some checks say INVALID without printing a line. Value 41 is not ICMPv6 (58 is), and 47 (GRE) prints nothing.',
	],
	nf_log_all_netns: [
		'One switch for the whole host: without it, lines of every network namespace but the initial one are thrown away.',
		'Cost: LOG rules of containers write to the host kernel log too, and a line does not say where it comes from.',
	],
	printk: [
		'Which levels of the kernel log are also written to the console. Lines of log_invalid have level 5 (notice), of LOG rules 4 (warning) unless they say another one, of call sites 7 (debug).',
		'Cost: above 5, a slow serial console is written line by line while packets wait.',
	],
	tcp_be_liberal: [
		'On: packets outside the TCP window are not INVALID any more, and nothing is printed about them.',
		'Cost: stateful rules accept such packets. Bad flags, checksums, states and RST are still INVALID.',
	],
	tcp_loose: [
		'On: a connection that is seen first in its middle is taken up, with window checks off for it.',
		'Off: its packets are INVALID, and the kernel prints no line about them. Running connections without an entry stop.',
	],
	tcp_ignore_invalid_rst: [
		'On: a RST outside the window does not become INVALID.',
		'Cost: stateful rules let forged RST packets through.',
	],
	tcp_no_window_check: ['On: no TCP window is checked. Only in patched kernels (OpenWrt).'],
	tcp_max_retrans: [
		'After that many retransmissions without an answer the entry gets the timeout max_retrans.',
	],
	dccp_loose: ['On: DCCP connections are taken up in their middle. Off: such packets are INVALID.'],
	checksum: [
		'On: received packets with a wrong checksum are INVALID. Off: they are tracked like any other.',
		'Only packets that arrive are checked, not those sent from here.',
	],
	acct: [
		'New entries count their packets and bytes. Nothing is called INVALID for it.',
		'Rules that match on packets or bytes of a connection (connbytes, ct bytes) begin to match.',
	],
	timestamp: ['New entries carry the time they were made. Nothing is called INVALID for it.'],
	frag6_timeout: [
		'IPv6 fragments that are not complete after this time are dropped, before conntrack sees the packet.',
	],
}

/** What the knob does and what it costs, one sentence each. */
export function effectInWords(knob: Knob): readonly string[] {
	const effect = EFFECTS[knob.id]
	if (effect !== undefined) return effect
	if (knob.kind.type === 'logger') {
		const family = familyName(knob.kind.family)
		return [
			`Who gets the lines of log_invalid and of conntrack helpers for ${family}. NONE: they are lost. LOG and NFLOG rules name their own logger.`,
			'nf_log_* writes to the kernel log. nfnetlink_log sends reason and packet to netlink group 0: only its one reader sees them, syslog does not, and without a reader they are lost.',
		]
	}
	if (knob.kind.type === 'flags') return flagsEffect()
	if (knob.kind.type === 'module') return moduleEffect(knob.kind)
	if (knob.kind.type === 'mount') return mountEffect()
	if (knob.kind.type === 'table') return tapEffect()
	if (knob.id.startsWith('flowtable_'))
		return [
			'How long a flow without packets stays in the offload path, where conntrack does not see it.',
			'When it comes back, window data are old: its next packets may be INVALID.',
		]
	return [
		'An entry without packets for this long is removed. The value holds from the next packet of an entry on.',
		'Too short: later packets of the flow have no entry and are NEW or INVALID. Too long: the table fills.',
	]
}

/** One word when the shell needs no quotes, else in double quotes; values are canonical, so nothing else can be in them. */
function quoted(value: string): string {
	return value.includes(' ') ? `"${value}"` : value
}

const shellWord = (text: string): string =>
	/^[\w./:@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`

/** What is known of a change beyond its knob: the value that is there, and what was recorded of it. */
export type Given = { readonly now?: string; readonly detail?: readonly string[] }

/** The shell line that writes `value`, in the network namespace that the shell is in. */
export function shellLine(knob: Knob, value: string, { now, detail = [] }: Given = {}): string {
	const { kind } = knob
	if (kind.type === 'flags') return flagsShellLine(kind, now ?? otherFlags(value), value, detail)
	if (kind.type === 'module') return moduleShellLine(kind, value, detail)
	if (kind.type === 'mount') return mountShellLine(value)
	if (kind.type === 'table') return tapShellLine(kind.table, value)
	return `sysctl -w ${knob.sysctl}=${quoted(value)}`
}

/** Without knowing what is there, only printing is switched. */
const otherFlags = (value: string): string =>
	value.includes('p') ? value.replace('p', '') || NO_FLAGS : value === NO_FLAGS ? 'p' : `p${value}`

export type NetnsPlace = {
	readonly initial: boolean
	/** A file to enter it by: /run/netns/NAME or /proc/PID/ns/net. Null when none is known. */
	readonly path: string | null
}

/** The shell line that writes `value` from a shell of the initial network namespace. */
export function shellLineFor(knob: Knob, value: string, place: NetnsPlace, given: Given = {}): string {
	const line = shellLine(knob, value, given)
	if (knob.scope !== 'netns' || place.initial) return line
	return place.path === null
		? `${line}  (inside its network namespace)`
		: `nsenter --net=${shellWord(place.path)} ${line}`
}
