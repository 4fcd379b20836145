import { describe, expect, test } from 'vitest'
import {
	type LadderInput,
	ladder,
	ladderAsks,
	ladderSays,
	type RungId,
} from '../../../src/investigation/ladder/ladder.ts'
import { bare, bothNflog, child, good, nflog, settings, withValues } from '../scenes.ts'

describe('each rung', () => {
	test.each<[string, LadderInput, RungId, string, RegExp]>([
		[
			'kmsg refused',
			{ ...good, logFailure: { kind: 'not-permitted', what: '/dev/kmsg', need: 'CAP_SYSLOG' } },
			'kernel-log',
			'no',
			/CAP_SYSLOG/,
		],
		['off', withValues({ log_invalid: '0' }), 'log-invalid', 'no', /is 0/],
		['the trap of the document', withValues({ log_invalid: '41' }), 'log-invalid', 'no', /ICMPv6 is 58/],
		['one protocol', withValues({ log_invalid: '1' }), 'log-invalid', 'partly', /only ICMP reasons/],
		['1 for on', withValues({ log_invalid: '1' }), 'log-invalid', 'partly', /does not mean "on"/],
		['no tracker logs', withValues({ log_invalid: '99' }), 'log-invalid', 'no', /no kernel.*protocol 99/],
		['GRE', withValues({ log_invalid: '47' }), 'log-invalid', 'no', /no kernel.*GRE/],
		['on the console not at all', good, 'console', 'yes', /notices \(5\)/],
		['picked up', good, 'picked-up', 'partly', /are liberal/],
		['silent paths', good, 'silent-paths', 'partly', /notrack/],
		['unbound', withValues({ 'nf_log.2': 'NONE' }), 'logger-ipv4', 'no', /nf_log_ipv4 could be bound/],
		['netlink', withValues({ 'nf_log.10': 'nfnetlink_log' }), 'logger-ipv6', 'no', /group 0/],
		['strange logger', withValues({ 'nf_log.2': 'nf_log_x' }), 'logger-ipv4', 'unknown', /nf_log_x/],
		['other namespace', withValues({}, { netns: child }), 'all-netns', 'no', /discards/],
		[
			'other namespace, open',
			withValues({ nf_log_all_netns: '1' }, { netns: child }),
			'all-netns',
			'yes',
			/is 1/,
		],
		['cannot see', { ...good, netns: child, settings: bare }, 'all-netns', 'unknown', /cannot be read/],
		['no module', { ...good, totals: undefined, settings: bare }, 'tracking', 'no', /not loaded/],
		[
			'empty table, counters of before',
			{ ...good, settings: { ...settings, count: 0 } },
			'tracking',
			'unknown',
			/no counter that moves/,
		],
		[
			'nothing yet',
			{ ...good, totals: { invalid: 0, entries: 0 }, settings: { ...settings, count: 0 } },
			'tracking',
			'unknown',
			/no rule/,
		],
		['liberal', withValues({ tcp_be_liberal: '1' }), 'window-reasons', 'partly', /not logged/],
		['vendor patch', withValues({ tcp_no_window_check: '1' }), 'window-reasons', 'partly', /vendor/],
		['not loose', withValues({ tcp_loose: '0' }), 'mid-stream', 'partly', /without a log line/],
		['no checksums', withValues({ checksum: '0' }), 'checksum', 'partly', /bad checksum/],
		['offloaded', { ...good, offloaded: 12 }, 'offload', 'partly', /12 entries/],
		['lost', { ...good, lost: 40 }, 'lost', 'partly', /40 records/],
		['console', withValues({ printk: '7 4 1 7' }), 'console', 'yes', /level is 7/],
		['old kernel', { ...good, kernel: '4.19.0-1-amd64' }, 'old-kernel', 'unknown', /4\.16 to 5\.0/],
	])('%s', (_name, input, id, answer, because) => {
		const rung = ladder(input).find((one) => one.id === id)
		expect(rung).toMatchObject({ answer })
		expect(rung?.because).toMatch(because)
		expect(rung?.ok).toBe(answer !== 'no')
	})
})

test('a kernel that speaks is not suspected', () => {
	const rungs = ladder({ ...good, kernel: '4.19.0', packetLines: 2 })
	expect(rungs.some((one) => one.id === 'old-kernel')).toBe(false)
})

test('before the first reading only the log is judged', () => {
	expect(ladder({ ...good, settings: undefined }).map((one) => one.id)).toEqual(['kernel-log'])
})

describe('in one sentence', () => {
	test.each<[string, LadderInput, boolean, RegExp]>([
		['all well', good, true, /^Reason lines will reach ctscope\.$/],
		['NFLOG, all well', nflog(), true, /^Reason lines will reach ctscope\.$/],
		[
			'NFLOG, reader gone',
			nflog(bothNflog, { reader: 'failed' }),
			false,
			/NFLOG reader of ctscope has ended/,
		],
		[
			'nobody bound, the fix is named',
			withValues({ 'nf_log.2': 'NONE', 'nf_log.10': 'NONE' }),
			false,
			/nf_log\/2 is NONE: IPv4 lines are discarded/,
		],
		['off', withValues({ log_invalid: '0' }), false, /^No reason line.*is 0/],
		[
			'two things in the way',
			withValues({ log_invalid: '0' }, { netns: child }),
			false,
			/log_invalid is 0.*; besides, nf_log_all_netns is 0/,
		],
		['one family', withValues({ 'nf_log.10': 'NONE' }), true, /some.*IPv6/],
		['no family', withValues({ 'nf_log.2': 'NONE', 'nf_log.10': 'NONE' }), false, /nf_log\/2/],
		['one protocol', withValues({ log_invalid: '6' }), true, /not all.*TCP/],
		[
			'doubt',
			{ ...good, totals: {}, settings: { ...settings, count: 0 } },
			true,
			/not certain.*no entry, and no counter that moves/,
		],
	])('%s', (_name, input, reaches, sentence) => {
		const says = ladderSays(ladder(input))
		expect(says.reaches).toBe(reaches)
		expect(says.sentence).toMatch(sentence)
	})
})

test.each<[string, LadderInput, RegExp]>([
	['nothing is shut', good, /^$/],
	['one family alone', withValues({ 'nf_log.2': 'NONE' }), /^bind nf_log_ipv4$/],
	[
		'one family, and the namespace',
		withValues({ 'nf_log.2': 'NONE' }, { netns: child }),
		/^write 1 to nf_log_all_netns/,
	],
	[
		'not asked, and no logger',
		withValues({ log_invalid: '0', 'nf_log.2': 'NONE' }),
		/^switch log_invalid on/,
	],
])('what to do first is about what is said first: %s', (_, input, asks) => {
	expect(ladderAsks(ladder(input))).toMatch(asks)
})

test.each<[string, LadderInput, boolean, RegExp]>([
	['one family', withValues({ 'nf_log.2': 'NONE' }), true, /^Only some of .*nf_log\/2 is NONE/],
	[
		'one family, and the namespace',
		withValues({ 'nf_log.2': 'NONE' }, { netns: child }),
		false,
		/^No reason line .*nf_log_all_netns is 0.*; besides, nf_log\/2 is NONE/,
	],
	[
		'the only family that is asked for',
		withValues({ log_invalid: '1', 'nf_log.2': 'NONE' }),
		false,
		/^No reason line will reach ctscope: nf_log\/2 is NONE/,
	],
	[
		'the family that is not asked for',
		withValues({ log_invalid: '58', 'nf_log.2': 'NONE' }),
		true,
		/^Reason lines will reach ctscope, but not all: nf_conntrack_log_invalid is 58/,
	],
])('a logger that is shut: %s', (_, input, reaches, sentence) => {
	const says = ladderSays(ladder(input))
	expect(says.reaches).toBe(reaches)
	expect(says.sentence).toMatch(sentence)
})
