import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { flowOf, type Packet, parsePacketLine, shortAddress } from '../../../src/kernel/packet/packet-line.ts'

const NOTHING: Packet = {
	in: null,
	out: null,
	mac: null,
	src: null,
	dst: null,
	family: null,
	protocol: null,
	spt: null,
	dpt: null,
	seq: null,
	ack: null,
	window: null,
	flags: [],
	length: null,
	ttl: null,
	icmp: null,
	inner: null,
	arp: null,
	mark: null,
	uid: null,
	fields: {},
	words: [],
	rest: [],
}

const IPV4 = 'SRC=10.77.0.1 DST=10.77.0.2 LEN=48 TOS=0x00 PREC=0x00 TTL=64 ID=1 '
const IPV4_READ = {
	src: '10.77.0.1',
	dst: '10.77.0.2',
	family: 4,
	length: 48,
	ttl: 64,
	fields: { TOS: '0x00', PREC: '0x00', ID: '1' },
}

describe('lines of 6.18, as in /dev/kmsg', () => {
	test('TCP, arriving', () => {
		const line = parsePacketLine(
			'nf_ct_proto_6: invalid tcp flag combination IN=vkB OUT= MAC=9e:a2:45:84:4d:86:2e:56:bb:6b:fe:fd:08:00 SRC=10.77.0.1 DST=10.77.0.2 LEN=48 TOS=0x00 PREC=0x00 TTL=64 ID=1 PROTO=TCP SPT=1003 DPT=80 SEQ=0 ACK=0 WINDOW=8192 RES=0x00 SYN FIN URGP=0 OPT (020405B403030700) ',
		)
		expect(line).toEqual({
			kind: 'conntrack',
			prefix: 'nf_ct_proto_6:',
			l4proto: 6,
			body: 'invalid tcp flag combination',
			packet: {
				...NOTHING,
				...IPV4_READ,
				in: 'vkB',
				mac: '9e:a2:45:84:4d:86:2e:56:bb:6b:fe:fd:08:00',
				protocol: 'TCP',
				spt: 1003,
				dpt: 80,
				seq: 0,
				ack: 0,
				window: 8192,
				flags: ['SYN', 'FIN'],
				fields: { TOS: '0x00', PREC: '0x00', ID: '1', RES: '0x00', URGP: '0' },
				words: ['OPT (020405B403030700)'],
			},
		})
	})

	test('TCP, our own reset', () => {
		const line = parsePacketLine(
			'nf_ct_proto_6: invalid new IN= OUT=vkB SRC=10.77.0.2 DST=10.77.0.1 LEN=40 TOS=0x00 PREC=0x00 TTL=64 ID=0 DF PROTO=TCP SPT=80 DPT=2003 SEQ=5 ACK=0 WINDOW=0 RES=0x00 RST URGP=0 UID=0 GID=0 ',
		)
		expect(line?.packet).toMatchObject({
			in: null,
			out: 'vkB',
			uid: 0,
			words: ['DF'],
			flags: ['RST'],
			rest: [],
		})
		expect(line?.packet.fields.GID).toBe('0')
		expect(line && flowOf(line.packet)).toBe('10.77.0.2:80 > 10.77.0.1:2003')
	})

	test('the ACK number and the ACK flag', () => {
		const read = (tail: string) =>
			parsePacketLine(`nf_ct_proto_6: invalid rst IN= OUT= ${IPV4}PROTO=TCP ${tail}`)?.packet
		expect(read('SPT=1 DPT=2 SEQ=3 ACK=4 WINDOW=5 RES=0x00 RST URGP=0')).toMatchObject({
			ack: 4,
			flags: ['RST'],
		})
		expect(read('SPT=1 DPT=2 SEQ=3 ACK=4 WINDOW=5 RES=0x00 ACK RST URGP=0')).toMatchObject({
			ack: 4,
			flags: ['ACK', 'RST'],
		})
		expect(read('SPT=1 DPT=2 RES=0x00 ACK URGP=0')).toMatchObject({ ack: null, flags: ['ACK'] })
		expect(read('ACK=0 AE CWR ECE URG ACK PSH RST SYN FIN URGP=9')?.flags).toEqual(
			'AE CWR ECE URG ACK PSH RST SYN FIN'.split(' '),
		)
		expect(read('SEQ=4294967295 ACK=4294967295 WINDOW=65535')).toMatchObject({
			seq: 2 ** 32 - 1,
			ack: 2 ** 32 - 1,
		})
	})

	test('SCTP: a number, no ports, a newline in the text', () => {
		const line = parsePacketLine(
			'nf_ct_proto_132: do_basic_checks failed. chunk num 1, type 1, len 5120 flag 1\n IN=vkB OUT= MAC= SRC=10.77.0.1 DST=10.77.0.2 LEN=72 TOS=0x00 PREC=0x00 TTL=64 ID=1 PROTO=132 ',
		)
		expect(line).toMatchObject({
			l4proto: 132,
			body: 'do_basic_checks failed. chunk num 1, type 1, len 5120 flag 1',
			packet: { protocol: '132', mac: null, spt: null, rest: [] },
		})
		expect(line && flowOf(line.packet)).toBe('10.77.0.1 > 10.77.0.2')
	})

	test('ICMP error with the packet that it quotes', () => {
		const packet = parsePacketLine(
			'nf_ct_proto_1: outer daddr 10.77.0.3 != inner 10.77.0.2 IN=vkB OUT= MAC=... SRC=10.77.0.1 DST=10.77.0.3 LEN=57 TOS=0x00 PREC=0x00 TTL=64 ID=1 PROTO=ICMP TYPE=3 CODE=3 [SRC=10.77.0.2 DST=10.77.0.1 LEN=29 TOS=0x00 PREC=0x00 TTL=63 ID=9 DF PROTO=UDP SPT=9001 DPT=9002 LEN=9 ] ',
		)?.packet
		expect(packet).toMatchObject({
			src: '10.77.0.1',
			ttl: 64,
			protocol: 'ICMP',
			spt: null,
			icmp: { type: 3, code: 3, id: null, seq: null },
			words: [],
			rest: [],
			inner: {
				src: '10.77.0.2',
				ttl: 63,
				protocol: 'UDP',
				spt: 9001,
				dpt: 9002,
				length: 29,
				fields: { LEN: '9', ID: '9' },
				words: ['DF'],
				inner: null,
				rest: [],
			},
		})
		expect(packet?.inner && flowOf(packet.inner)).toBe('10.77.0.2:9001 > 10.77.0.1:9002')
	})

	test.each<[string, string, unknown]>([
		[
			'echo',
			`PROTO=ICMP TYPE=8 CODE=2 ID=2158 SEQ=512 `,
			{ icmp: { type: 8, code: 2, id: 2158, seq: 512 }, seq: null, fields: { ID: '1' } },
		],
		[
			'MTU behind the quote',
			'PROTO=ICMP TYPE=3 CODE=4 [SRC=1.1.1.1 DST=2.2.2.2 LEN=1500 PROTO=TCP INCOMPLETE [8 bytes] ] MTU=1400 ',
			{ fields: { MTU: '1400' }, inner: { words: ['INCOMPLETE [8 bytes]'], rest: [] }, rest: [] },
		],
		[
			'quote cut off',
			'PROTO=ICMP TYPE=3 CODE=4 [SRC=1.1.1.1 DST=2.2.2.2 LEN=15',
			{ inner: { src: '1.1.1.1', length: 15 } },
		],
		[
			'quote without a header',
			'PROTO=ICMP TYPE=3 CODE=4 [TRUNCATED] ',
			{ inner: { src: null, words: ['TRUNCATED'], rest: [] } },
		],
		[
			'gateway',
			'PROTO=ICMP TYPE=5 CODE=1 GATEWAY=10.0.0.9 [SRC=1.1.1.1 DST=2.2.2.2 ] ',
			{ fields: { GATEWAY: '10.0.0.9' }, inner: { dst: '2.2.2.2' } },
		],
		[
			'short UDP',
			'PROTO=UDP INCOMPLETE [5 bytes] ',
			{ protocol: 'UDP', words: ['INCOMPLETE [5 bytes]'], rest: [] },
		],
		[
			'UDP length',
			'PROTO=UDP SPT=161 DPT=56523 LEN=61 ',
			{ length: 48, spt: 161, dpt: 56523, fields: { LEN: '61' } },
		],
		[
			'options cut off',
			'PROTO=TCP SPT=1 DPT=2 SEQ=3 ACK=4 WINDOW=5 RES=0x00 SYN URGP=0 OPT (TRUNCATED)',
			{ words: ['OPT (TRUNCATED)'] },
		],
		['later fragment', 'FRAG:185 PROTO=TCP ', { words: ['FRAG:185'], protocol: 'TCP', spt: null }],
		[
			'IP options before PROTO=',
			'CE DF MF OPT (0700) PROTO=UDP SPT=1 DPT=2 LEN=9 ',
			{ words: ['CE', 'DF', 'MF', 'OPT (0700)'], spt: 1 },
		],
		['ESP', 'PROTO=ESP SPI=0xdeadbeef ', { protocol: 'ESP', fields: { SPI: '0xdeadbeef' } }],
		[
			'mark',
			'PROTO=UDP SPT=1 DPT=2 LEN=9 UID=1000 GID=100 MARK=0x1f ',
			{ mark: '0x1f', uid: 1000, fields: { GID: '100' } },
		],
	])('IPv4: %s', (_, tail, expected) => {
		expect(parsePacketLine(`nf_ct_proto_1: x IN=eth0 OUT= MAC= ${IPV4}${tail}`)?.packet).toMatchObject(
			expected as object,
		)
	})

	test('IPv6 redirect', () => {
		const packet = parsePacketLine(
			'nf_ct_proto_58: invalid saddr or hoplimit for redirect IN=vkB OUT= MAC=9e:a2:45:84:4d:86:2e:56:bb:6b:fe:fd:86:dd SRC=fd77:0000:0000:0000:0000:0000:0000:0001 DST=fd77:0000:0000:0000:0000:0000:0000:0002 LEN=80 TC=0 HOPLIMIT=64 FLOWLBL=0 PROTO=ICMPv6 TYPE=137 CODE=0 ',
		)?.packet
		expect(packet).toMatchObject({
			family: 6,
			ttl: 64,
			protocol: 'ICMPv6',
			icmp: { type: 137, code: 0 },
			fields: { TC: '0', FLOWLBL: '0' },
			rest: [],
		})
		expect(packet && flowOf(packet)).toBe('fd77::1 > fd77::2')
	})

	test.each<[string, string, unknown]>([
		[
			'fragment header',
			'OPT ( FRAG:0 INCOMPLETE ID:0000abcd ) PROTO=UDP SPT=1 DPT=2 LEN=9 ',
			{ words: ['OPT ( FRAG:0 INCOMPLETE ID:0000abcd )'], spt: 1, rest: [] },
		],
		['AH', 'OPT ( AH SPI=0x10 ) PROTO=TCP SPT=1 DPT=2 ', { words: ['OPT ( AH SPI=0x10 )'], protocol: 'TCP' }],
		['ESP', 'OPT ( ESP SPI=0x10 )', { words: ['OPT ( ESP SPI=0x10 )'] }],
		[
			'two headers',
			'OPT ( ) OPT ( FRAG:1 ID:00000001 ) PROTO=ICMPv6 ',
			{ words: ['OPT ( )', 'OPT ( FRAG:1 ID:00000001 )'], protocol: 'ICMPv6' },
		],
		['echo', 'PROTO=ICMPv6 TYPE=128 CODE=0 ID=7 SEQ=1 ', { icmp: { type: 128, code: 0, id: 7, seq: 1 } }],
		[
			'pointer and quote',
			'PROTO=ICMPv6 TYPE=4 CODE=1 POINTER=00000028 [SRC=fe80:0000:0000:0000:0000:0000:0000:0001 DST=fe80:0000:0000:0000:0000:0000:0000:0002 LEN=40 TC=0 HOPLIMIT=1 FLOWLBL=5 PROTO=TCP SPT=1 DPT=2 ] ',
			{ fields: { POINTER: '00000028' }, inner: { family: 6, ttl: 1, spt: 1 } },
		],
		[
			'TCP ports',
			'PROTO=TCP SPT=443 DPT=51514 SEQ=1 ACK=2 WINDOW=3 RES=0x00 ACK URGP=0 ',
			{ spt: 443, dpt: 51514, flags: ['ACK'] },
		],
	])('IPv6: %s', (_, tail, expected) => {
		const head =
			'SRC=fd77:0000:0000:0000:0000:0000:0000:0001 DST=fd77:0000:0000:0000:0000:0000:0000:0002 LEN=80 TC=0 HOPLIMIT=64 FLOWLBL=867133 '
		expect(parsePacketLine(`nf_ct_proto_58: x IN=eth0 OUT= ${head}${tail}`)?.packet).toMatchObject(
			expected as object,
		)
	})
})

describe('prefixes', () => {
	test.each<[string, unknown]>([
		['nf_ct_proto_17: bad checksum IN= OUT= ', { l4proto: 17, body: 'bad checksum' }],
		[
			' nf_ct_proto_6: invalid rst SRC=1.1.1.1',
			{ l4proto: 6, body: 'invalid rst', packet: { src: '1.1.1.1' } },
		],
		['nf_ct_proto_132: nf_ct_sctp: bad CRC  IN=vkB OUT= ', { l4proto: 132, body: 'nf_ct_sctp: bad CRC' }],
		['nf_ct_proto_6: ', { l4proto: 6, body: '', packet: NOTHING }],
		['nf_ct_proto_6:', { l4proto: 6, body: '' }],
		[
			'nf_ct_proto_250: words of a kernel to come IN=a OUT=b',
			{ l4proto: 250, body: 'words of a kernel to come' },
		],
		[
			'nf_ct_ftp: dropping packet: cannot add expectation IN= OUT= SRC=1.1.1.1 PROTO=TCP',
			{ l4proto: null, helper: 'ftp', body: 'cannot add expectation' },
		],
		['nf_ct_ftp-2121: dropping packet: all ports in use IN= OUT= ', { helper: 'ftp-2121' }],
		['nf_ct_H.245: dropping packet: cannot process H.245 message IN= OUT= ', { helper: 'H.245' }],
		[
			'helper sip dropping packet: cannot parse SDP message IN= OUT= ',
			{ helper: 'sip', body: 'cannot parse SDP message' },
		],
		['nf_ct_ftp: dropping packet IN=eth4 OUT= SRC=1.1.1.1', { helper: 'ftp', body: '' }],
	])('%j', (text, expected) => {
		expect(parsePacketLine(text)).toMatchObject(expected as object)
	})

	test.each([
		[''],
		['hello'],
		['nf_conntrack: nf_conntrack: table full, dropping packet'],
		['DROP INVALID IN=eth0'],
		['x nf_ct_proto_6: invalid new'],
		['nf_ct_proto_256: invalid new'],
		['nf_ct_proto_06: invalid new'],
		['nf_ct_proto_: invalid new'],
		['nf_ct_proto_6 invalid new'],
		['nf_ct_tcp: SYN proxy client keep alive'],
		['net_ratelimit: 1948897 callbacks suppressed'],
	])('%j is no such line', (text) => {
		expect(parsePacketLine(text)).toBeUndefined()
	})
})

describe('what is not understood is kept', () => {
	test.each<[string, readonly string[], unknown]>([
		['SPT=99999 DPT=x', ['SPT=99999', 'DPT=x'], { spt: null, dpt: null }],
		['SEQ=4294967296 TTL=256', ['SEQ=4294967296', 'TTL=256'], { seq: null, ttl: 64 }],
		['NEW=1 WORD word', ['NEW=1', 'WORD', 'word'], {}],
		['SRC=9.9.9.9', ['SRC=9.9.9.9'], { src: '10.77.0.1' }],
		['PROTO=UDP SYN', ['SYN'], { flags: [] }],
		['PROTO=TCP SYN SYN', ['SYN'], { flags: ['SYN'] }],
		['PROTO=132 SPT=1 [a b]', ['[a', 'b]'], { spt: 1, inner: null }],
		['INCOMPLETE [x bytes]', ['INCOMPLETE', '[x', 'bytes]'], {}],
		[
			'[SRC=1.1.1.1 [SRC=2.2.2.2 ] ] [SRC=3.3.3.3 ]',
			['[SRC=3.3.3.3', ']'],
			{ inner: { src: '1.1.1.1', rest: ['[SRC=2.2.2.2', ']'] } },
		],
	])('%s', (tail, rest, expected) => {
		const packet = parsePacketLine(`nf_ct_proto_6: x IN= OUT= ${IPV4}${tail}`)?.packet
		expect(packet?.rest).toEqual(rest)
		expect(packet).toMatchObject(expected as object)
	})

	test('addresses and numbers taken out by hand', () => {
		const packet = parsePacketLine(
			'nf_ct_proto_6: invalid packet ignored in state ESTABLISHED SRC= DST= LEN=60 DF SPT=443 DPT=47832 SEQ= ACK=3130 WINDOW=65160 ACK SYN',
		)?.packet
		expect(packet).toMatchObject({
			src: null,
			dst: null,
			seq: null,
			ack: 3130,
			flags: ['ACK', 'SYN'],
			rest: [],
		})
		expect(packet && flowOf(packet)).toBe('?:443 > ?:47832')
		expect(parsePacketLine('nf_ct_proto_6: x SRC=10.x.x.x DST=10.x.x.x')?.packet).toMatchObject({
			src: '10.x.x.x',
			family: 4,
		})
	})
})

describe('lines that people posted', () => {
	const lines = JSON.parse(
		readFileSync(new URL('../../fixtures/log-invalid-found.json', import.meta.url), 'utf8'),
	) as string[]
	const ours = lines
		.map((line) => line.replaceAll(/\n(?:> )*/g, ' ').replace(/^.*?(?=nf_ct_(?:proto_\d|\w+: dropping))/, ''))
		.filter((line) => /^nf_ct_(?:proto_\d|\w+: dropping)/.test(line))

	test('there are enough of them', () => {
		expect(ours.length).toBeGreaterThan(12)
	})

	test.each(ours)('%s', (line) => {
		const parsed = parsePacketLine(line)
		expect(parsed).toBeDefined()
		if (line.startsWith('nf_ct_proto')) expect(parsed?.body).not.toBe('')
		// "PSHR", "S" and "..." are what hand and search engine made of the lines.
		expect(parsed?.packet.rest.filter((token) => !['PSHR', 'S', '...'].includes(token))).toEqual([])
	})
})

describe('flows', () => {
	test.each([
		['fd77:0000:0000:0000:0000:0000:0000:0001', 'fd77::1'],
		['0000:0000:0000:0000:0000:0000:0000:0000', '::'],
		['0000:0000:0000:0000:0000:0000:0000:0001', '::1'],
		['2001:0db8:0000:0000:0001:0000:0000:0001', '2001:db8::1:0:0:1'],
		['2001:0db8:0000:0001:0001:0001:0001:0001', '2001:db8:0:1:1:1:1:1'],
		['2a00:1450:400c:0c08:0000:0000:0000:001a', '2a00:1450:400c:c08::1a'],
		['fe80:0000:0000:0000:0001:0002:0003:0000', 'fe80::1:2:3:0'],
		['::1', '::1'],
		['10.0.0.1', '10.0.0.1'],
		['not:an:address', 'not:an:address'],
	])('%s is %s', (full, short) => {
		expect(shortAddress(full)).toBe(short)
	})

	test('ports of IPv6 stand outside of brackets', () => {
		expect(
			flowOf({ ...NOTHING, src: 'fd77:0000:0000:0000:0000:0000:0000:0001', spt: 443, dst: '::2', dpt: 80 }),
		).toBe('[fd77::1]:443 > [::2]:80')
	})
})

describe('garbage', () => {
	const token = fc.oneof(
		fc.constantFrom(
			...[
				'IN=',
				'OUT=eth0',
				'SRC=1.1.1.1',
				'SRC=::1',
				'PROTO=TCP',
				'PROTO=ICMP',
				'SEQ=1',
				'ACK=2',
				'ACK',
				'[SRC=1.1.1.1',
				']',
			],
			...[
				'OPT',
				'(',
				')',
				'(00)',
				'INCOMPLETE',
				'[5',
				'bytes]',
				'TYPE=3',
				'[',
				'TRUNCATED',
				'__proto__=1',
				'constructor',
			],
		),
		fc.string({ unit: 'binary', maxLength: 8 }),
	)

	test('never throws, loses no word, and is safe to print', () => {
		fc.assert(
			fc.property(fc.array(token, { maxLength: 30 }), (tokens) => {
				const line = parsePacketLine(
					`nf_ct_proto_6: x IN= OUT= ${tokens.map((token, n) => `${token} zz${n}z`).join(' ')}`,
				)
				const printed = JSON.stringify(line)
				for (let n = 0; n < tokens.length; n++) expect(printed).toContain(`zz${n}z`)
				// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there
				expect(printed).not.toMatch(/[\x00-\x1f\x7f-\x9f]|\\u00[01]|\\[nrt]/)
			}),
			{ numRuns: 1000 },
		)
	})

	test('any text', () => {
		fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void parsePacketLine(text)))
	})

	test.each([
		['OPT (a) '],
		['[SRC=1 '],
		['] '],
		['[ '],
		['OPT ( '],
		['INCOMPLETE [5 bytes] '],
		['SRC='],
		[' IN'],
		['\x1b'],
	])('100 kB and more of %j', (piece) => {
		parsePacketLine(`nf_ct_proto_6: x IN= OUT= ${piece.repeat(50_000)}`)
		parsePacketLine(`nf_ct_proto_6: ${piece.repeat(50_000)}`)
	})
})
