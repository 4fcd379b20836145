import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseLogLine } from '../../../src/kernel/log/log-line.ts'

const PACKET =
	'IN=eth0 OUT= MAC=00:11:22:33:44:55:66:77:88:99:aa:bb:08:00 SRC=192.0.2.7 DST=198.51.100.2 LEN=40 TOS=0x00 PREC=0x00 TTL=64 ID=0 DF PROTO=TCP SPT=443 DPT=51514 SEQ=1 ACK=0 WINDOW=0 RES=0x00 RST URGP=0'
const REASON = `nf_ct_proto_6: invalid rst ${PACKET}`
const RULE = `[UFW BLOCK] ${PACKET}`

const read = (text: string) => {
	const { raw, stamp, ...found } = parseLogLine(text)
	expect(raw).toBe(text)
	if (!('line' in found)) return { kind: found.kind }
	const { prefix, body, packet } = found.line
	return { kind: found.kind, prefix, body, src: packet.src, dpt: packet.dpt, rest: packet.rest }
}

const OF_CONNTRACK = {
	kind: 'conntrack',
	prefix: 'nf_ct_proto_6:',
	body: 'invalid rst',
	src: '192.0.2.7',
	dpt: 51514,
	rest: [],
}
const OF_RULE = { ...OF_CONNTRACK, kind: 'rule', prefix: '[UFW BLOCK]', body: '' }

/** Heads behind which the message of a rule is as plain as one of conntrack. */
const KNOWN: Readonly<Record<string, readonly string[]>> = {
	'grep -H, -n and -C': [
		'kern.log.1:',
		'kern.log.1:Jan 23 12:33:23 gw kernel: [  100.123456] ',
		'kern.log.1-Jan 23 12:33:23 gw kernel: [  100.123456] ',
		'/var/log/kern.log:12:Jan 23 12:33:23 gw kernel: ',
		'./fw/kern.log.2.gz:2025-01-23T12:33:23Z gw kernel: ',
		'kern.log-12-',
		'123:',
		'123:Jan 23 12:33:23 gw kernel: ',
		'(standard input):7:',
		'messages-20250123:',
	],
	'containers and collectors': [
		'2025-01-23T12:33:23.218999123Z stdout F ',
		'2025-01-23T12:33:23.218999123Z stderr F Jan 23 12:33:23 gw kernel: [  100.1] ',
		'fw-1  | ',
		'fw-1  | Jan 23 12:33:23 gw kernel: ',
		'time="2025-01-23T12:33:23Z" level=info msg="',
		'ts=2025-01-23T12:33:23Z msg=',
		'::ffff:192.0.2.9 <5>Jan 23 12:33:23 gw kernel: ',
	],
	'RFC 5424': [
		'<5>1 2025-01-23T12:33:23.218999-05:00 gw kernel - - [meta seq="1"] ',
		'<5>1 2025-01-23T12:33:23Z gw kernel - - - \ufeff',
		'1 2025-01-23T12:33:23.218999-05:00 gw kernel - - - ',
		'1 2025-01-23T12:33:23.218999-05:00 gw kernel - - - [  100.1] ',
		'123 <5>1 2025-01-23T12:33:23Z gw kernel - - - ',
		'2025-01-23T12:33:23Z gw kernel - - - ',
	],
	'printk with its caller': [
		'[T123] ',
		'[  100.123456][  T123] ',
		'[  100.123456] [T123] ',
		'[  100.123456][    C3] ',
		'Jan 23 12:33:23 gw kernel: [T123] ',
		'Jan 23 12:33:23 gw kernel: [  100.123456][  T123] ',
	],
	'terminals and web pages': [
		'\x1b[32m[  100.123456] \x1b[0m\x1b[33m',
		'^[[32m[  100.123456] ^[[0m',
		'#033[32mJan 23 12:33:23 gw kernel: #033[0m',
		'\\u001b[33m',
		'&gt; ',
		'&gt; &gt; [  100.1] ',
		'&lt;5&gt;[  100.123456] ',
		'> > ',
		'* ',
		'`',
	],
	Android: [
		'01-23 12:33:23.123     0     0 W         : ',
		'01-23 12:33:23.123  1234  1234 I kernel  : [  100.1] ',
		'<5>[  100.123456] .(0)[0:swapper/0]',
		'<5>[  100.123456]  (3)[1234:kworker/3:1]',
		'[  100.123456] I[3:      swapper/3:    0] ',
		'[  100.123456] c0   1234 ',
	],
	'files and terminals': [
		'\ufeff',
		'\ufeffJan 23 12:33:23 gw kernel: ',
		'\t',
		'Jan 23 12:33:23\tgw\tkernel:\t',
	],
}

describe.each(Object.entries(KNOWN))('heads of %s', (_, heads) => {
	test.each(heads)('%j', (head) => {
		expect(read(`${head}${REASON}`)).toEqual(OF_CONNTRACK)
		expect(read(`${head}${RULE}`)).toEqual(OF_RULE)
	})
})

const WRAPPED: readonly ((message: string) => string)[] = [
	(log) => JSON.stringify({ log: `${log}\n`, stream: 'stdout', time: '2025-01-23T12:33:23.2Z' }),
	(message) =>
		JSON.stringify({
			'@timestamp': '2025-01-23T12:33:23.218Z',
			host: { name: 'gw' },
			message: `Jan 23 12:33:23 gw kernel: [  100.1] ${message}`,
		}),
	(short_message) => JSON.stringify({ version: '1.1', host: 'gw', short_message, timestamp: 1737635603.218 }),
	(log) => JSON.stringify({ date: 1737635603.2, log }),
	(MESSAGE) => `data: ${JSON.stringify({ MESSAGE, _TRANSPORT: 'kernel' })}`,
	(log) => `fw-1  | ${JSON.stringify({ log })}`,
	(message) => JSON.stringify([{ message, host: 'gw' }]),
	(MESSAGE) => JSON.stringify({ log: JSON.stringify({ MESSAGE, _TRANSPORT: 'kernel' }) }),
	(message) => JSON.stringify({ jsonPayload: { message } }),
	(message) => `2025-01-23T12:33:23.2Z stdout F ${JSON.stringify({ message })}`,
	(message) => `[0] kmsg: [[1737635603.2, {}], {"priority"=>5, "msg"=>"${message}"}]`,
	(message) => `  "MESSAGE" : "${message}",`,
	(message) => `MESSAGE=${message}`,
	(message) => `__CURSOR=s=1\n_TRANSPORT=kernel\nMESSAGE=${message}\n_HOSTNAME=gw`,
	(message) => `__CURSOR=s=1\n_TRANSPORT=kernel\nMESSAGE\n\x40\0\0\0\0\0\0\0${message}\n_HOSTNAME=gw`,
	(message) =>
		`Thu 2023-05-04 08:11:12.123456 UTC [s=abc;i=1;b=2;m=3;t=4;x=5]\n    _TRANSPORT=kernel\n    MESSAGE=${message}`,
	(message) => `"Jan 23 12:33:23","gw","kernel","${message}"`,
	(message) => `Jan 23 12:33:23 gw kernel: message repeated 2 times: [ ${message}]`,
]

test.each(WRAPPED.map((wrap) => [wrap('MESSAGE'), wrap] as const))('%s', (_, wrap) => {
	expect(read(wrap(REASON))).toEqual(OF_CONNTRACK)
	expect(read(wrap(RULE))).toEqual(OF_RULE)
})

test('what a wrapped line says of time and host', () => {
	const stampOf = (text: string) => parseLogLine(text).stamp
	expect(stampOf(WRAPPED[1]?.(REASON) ?? '')).toEqual({
		text: 'Jan 23 12:33:23',
		wall: Date.UTC(2025, 0, 23, 12, 33, 23, 218),
		boot: 100.1,
		level: null,
		host: 'gw',
	})
	expect(stampOf(WRAPPED[2]?.(REASON) ?? '')).toMatchObject({ wall: 1737635603218, host: 'gw' })
	expect(stampOf(`kern.log.1-Jan 23 12:33:23 gw kernel: [  100.5] ${REASON}`)).toMatchObject({
		text: 'Jan 23 12:33:23',
		boot: 100.5,
		host: 'gw',
	})
	expect(stampOf(`${WRAPPED[15]?.(REASON)}`)).toMatchObject({ wall: Date.UTC(2023, 4, 4, 8, 11, 12, 123) })
})

describe('heads that nobody knows', () => {
	const unknown = fc
		.array(
			fc.oneof(
				fc.constantFrom('[', ']', '|', ':', ' ', '=', '"', '{', '(', ';', '<', '-', '/', '#', ',', '.'),
				fc.string({ unit: fc.constantFrom(...'abcxyz0129_'), minLength: 1, maxLength: 8 }),
			),
			{ maxLength: 14 },
		)
		// What belongs to the name of a message is none any more, and a tag of a syslog says who wrote the line.
		.map((parts) => `${parts.join('')} `)

	test('never become the prefix of a rule when a message of conntrack follows', () => {
		fc.assert(
			fc.property(unknown, (head) => {
				expect(read(`${head}${REASON}`)).toMatchObject({ kind: 'conntrack', body: 'invalid rst' })
			}),
			{ numRuns: 3000 },
		)
	})

	test.each([
		'some|shipper|',
		'pod/fw-abc12 fw ',
		'gw01.example.org ',
		'2025-01-23T12:33:23Z,gw,kern,notice,kernel:,',
		'CEF:0|x|y|1|z|5|msg=',
		'Line 7: ',
		'root@gw:~# ',
		'[fw] ',
	])('%j', (head) => {
		expect(read(`${head}${REASON}`)).toEqual(OF_CONNTRACK)
	})

	test.each([
		['a packet stands before', `${RULE} ${REASON}`, 'rule'],
		['the kernel itself wrote a prefix before', `[   12.345678] DROP ${REASON}`, 'rule'],
		['a program with a name', `Jan 23 12:33:23 gw sshd[12]: ${REASON}`, 'rule'],
		['a name that only ends so', `xnf_ct_proto_6: invalid rst ${PACKET}`, 'rule'],
		['a file of that name', `./nf_ct_proto_6: invalid rst ${PACKET}`, 'rule'],
	])('%s: not conntrack', (_, line, kind) => {
		expect(read(line).kind).toBe(kind)
	})
})

describe('messages that a logger has counted', () => {
	test.each<[string, object]>([
		[`Jan 23 12:33:23 gw kernel: message repeated 28 times: [ ${REASON}]`, { kind: 'conntrack', times: 28 }],
		[`Jan 23 12:33:23 gw kernel: message repeated 3 times: [ [  101.2] ${REASON} ]`, { times: 3 }],
		[`2025-01-23T12:33:23Z gw kernel: message repeated 2 times: [${RULE}]`, { kind: 'rule', times: 2 }],
		[
			`Jan 23 12:33:23 gw Last message '${REASON}' repeated 4 times, suppressed by syslog-ng on gw`,
			{ kind: 'conntrack', times: 4 },
		],
		['Jan 23 12:33:25 gw last message repeated 7 times', { kind: 'repeat', times: 7, stamp: { host: 'gw' } }],
		['Jan 23 12:33:25 last message repeated 7 times', { kind: 'repeat', times: 7, stamp: { host: null } }],
		['Jan 23 12:33:25 gw syslogd: last message repeated 1 time', { kind: 'repeat', times: 1 }],
		['Jan 23 12:33:25 gw --- last message repeated 2 times ---', { kind: 'repeat', times: 2 }],
		['Jan 23 12:33:25 gw sshd[1]: message repeated 5 times: [ Failed password]', { kind: 'other', times: 5 }],
		[`Jan 23 12:33:25 gw sshd[1]: message repeated 5 times: [ ${REASON}]`, { kind: 'rule', times: 5 }],
	])('%s', (line, expected) => {
		expect(parseLogLine(line)).toMatchObject(expected)
	})
})

describe('ebtables', () => {
	const packetOf = (text: string) => {
		const found = parseLogLine(text)
		return 'line' in found ? found.line : undefined
	}
	const FRAME = 'IN=eth0 OUT=eth1 MAC source = 02:00:00:00:00:01 MAC dest = 02:00:00:00:00:02 proto = '

	test.each<[string, string, object]>([
		[
			'IPv4',
			`${FRAME}0x0800 IP SRC=192.0.2.1 IP DST=192.0.2.2, IP tos=0x00, IP proto=17 SPT=5 DPT=53`,
			{
				src: '192.0.2.1',
				dst: '192.0.2.2',
				protocol: 'UDP',
				spt: 5,
				dpt: 53,
				family: 4,
				fields: { TOS: '0x00' },
			},
		],
		[
			'IPv6',
			`${FRAME}0x86dd IPv6 SRC=2001:db8::1 IPv6 DST=2001:db8::2, IPv6 priority=0x0, Next Header=58`,
			{ src: '2001:db8::1', dst: '2001:db8::2', protocol: 'ICMPv6', family: 6, fields: { TC: '0x0' } },
		],
		[
			'a protocol without a name in lines of packets',
			`${FRAME}0x0800 IP SRC=192.0.2.1 IP DST=192.0.2.2, IP tos=0x00, IP proto=132 SPT=5 DPT=6`,
			{ protocol: '132', spt: 5 },
		],
		[
			'ARP',
			`${FRAME}0x0806 ARP HTYPE=1, PTYPE=0x0800, OPCODE=1 ARP MAC SRC=02:00:00:00:00:01 ARP IP SRC=192.0.2.1 ARP MAC DST=00:00:00:00:00:00 ARP IP DST=192.0.2.9`,
			{
				arp: {
					hardware: '1',
					protocol: '0x0800',
					opcode: 1,
					senderMac: '02:00:00:00:00:01',
					senderIp: '192.0.2.1',
					targetMac: '00:00:00:00:00:00',
					targetIp: '192.0.2.9',
				},
			},
		],
		['the frame alone', `${FRAME}0x88cc`, { src: null, fields: { MACPROTO: '88cc' } }],
	])('%s', (_, text, expected) => {
		const line = packetOf(`Aug 11 16:21:09 gw kernel: [1.5] EBT ${text}`)
		expect(line?.prefix).toBe('EBT')
		expect(line?.packet).toMatchObject({
			in: 'eth0',
			out: 'eth1',
			rest: [],
			...expected,
			fields: {
				MACSRC: '02:00:00:00:00:01',
				MACDST: '02:00:00:00:00:02',
				...('fields' in expected ? (expected.fields as object) : {}),
			},
		})
	})
})
