import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createLineReader } from '../../../src/commands/parse/reader.ts'
import { FoldJoiner } from '../../../src/kernel/log/fold-joiner.ts'
import { visible } from '../../../src/words/visible.ts'

const PACKET =
	'IN=eth0 OUT= MAC=00:11:22:33:44:55:66:77:88:99:aa:bb:08:00 SRC=192.0.2.7 DST=198.51.100.2 LEN=40 TOS=0x00 PREC=0x00 TTL=64 ID=0 DF PROTO=TCP SPT=443 DPT=51514 SEQ=1 ACK=0 WINDOW=0 RES=0x00 RST URGP=0'
const REASON = `nf_ct_proto_6: invalid rst ${PACKET}`

/** One of each kind of what is read of a log, whole. */
const KINDS: Readonly<Record<string, string>> = {
	grep: `kern.log.1-12-Jan 23 12:33:23 gw kernel: [  100.123456] ${REASON}`,
	rsyslog: `2025-01-23T12:33:23-05:00 gw kernel: message repeated 28 times: [ [  101.2] ${REASON}]`,
	'last message': `Jan 23 12:33:25 gw kernel: ${REASON}\nJan 23 12:33:25 gw last message repeated 7 times`,
	'syslog-ng': `Jan 23 12:33:25 gw Last message '${REASON}' repeated 4 times, suppressed by syslog-ng on gw`,
	'journal, export': `__CURSOR=s=1\n__REALTIME_TIMESTAMP=1683187872123456\n_TRANSPORT=kernel\nMESSAGE=${REASON}\n_HOSTNAME=gw\n\n`,
	'journal, bytes': `__CURSOR=s=1\nMESSAGE\n\x40\0\0\0\0\0\0\0${REASON}\n_HOSTNAME=gw\n`,
	'journal, verbose': `Thu 2023-05-04 08:11:12.123456 UTC [s=abc;i=1]\n    _TRANSPORT=kernel\n    MESSAGE=${REASON}\n`,
	'journal, JSON': JSON.stringify({ MESSAGE: REASON, _TRANSPORT: 'kernel', _HOSTNAME: 'gw' }),
	container: JSON.stringify({ log: `${REASON}\n`, stream: 'stdout', time: '2025-01-23T12:33:23.2Z' }),
	'JSON in JSON': JSON.stringify({
		message: JSON.stringify({ log: `Jan 23 12:33:23 gw kernel: ${REASON}` }),
	}),
	CRI: `2025-01-23T12:33:23.218999123Z stdout F Jan 23 12:33:23 gw kernel: ${REASON}`,
	'RFC 5424': `1 2025-01-23T12:33:23.218999-05:00 gw kernel - - [a b="c\\"d"] [  100.1] ${REASON}`,
	colours: `\x1b[32m[  100.123456] \x1b[0m\x1b[33mnf_ct_proto_6: \x1b[0minvalid rst ${PACKET}`,
	entities: `&gt; &lt;5&gt;[  100.123456] ${REASON}`,
	Android: `01-23 12:33:23.123  1234  1234 I kernel  : [  100.1] .(0)[0:swapper/0]${REASON}`,
	ebtables:
		'Aug 11 16:21:09 gw kernel: EBT IN=eth0 OUT=eth1 MAC source = 38:2c:4a:64:d1:50 MAC dest = a4:91:b1:4f:6b:e8 proto = 0x0800 IP SRC=192.168.1.200 IP DST=203.0.113.37, IP tos=0x00, IP proto=6 SPT=55028 DPT=8080',
	'ARP, folded':
		'bridge in: IN=tap OUT= MACSRC=36:b0:4a:e2:72:ea\nMACDST=ff:ff:ff:ff:ff:ff MACPROTO=0806 ARP HTYPE=1 PTYPE=0x0800\nOPCODE=1 MACSRC=36:b0:4a:e2:72:ea IPSRC=192.0.2.253\nMACDST=00:00:00:00:00:00 IPDST=192.0.2.1',
	'a text that was cut': `nf_ct_proto_6: SEQ is ov[...]of the receiver) ${PACKET}`,
	'a reason alone': 'ip_ct_tcp: SEQ is over the upper bound (...)',
	limits: 'Feb 11 19:20:01 gw kernel: [  100.1] kauditd_printk_skb: 46 callbacks suppressed',
}

const CHANGES = [
	...['', ' ', '\n', '\r', '\t', '\0', '\x1b[2J', '\x1b[31m', '\u202e', '\ud800', '\ufeff', '€'],
	...['"', "'", '\\', '{', '}', '{"', '[', ']', '[ ', '<', '>', '&', '&#27;', '&#x1b;', '#033[', '^[['],
	...[
		'IN=',
		' OUT=',
		'SRC=',
		'=',
		'=3D',
		'kernel: ',
		'nf_ct_proto_6: ',
		'helper a ',
		'Jan 23 12:33:23 ',
		'...',
	],
	...[
		'MESSAGE',
		'MESSAGE=',
		'__CURSOR=',
		'message repeated 999999999 times: [ ',
		'last message repeated 2 times',
		'9'.repeat(30),
	],
]

const changed = (text: string) =>
	fc
		.array(
			fc.record({
				at: fc.nat({ max: text.length }),
				how: fc.constantFrom('cut', 'drop', 'put', 'twice', 'swap'),
				what: fc.oneof(fc.constantFrom(...CHANGES), fc.string({ unit: 'binary', maxLength: 4 })),
				length: fc.integer({ min: 1, max: 40 }),
			}),
			{ minLength: 1, maxLength: 5 },
		)
		.map((changes) =>
			changes.reduce((before, { at, how, what, length }) => {
				const [head, tail] = [before.slice(0, at), before.slice(at)]
				if (how === 'cut') return head
				if (how === 'drop') return head + tail.slice(length)
				if (how === 'put') return head + what + tail
				if (how === 'twice') return head + tail.slice(0, length) + tail
				return head + tail.slice(length) + tail.slice(0, length)
			}, text),
		)

const withoutEnds = (text: string): string => text.replaceAll('\n', '')

/** What a terminal could obey or hide. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u

function saidIn(value: unknown): readonly string[] {
	const said: string[] = []
	JSON.stringify(value, (key, one) => {
		if (key === 'raw') return undefined
		if (typeof one === 'string') said.push(one)
		return one
	})
	return said
}

/** 10 000 of each kind take minutes: as many as these when nobody asks for more. */
const RUNS = Number(process.env.CTSCOPE_MUTATIONS ?? 1_000)

describe('mutations', () => {
	test.each(Object.entries(KINDS))(
		'of %s: no exception, nothing lost, nothing unsafe',
		(_, text) => {
			fc.assert(
				fc.property(changed(text), (log) => {
					const lines = log.split('\n')
					const joiner = new FoldJoiner()
					const records = [...joiner.push(lines.map((line) => ({ text: line, cut: 0 }))), ...joiner.end()]
					// A line that is several becomes as many.
					expect(withoutEnds(records.map((one) => one.text).join(''))).toBe(withoutEnds(log))
					const read = createLineReader()
					for (const record of records) {
						const { log: found, reason, printk, of } = read(record.text)
						expect(found.raw).toBe(record.text)
						for (const said of saidIn({ found, reason, printk, of: of?.log.kind })) {
							if (UNSAFE.test(said) || visible(said) !== said) expect(said).toBe('safe to print')
						}
					}
				}),
				{ numRuns: RUNS },
			)
		},
		RUNS * 60,
	)
})

/** A way through one of these that is not linear takes minutes. */
const LENGTH = 300_000

describe('long lines', () => {
	const HEADS = [
		'',
		'{"log":"',
		'MESSAGE=',
		'kern.log:',
		'Jan 23 12:33:23 gw kernel: ',
		'&gt;',
		'\x1b[',
		'__CURSOR=a\n',
		'    ',
		'01-23 ',
	]
	const PIECES = [
		...[
			'kernel: ',
			'nf_ct_proto_6: ',
			'nf_ct_proto_6: a IN= ',
			'helper a dropping packet: ',
			'message repeated 2 times: [ ',
			'{"',
			'{"a":',
			'"',
			"'",
			'\\"',
		],
		...[
			'&gt;',
			'&',
			'\x1b[',
			'\x1b[1',
			'#033[',
			'<5>',
			'[1.5] ',
			'Jan 23 12:33:23 ',
			'2025-01-23T12:33:23',
			'msg=',
			'a: ',
			'/',
			'.log',
			'12:',
			'a|',
		],
		...[
			'MAC source = ',
			'IP SRC=1 ',
			', ',
			'MESSAGE\n',
			'A=\n',
			'    A=\n',
			'(',
			'(0)[0:a]',
			'ip_ct_tcp: ',
			'...',
		],
	]

	test.each(HEADS)('behind %j', (head) => {
		const read = createLineReader()
		for (const piece of PIECES) {
			const line = head + piece.repeat(Math.ceil(LENGTH / piece.length))
			const joiner = new FoldJoiner()
			const texts = line.split('\n').map((text) => ({ text, cut: 0 }))
			expect([...joiner.push(texts), ...joiner.end()].map((one) => one.text).join('\n') === line).toBe(true)
			expect(read(line).log.raw === line).toBe(true)
		}
	})

	test('a frame of ebtables', () => {
		const frame = 'IN=a OUT=b MAC source = 1 MAC dest = 2 proto = 0x0800 '
		const read = createLineReader()
		for (const piece of ['IP ', 'IP SRC=', 'ARP MAC ', 'A=', ', ', 'Next ', '='])
			read(frame + piece.repeat(Math.ceil(LENGTH / piece.length)))
	})
})
