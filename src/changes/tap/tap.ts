import * as english from '../../words/english/changes/tap.ts'
/** Hooks of netfilter that a packet of this host or through it passes (include/uapi/linux/netfilter.h). */
export const TAP_HOOKS = ['prerouting', 'input', 'forward', 'output', 'postrouting'] as const
export type TapHook = (typeof TAP_HOOKS)[number]

export const TAP_STATES = ['new', 'established', 'related', 'invalid', 'untracked'] as const
export type TapState = (typeof TAP_STATES)[number]

/** What the rules of our table do with what they match. Nothing of it drops, changes or delays a packet. */
export const TAP_KINDS = ['tap', 'preview', 'count', 'trace'] as const
export type TapKind = (typeof TAP_KINDS)[number]

/** Options of the LOG target (net/netfilter/nf_log_syslog.c): what a line holds besides addresses and ports. */
export const TAP_OPTIONS = ['tcp-seq', 'tcp-opt', 'ip-opt', 'uid'] as const
export type TapOption = (typeof TAP_OPTIONS)[number]

/** Levels of the kernel log as nft spells them; numbers as in linux/kern_levels.h are their places. */
export const TAP_LEVELS = ['emerg', 'alert', 'crit', 'err', 'warn', 'notice', 'info', 'debug'] as const
export type TapLevel = (typeof TAP_LEVELS)[number]

/** A value or its negation, as in `! -s 10.0.0.0/8`. */
export type Matched = { readonly not: boolean; readonly value: string }

/** What a packet has to be like besides hook and state. Everything that is named must hold. */
export type TapMatch = {
	/** `ip` or `ip6`. Said by addresses too. */
	readonly family?: 'ip' | 'ip6'
	/** Name as in /etc/protocols (`tcp`) or a number. */
	readonly proto?: Matched
	/** An address or a network. */
	readonly saddr?: Matched
	readonly daddr?: Matched
	/** A port, a range `1000-2000`, or several of them with commas. */
	readonly sport?: Matched
	readonly dport?: Matched
	/** Name of an interface; a `*` at the end stands for any rest. */
	readonly in?: Matched
	readonly out?: Matched
	/** `fin,ack/fin`: of the flags before the stroke exactly those behind it are set. */
	readonly flags?: Matched
}

/** A temporary table of ours: which packets, and what is kept of them. */
export type Tap = {
	readonly kind: TapKind
	/** What the admin calls it, and its lines are sorted under: letters, digits, `_`, `.` and `-`. */
	readonly name: string
	readonly hooks: readonly TapHook[]
	/** Empty: packets of any state. */
	readonly states: readonly TapState[]
	readonly match: TapMatch
	/** At most so many lines, or traces, per `rate.per`; never without. */
	readonly rate: { readonly packets: number; readonly per: 'second' | 'minute'; readonly burst: number }
	/** The kernel log, or a group of nfnetlink_log: 0 is the one that we read, others are for whoever listens there. */
	readonly to: { readonly kind: 'kmsg' } | { readonly kind: 'nflog'; readonly group: number }
	/** Of NFLOG: so many bytes of each packet, from the IP header on. Absent: all of it. */
	readonly snaplen?: number
	readonly level: TapLevel
	readonly options: readonly TapOption[]
	/** In front of each line. At most 29 characters, the limit of the LOG target (XT_LOG, 30 with its end). */
	readonly prefix: string
}

const LONGEST_PREFIX = 29
const USUAL_RATE = { packets: 10, per: 'second', burst: 20 } as const
/** More would be a flood made by us. */
const HIGHEST_RATE = 1000

/** A tap with everything that was not said. */
export function tapOf(given: Partial<Tap> & Pick<Tap, 'kind' | 'hooks'>): Tap {
	const { kind, hooks, states = [], match = {} } = given
	const name = given.name ?? nameOf(kind, states)
	return {
		kind,
		name,
		hooks: TAP_HOOKS.filter((hook) => hooks.includes(hook)),
		states: TAP_STATES.filter((state) => states.includes(state)),
		match,
		rate: given.rate ?? (kind === 'trace' ? { packets: 2, per: 'second', burst: 5 } : USUAL_RATE),
		to: given.to ?? { kind: 'kmsg' },
		...(given.snaplen === undefined ? {} : { snaplen: given.snaplen }),
		level: given.level ?? 'warn',
		options: TAP_OPTIONS.filter((option) => given.options?.includes(option)),
		prefix: given.prefix ?? `${kind === 'preview' ? 'would' : 'tap'} ${name}: `.slice(0, LONGEST_PREFIX),
	}
}

function nameOf(kind: TapKind, states: readonly TapState[]): string {
	if (kind === 'tap' && states.length > 0) return states.map((state) => state.toUpperCase()).join('-')
	return kind === 'preview' ? 'drop' : kind
}

const NAME = /^[A-Za-z0-9_.-]{1,24}$/
const PROTO = /^(?:[a-z][a-z0-9-]{1,15}|\d{1,3})$/
const PORTS = /^\d{1,5}(?:-\d{1,5})?(?:,\d{1,5}(?:-\d{1,5})?){0,14}$/
const INTERFACE = /^[A-Za-z0-9_.:@-]{1,15}\*?$/
const FLAGS = /^(?:fin|syn|rst|psh|ack|urg|ecn|cwr)(?:,(?:fin|syn|rst|psh|ack|urg|ecn|cwr))*$/
const PREFIX = /^[\x20-\x7e]*$/
const WITH_PORTS = ['tcp', 'udp', 'udplite', 'sctp', 'dccp', '6', '17', '136', '132', '33']
const BEFORE_ROUTING = ['prerouting', 'input']
const AFTER_ROUTING = ['output', 'postrouting']

/** Why these rules cannot be made, and what would help; undefined when they can. */
export function tapProblem(tap: Tap): string | undefined {
	const { match, hooks, rate, prefix, to } = tap
	if (!NAME.test(tap.name)) return english.aTapIsNamedWith(JSON.stringify(tap.name))
	if (hooks.length === 0) return english.nameAHook(TAP_HOOKS.join(', '))
	if (prefix.length > LONGEST_PREFIX) return english.aPrefixHasAtMost(LONGEST_PREFIX, prefix.length)
	if (!PREFIX.test(prefix) || /["\\$*]/.test(prefix)) return english.aPrefixTakesPlainAscii
	if (prefix.trim() === '' && (tap.kind === 'tap' || tap.kind === 'preview'))
		return english.aPrefixIsNeededLines
	if (!isNumber(rate.packets, 1, HIGHEST_RATE) || !isNumber(rate.burst, 1, HIGHEST_RATE))
		return english.rateAndBurstAre1(HIGHEST_RATE)
	if (to.kind === 'nflog' && !isNumber(to.group, 0, 65_535)) return english.aGroupOfNflogIs
	if (tap.snaplen !== undefined && (to.kind !== 'nflog' || !isNumber(tap.snaplen, 1, 65_535)))
		return english.aPacketIsCutForNflog
	return matchProblem(match) ?? hookProblem(hooks, match)
}

const isNumber = (value: number, least: number, most: number): boolean =>
	Number.isInteger(value) && value >= least && value <= most

function matchProblem({
	family,
	proto,
	saddr,
	daddr,
	sport,
	dport,
	flags,
	...rest
}: TapMatch): string | undefined {
	if (proto !== undefined && (!PROTO.test(proto.value) || Number(proto.value) > 255))
		return english.isNotAProtocolTcp(JSON.stringify(proto.value))
	for (const address of [saddr, daddr]) {
		const problem = address === undefined ? undefined : addressProblem(address.value, family)
		if (problem !== undefined) return problem
	}
	const families = [saddr, daddr].flatMap((one) => (one === undefined ? [] : [familyOf(one.value)]))
	if (new Set(families).size > 1) return english.anIpv4AndAnIpv6
	for (const ports of [sport, dport]) {
		if (ports === undefined) continue
		if (!PORTS.test(ports.value) || ports.value.split(/[-,]/).some((port) => Number(port) > 65_535))
			return english.isNotAPort22(JSON.stringify(ports.value))
		if (ports.value.split(',').some(isBackwards))
			return english.hasARangeThatEnds(JSON.stringify(ports.value))
		if (proto === undefined || proto.not || !WITH_PORTS.includes(proto.value))
			return english.portsBelongToAProtocol
	}
	if (flags !== undefined) {
		const [mask = '', value = ''] = flags.value.split('/')
		if (!FLAGS.test(mask) || (value !== '' && value !== 'none' && !FLAGS.test(value)))
			return english.isNotAChoiceOf(JSON.stringify(flags.value))
		if (proto?.value !== 'tcp' || proto.not) return english.tcpFlagsBelongToTcp
	}
	for (const [key, given] of Object.entries({ in: rest.in, out: rest.out }))
		if (given !== undefined && !INTERFACE.test(given.value))
			return english.isNoNameOfAn(JSON.stringify(given.value), key)
	return undefined
}

function isBackwards(range: string): boolean {
	const [from, to] = range.split('-')
	return to !== undefined && Number(to) < Number(from)
}

/** Interfaces are known where a packet has them: output and postrouting have no way in, prerouting and input no way out. */
function hookProblem(hooks: readonly TapHook[], match: TapMatch): string | undefined {
	const without = (names: readonly string[]) => hooks.find((hook) => names.includes(hook))
	const noIn = match.in === undefined ? undefined : without(AFTER_ROUTING)
	if (noIn !== undefined) return english.aPacketInHasNo(noIn)
	const noOut = match.out === undefined ? undefined : without(BEFORE_ROUTING)
	return noOut === undefined ? undefined : english.aPacketInHasNoInterface(noOut)
}

export const familyOf = (address: string): 'ip' | 'ip6' => (address.includes(':') ? 'ip6' : 'ip')

function addressProblem(text: string, family: TapMatch['family']): string | undefined {
	const [address = '', length, ...rest] = text.split('/')
	const isV6 = address.includes(':')
	const most = isV6 ? 128 : 32
	const isLength = length === undefined || (/^\d{1,3}$/.test(length) && Number(length) <= most)
	if (rest.length > 0 || !isLength || !(isV6 ? isIpv6(address) : isIpv4(address)))
		return english.isNotAnAddressOr(JSON.stringify(text))
	if (family !== undefined && family !== familyOf(address))
		return english.isNotAnAddressOf(text, family === 'ip' ? 'IPv4' : 'IPv6')
	return undefined
}

const isIpv4 = (text: string): boolean =>
	/^\d{1,3}(?:\.\d{1,3}){3}$/.test(text) && text.split('.').every((part) => Number(part) <= 255)

function isIpv6(text: string): boolean {
	if (!/^[0-9a-f:.]{2,45}$/i.test(text)) return false
	const halves = text.split('::')
	if (halves.length > 2) return false
	const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')))
	const last = groups.at(-1) ?? ''
	const isMapped = last.includes('.')
	const plain = isMapped ? groups.slice(0, -1) : groups
	const size = plain.length + (isMapped ? 2 : 0)
	if (!plain.every((group) => /^[0-9a-f]{1,4}$/i.test(group)) || (isMapped && !isIpv4(last))) return false
	return halves.length === 2 ? size < 8 : size === 8
}
