import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type PacketLine, parsePacketLine } from '../../src/kernel/packet/packet-line.ts'
import { classify, explain, type Reason } from '../../src/reasons/classify.ts'
import { CATALOGUE } from '../../src/reasons/texts/catalogue.ts'

type KernelText = {
	kernel: string
	l4proto: number
	text: string
	id: string
	verdict: Reason['verdict']
	title: string
}
const TEXTS = JSON.parse(
	readFileSync(new URL('../fixtures/kernel-texts.json', import.meta.url), 'utf8'),
) as KernelText[]

function lineOf(text: string): PacketLine {
	const line = parsePacketLine(text)
	if (line === undefined) throw new Error(`not a packet line: ${text}`)
	return line
}

describe('every text of the kernels', () => {
	test.each(TEXTS)('$kernel, protocol $l4proto: $text', ({ l4proto, text, id, verdict, title }) => {
		const reason = classify(
			lineOf(
				`nf_ct_proto_${l4proto}: ${text} IN=eth0 OUT= MAC= SRC=10.0.0.1 DST=10.0.0.2 LEN=40 PROTO=${l4proto} `,
			),
		)
		expect(reason).toMatchObject({ id, verdict, title })
		expect(explain(id)).toBeDefined()
	})

	test('the catalogue has nothing that the fixture has not', () => {
		const tested = new Set(TEXTS.map(({ id }) => id))
		expect([...CATALOGUE.values()].flat().filter(({ id }) => !tested.has(id))).toEqual([])
	})

	test('one id, one title and one verdict', () => {
		const seen = new Map<string, string>()
		for (const { id, title, verdict } of TEXTS) {
			expect(seen.get(id) ?? `${title} ${verdict}`).toBe(`${title} ${verdict}`)
			seen.set(id, `${title} ${verdict}`)
		}
	})

	test('a text belongs to its protocol', () => {
		expect(classify(lineOf('nf_ct_proto_17: invalid rst IN= OUT='))).toMatchObject({
			id: 'unknown',
			protocol: 'UDP',
		})
		expect(classify(lineOf('nf_ct_proto_6: bad checksum IN= OUT=')).id).toBe('tcp-csum')
		expect(classify(lineOf('nf_ct_proto_17: bad checksum IN= OUT=')).id).toBe('udp-csum')
	})
})

describe('numbers in words', () => {
	const tcp = 'SRC=10.0.0.1 DST=10.0.0.2 LEN=40 TTL=64 PROTO=TCP SPT=1 DPT=2'
	test.each<[string, string]>([
		[
			'nf_ct_proto_6: SEQ is over upper bound 100 (over the window of the receiver) SEQ=80223 ACK=1',
			'SEQ is 80 123 beyond the bound',
		],
		[
			'nf_ct_proto_6: SEQ is over upper bound 4294967290 (over the window of the receiver) SEQ=10',
			'SEQ is 16 beyond the bound',
		],
		[
			'nf_ct_proto_6: SEQ is over upper bound 100 (over the window of the receiver) SEQ=2098618865',
			'SEQ is 2 098 618 765 from the bound, farther than any window reaches',
		],
		[
			'nf_ct_proto_6: SEQ is over upper bound 7 (over the window of the receiver) SEQ=7',
			'SEQ is exactly at the bound',
		],
		['nf_ct_proto_6: SEQ is over upper bound 7 (over the window of the receiver)', ''],
		['nf_ct_proto_6: SEQ is over upper bound 9999999999 (over the window of the receiver) SEQ=1', ''],
		[
			'nf_ct_proto_6: ACK is over upper bound 5 (ACKed data not seen yet) SEQ=900 ACK=1005',
			'ACK is 1 000 beyond the bound',
		],
		// The kernel takes the highest of the ACK and the right edges of its SACK blocks: 0x186A5 is 100 005.
		[
			'nf_ct_proto_6: ACK is over upper bound 5 (ACKed data not seen yet) IN=a OUT= SRC=10.0.0.1 DST=10.0.0.2 LEN=60 TOS=0x00 PREC=0x00 TTL=64 ID=1 PROTO=TCP SPT=1 DPT=2 SEQ=9 ACK=4 WINDOW=5 RES=0x00 ACK URGP=0 OPT (0101080A00000001000000020101050A00000FA0000186A5) ',
			'SACK is 100 000 beyond the bound',
		],
		[
			'nf_ct_proto_6: ACK is over upper bound 5 (ACKed data not seen yet) IN=a OUT= SRC=10.0.0.1 DST=10.0.0.2 LEN=60 TOS=0x00 PREC=0x00 TTL=64 ID=1 PROTO=TCP SPT=1 DPT=2 SEQ=9 ACK=1005 WINDOW=5 RES=0x00 ACK URGP=0 OPT (0101050A0000000100000003) ',
			'ACK is 1 000 beyond the bound',
		],
		// Options that end, or one that is longer than what is left of the header.
		[
			'nf_ct_proto_6: ACK is over upper bound 5 (ACKed data not seen yet) IN=a OUT= SRC=10.0.0.1 DST=10.0.0.2 LEN=60 TOS=0x00 PREC=0x00 TTL=64 ID=1 PROTO=TCP SPT=1 DPT=2 SEQ=9 ACK=1005 WINDOW=5 RES=0x00 ACK URGP=0 OPT (0101051200000FA0000186A5) ',
			'ACK is 1 000 beyond the bound',
		],
		[
			'nf_ct_proto_6: ACK is over upper bound 5 (ACKed data not seen yet) IN=a OUT= SRC=10.0.0.1 DST=10.0.0.2 LEN=60 TOS=0x00 PREC=0x00 TTL=64 ID=1 PROTO=TCP SPT=1 DPT=2 SEQ=9 ACK=1005 WINDOW=5 RES=0x00 ACK URGP=0 OPT (00050A00000FA0000186A500) ',
			'ACK is 1 000 beyond the bound',
		],
		[
			'nf_ct_proto_6: SEQ is under lower bound 5 (already ACKed data retransmitted) SEQ=4294967295',
			'SEQ is 6 below the bound',
		],
		[
			'nf_ct_proto_6: ignored ACK under lower bound 1000000 (possible overly delayed) ACK=1',
			'ACK is 999 999 below the bound',
		],
		['nf_ct_proto_6: 3312 bytes more than expected', '3 312 bytes beyond the window'],
		[
			'nf_ct_proto_6: packet (index 1) in dir 0 invalid, state ESTABLISHED',
			'SYN/ACK in the original direction in state ESTABLISHED',
		],
		[
			'nf_ct_proto_6: packet (index 5) in dir 1 invalid, state NONE',
			'packet without SYN, ACK, FIN and RST in the reply direction in state NONE',
		],
		[
			'nf_ct_proto_6: packet (index 9) in dir 7 invalid, state X',
			'packet of kind 9 in direction 7 in state X',
		],
		[
			'nf_ct_proto_6: packet (index 0) in dir 0 ignored, state TIME_WAIT',
			'SYN in the original direction in state TIME_WAIT',
		],
		['nf_ct_proto_6: invalid packet ignored in state LAST_ACK  IN=', 'in state LAST_ACK'],
		[
			'nf_ct_proto_6: packet (index 2, dir 1) response for index 4 lower timeout to 75000',
			'FIN in the reply direction after RST: timeout now 75000 jiffies',
		],
		[
			'nf_ct_proto_1: outer daddr 10.77.0.3 != inner 10.77.0.2',
			'sent to 10.77.0.3, the connection has 10.77.0.2',
		],
		[
			'nf_ct_proto_58: outer daddr fd77:0000:0000:0000:0000:0000:0000:0003 != inner fd77:0000:0000:0000:0000:0000:0000:0002',
			'sent to fd77::3, the connection has fd77::2',
		],
		['nf_ct_proto_1: invalid icmp type IN= OUT= SRC=1.1.1.1 PROTO=ICMP TYPE=42 CODE=0', 'type 42, code 0'],
		[
			'nf_ct_proto_58: invalid saddr or hoplimit for redirect SRC=fd77:0000:0000:0000:0000:0000:0000:0001 HOPLIMIT=64',
			'from fd77::1 with hop limit 64',
		],
		[
			'nf_ct_proto_17: truncated/malformed packet IN= OUT= LEN=30 PROTO=UDP SPT=1 DPT=2 LEN=99',
			'UDP length 99 in an IP packet of 30 bytes',
		],
		[
			'nf_ct_proto_132: do_basic_checks failed. chunk num 1, type 1, len 5120 flag 1\n IN= OUT= LEN=72 PROTO=132',
			'chunk 1 is INIT, 20 bytes',
		],
		[
			'nf_ct_proto_132: do_basic_checks failed. chunk num 0, type 10, len 20 flag 1\n IN= OUT= LEN=72 PROTO=132',
			'chunk 0 is COOKIE ECHO, 20 bytes',
		],
		[
			'nf_ct_proto_132: do_basic_checks failed. chunk num 2, type 99, len 4369 flag 0\n IN= OUT= PROTO=132',
			'chunk 2 is chunk of type 99',
		],
		[
			'nf_ct_proto_132: verification tag check failed 78563412 vs 0 for dir 0',
			'in the original direction with tag 78563412, expected 0 (bytes in reverse on x86 and ARM)',
		],
		[
			'nf_ct_proto_132: Invalid, old_state 8, dir 1, type 5',
			'HEARTBEAT ACK in the reply direction in state HEARTBEAT_SENT',
		],
		[`nf_ct_proto_6: invalid rst IN= OUT= ${tcp}`, ''],
	])('%s', (text, detail) => {
		const line = text.includes('IN=') ? text : text.replace(/ (?=SEQ=|ACK=\d|SRC=)|$/, ' IN= OUT= ')
		expect(classify(lineOf(line)).detail).toBe(detail)
	})
})

describe('numbers for programs', () => {
	test.each<[string, Reason['params']]>([
		[
			'nf_ct_proto_6: SEQ is over upper bound 100 (over the window of the receiver) IN= OUT= SEQ=80223',
			{ bound: 100, seq: 80_223, distance: 80_123 },
		],
		[
			'nf_ct_proto_6: SEQ is under lower bound 5 (already ACKed data retransmitted) IN= OUT= SEQ=4294967295',
			{ bound: 5, seq: 4_294_967_295, distance: -6 },
		],
		['nf_ct_proto_6: ACK is over upper bound 5 (ACKed data not seen yet) IN= OUT=', { bound: 5 }],
		[
			'nf_ct_proto_6: packet (index 4) in dir 1 invalid, state TIME_WAIT IN= OUT=',
			{ packet: 'RST', index: 4, direction: 'reply', state: 'TIME_WAIT' },
		],
		['nf_ct_proto_6: invalid packet ignored in state LAST_ACK  IN= OUT=', { state: 'LAST_ACK' }],
		[
			'nf_ct_proto_6: packet (index 2, dir 1) response for index 4 lower timeout to 75000 IN= OUT=',
			{ packet: 'FIN', index: 2, direction: 'reply', earlier: 'RST', jiffies: 75_000 },
		],
		[
			'nf_ct_proto_1: outer daddr 10.77.0.3 != inner 10.77.0.2 IN= OUT=',
			{ outer: '10.77.0.3', inner: '10.77.0.2' },
		],
		[
			'nf_ct_proto_1: invalid icmp type IN= OUT= SRC=1.1.1.1 PROTO=ICMP TYPE=42 CODE=0',
			{ type: 42, code: 0 },
		],
		[
			'nf_ct_proto_132: do_basic_checks failed. chunk num 1, type 1, len 5120 flag 1 IN= OUT= LEN=72 PROTO=132',
			{ chunk: 1, type: 1, name: 'INIT', length: 20, flag: 1 },
		],
		[
			'nf_ct_proto_132: verification tag check failed 78563412 vs 0 for dir 0 IN= OUT=',
			{ tag: '78563412', expected: '0', direction: 'original' },
		],
		[
			'nf_ct_proto_132: Invalid, old_state 8, dir 1, type 5 IN= OUT=',
			{ name: 'HEARTBEAT ACK', type: 5, direction: 'reply', state: 'HEARTBEAT_SENT' },
		],
		['nf_ct_icmpv6: invalid new with type 129 IN= OUT= SRC=fd77::1', { type: 129 }],
		['nf_ct_proto_6: invalid new IN= OUT=', {}],
	])('%s', (text, params) => expect(classify(lineOf(text)).params).toEqual(params))
})

test('a line of a rule has no reason, only the words of its author', () => {
	expect(
		classify(lineOf('[UFW BLOCK] IN=eth0 OUT= SRC=1.1.1.1 DST=2.2.2.2 PROTO=TCP SPT=1 DPT=2')),
	).toMatchObject({
		id: 'rule',
		title: '[UFW BLOCK]',
		protocol: 'TCP',
		verdict: 'unknown',
	})
	expect(classify(lineOf('IN=eth0 OUT= SRC=1.1.1.1 DST=2.2.2.2')).title).toBe('logged by a rule')
})

describe('helpers drop', () => {
	test.each<[string, Partial<Reason>]>([
		[
			'nf_ct_ftp: dropping packet: cannot add expectation IN= OUT= PROTO=TCP ',
			{ id: 'helper-ftp-add', title: 'ftp: cannot add expectation', protocol: 'TCP' },
		],
		[
			'nf_ct_ftp-2121: dropping packet: cannot alloc expectation IN= OUT= ',
			{ id: 'helper-ftp-alloc', protocol: '-', params: { helper: 'ftp', loadedPort: 2121 } },
		],
		[
			"nf_ct_ftp: dropping packet: partial matching of `PORT' IN= OUT= ",
			{
				id: 'helper-ftp-partial',
				detail: "partial matching of `PORT'",
				params: { helper: 'ftp', command: 'PORT' },
			},
		],
		[
			'nf_ct_sip: dropping packet: cannot add expectation for voice IN= OUT= PROTO=UDP ',
			{ id: 'helper-sip-2', title: 'sip: cannot add expectation for voice', protocol: 'UDP' },
		],
		['nf_ct_sip: dropping packet: all ports in use for SDP media IN= OUT= ', { id: 'helper-sip-nat-1' }],
		[
			'nf_ct_sip: dropping packet: wrong port 7 IN= OUT= ',
			{
				id: 'helper-sip-12',
				title: 'sip: wrong port',
				detail: 'wrong port 7',
				params: { helper: 'sip', port: 7 },
			},
		],
		['nf_ct_sip: dropping packet: cannot NAT SIP message IN= OUT= ', { id: 'helper-sip-1' }],
		[
			'nf_ct_Q.931: dropping packet: cannot process Q.931 message IN= OUT= ',
			{ id: 'helper-h323-q931', title: 'Q.931: cannot process Q.931 message' },
		],
		['nf_ct_snmp_trap: dropping packet: parser failed\n IN= OUT= ', { id: 'helper-snmp-3' }],
		['helper tftp dropping packet: cannot add expectation IN= OUT= ', { id: 'helper-tftp-add' }],
		[
			'helper new dropping packet: some new text IN= OUT= ',
			{ id: 'helper-new-other', title: 'new: packet dropped', detail: 'some new text' },
		],
		// A text that this helper does not have in any kernel looked at: named by its kind.
		[
			'nf_ct_ftp: dropping packet: cannot parse contact IN= OUT= ',
			{ id: 'helper-ftp-parse', title: 'ftp: cannot parse message' },
		],
		[
			'nf_ct_ftp: dropping packet IN=eth4 OUT= SRC=1.1.1.1 DST=2.2.2.2',
			{ id: 'helper-ftp-other', detail: '' },
		],
	])('%j', (text, expected) => {
		const reason = classify(lineOf(text))
		expect(reason).toMatchObject({ ...expected, verdict: 'dropped' })
		expect(explain(reason.id)).toBeDefined()
	})
})

describe('texts that nobody knows', () => {
	test.each([
		['too many 17 widgets (0x1f of 12)', 'too many N widgets (N of N)'],
		['peer 10.0.0.1 said 5', 'peer N said N'],
		['peer fd77::1 said', 'peer N said'],
		['tag 7f3a2 vs 0', 'tag N vs N'],
		['H.245 and ipv6 stay words, fade too', 'H.245 and ipv6 stay words, fade too'],
		['lower by -5', 'lower by N'],
		['\x1b[31mred 5', '\\x1b[31mred N'],
		['', 'no reason given'],
		['x'.repeat(300), `${'x'.repeat(117)}...`],
	])('%j', (body, title) => {
		expect(classify({ ...lineOf('nf_ct_proto_47: x IN= OUT='), body })).toEqual({
			id: 'unknown',
			title,
			protocol: 'GRE',
			verdict: 'unknown',
			detail: '',
			params: {},
		})
	})

	test('have no explanation', () => {
		for (const id of [
			'unknown',
			'',
			'helper-',
			'helper-x-constructor',
			'constructor',
			'__proto__',
			'tcp-nonsense',
		]) {
			expect(explain(id)).toBeUndefined()
		}
	})
})

test('garbage is classified, safely and quickly', () => {
	const prefix = fc.constantFrom(
		'nf_ct_proto_6: ',
		'nf_ct_proto_132: ',
		'nf_ct_proto_999: ',
		'nf_ct_x: dropping packet: ',
	)
	const body = fc.oneof(
		fc
			.constantFrom(...TEXTS.map(({ text }) => text))
			.chain((text) => fc.nat(text.length).map((at) => text.slice(0, at))),
		fc.string({ unit: 'binary' }),
	)
	fc.assert(
		fc.property(prefix, body, (start, text) => {
			const line = parsePacketLine(`${start}${text} IN= OUT= SEQ=1 ACK=2 LEN=3`)
			if (line === undefined) return
			const { title, detail, id } = classify(line)
			expect(title).not.toBe('')
			// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there
			expect(title + detail + id).not.toMatch(/[\x00-\x1f\x7f-\x9f\u202a-\u202e]/)
		}),
		{ numRuns: 1000 },
	)
	for (const piece of ['1', '1.', 'a1', ':', 'a:', '-', 'packet (index 1', '0x', ' ']) {
		classify({ ...lineOf('nf_ct_proto_6: x IN= OUT='), body: piece.repeat(50_000) })
	}
})
