import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import type { Frequent } from '../../../src/commands/parse/frequent.ts'
import type { Group } from '../../../src/commands/parse/group.ts'
import { createLineReader, LineReader } from '../../../src/commands/parse/reader.ts'
import { ParseSummary } from '../../../src/commands/parse/summary.ts'
import { SummaryTaker } from '../../../src/commands/parse/taker.ts'
import { parseText } from '../../../src/commands/parse/text.ts'
import { FoldJoiner } from '../../../src/kernel/log/fold-joiner.ts'
import { LineCutter, type LogText } from '../../../src/kernel/log/log-text.ts'
import { CATALOGUE } from '../../../src/reasons/texts/catalogue.ts'

/** Every line as a text, one after the other. */
function carefully(chunks: readonly Uint8Array[]): ParseSummary {
	const summary = new ParseSummary()
	const read = createLineReader()
	const cutter = new LineCutter()
	const joiner = new FoldJoiner()
	const take = (lines: readonly LogText[]) => {
		for (const { text, cut } of lines) summary.add(read(text), cut)
	}
	for (const chunk of chunks) take(joiner.push(cutter.push(chunk)))
	take(joiner.push(cutter.end()))
	take(joiner.end())
	return summary
}

function quickly(chunks: readonly Uint8Array[]): ParseSummary {
	const taker = new SummaryTaker()
	for (const chunk of chunks) taker.take(chunk)
	taker.end()
	return taker.summary
}

const frequent = (counts: Frequent | undefined) =>
	counts && { top: counts.top(1000), size: counts.size, others: counts.others }

const groups = (all: ReadonlyMap<string, Group>) =>
	[...all].map(([key, { name, reason, count, cut, first, last, flows, suggested }]) => ({
		...{ key, name, reason, count, cut, first, last },
		flows: frequent(flows),
		suggested: frequent(suggested),
	}))

const told = (summary: ParseSummary) => ({
	...summary,
	reasons: groups(summary.reasons),
	rules: groups(summary.rules),
	neighbours: [...summary.neighbours],
	printk: [...summary.printk],
	text: parseText(summary, 100),
})

function expectSame(chunks: readonly Uint8Array[]): void {
	expect(told(quickly(chunks))).toEqual(told(carefully(chunks)))
}

const pick = <T>(...values: readonly T[]) => fc.constantFrom(...values)
const number = (max: number) => fc.integer({ min: 0, max }).map(String)
const two = (max: number) => fc.integer({ min: 0, max }).map((value) => String(value).padStart(2, '0'))

const clock = fc.tuple(two(24), two(60), two(61)).map((parts) => parts.join(':'))
const fraction = pick('', '.1', '.123456', '.123456789', '.1234567890', ',123456')
const seconds = fc
	.tuple(
		pick('', '    ', '        ', '          '),
		number(99_999),
		pick('.645068', '.6', '.123456789', '', '.'),
	)
	.map((parts) => `[${parts.join('')}] `)
const host = pick(
	'web-07',
	'gw',
	'gw.example',
	'kern.warn',
	'mail.',
	'helper',
	'10.0.0.1',
	'kernel',
	'gw gw',
	'a=b',
)
const time = fc.oneof(
	{
		weight: 4,
		arbitrary: fc
			.tuple(pick('Apr  2 ', 'Apr 02 ', 'Dec 31 ', 'Feb 3 ', 'Xyz  1 '), clock, fraction)
			.map((parts) => parts.join('')),
	},
	{
		weight: 3,
		arbitrary: fc
			.tuple(
				pick(
					'2023-08-26T',
					'2024-02-29T',
					'2023-02-30T',
					'1969-12-31T',
					'2023-13-01T',
					'2023-08-26 ',
					'0023-01-01T',
				),
				...[clock, fraction],
				pick('+02:00', '-0530', 'Z', '', '+2', '+99:99'),
			)
			.map((parts) => parts.join('')),
	},
)
const tag = fc.oneof(
	{ weight: 4, arbitrary: pick('kernel: ') },
	{ weight: 4, arbitrary: seconds.map((boot) => `kernel: ${boot}`) },
	pick(
		'kernel:  ',
		'kernel[3]: ',
		'klogd: ',
		'kernel: [T12] ',
		'kernel: [  1.000000] [C3] ',
		'',
		'kernel: kernel: ',
	),
)
const programTag = pick(
	'sshd[12]: ',
	'systemd[1]: ',
	'CRON: ',
	'a[1]: ',
	'nf_x[1]: ',
	'nf_conntrack: ',
	'rsyslogd: ',
	'audit[77]: ',
	'audit: ',
	'tcp_error: ',
)
const head = fc.oneof(
	{ weight: 6, arbitrary: fc.tuple(time, host, tag).map(([at, name, what]) => `${at} ${name} ${what}`) },
	{ weight: 2, arbitrary: seconds },
	seconds.map((boot) => `${boot}gw kernel: `),
	pick(
		'[Sat Apr  1 05:33:20 2023] ',
		'[Sat Apr 11 25:33:20 2023] gw kernel: ',
		'[Sat Apr  1 05:33 2023] ',
		'',
	),
	pick('<4>', '6,1234,56789,-;', '[Sat Apr  1 05:33:20 2023]  ', '[+0.000004] '),
)
const reason = fc.oneof(
	pick(
		'invalid rst',
		'invalid new',
		'invalid SYN',
		'bad checksum',
		'short packet',
		'something new',
		'kernel: invalid rst',
		'',
		' invalid new',
	),
	number(2 ** 32).map((bound) => `SEQ is over upper bound ${bound} (over the window of the receiver)`),
	number(2 ** 32).map((bound) => `ACK is under lower bound ${bound} (possible overly delayed ACK)`),
	number(12).map((index) => `packet (index ${index}) in dir 1 ignored, state ESTABLISHED`),
	number(99).map((what) => `something new ${what}`),
	pick(
		'SEQ is over upper bound 12345678901 (over the window of the receiver)',
		'nf_ct_sctp: bad CRC#012',
		'SEQ is under the lower bound (already ACKed data retransmitted)',
	),
)
const message = fc.oneof(
	{
		weight: 6,
		arbitrary: fc
			.tuple(pick('6', '6', '6', '17', '1', '58', '132', '06', '256', '2'), reason)
			.map(([proto, text]) => `nf_ct_proto_${proto}: ${text} `),
	},
	pick(
		'[UFW BLOCK] ',
		'FW-DROP:',
		'INVALID: ',
		'[UFW AUDIT INVALID] ',
		'ct state inv ',
		'',
		'(x) ',
		'c1 drop ',
		'[1: a] ',
	),
	pick(
		'nf_ct_ftp: dropping packet: bad ',
		'nf_ct_tcp: invalid rst ',
		'x nf_ct_proto_6: invalid new ',
		'a b kernel: ',
		'gw kernel: ',
		'"x ',
	),
)
const v4 = fc.tuple(number(3), number(9)).map(([a, b]) => `10.0.${a}.${b}`)
const v6 = fc.integer({ min: 0, max: 9 }).map((n) => `2001:0db8:0000:0000:0001:0000:0000:000${n}`)
const address = fc.oneof(
	{ weight: 5, arbitrary: v4 },
	{ weight: 2, arbitrary: v6 },
	pick('fd77::1', '2001:db8:0:0:1:0:0:1', '3D10.0.0.1', '10.x.x.x', ''),
)
const port = fc.oneof(
	{ weight: 8, arbitrary: pick('443', '22', '0', '1024') },
	pick('0443', '70000', '', 'x'),
)
const flags = fc
	.array(pick('ACK', 'RST', 'SYN', 'FIN', 'PSH', 'URG'), { maxLength: 3 })
	.map((all) => all.map((flag) => `${flag} `).join(''))
const transport = fc.oneof(
	{
		weight: 6,
		arbitrary: fc
			.tuple(
				port,
				port,
				number(2 ** 32),
				number(2 ** 32),
				flags,
				pick('', 'OPT (020405B4) ', 'OPT (02 ', 'MARK=0x1 ', 'UID=0 GID=0 '),
			)
			.map(
				([spt, dpt, seq, ack, set, end]) =>
					`PROTO=TCP SPT=${spt} DPT=${dpt} SEQ=${seq} ACK=${ack} WINDOW=0 RES=0x00 ${set}URGP=0 ${end}`,
			),
	},
	fc.tuple(port, port).map(([spt, dpt]) => `PROTO=UDP SPT=${spt} DPT=${dpt} LEN=40 `),
	number(255).map((type) => `PROTO=ICMP TYPE=${type} CODE=0 ID=7 SEQ=70000 `),
	pick(
		'PROTO=ICMP TYPE=8 CODE=0 ID=7 SEQ=9 ',
		'PROTO=ICMPv6 TYPE=128 CODE=0 ID=7 SEQ=1 ',
		'PROTO=47 ',
		'PROTO=2',
		'PROTO=ICMP TYPE=3 CODE=3 [SRC=10.0.0.1 DST=10.0.0.2 LEN=40 PROTO=TCP SPT=1 DPT=2 ] ',
		'',
	),
)
const devices = pick(
	'IN=eth0 OUT= MAC=0e:6c:20:4d:61:0a:0e:ff:68:7e:1b:a6:08:00 ',
	'IN= OUT=eth0 ',
	'IN=eth0 OUT=eth1 ',
	'IN= OUT= ',
	'IN=eth0 OUT=eth0 ',
	'IN=br0 OUT= PHYSIN=eth1 ',
	'OUT=eth0 IN= ',
	'IN=3Deth0 OUT= ',
	'IN=eth0  OUT= ',
)
const packet = fc
	.tuple(
		devices,
		address,
		address,
		pick(
			'LEN=40 TOS=0x00 PREC=0x00 TTL=64 ID=0 DF ',
			'LEN=60 TC=0 HOPLIMIT=64 FLOWLBL=7 ',
			'LEN=40 TTL=64 ID=1 FRAG:185 ',
			'LEN=40 LEN=40 ',
			'TTL=999 ',
			'NEW=1 ',
		),
		transport,
	)
	.map(([where, src, dst, ip, rest]) => `${where}SRC=${src} DST=${dst} ${ip}${rest}`)
const packetLine = fc.tuple(head, message, packet).map((parts) => parts.join(''))
const words = fc.oneof(
	pick(
		'Accepted publickey for root from 10.0.0.1 port 22 ssh2',
		'session opened for user root(uid=0) by (uid=0)',
		'UID=0 SRC=1 DST=2',
		'message repeated 3 times: [ x]',
		'last message repeated 2 times',
		'tail= ',
	),
	pick(
		'usb 1-3: new high-speed USB device number 3',
		'nf_conntrack: table full, dropping packet',
		'foo: 3 callbacks suppressed',
		'EXT4-fs (sda1): mounted',
		'usb 1-3: using xhci_hcd',
		'usb 1-3: my_helper ftp nf_ct_tcp: x',
		'usb 1-3: a_b helper ftp dropping packet: x IN',
		'usb 1-3: last message repeated',
		'tcp_in_window: x',
		'dropping packet: x',
		'a message x',
		'note nf_ct_tcp: invalid',
		'x',
		'',
		'setting timeout of conntrack entry 1 to 2',
	),
)
const line = fc.oneof(
	{ weight: 10, arbitrary: packetLine },
	fc
		.tuple(time, host, programTag, words)
		.map(([at, name, program, text]) => `${at} ${name} ${program}${text}`),
	fc.tuple(head, words).map((parts) => parts.join('')),
	pick(
		'Apr  2 10:31:53 gw last message repeated 7 times',
		'Apr  2 10:31:53 gw kernel: last message repeated 2 times',
		'last message repeated 2 times',
	),
	pick(
		'  SRC=10.0.0.1 DST=10.0.0.2',
		'PROTO=TCP SPT=1 DPT=2',
		'SPT=7 DPT=80 ',
		'> IN=eth0 OUT=',
		'',
		'{"MESSAGE":"x"}',
		'_HOSTNAME=gw',
		'MESSAGE=x',
		'__CURSOR=s=1',
		'\ttab',
	),
	fc.string({ unit: 'binary', maxLength: 40 }),
)
/** Torn, with what no line has, or with another end. */
const torn = fc
	.tuple(line, fc.nat(), pick('cut', 'nul', 'cr', 'utf', 'equals', 'twice', 'long'))
	.map(([text, where, how]) => {
		const at = where % (text.length + 1)
		const before = text.slice(0, at)
		const after = text.slice(at)
		switch (how) {
			case 'cut':
				return before
			case 'nul':
				return `${before}\0${after}`
			case 'cr':
				return `${text}\r`
			case 'utf':
				return `${before}\u00fc\u202e${after}`
			case 'equals':
				return `${before}=${after}`
			case 'twice':
				return `${before}${before}${after}`
			default:
				return `${before}${'x'.repeat(5000)}${after}`
		}
	})
/** Lines of the usual forms come again and again, so that they are known and counted where they lie. */
const lines = fc
	.tuple(
		fc.array(fc.oneof({ weight: 5, arbitrary: line }, torn), { minLength: 1, maxLength: 12 }),
		fc.array(fc.nat(), { maxLength: 60 }),
	)
	.map(([some, order]) => [...some, ...order.map((at) => some[at % some.length] ?? '')])
const usual = fc.array(packetLine, { minLength: 1, maxLength: 40 })

/** Nearly all of it is of the usual forms, of few flows within a few seconds. */
const moment = fc.integer({ min: 0, max: 40 }).map((tenths) => tenths / 10)
const place = fc
	.tuple(moment, pick('web-07', 'gw'), pick('iso', 'east', 'syslog', 'boot', 'dmesg', 'none'))
	.map(([at, name, form]) => {
		const second = `5${at.toFixed(1)}`
		switch (form) {
			case 'iso':
				return `2023-08-26T10:31:${second}00+00:00 ${name} kernel: `
			case 'east':
				return `2023-08-26T12:36:${second}00+02:05 ${name} kernel: `
			case 'syslog':
				return `Apr  2 10:31:${second.slice(0, 2)} ${name} kernel: `
			case 'boot':
				return `Apr 02 10:31:53 ${name} kernel: [  10${at.toFixed(1)}00000] `
			case 'dmesg':
				return `[  10${at.toFixed(1)}00000] `
			default:
				return ''
		}
	})
const usualReason = pick(
	...[
		'invalid new',
		'invalid new',
		'invalid rst',
		'SEQ is over upper bound 7 (over the window of the receiver)',
	],
	...[
		'packet (index 3) in dir 1 ignored, state ESTABLISHED',
		'SEQ is over the upper bound (over the window of the receiver)',
		'own words',
		'12 bytes more than expected',
		'7 bytes more than expected',
	],
)
const usualMessage = fc.oneof(
	{ weight: 4, arbitrary: usualReason.map((text) => `nf_ct_proto_6: ${text} `) },
	pick('[UFW BLOCK] ', 'INVALID: ', 'DROP '),
)
const usualLine = fc
	.tuple(
		place,
		usualMessage,
		pick('IN=eth0 OUT= ', 'IN= OUT=eth0 ', 'IN= OUT= '),
		fc.boolean(),
		pick('RST ', 'ACK ', 'ACK RST ', 'SYN '),
		pick('URGP=0 ', '', 'URGP=0 OPT (0204) '),
		number(2),
	)
	.map(([before, what, where, isBack, set, end, ack]) => {
		const [src, dst, spt, dpt] = isBack ? ['10.0.0.2', '10.0.0.1', 80, 7] : ['10.0.0.1', '10.0.0.2', 7, 80]
		return `${before}${what}${where}SRC=${src} DST=${dst} LEN=40 TTL=64 ID=0 PROTO=TCP SPT=${spt} DPT=${dpt} SEQ=${ack} ACK=${ack} WINDOW=0 ${set}${end}`
	})
const story = fc.array(
	fc.oneof(
		{ weight: 20, arbitrary: usualLine },
		{
			weight: 2,
			arbitrary: pick(
				'Apr  2 10:31:54 web-07 sshd[1]: Accepted (uid=0)',
				'Apr  2 10:31:54 gw CRON: x',
				'Apr  2 10:31:54 gw kernel: [  100.123456] usb 1-3: xhci_hcd',
			),
		},
		{
			weight: 2,
			arbitrary: pick(
				'Apr  2 10:31:55 web-07 last message repeated 3 times',
				'Apr  2 10:31:55 gw last message repeated 2 times',
				'last message repeated 5 times',
			),
		},
		{ weight: 2, arbitrary: pick('  MARK=0x1 ', 'MARK=0x1 ', '\tUID=0 GID=0 ', 'GID=0 ', ' OPT (0204) ') },
	),
	{ minLength: 10, maxLength: 80 },
)

/** The text in pieces of a random size. */
function inChunks(text: string, sizes: readonly number[]): readonly Uint8Array[] {
	const bytes = new TextEncoder().encode(text)
	const chunks: Uint8Array[] = []
	for (let at = 0, next = 0; at < bytes.length; next++) {
		const size = sizes[next % sizes.length] ?? bytes.length
		chunks.push(bytes.subarray(at, at + size))
		at += size
	}
	return chunks
}
const sizes = fc.array(fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 300, max: 20_000 })), {
	minLength: 1,
	maxLength: 5,
})

const RUNS = 300

describe('what is counted in bytes is what is counted in texts', () => {
	test('of whatever lines in whatever pieces', () => {
		fc.assert(
			fc.property(lines, sizes, pick('\n', '\n', '\n\n', '\r\n'), (some, pieces, end) =>
				expectSame(inChunks(some.join(end) + end, pieces)),
			),
			{ numRuns: RUNS },
		)
	})

	test('of packet lines with random numbers', () => {
		fc.assert(
			fc.property(usual, sizes, (some, pieces) =>
				expectSame(inChunks(`${some.join('\n')}\n`, [...pieces, 100_000])),
			),
			{ numRuns: RUNS },
		)
	})

	test('of one host after the other: answers, repeats, folded lines, and what a kernel has shown', () => {
		const read = vi.spyOn(LineReader.prototype, 'read')
		let [all, withCare] = [0, 0]
		try {
			fc.assert(
				fc.property(story, sizes, (some, pieces) => {
					const chunks = inChunks(`${some.join('\n')}\n`, [...pieces.map((size) => size * 20), 100_000])
					read.mockClear()
					const quick = told(quickly(chunks))
					withCare += read.mock.calls.length
					all += some.length
					expect(quick).toEqual(told(carefully(chunks)))
				}),
				{ numRuns: 2 * RUNS },
			)
		} finally {
			read.mockRestore()
		}
		// Else it would compare one way with itself.
		expect(withCare / all).toBeLessThan(0.5)
	})

	test('of every sample, alone and all of them together', () => {
		const samples = (
			JSON.parse(readFileSync(new URL('../../fixtures/log-lines.json', import.meta.url), 'utf8')) as {
				line: string
			}[]
		).map(({ line: text }) => text)
		const folder = new URL('../../fixtures/field/', import.meta.url)
		const field = readdirSync(folder, { recursive: true, withFileTypes: true })
			.filter((entry) => entry.isFile())
			.map(({ parentPath, name }) => readFileSync(`${parentPath}/${name}`, 'utf8'))
		for (const text of [...samples, ...field]) expectSame(inChunks(`${text}\n${text}\n${text}\n`, [262_144]))
		const all = [...samples, ...field].join('\n')
		for (const size of [262_144, 4096, 333]) expectSame(inChunks(`${all}\n${all}\n`, [size]))
	})
})

test('a text of the kernel with a digit of its own has no numbers: it is told from its likes by its digits', () => {
	const own = [...CATALOGUE].flatMap(([proto, texts]) =>
		texts
			.map(({ format }) => ({ proto, format }))
			.filter(({ format }) => /\d/.test(format.replaceAll(/%pI[46]/g, ''))),
	)
	expect(own.length).toBeGreaterThan(0)
	for (const { proto, format } of own) {
		expect(format).not.toContain('%')
		const end = 'IN=eth0 OUT= SRC=10.0.0.1 DST=10.0.0.2 LEN=40 TTL=64 ID=1 PROTO=33 '
		const other = format.replaceAll(/\d/g, '7')
		const texts = [format, other, format, other]
		expectSame(inChunks(texts.map((text) => `nf_ct_proto_${proto}: ${text} ${end}\n`).join(''), [99_999]))
		expectSame(
			inChunks(
				[...texts]
					.reverse()
					.map((text) => `nf_ct_proto_${proto}: ${text} ${end}\n`)
					.join(''),
				[99_999],
			),
		)
	}
})
