import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
	type Composition,
	createListCounter,
	parseConntrackEntry,
} from '../../../src/kernel/conntrack/conntrack-list.ts'

const FOUND = readFileSync(new URL('../../fixtures/conntrack-list.txt', import.meta.url), 'utf8')
	.split('\n')
	.filter((line) => line !== '')

const TCP =
	'tcp      6 431981 ESTABLISHED src=172.20.36.14 dst=172.31.2.45 sport=59930 dport=17652 src=172.31.2.45 dst=172.20.36.14 sport=17652 dport=59930 [ASSURED] mark=0 use=1'
const UDP =
	'udp      17 27 src=192.168.122.121 dst=192.168.122.185 sport=46394 dport=4789 [UNREPLIED] src=192.168.122.185 dst=192.168.122.121 sport=4789 dport=46394 mark=0 use=1'
const ICMP6 =
	'icmpv6   58 29 src=fd77::1 dst=fd77::2 type=128 code=0 id=7 src=fd77::2 dst=fd77::1 type=129 code=0 id=7 mark=0 use=1'
const UNKNOWN =
	'unknown  89 599 src=10.0.0.1 dst=224.0.0.5 [UNREPLIED] src=224.0.0.5 dst=10.0.0.1 mark=0 use=1'
const OFFLOADED =
	'tcp      6 src=1.1.1.17 dst=1.1.1.16 sport=56394 dport=5001 src=1.1.1.16 dst=1.1.1.17 sport=5001 dport=56394 [HW_OFFLOAD] mark=0 use=3'
const PLAIN_TCP =
	'tcp      6 431999 src=10.0.0.1 dst=10.0.0.2 sport=1 dport=2 src=10.0.0.2 dst=10.0.0.1 sport=2 dport=1 mark=0 use=1'
const PROC_GRE =
	'ipv4     2 gre      47 17999 timeout=600, stream_timeout=18000 src=192.168.188.114 dst=192.168.13.152 srckey=0xa56c dstkey=0xa9a0 src=192.168.13.152 dst=192.168.13.118 srckey=0xa9a0 dstkey=0x6bd8 [ASSURED] use=3'
const EXTENDED_6 =
	'ipv6     10 tcp      6 119 SYN_SENT2 src=fd77::1 dst=fd77::2 sport=1 dport=2 [UNREPLIED] src=fd77::2 dst=fd77::1 sport=2 dport=1 mark=0 secctx=system_u:object_r:unlabeled_t:s0 use=2 id=99'

const EMPTY: Composition = {
	entries: 0,
	byProtocol: {},
	byState: {},
	unreplied: 0,
	assured: 0,
	offload: 0,
	hwOffload: 0,
	notUnderstood: 0,
	samples: [],
}

function count(chunks: Iterable<string | Uint8Array>): Composition {
	const counter = createListCounter()
	for (const chunk of chunks) counter.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk)
	return counter.end()
}

describe('counting a listing', () => {
	test.each<[string, string, Partial<Composition>]>([
		['nothing', '', {}],
		['blank lines', '\n \n\r\n', {}],
		['TCP', TCP, { entries: 1, byProtocol: { tcp: 1 }, byState: { ESTABLISHED: 1 }, assured: 1 }],
		['UDP', UDP, { entries: 1, byProtocol: { udp: 1 }, unreplied: 1 }],
		['ICMPv6', ICMP6, { entries: 1, byProtocol: { icmpv6: 1 } }],
		['a protocol that conntrack does not know', UNKNOWN, { entries: 1, byProtocol: { 89: 1 }, unreplied: 1 }],
		['an offloaded entry', OFFLOADED, { entries: 1, byProtocol: { tcp: 1 }, hwOffload: 1 }],
		['TCP without protoinfo', PLAIN_TCP, { entries: 1, byProtocol: { tcp: 1 } }],
		['GRE of /proc', PROC_GRE, { entries: 1, byProtocol: { gre: 1 }, assured: 1 }],
		[
			'-o extended, IPv6',
			EXTENDED_6,
			{ entries: 1, byProtocol: { tcp: 1 }, byState: { SYN_SENT2: 1 }, unreplied: 1 },
		],
		[
			'a name that only looks like a flag',
			TCP.replace('[ASSURED]', 'helper=x[ASSURED] [ASSUREDLY] [assured]'),
			{ entries: 1, byProtocol: { tcp: 1 }, byState: { ESTABLISHED: 1 } },
		],
		[
			'a flag twice',
			`${TCP} [ASSURED]`,
			{ entries: 1, byProtocol: { tcp: 1 }, byState: { ESTABLISHED: 1 }, assured: 1 },
		],
	])('%s', (_, text, expected) => {
		expect(count([text])).toEqual({ ...EMPTY, ...expected })
	})

	test('a whole listing', () => {
		const listing = [TCP, UDP, ICMP6, UNKNOWN, OFFLOADED, PLAIN_TCP, PROC_GRE, EXTENDED_6, TCP].join('\n')
		expect(count([`${listing}\n`])).toEqual({
			entries: 9,
			byProtocol: { tcp: 5, udp: 1, icmpv6: 1, 89: 1, gre: 1 },
			byState: { ESTABLISHED: 2, SYN_SENT2: 1 },
			unreplied: 3,
			assured: 3,
			offload: 0,
			hwOffload: 1,
			notUnderstood: 0,
			samples: [],
		})
	})

	test.each([
		['conntrack v1.4.6 (conntrack-tools): 1 flow entries have been shown.'],
		['tcp 6431973 ESTABLISHED src=10.8.0.3 dst=43.159.39.110'],
		['udp 29 src=192.168.7.10 dst=10.8.8.8'],
		['tcp      6'],
		['tcp      6 '],
		['tcp      6 119'],
		['tcp      6 119TIME_WAIT src=1.1.1.1'],
		['tcp      6 119 TIME_WAITsrc=1.1.1.1'],
		['unknown  256 5 src=1.1.1.1 dst=2.2.2.2'],
		['proto=6 src=192.168.0.2 dst=192.168.1.2'],
		['[UNREPLIED] [ASSURED]'],
		['<flow><meta direction="original">'],
	])('%j is not understood, counted and shown', (line) => {
		expect(count([line])).toEqual({ ...EMPTY, notUnderstood: 1, samples: [line] })
	})

	test('what is shown of a line is safe and short', () => {
		const evil = `\x1b[2J\u202e\xff${'ä'.repeat(500)}`
		const { samples } = count([`${evil}\n`, Buffer.from([0xff, 0xfe, 0x0a]), 'a\n', 'b\n'])
		expect(samples).toHaveLength(3)
		expect(samples[0]).toHaveLength(200)
		expect(samples[0]).toMatch(/^\\x1b\[2J\\u202e/)
		expect(samples[1]).toBe('\ufffd\ufffd')
		expect(samples[2]).toBe('a')
	})

	test.each([[65_536], [65_537], [65_538], [200_000]])('a line of %d bytes', (length) => {
		const line = `${TCP} labels=`.padEnd(length, 'x')
		const expected = length <= 65_536 ? { entries: 1, notUnderstood: 0 } : { entries: 0, notUnderstood: 1 }
		for (const size of [1_000_000, 65_536, 4096, 777]) {
			expect(count(pieces(Buffer.from(`${line}\n${line}`), size))).toMatchObject({
				entries: expected.entries * 2,
				notUnderstood: expected.notUnderstood * 2,
			})
		}
	})

	test('cut anywhere, and as Buffer or plain bytes, the result is the same', () => {
		const line = fc.oneof(
			fc.constantFrom(TCP, UDP, ICMP6, UNKNOWN, OFFLOADED, PLAIN_TCP, PROC_GRE, EXTENDED_6, '', ' ', '\r'),
			fc.constantFrom(...FOUND),
			fc
				.constantFrom(TCP, UDP)
				.chain((entry) => fc.nat(entry.length).map((length) => entry.slice(0, length))),
			fc.string({ unit: 'binary', maxLength: 50 }),
			fc.nat(70_000).map((length) => `${UDP} labels=`.padEnd(length, '[OFFLOAD] ')),
		)
		const listing = fc.array(line, { maxLength: 12 }).map((lines) => Buffer.from(lines.join('\n')))
		const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 })
		fc.assert(
			fc.property(listing, cuts, fc.boolean(), (bytes, fractions, plain) => {
				const borders = [0, ...fractions.map((f) => Math.floor(f * bytes.length)), bytes.length].sort(
					(a, b) => a - b,
				)
				const chunks = borders.slice(1).map((to, index) => {
					const chunk = bytes.subarray(borders[index] ?? 0, to)
					return plain ? new Uint8Array(chunk) : chunk
				})
				expect(count(chunks)).toEqual(count([bytes]))
			}),
			{ numRuns: 300 },
		)
	})

	test('agrees with the parser of single lines', () => {
		const word = fc.oneof(
			fc.constantFrom(
				...[
					'tcp',
					'6',
					'udp',
					'17',
					'unknown',
					'89',
					'ipv4',
					'2',
					'ipv6',
					'10',
					'119',
					'ESTABLISHED',
					'SYN_SENT2',
				],
				...[
					'src=1.1.1.1',
					'dst=::1',
					'sport=1',
					'timeout=600,',
					'stream_timeout=1',
					'[UNREPLIED]',
					'[ASSURED]',
				],
				...['[OFFLOAD]', '[HW_OFFLOAD]', 'mark=0', 'x', 'X', '-', 'src', ''],
			),
			fc.string({ maxLength: 4 }),
		)
		const lines = fc.oneof(
			fc.array(word, { maxLength: 10 }).map((words) => words.join(' ').replaceAll(/[\r\n\v\f]/g, '?')),
			fc.constantFrom(...FOUND),
		)
		fc.assert(
			fc.property(lines, (line) => {
				const entry = parseConntrackEntry(line)
				const counted = count([line])
				expect(counted.entries).toBe(entry === undefined ? 0 : 1)
				if (entry === undefined) return
				expect(counted.byProtocol).toEqual({ [entry.protocol]: 1 })
				expect(counted.byState).toEqual(entry.state === null ? {} : { [entry.state]: 1 })
				expect([counted.unreplied, counted.assured, counted.offload, counted.hwOffload].map(Boolean)).toEqual(
					[entry.unreplied, entry.assured, entry.offload, entry.hwOffload],
				)
			}),
			{ numRuns: 5000 },
		)
	})

	test('garbage never throws and never fills the memory', () => {
		fc.assert(fc.property(fc.array(fc.uint8Array({ maxLength: 200 })), (chunks) => void count(chunks)))
		const counter = createListCounter()
		for (let n = 0; n < 20_000; n++) {
			counter.push(Buffer.from(`p${n.toString(36)} ${n % 256} 1 S${n} src=1.1.1.1\n`))
		}
		const { byProtocol, byState, entries, notUnderstood } = counter.end()
		expect(Object.keys(byProtocol).length).toBeLessThanOrEqual(512)
		expect(Object.keys(byState).length).toBeLessThanOrEqual(64)
		expect(entries + notUnderstood).toBe(20_000)
	})

	test('10 MB of the worst are read to their end', () => {
		for (const text of ['[', '\n', 'a', `${TCP} ${'[ASSURED] '.repeat(20)}\n`]) {
			const bytes = Buffer.alloc(10_000_000, text)
			count(pieces(bytes, 65_536))
		}
	})
})

describe('one entry', () => {
	test('TCP', () => {
		expect(parseConntrackEntry(TCP)).toEqual({
			family: 4,
			protocol: 'tcp',
			l4proto: 6,
			timeout: 431981,
			state: 'ESTABLISHED',
			original: {
				src: '172.20.36.14',
				dst: '172.31.2.45',
				sport: 59930,
				dport: 17652,
				packets: null,
				bytes: null,
				fields: {},
			},
			reply: {
				src: '172.31.2.45',
				dst: '172.20.36.14',
				sport: 17652,
				dport: 59930,
				packets: null,
				bytes: null,
				fields: {},
			},
			unreplied: false,
			assured: true,
			offload: false,
			hwOffload: false,
			fields: { mark: '0', use: '1' },
			rest: [],
		})
	})

	test.each<[string, string, unknown]>([
		[
			'ICMPv6',
			ICMP6,
			{
				family: 6,
				protocol: 'icmpv6',
				timeout: 29,
				state: null,
				original: { fields: { type: '128', id: '7' } },
			},
		],
		[
			'an unknown protocol',
			UNKNOWN,
			{ protocol: '89', l4proto: 89, timeout: 599, unreplied: true, reply: { src: '224.0.0.5' } },
		],
		['an offloaded entry', OFFLOADED, { timeout: null, state: null, hwOffload: true, offload: false }],
		[
			'GRE of /proc',
			PROC_GRE,
			{ timeout: 17999, original: { fields: { srckey: '0xa56c' } }, fields: { timeout: '600,', use: '3' } },
		],
		[
			'-o extended,id',
			EXTENDED_6,
			{ family: 6, state: 'SYN_SENT2', fields: { secctx: 'system_u:object_r:unlabeled_t:s0', id: '99' } },
		],
		[
			'counters and zones',
			'udp 17 29 src=10.0.0.1 dst=10.0.0.2 sport=1 dport=2 zone-orig=3 packets=31 bytes=4600 src=10.0.0.2 dst=10.0.0.1 sport=2 dport=1 zone-reply=4 packets=0 bytes=0 [OFFLOAD] mark=0 use=1',
			{
				original: { packets: 31, bytes: 4600, fields: { 'zone-orig': '3' } },
				reply: { packets: 0, fields: { 'zone-reply': '4' } },
				offload: true,
			},
		],
		[
			'-o ktimestamp',
			`${UDP} [start=Mon Nov 23 04:48:51 2026] [stop=]`,
			{ rest: ['[start=Mon Nov 23 04:48:51 2026]', '[stop=]'], fields: { use: '1' } },
		],
		[
			'a flag without a blank behind it',
			TCP.replace('[ASSURED] ', '[ASSURED]'),
			{ assured: true, fields: { mark: '0' } },
		],
	])('%s', (_, line, expected) => {
		expect(parseConntrackEntry(line)).toMatchObject(expected as object)
	})

	test('the lines that people posted', () => {
		const understood = FOUND.filter((line) => parseConntrackEntry(line) !== undefined)
		const not = FOUND.filter((line) => parseConntrackEntry(line) === undefined)
		expect(understood.length).toBeGreaterThan(40)
		// Trailers, expectations, a line folded by hand, and two whose authors lost the protocol's number.
		for (const line of not)
			expect(line).toMatch(/flow entries have been shown|^ proto=6|^tcp 6431973|^udp 29 |tcp 6 \\ src/)
	})

	test('garbage never throws', () => {
		fc.assert(fc.property(fc.string({ unit: 'binary' }), (line) => void parseConntrackEntry(line)))
		for (const piece of ['[ ', 'src=', ' ', 'tcp 6 ', '[ASSURED', 'a=b ', '\u0000']) {
			parseConntrackEntry(`tcp 6 1 src=${piece.repeat(20_000)}`)
			parseConntrackEntry(piece.repeat(20_000))
		}
	})
})

function* pieces(bytes: Uint8Array, size: number): Generator<Uint8Array> {
	for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size)
}
