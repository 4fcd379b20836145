import { describe, expect, test } from 'vitest'
import { LOG_INVALID_CHOICES } from '../../src/changes/kinds/sysctls.ts'
import { canonical, isWrittenAs, KNOBS, knobById, valueProblem } from '../../src/changes/knobs.ts'
import {
	effectInWords,
	knobTitle,
	shellLine,
	shellLineFor,
	valueInWords,
} from '../../src/changes/shell-line.ts'

const knob = (id: string) => {
	const found = knobById(id)
	if (found === undefined) throw new Error(id)
	return found
}

describe('the catalogue', () => {
	test('ids, names and paths are unique and belong together', () => {
		for (const key of ['id', 'sysctl', 'path'] as const)
			expect(new Set(KNOBS.map((one) => one[key])).size).toBe(KNOBS.length)
		for (const { sysctl, path } of KNOBS) expect(`/proc/sys/${sysctl.replaceAll('.', '/')}`).toBe(path)
	})

	test.each([
		['log_invalid', 'logs-more', 'netns', 'net.netfilter.nf_conntrack_log_invalid'],
		['nf_log.10', 'logs-more', 'netns', 'net.netfilter.nf_log.10'],
		['nf_log_all_netns', 'logs-more', 'initial-netns', 'net.netfilter.nf_log_all_netns'],
		['printk', 'logs-more', 'host', 'kernel.printk'],
		['tcp_be_liberal', 'treats-differently', 'netns', 'net.netfilter.nf_conntrack_tcp_be_liberal'],
		[
			'tcp_timeout_established',
			'treats-differently',
			'netns',
			'net.netfilter.nf_conntrack_tcp_timeout_established',
		],
		['flowtable_udp_timeout', 'treats-differently', 'netns', 'net.netfilter.nf_flowtable_udp_timeout'],
	])('%s', (id, knobClass, scope, sysctl) => {
		expect(knob(id)).toMatchObject({ class: knobClass, scope, sysctl })
	})

	test.each(['buckets', 'max', 'expect_max', 'helper', 'nf_hooks_lwtunnel', 'frag6_high_thresh'])(
		'%s cannot be changed',
		(id) => expect(knobById(id)).toBeUndefined(),
	)

	test('every choice of log_invalid is a value of it; ICMPv6 is 58, never 41', () => {
		for (const { value } of LOG_INVALID_CHOICES)
			expect(valueProblem(knob('log_invalid'), value, '0')).toBeUndefined()
		expect(LOG_INVALID_CHOICES.find(({ label }) => label === 'ICMPv6')?.value).toBe('58')
		expect(LOG_INVALID_CHOICES.map(({ value }) => value)).not.toContain('41')
	})
})

test.each([
	['log_invalid', '6\n', '6'],
	['log_invalid', ' 255 ', '255'],
	['log_invalid', '010', undefined],
	['log_invalid', '0x6', undefined],
	['log_invalid', '6 7', undefined],
	['log_invalid', '', undefined],
	['log_invalid', '+6', undefined],
	['log_invalid', '-0', undefined],
	['log_invalid', '6\u0000', undefined],
	['tcp_timeout_close', '-1', '-1'],
	['acct', '2', '2'],
	['nf_log.2', 'nf_log_ipv4\n', 'nf_log_ipv4'],
	['nf_log.2', 'NONE', 'NONE'],
	['nf_log.2', 'a b', undefined],
	['nf_log.2', '\u001b[31m', undefined],
	['nf_log.2', 'x'.repeat(64), undefined],
	['printk', '4\t4\t1\t7\n', '4 4 1 7'],
	['printk', '4 4 1', undefined],
	['printk', '4 4 1 7 9', undefined],
	['printk', '4 04 1 7', undefined],
	['mount:debugfs', 'mounted', 'mounted'],
	['mount:debugfs', 'absent', 'absent'],
	['mount:debugfs', 'loaded', undefined],
	['mount:tracefs', 'mounted', 'mounted'],
])('canonical %s %j is %j', (id, text, expected) => expect(canonical(knob(id), text)).toBe(expected))

test.each([
	['log_invalid', '255', '0', undefined],
	['log_invalid', '256', '0', 'net.netfilter.nf_conntrack_log_invalid takes 0 to 255, not 256'],
	['log_invalid', ' 6', '0', '" 6" is not a value of net.netfilter.nf_conntrack_log_invalid'],
	['acct', '2', '0', 'net.netfilter.nf_conntrack_acct takes 0 or 1, not 2'],
	[
		'udp_timeout',
		'2147484',
		'30',
		'net.netfilter.nf_conntrack_udp_timeout takes 0 to 2147483 seconds, not 2147484',
	],
	['printk', '7 4 1 7', '4 4 1 7', undefined],
	[
		'printk',
		'7 4 1 4',
		'4 4 1 7',
		'only the first number of kernel.printk, the console level, is ever changed',
	],
	['printk', '0 4 1 7', '4 4 1 7', 'the console level is 1 (only emergencies) to 15 (everything), not 0'],
	['mount:debugfs', 'mounted', 'absent', undefined],
	[
		'mount:debugfs',
		'absent',
		'mounted',
		'debugfs is unmounted only when the change that mounted it is undone',
	],
	['printk', '16 4 1 7', '4 4 1 7', 'the console level is 1 (only emergencies) to 15 (everything), not 16'],
])('%s = %j', (id, value, from, problem) => expect(valueProblem(knob(id), value, from)).toBe(problem))

test.each([
	['nf_log.2', 'NF_LOG_IPV4', 'nf_log_ipv4', true],
	['nf_log.2', 'nf_log_ipv4junk', 'nf_log_ipv4', true],
	['nf_log.2', 'nf_log_ipv4', 'nfnetlink_log', false],
	['nf_log.2', 'NONE', 'NONE', true],
	['nf_log.2', 'nf_log_ipv4', 'NONE', false],
	['log_invalid', '6', '6', true],
	['log_invalid', '61', '6', false],
])('%s %s reads back as %s: %s', (id, value, now, expected) =>
	expect(isWrittenAs(knob(id), value, now)).toBe(expected),
)

test.each([
	['log_invalid', '0', 'off'],
	['log_invalid', '6', 'TCP'],
	['log_invalid', '58', 'ICMPv6'],
	['log_invalid', '41', '41: logs nothing, ICMPv6 is 58'],
	['log_invalid', '255', 'all protocols'],
	['log_invalid', '200', 'protocol 200'],
	['nf_log.2', 'NONE', 'nobody: lines are lost'],
	['nf_log.2', 'nf_log_ipv4', 'the kernel log'],
	['nf_log.2', 'nfnetlink_log', 'nflog (group 0)'],
	['nf_log_all_netns', '2', 'on'],
	['acct', '0', 'off'],
	['printk', '1 4 1 7', 'only emerg'],
	['printk', '4 4 1 7', 'emerg to err'],
	['printk', '8 4 1 7', 'everything'],
	['mount:debugfs', 'absent', 'not mounted'],
	['mount:debugfs', 'mounted', 'mounted'],
	['tcp_timeout_established', '432000', '5 d'],
	['tcp_timeout_established', '90', '1 min 30 s'],
	['tcp_timeout_established', '0', '0 s'],
	['tcp_max_retrans', '3', '3'],
])('%s %s in words: %s', (id, value, words) => expect(valueInWords(knob(id), value)).toBe(words))

test('every knob has a title and says what it does', () => {
	const titles = KNOBS.map(knobTitle)
	expect(new Set(titles).size).toBe(KNOBS.length)
	for (const one of KNOBS) {
		expect(knobTitle(one)).not.toBe(one.id)
		expect(effectInWords(one).length).toBeGreaterThan(0)
	}
})

test.each([
	['log_invalid', '6', 'sysctl -w net.netfilter.nf_conntrack_log_invalid=6'],
	['nf_log.2', 'nf_log_ipv4', 'sysctl -w net.netfilter.nf_log.2=nf_log_ipv4'],
	['printk', '4 4 1 7', 'sysctl -w kernel.printk="4 4 1 7"'],
	['mount:debugfs', 'mounted', 'mount -t debugfs -o nosuid,nodev,noexec debugfs /sys/kernel/debug'],
	['mount:debugfs', 'absent', 'umount /sys/kernel/debug'],
	['mount:tracefs', 'mounted', 'mount -t tracefs -o nosuid,nodev,noexec tracefs /sys/kernel/tracing'],
	['mount:tracefs', 'absent', 'umount /sys/kernel/tracing'],
])('shell line of %s', (id, value, line) => expect(shellLine(knob(id), value)).toBe(line))

test.each([
	['log_invalid', true, null, 'sysctl -w net.netfilter.nf_conntrack_log_invalid=0'],
	[
		'log_invalid',
		false,
		'/run/netns/web',
		'nsenter --net=/run/netns/web sysctl -w net.netfilter.nf_conntrack_log_invalid=0',
	],
	[
		'log_invalid',
		false,
		"/run/a b'c",
		"nsenter --net='/run/a b'\\''c' sysctl -w net.netfilter.nf_conntrack_log_invalid=0",
	],
	[
		'log_invalid',
		false,
		null,
		'sysctl -w net.netfilter.nf_conntrack_log_invalid=0  (inside its network namespace)',
	],
	['nf_log_all_netns', false, '/run/netns/web', 'sysctl -w net.netfilter.nf_log_all_netns=0'],
])('P15 the line by hand of %s, initial %s, path %s', (id, initial, path, line) =>
	expect(shellLineFor(knob(id), '0', { initial, path })).toBe(line),
)

test.each([
	[[], 'file net/netfilter/nf_conntrack_proto_tcp.c func tcp_new', '/proc/dynamic_debug/control'],
	[['file x.c line 7 func f', 'text'], 'file x.c line 7 func f', '/proc/dynamic_debug/control'],
	[['file x.c line 7 func f', 'text', '/dbg/control'], 'file x.c line 7 func f', '/dbg/control'],
])('the shell line of a call site, recorded as %j', (detail, site, control) => {
	const id = 'printk:net/netfilter/nf_conntrack_proto_tcp.c:tcp_new#1:0f3c2a91'
	expect(shellLine(knob(id), 'p', { now: '_', detail })).toBe(`echo '${site} +p' > ${control}`)
})

test.each(['mount:sysfs', 'mount:', 'mount:debugfs/', 'mount:DEBUGFS'])('%s is no knob', (id) =>
	expect(knobById(id)).toBeUndefined(),
)

test('mounting debugfs says what it is for', () => {
	expect(knobTitle(knob('mount:debugfs'))).toBe('mount debugfs')
	expect(effectInWords(knob('mount:debugfs')).join(' ')).toMatch(/Only root can look into it.*unmounting it/)
})
