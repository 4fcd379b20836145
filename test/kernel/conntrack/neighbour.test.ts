import { expect, test } from 'vitest'
import { parseNeighbour } from '../../../src/kernel/conntrack/neighbour.ts'

test.each<[string, string, object]>([
	['nf_conntrack: nf_conntrack: table full, dropping packet', 'table-full', {}],
	['nf_conntrack: table full, dropping packet', 'table-full', {}],
	['ip_conntrack: table full, dropping packet.', 'table-full', {}],
	[
		'nf_conntrack: nf_conntrack: table full in netns 4026532177, dropping packet',
		'table-full-netns',
		{ netns: 4026532177 },
	],
	['nf_conntrack: nf_conntrack: expectation table full', 'expect-full', {}],
	['nf_conntrack: expectation table full', 'expect-full', {}],
	['net_ratelimit: 1948897 callbacks suppressed', 'suppressed', { by: 'net_ratelimit', count: 1948897 }],
	['nf_conntrack: 12 callbacks suppressed', 'suppressed', { by: 'nf_conntrack', count: 12 }],
	['__ratelimit: 7 callbacks suppressed', 'suppressed', { by: '__ratelimit', count: 7 }],
	['NET: 27 messages suppressed.', 'suppressed', { by: 'NET', count: 27 }],
	['printk: 3 messages suppressed.', 'suppressed', { by: 'printk', count: 3 }],
	[
		'kauditd_printk_skb: 46 callbacks suppressed',
		'suppressed-others',
		{ by: 'kauditd_printk_skb', count: 46 },
	],
	['retire_capture_urb: 3 callbacks suppressed', 'suppressed-others', { count: 3 }],
	['rsyslogd-2177: imjournal: 236 messages lost due to rate-limiting', 'missed', { count: 236 }],
	['rsyslogd: imjournal[pid: 1, name: x]: 9 messages lost due to rate-limiting', 'missed', { count: 9 }],
	[
		'rsyslogd[5]: imuxsock[pid: 57, name: /usr/bin/x]: 7 messages lost due to rate-limiting (200 allowed within 5 seconds)',
		'missed-others',
		{ count: 7 },
	],
	['systemd-journald[212]: Suppressed 917 messages from x.service', 'missed-others', { count: 917 }],
	['** 12 printk messages dropped **', 'missed', { count: 12 }],
	['Missed 12 kernel messages', 'missed', { count: 12 }],
	['systemd-journald[212]: Missed 12 kernel messages', 'missed', { count: 12 }],
	['systemd-journald[212]: /dev/kmsg buffer overrun, some messages lost.', 'missed', {}],
	['rsyslogd: imklog: 40 messages lost due to rate-limiting', 'missed', { count: 40 }],
	[
		'nf_conntrack: default automatic helper assignment has been turned off for security reasons and CT-based firewall rule not found. Use the iptables CT target to attach helpers instead.',
		'helper-off',
		{},
	],
	['nf_conntrack: automatic helper assignment is deprecated and it will be removed soon.', 'helper-off', {}],
	[
		"conntrack: generic helper won't handle protocol 47. Please consider loading the specific helper module.",
		'generic-helper',
		{ protocol: 47 },
	],
	['netfilter please increase S_SIZE', 'need-s-size', {}],
	['nf_log_syslog: please increase S_SIZE', 'need-s-size', {}],
	["nf_conntrack: can't register to sysctl.", 'no-sysctl', {}],
	['nf_queue: full at 1024 entries, dropping packets(s)', 'queue-full', { entries: 1024 }],
	[
		'nf_conntrack version 0.5.0 (16384 buckets, 65536 max)',
		'loaded',
		{ version: '0.5.0', buckets: 16384, max: 65536 },
	],
	['dyndbg: bad flag-op x, at start of x', 'dyndbg', { text: 'bad flag-op x, at start of x' }],
])('%s', (text, id, params) => {
	expect(parseNeighbour(text)).toMatchObject({ id, params })
})

test.each([
	[''],
	['x nf_conntrack: table full, dropping packet'],
	['Missed it'],
	['usb 1-1: 12 callbacks suppressed'],
	['nf_conntrack: falling back to vmalloc.'],
	['the table is full'],
])('%s is none', (text) => {
	expect(parseNeighbour(text)).toBeUndefined()
})

test('what it says is safe to print, and one megabyte of it is read to its end', () => {
	expect(parseNeighbour('dyndbg: \x1b[31m')?.params).toEqual({ text: '\\x1b[31m' })
	for (const piece of ['nf_conntrack: ', '9', 'a', ' ', '** 1', 'systemd-journald[1]: '])
		parseNeighbour(piece.repeat(1_000_000 / piece.length))
})
