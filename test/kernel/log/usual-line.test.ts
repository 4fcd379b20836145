import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseAnyLine, parseLogLine } from '../../../src/kernel/log/log-line.ts'
import { usualLine } from '../../../src/kernel/log/usual-line.ts'

const STAMPS = [
	...['Jan  3 12:33:23', 'Dec 31 23:59:59', 'Feb 30 00:00:00', 'Jan 23 12:33:23 2020', 'Jan 3 12:33:23'],
	...['Apr 26 17:56:33 UTC 2020', 'Jul 23 24:00:00', 'Mon Jan  3 12:33:23', 'Jan 23 12:33:23.123456'],
	...[
		'2025-01-23T12:33:23.218999-05:00',
		'2025-02-30T12:33:23Z',
		'2025-13-23T12:33:23+0200',
		'[  100.123456]',
	],
	...[
		'2025-01-23T12:33:23,218999-05:00',
		'2025-01-23 12:33:23',
		'1683187872.123456',
		'<6>Jan 23 12:33:23',
		'',
	],
]
const HOSTS = [
	...[
		'gw',
		'web-07',
		'gw.example.com',
		'kern.warn',
		'daemon.info',
		'mail.',
		'h',
		'helper',
		'last',
		'UTC',
		'2020',
	],
	...[
		'message',
		'stdout F',
		'stderr',
		'gw gw',
		'a=b',
		'IN=eth0',
		'10.0.0.1',
		'::1',
		'kernel:',
		'localhost',
		'---',
	],
	...['nf_ct_proto_6:', 'ahost', 'a'.repeat(70), 'gw\u00fc', '(none)', '-', '["gw"]', 'kernel', ''],
]
const TAGS = [
	...[
		'sshd[12]: ',
		'systemd[1]: ',
		'CRON[7]: ',
		'postfix/smtpd[9]: ',
		'a: ',
		'sudo: ',
		'kernel: ',
		'kernel[3]: ',
	],
	...[
		'kernel: [  100.123456] ',
		'kernel: [100.123456] ',
		'kernel: [  100.1] ',
		'kernel: [  100.123456][ T12] ',
	],
	...['kernel: [  100.123456] [C3] ', 'kernel: [12] ', 'klogd: ', 'ulogd[2]: ', 'nf_ct_proto_6: ', 'nft_x: '],
	...[
		'systemd-journald[4]: ',
		'rsyslogd: ',
		'rsyslogd-2177: ',
		'dyndbg: ',
		'nf_conntrack: ',
		'NET: ',
		'Missed: ',
	],
	...[
		'printk: ',
		'ip_ct_tcp: ',
		'helper ftp ',
		'sshd[12]:',
		'sshd[x]: ',
		'python3.11[4]: ',
		'kernel:',
		'cron.info: ',
		'',
	],
]
const WORDS = [
	...[
		'Accepted publickey for root from 10.0.0.1 port 22 ssh2',
		'Started Session 4 of user root.',
		' led by blanks',
	],
	...[
		'usb 1-2: new high-speed USB device',
		'eth0: link up',
		'message repeated 3 times: [ a]',
		'last message repeated 7 times',
	],
	...[
		'Last message x repeated 4 times',
		'--- last message repeated',
		'Missed 7 kernel messages',
		'** 4 printk messages dropped **',
	],
	...[
		'net_ratelimit: 46 callbacks suppressed',
		'audit: 7 callbacks suppressed',
		'/dev/kmsg buffer overrun',
		'Suppressed 3 messages from a',
	],
	...[
		'nf_ct_proto_6: invalid rst ',
		'IN=eth0 OUT= SRC=10.0.0.1 DST=10.0.0.2 PROTO=TCP',
		'nf_conntrack: table full, dropping packet',
	],
	...[
		'helper ftp dropping packet: ',
		'a (b) c_d #3 [e] ^f',
		'{"a": 1}',
		'a=b',
		'&gt; a',
		'\\x1b[31m',
		'\x1b[31m',
		'\u20ac',
		'\t',
		'',
		'7',
	],
	...[
		'dropping packet: ',
		'please increase S_SIZE',
		'Jan 23 12:33:23 gw kernel: ',
		'msg="a"',
		'x'.repeat(9000),
		'kernel',
		"it's",
	],
]

const line = fc
	.tuple(
		fc.constantFrom(...STAMPS),
		fc.constantFrom(...HOSTS),
		fc.constantFrom(...TAGS),
		fc.array(fc.constantFrom(...WORDS), { maxLength: 3 }),
		fc.constantFrom(' ', ' ', ' ', '  '),
	)
	.map(([stamp, host, tag, words, blank]) => `${stamp} ${host}${blank}${tag}${words.join(' ')}`)

describe('the usual lines of a log', () => {
	test('are read as any line is', () => {
		let usual = 0
		fc.assert(
			fc.property(line, (raw) => {
				const found = usualLine(raw)
				if (found === undefined) return
				usual++
				expect(found).toEqual(parseAnyLine(raw))
			}),
			{ numRuns: 30_000 },
		)
		expect(usual).toBeGreaterThan(100)
	})

	test.each([
		'Jan  3 12:33:23 gw sshd[12]: Accepted publickey for root from 10.0.0.1 port 22 ssh2',
		'2025-01-23T12:33:23.218999-05:00 gw.example.com postfix/smtpd[9]: connect from unknown',
		'Jan  3 12:33:23 gw kernel: [  100.123456] usb 1-2: new high-speed USB device number 7 using xhci-hcd',
	])('are these: %s', (raw) => {
		expect(usualLine(raw)).toEqual(parseAnyLine(raw))
		expect(usualLine(raw)).toEqual(parseLogLine(raw))
	})
})
