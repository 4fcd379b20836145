import { visible } from '../../words/visible.ts'

/** A message of the log that is about no single packet, but about conntrack or about how complete the log is. */
export type Neighbour = {
	readonly id: NeighbourId
	/** The same for all with one id. */
	readonly title: string
	/** Safe to print. `count`: of messages that are not in the log. `netns`: inode number. */
	readonly params: Readonly<Record<string, string | number>>
}

export type NeighbourId =
	| 'table-full'
	| 'table-full-netns'
	| 'expect-full'
	| 'suppressed'
	| 'suppressed-others'
	| 'missed'
	| 'missed-others'
	| 'helper-off'
	| 'generic-helper'
	| 'need-s-size'
	| 'no-sysctl'
	| 'queue-full'
	| 'loaded'
	| 'dyndbg'

type Text = {
	readonly id: NeighbourId
	readonly title: string
	readonly form: RegExp
	/** Names of the captures. */
	readonly params?: readonly string[]
}

/** pr_fmt of nf_conntrack comes twice before its own word since 4.x, once before, and is that of ip_conntrack up to 2.6.19. */
const CONNTRACK = '^(?:(?:nf|ip)_conntrack: ){1,2}'

/**
 * Rate limits that leave out messages of conntrack. Lines of packets have none: log_invalid, the LOG target, nft log
 * and TRACE call printk for each packet (net/netfilter/nf_log_syslog.c). What is limited is "table full" and what
 * conntrack and NAT say of themselves:
 * net_ratelimit, and NET before 2.6.30: net/core/utils.c, for net_warn_ratelimited() of nf_conntrack_core.c and
 * nf_conntrack_expect.c;
 * printk and __ratelimit: printk_ratelimit() of kernel/printk/printk.c up to 2.6.31, for whoever asks, so ours may be
 * among them; printk_ratelimit itself later;
 * nf_conntrack and functions of nf_conntrack, nf_nat, nft_ct and act_ct: pr_*_ratelimited() names the function.
 * Everything else (kauditd_printk_skb of kernel/audit.c, ...) is of others.
 */
const LIMITS_OF_OURS =
	'net_ratelimit|NET|printk|printk_ratelimit|__ratelimit|_{0,2}(?:nf|ip)_(?:conntrack|ct|nat)\\w{0,50}|nft_ct\\w{0,50}|tcf_ct_\\w{0,50}'

const TEXTS: readonly Text[] = [
	{
		// net/netfilter/nf_conntrack_core.c, __nf_conntrack_alloc; rate limited, so there were more packets than lines.
		id: 'table-full',
		title: 'conntrack table full, packet dropped',
		form: new RegExp(`${CONNTRACK}table full, dropping packet`),
	},
	{
		id: 'table-full-netns',
		title: 'conntrack table of a network namespace full, packet dropped',
		form: new RegExp(`${CONNTRACK}table full in netns (\\d{1,10}), dropping packet`),
		params: ['netns'],
	},
	{
		// net/netfilter/nf_conntrack_expect.c
		id: 'expect-full',
		title: 'expectation table full, a secondary connection is not expected',
		form: new RegExp(`${CONNTRACK}expectation table full`),
	},
	{
		// lib/ratelimit.c, ___ratelimit(): it names the function that asked. See LIMITS_OF_OURS.
		id: 'suppressed',
		title: 'messages suppressed by the rate limit of the kernel',
		form: new RegExp(`^(${LIMITS_OF_OURS}): (\\d{1,10}) (?:callbacks|messages) suppressed\\b`),
		params: ['by', 'count'],
	},
	{
		id: 'suppressed-others',
		title: 'messages of other subsystems suppressed by their own rate limit: none is about a packet',
		form: /^([\w.]{1,64}): (\d{1,10}) (?:callbacks|messages|output lines|printk messages) suppressed\b/,
		params: ['by', 'count'],
	},
	{
		// kernel/printk/printk.c: on consoles, and in dmesg of kernels up to 5.9.
		id: 'missed',
		title: 'messages lost before they were logged',
		form: /^\*\* (\d{1,10}) printk messages dropped \*\*/,
		params: ['count'],
	},
	{
		id: 'missed',
		title: 'messages lost before they were logged',
		form: /^(?:systemd-journald(?:\[\d{1,10}\])?: )?(?:Missed (\d{1,10}) kernel messages|\/dev\/kmsg buffer overrun)/,
		params: ['count'],
	},
	{
		// rsyslog, runtime/ratelimit.c: it names the input. Two of them read the kernel.
		id: 'missed',
		title: 'messages lost before they were logged',
		form: /^rsyslogd(?:[-\w]{0,12})?(?:\[\d{1,10}\])?: (?:imklog|imjournal|imkmsg)(?:\[[^\]]{0,100}\])?: (\d{1,10}) messages lost due to rate-limiting/,
		params: ['count'],
	},
	{
		// The same of programs' messages; systemd-journald limits by service, and the kernel is none.
		id: 'missed-others',
		title: 'messages of programs suppressed by the rate limit of a logger: none is from the kernel',
		form: /^(?:rsyslogd(?:[-\w]{0,12})?(?:\[\d{1,10}\])?: (?:\w{1,20})(?:\[[^\]]{0,100}\])?: |systemd-journald?(?:\[\d{1,10}\])?: Suppressed |rsyslogd(?:[-\w]{0,12})?(?:\[\d{1,10}\])?: imuxsock lost )(\d{1,10}) messages (?:lost due to rate-limiting|from )/,
		params: ['count'],
	},
	{
		// net/netfilter/nf_conntrack_helper.c, 3.5 to 5.19
		id: 'helper-off',
		title: 'helpers are not assigned automatically here',
		form: new RegExp(
			`${CONNTRACK}(?:default )?automatic helper assignment (?:has been turned off|is deprecated)`,
		),
	},
	{
		// net/netfilter/nf_conntrack_proto_generic.c, 3.18 to 5.0
		id: 'generic-helper',
		title: 'no tracker is loaded for this protocol',
		form: /^(?:nf_)?conntrack: generic helper won't handle protocol (\d{1,3})/,
		params: ['protocol'],
	},
	{
		// net/netfilter/nf_log.c: a line was longer than 1023 bytes and lost its end.
		id: 'need-s-size',
		title: 'a packet line was too long and was cut',
		form: /^.{0,32}please increase S_SIZE/,
	},
	{
		// net/netfilter/nf_conntrack_standalone.c
		id: 'no-sysctl',
		title: 'the settings of conntrack could not be registered',
		form: new RegExp(`${CONNTRACK}can't register to sysctl`),
	},
	{
		// net/netfilter/nfnetlink_queue.c
		id: 'queue-full',
		title: 'a queue to a program is full, packet dropped',
		form: /^nf_queue: full at (\d{1,10}) entries, dropping packets/,
		params: ['entries'],
	},
	{
		id: 'loaded',
		title: 'conntrack was loaded',
		form: /^(?:nf|ip)_conntrack version (\S{1,16}) \((\d{1,10}) buckets, (\d{1,10}) max\)/,
		params: ['version', 'buckets', 'max'],
	},
	{
		// lib/dynamic_debug.c: answers to what was written into its control file.
		id: 'dyndbg',
		title: 'answer of dynamic debug',
		form: /^(?:dyndbg|dynamic_debug(?::\w{1,64})?): (.{1,200})/,
		params: ['text'],
	},
]

/** Letters that one of the texts begins with: nearly every other message ends here. */
const BEGINNINGS =
	/^(?:[nN][efEF]|ip_conn|conntrack|printk|__|[\w.]{1,64}: \d|\*\* |systemd-j|rsyslogd|Missed|\/dev\/kmsg|dyn|Net)/

/** Text of a kmsg record, or of a log line behind its stamp. Never fails. */
export function parseNeighbour(text: string): Neighbour | undefined {
	const beginning = text.length > LONGEST ? text.slice(0, LONGEST) : text
	if (!BEGINNINGS.test(beginning)) return undefined
	for (const { id, title, form, params = [] } of TEXTS) {
		const found = form.exec(beginning)
		if (found !== null) return { id, title, params: paramsOf(params, found) }
	}
	return undefined
}

const LONGEST = 512

function paramsOf(names: readonly string[], found: RegExpExecArray): Record<string, string | number> {
	const params: Record<string, string | number> = {}
	names.forEach((name, index) => {
		const value = found[index + 1]
		if (value === undefined) return
		params[name] = name !== 'version' && /^\d{1,15}$/.test(value) ? Number(value) : visible(value)
	})
	return params
}
