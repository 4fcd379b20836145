import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type ExplainOptions, runExplain } from '../../../src/commands/explain/explain.ts'
import { REASONS } from '../../../src/reasons/list.ts'
import { SILENT_PATHS } from '../../../src/reasons/silent-paths.ts'

async function ask(options: Partial<ExplainOptions>): Promise<{ text: string; status: number }> {
	let text = ''
	const out = {
		write: (part: string) => {
			text += part
			return true
		},
	}
	const asked = { what: undefined, list: false, json: false, columns: 80, ...options }
	return { status: await runExplain(asked, out), text }
}

const PACKET =
	'IN=eth0 OUT= SRC=10.0.0.1 DST=10.0.0.2 LEN=40 PROTO=TCP SPT=1 DPT=2 SEQ=80223 ACK=1 WINDOW=5 ACK URGP=0'

describe('one reason', () => {
	test.each<[string, string, RegExp[]]>([
		['an id', 'tcp-rst', [/^tcp-rst {3}TCP {3}INVALID$/m, /nf_conntrack_tcp_ignore_invalid_rst: at 1/]],
		['an id of before', 'sctp-crc', [/^sctp-3 /]],
		[
			'a line with its stamp',
			`Mar  1 10:00:00 gw kernel: [12.5] nf_ct_proto_6: SEQ is over upper bound 100 (over the window of the receiver) ${PACKET}`,
			[/^tcp-win-seq-over /, /This line {2}SEQ is 80 123 beyond the bound/],
		],
		[
			'a line that lost its packet',
			'nf_ct_proto_6: packet (index 4) in dir 1 invalid, state TIME_WAIT',
			[/RST in the reply direction in state TIME_WAIT/],
		],
		['a text without its prefix', 'invalid new', [/^tcp-new /]],
		[
			'a text without its prefix, with its packet',
			`bad checksum ${PACKET.replace('TCP', 'UDP')}`,
			[/^udp-csum /],
		],
		['an old line', 'ip_ct_tcp: invalid packet ignored', [/^legacy-tcp-ignored {3}TCP {3}accepted/]],
		[
			'a text of two generations',
			'ACK is over the upper bound (ACKed data not seen yet)',
			[/^tcp-win-ack-over-old /, /Also +legacy-tcp-tcp-win-ack-over-old/],
		],
		[
			'a helper',
			'nf_ct_ftp: dropping packet: cannot add expectation IN= OUT=',
			[/^helper-ftp-add {3}ftp {3}dropped/],
		],
		[
			'a helper with a new text',
			'helper pptp dropping packet: odd thing IN= OUT=',
			[/^helper-pptp-other {3}- {3}dropped/],
		],
		['the kind of a helper', 'helper-sip-mangle', [/^helper-sip-mangle /, /Also +helper-sip-1/]],
		['a part of an id', 'overshot', [/^tcp-overshot {3}TCP {3}depends/, /5\.15\s+LTS/]],
		[
			'a way without a log line',
			'silent-tcp-loose',
			[/INVALID without a log line/, /invalid \(conntrack -S\)/],
		],
		['a neighbour', 'nf_conntrack: nf_conntrack: table full, dropping packet', [/^table-full: /]],
	])('%s', async (_, what, expected) => {
		const { text, status } = await ask({ what })
		for (const pattern of expected) expect(text).toMatch(pattern)
		expect(status).toBe(0)
	})

	test('the name of a silent packet has the page of its path', async () => {
		const { text, status } = await ask({ what: 'silent-fin' })
		expect(text).toMatch(/^silent-tcp-new /)
		expect(status).toBe(0)
	})

	test('every id of the list has its page', async () => {
		for (const id of [...REASONS.map((one) => one.id), ...SILENT_PATHS.map((one) => one.id)]) {
			const { text, status } = await ask({ what: id })
			expect(text.startsWith(`${id} `), id).toBe(true)
			expect(text, id).toMatch(/^Means/m)
			expect(status).toBe(0)
		}
	})
})

describe('several, or none', () => {
	test('a text of several protocols lists them', async () => {
		const { text, status } = await ask({ what: 'short packet' })
		for (const id of [
			'tcp-short',
			'udp-short',
			'icmp-short',
			'icmp6-short',
			'udplite-short',
			'legacy-sctp-sctp-1',
		])
			expect(text).toContain(id)
		expect(text).toContain('nf_ct_proto_N')
		expect(status).toBe(0)
	})

	test('words list what is about them, each explanation once', async () => {
		const { text, status } = await ask({ what: 'asymmetric routing' })
		expect(text).toContain('tcp-win-ack-over')
		expect(text).not.toContain('legacy-')
		expect(status).toBe(0)
	})

	test.each<[string, string, RegExp]>([
		['a slip of the finger', 'tpc-flags', /Nearest: tcp-flags/],
		['a line of a rule', `[UFW BLOCK] ${PACKET}`, /A line of a rule \(\[UFW BLOCK\]\)/],
		[
			'a new text of conntrack',
			'nf_ct_proto_6: words that no kernel has said',
			/a text that the catalogue does not have/,
		],
		['nothing', '  ', /Give a line/],
	])('%s: says so, status 1', async (_, what, expected) => {
		const { text, status } = await ask({ what })
		expect(text).toMatch(expected)
		expect(status).toBe(1)
	})

	test('nothing asked for at all', async () => {
		expect((await ask({})).status).toBe(1)
	})
})

describe('the list', () => {
	test('has every reason, and fits', async () => {
		const { text, status } = await ask({ list: true })
		for (const { id } of [...REASONS, ...SILENT_PATHS]) expect(text).toContain(` ${id} `)
		expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80)
		expect(status).toBe(0)
	})

	test('as JSON', async () => {
		const { text } = await ask({ list: true, json: true })
		const data = JSON.parse(text)
		expect(data.v).toBe(1)
		expect(data.reasons).toHaveLength(REASONS.length)
		expect(data.silent).toHaveLength(SILENT_PATHS.length)
		expect(data.reasons[0]).toMatchObject({
			id: expect.any(String),
			meaning: expect.any(String),
			settings: expect.any(Array),
		})
	})
})

describe('as JSON', () => {
	test('a line', async () => {
		const { text, status } = await ask({
			what: `nf_ct_proto_6: SEQ is over upper bound 100 (over the window of the receiver) ${PACKET}`,
			json: true,
		})
		expect(JSON.parse(text)).toMatchObject({
			v: 1,
			kind: 'reason',
			reasons: [
				{
					id: 'tcp-win-seq-over',
					protocol: 'TCP',
					number: 6,
					verdict: 'invalid',
					counter: 'invalid',
					line: { params: { bound: 100, seq: 80_223, distance: 80_123 } },
				},
			],
		})
		expect(status).toBe(0)
	})

	test.each([
		'short packet',
		'silent-gre',
		'tpc-flags',
		`x ${PACKET}`,
		'nf_ct_proto_6: new words',
		'nf_conntrack: table full, dropping packet',
		'',
	])('%j', async (what) => {
		const data = JSON.parse((await ask({ what, json: true })).text)
		expect(data).toMatchObject({ v: 1, asked: what, kind: expect.any(String), reasons: expect.any(Array) })
	})
})

describe('whatever is asked', () => {
	const samples = readFileSync(new URL('../../fixtures/kernel-formats.json', import.meta.url), 'utf8')
	const texts = (JSON.parse(samples) as { prefix: string; format: string }[]).map(
		(one) => one.prefix + one.format,
	)

	test('is answered, within the columns, without control characters', async () => {
		const what = fc.oneof(
			fc.string({ unit: 'binary', maxLength: 200 }),
			fc.constantFrom(...texts).chain((text) => fc.nat(text.length).map((at) => text.slice(0, at))),
			fc.string({ maxLength: 40 }).map((text) => `nf_ct_proto_6: ${text} ${PACKET}`),
		)
		await fc.assert(
			fc.asyncProperty(what, fc.integer({ min: 60, max: 120 }), async (asked, columns) => {
				const { text, status } = await ask({ what: asked, columns })
				expect([0, 1]).toContain(status)
				// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there
				expect(text.replaceAll('\n', '')).not.toMatch(/[\x00-\x1f\x7f-\x9f\u202a-\u202e]/)
				for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(columns)
			}),
			{ numRuns: 300 },
		)
	})

	test('also when it is far too long', async () => {
		for (const piece of ['a', '1', ' ', '-', 'SRC=', 'nf_ct_proto_6: ', '\n']) {
			await ask({ what: piece.repeat(200_000) })
		}
	})
})
