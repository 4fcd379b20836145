import { protocolName } from '../kernel/packet/protocol.ts'
import { askedWords, beginningOf } from './find.ts'
import type { KernelTraits } from './traits.ts'

export type Standing = 'likely' | 'possible' | 'ruled-out'

export type SilentInput = {
	readonly values: Readonly<Record<string, string>>
	/** By how much the counters moved. */
	readonly moved: { readonly invalid: number; readonly error: number; readonly drop: number }
	readonly traits: KernelTraits
}

type Judgement = readonly [Standing, because: string]

export type PathDefinition = {
	readonly id: string
	readonly title: string
	readonly counter: 'invalid' | 'error'
	readonly tellApart: string
	/** Asked only when the counter moved. */
	readonly judge: (input: SilentInput) => Judgement
}

/** A rule that logs shows the packets whatever the reason: for the paths that no printk line tells apart. */
const LOG_TAP = "a rule that logs 'ct state invalid' shows these packets"

const asked = ({ values }: SilentInput): string | undefined => values.log_invalid

/** Whether the settings were read at all: only then a missing one means that the kernel has no such thing. */
const wasRead = (input: SilentInput): boolean => asked(input) !== undefined

/** `off`, one protocol, or all. 41 is what the kernel's document names for ICMPv6, and no tracker compares with it. */
function notAsked(input: SilentInput, covers: (value: string) => boolean, whose: string): Judgement {
	const value = asked(input)
	if (value === undefined) return ['possible', 'nf_conntrack_log_invalid was not read']
	if (value === '0') return ['likely', 'nf_conntrack_log_invalid is 0: no reason is printed']
	if (value === '255') return ['ruled-out', 'nf_conntrack_log_invalid is 255: every protocol is logged']
	if (value === '41') return ['likely', 'nf_conntrack_log_invalid is 41, which prints nothing: ICMPv6 is 58']
	const one = `nf_conntrack_log_invalid is ${value}: only ${protocolName(Number(value))} is logged`
	return covers(value) ? ['possible', `${one}, and ${whose}`] : ['likely', one]
}

function noLogger(input: SilentInput, family: 2 | 10): Judgement {
	const name = family === 2 ? 'IPv4' : 'IPv6'
	const value = input.values[`nf_log.${family}`]
	if (value === undefined) return ['possible', `nf_log/${family} was not read`]
	return value === 'NONE'
		? ['likely', `nf_log/${family} is NONE: ${name} packets are counted and nobody prints them`]
		: ['ruled-out', `nf_log/${family} is ${value}`]
}

function hasKnob(input: SilentInput, knob: string, what: string): Judgement {
	if (input.values[knob] === undefined && wasRead(input))
		return ['ruled-out', `this kernel has no tracker for ${what}`]
	return ['possible', `the tracker for ${what} prints nothing for it`]
}

/**
 * Verified in the sources of 4.18 to 7.3 (net/netfilter/nf_conntrack_core.c, nf_conntrack_proto_*.c) and, where such
 * packets could be made, on a running kernel.
 */
const PATHS: readonly PathDefinition[] = [
	{
		id: 'silent-not-asked',
		title: 'a protocol that log_invalid does not include',
		counter: 'invalid',
		tellApart: 'set nf_conntrack_log_invalid to 255 for a minute',
		judge: (input) => notAsked(input, () => false, 'others are counted too'),
	},
	{
		id: 'silent-icmp-not-asked',
		title: 'an ICMP check that log_invalid does not include',
		counter: 'error',
		tellApart: 'set nf_conntrack_log_invalid to 255 for a minute',
		judge: (input) =>
			notAsked(input, (value) => value === '1' || value === '58', 'the other ICMP is counted too'),
	},
	{
		id: 'silent-no-logger-4',
		title: 'IPv4 without a logger',
		counter: 'invalid',
		tellApart: 'bind a logger to nf_log/2',
		judge: (input) => noLogger(input, 2),
	},
	{
		id: 'silent-no-logger-6',
		title: 'IPv6 without a logger',
		counter: 'invalid',
		tellApart: 'bind a logger to nf_log/10',
		judge: (input) => noLogger(input, 10),
	},
	{
		id: 'silent-icmp-error',
		title: 'an ICMP error about a connection that conntrack does not know, or whose quoted packet is cut',
		counter: 'error',
		tellApart: "tcpdump -vni any 'icmp or icmp6': is the connection that an error quotes in conntrack -L?",
		judge: (input) =>
			asked(input) === '255' && input.values['nf_log.2'] !== 'NONE' && input.values['nf_log.10'] !== 'NONE'
				? [
						'likely',
						'no other ICMP check is silent; an ICMP error of this host about an INVALID packet is one too',
					]
				: ['possible', 'no kernel prints a line for it, and other ICMP checks may be silent here too'],
	},
	{
		id: 'silent-tcp-loose',
		title: 'TCP from the middle of a connection, not picked up',
		counter: 'invalid',
		tellApart: 'set nf_conntrack_tcp_loose to 1 for a minute: the rate falls when it is this',
		judge: ({ values }) => {
			if (values.tcp_loose === '0')
				return ['likely', 'nf_conntrack_tcp_loose is 0, and such packets print nothing']
			if (values.tcp_loose === undefined) return ['possible', 'nf_conntrack_tcp_loose was not read']
			return ['ruled-out', 'nf_conntrack_tcp_loose is on: such connections are picked up']
		},
	},
	{
		id: 'silent-tcp-new',
		title: 'TCP that cannot open a connection: late RST or FIN, SYN/ACK, and an RST of this host',
		counter: 'invalid',
		tellApart: 'printk: "nf_ct_tcp: invalid new deleting." counts them; 6.8 and later print invalid new',
		judge: ({ traits }) => {
			if (traits.tellsNew === true) return ['ruled-out', 'this kernel prints invalid new for them']
			if (traits.windowVerdict === 'invalid')
				return ['likely', 'the texts of this kernel are older than 6.1: no line for them before 6.8']
			return ['possible', 'no line for them before 6.8, and none has come yet']
		},
	},
	{
		id: 'silent-icmp-reply',
		title: 'ICMP without a known request: an echo reply, or a type that is no request and no error',
		counter: 'invalid',
		tellApart:
			"tcpdump -ni any 'icmp or icmp6': does the request of each reply pass here too, and before it?",
		judge: () => ['possible', 'no kernel of today prints a line for it'],
	},
	{
		id: 'silent-tcp-short',
		title: 'TCP with less than 20 bytes of header, TCP or UDP without room for ports',
		counter: 'invalid',
		tellApart: LOG_TAP,
		judge: () => ['possible', 'only 4.19 and kernels before 4.18 print a line for it; it is rare'],
	},
	{
		id: 'silent-header',
		title: 'an IP header that cannot be parsed: bad IPv6 extension headers, no next header',
		counter: 'invalid',
		tellApart: 'printk: "bogus IPv4 packet", "can\'t find proto in pkt" of nf_conntrack_core',
		judge: () => ['possible', 'no tracker is reached, so none can print; it is rare'],
	},
	{
		id: 'silent-sctp',
		title: 'SCTP without an entry that does not begin with INIT, without a chunk, or an INIT with a tag',
		counter: 'invalid',
		tellApart: "tcpdump -ni any 'ip proto 132'; printk: nf_conntrack_proto_sctp",
		judge: (input) => hasKnob(input, 'sctp_timeout_established', 'SCTP'),
	},
	{
		id: 'silent-sctp-tag',
		title: 'SCTP with an entry and another verification tag: a late INIT ACK, ABORT or SHUTDOWN COMPLETE',
		counter: 'invalid',
		tellApart: "tcpdump -vni any 'ip proto 132' beside conntrack -L -p sctp",
		judge: (input) => hasKnob(input, 'sctp_timeout_established', 'SCTP'),
	},
	{
		id: 'silent-gre',
		title: 'GRE version 1 that does not carry PPP',
		counter: 'invalid',
		tellApart: 'printk: "Unsupported GRE proto" of nf_conntrack_proto_gre',
		judge: (input) => hasKnob(input, 'gre_timeout', 'GRE'),
	},
	{
		id: 'silent-reopen',
		title: 'a SYN on a closed entry that was just being removed; dropped, and counted as drop too',
		counter: 'invalid',
		tellApart: 'invalid and drop rise together',
		judge: ({ moved }) =>
			moved.drop === 0
				? ['ruled-out', 'drop did not move']
				: ['possible', 'drop moved too, and this path counts both'],
	},
]

/** A way in which a packet is counted as INVALID and no line is printed, and how it stands here. */
export type SilentPath = {
	readonly id: string
	readonly title: string
	/** The counter that moves, by the name of `conntrack -S`; `error` is icmp_error in /proc/net/stat/nf_conntrack. */
	readonly counter: 'invalid' | 'error'
	readonly standing: Standing
	/** Why it stands so on this host, one sentence without its full stop. */
	readonly because: string
	/** What would show whether it is this one. */
	readonly tellApart: string
}

/** All of them, without a judgement. */
export const SILENT_PATHS: readonly Pick<SilentPath, 'id' | 'title' | 'counter' | 'tellApart'>[] = PATHS.map(
	({ id, title, counter, tellApart }) => ({ id, title, counter, tellApart }),
)

/** The one whose title has all these words, or their beginnings: what someone asks about may have no line at all. */
export function silentPathAbout(text: string): (typeof SILENT_PATHS)[number] | undefined {
	const beginnings = askedWords(text).map(beginningOf)
	return beginnings.length === 0
		? undefined
		: SILENT_PATHS.find(({ id, title }) => {
				const said = `${id} ${title}`.toLowerCase()
				return beginnings.every((beginning) => beginning.test(said))
			})
}

const ORDER: Readonly<Record<Standing, number>> = { likely: 0, possible: 1, 'ruled-out': 2 }

/**
 * Which of them the packets can be that were counted and not told of, most likely first. `values` are knobs by their id
 * as they were meanwhile; a knob that is not there was not read, or this kernel does not have it.
 */
export function silentPaths(input: SilentInput): readonly SilentPath[] {
	return PATHS.map(({ id, title, counter, tellApart, judge }): SilentPath => {
		if (input.moved[counter] === 0)
			return { id, title, counter, standing: 'ruled-out', because: `${counter} did not move`, tellApart }
		const [standing, because] = judge(input)
		return { id, title, counter, standing, because, tellApart }
	}).sort((a, b) => ORDER[a.standing] - ORDER[b.standing])
}
