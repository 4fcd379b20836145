import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readAnswerOf } from '../../../src/commands/read/answer.ts'
import { readJson } from '../../../src/commands/read/json.ts'
import { readMarkdown } from '../../../src/commands/read/markdown.ts'
import { readText } from '../../../src/commands/read/text.ts'
import { visible } from '../../../src/words/visible.ts'
import { pcapHeader, pcapRecord } from '../../kernel/nflog/nflog-stream.ts'
import { gathered, KERNEL_LINE, SAVE, STAT, tarOf, zipOf } from './given.ts'

const FIELD = join(import.meta.dirname, '../../fixtures/field')
const RULES = join(import.meta.dirname, '../../fixtures/rules')
const SEEDS: readonly Buffer[] = [
	...[FIELD, RULES].flatMap((folder) =>
		readdirSync(folder)
			.map((name) => readFileSync(join(folder, name)))
			.filter(({ length }) => length < 20_000),
	),
	Buffer.from(`${SAVE}${STAT(3)}${STAT(4)}${KERNEL_LINE(1)}\n`),
	tarOf([
		{ name: 'messages', text: `${KERNEL_LINE(1)}\n` },
		{ name: 'iptables-save', text: SAVE },
	]),
	gzipSync(tarOf([{ name: 'messages', text: `${KERNEL_LINE(1)}\n` }])),
	zipOf([
		{ name: 'messages', text: `${KERNEL_LINE(1)}\n` },
		{ name: 'iptables-save', text: SAVE },
	]),
	Buffer.concat([pcapHeader(), pcapRecord(1, 1, Buffer.alloc(60, 7))]),
	Buffer.from(
		'0a0d0d0a1c0000004d3c2b1a01000000ffffffffffffffff1c00000001000000140000000100000000000400140000000600000024000000000000000000000000000000040000000400000001020304' +
			'24000000',
		'hex',
	),
]

async function holds(bytes: Uint8Array, size: number): Promise<void> {
	const all = await gathered(bytes, { size, mostUnpacked: 10_000_000 })
	const answer = readAnswerOf(all)
	for (const text of [readText(answer, 80), readMarkdown(answer), JSON.stringify(readJson(answer))])
		expect(text.split('\n').every((line) => visible(line) === line)).toBe(true)
	const sum = all.things.reduce(
		(lines, { counts }) => lines + Object.values(counts).reduce((one, other) => one + other, 0),
		0,
	)
	expect(Number.isFinite(sum)).toBe(true)
}

test('any bytes are read to their end, and nothing of them comes out raw', async () => {
	await fc.assert(
		fc.asyncProperty(fc.uint8Array({ maxLength: 600 }), fc.integer({ min: 1, max: 700 }), holds),
		{ numRuns: 60 },
	)
})

test('whatever is done to files of each kind, they are read to their end', async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.constantFrom(...SEEDS),
			fc.array(fc.tuple(fc.nat(20_000), fc.nat(255), fc.constantFrom('set', 'cut', 'drop', 'twice')), {
				minLength: 1,
				maxLength: 8,
			}),
			fc.constantFrom(16, 511, 4_096, 100_000),
			async (seed, changes, size) => {
				let bytes = Buffer.from(seed)
				for (const [where, value, how] of changes) {
					const at = bytes.length === 0 ? 0 : where % bytes.length
					if (how === 'set') bytes[at] = value
					else if (how === 'cut') bytes = bytes.subarray(0, at)
					else if (how === 'drop') bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + value)])
					else bytes = Buffer.concat([bytes, bytes.subarray(at, at + 500)])
				}
				await holds(bytes, size)
			},
		),
		{ numRuns: 250 },
	)
})

const LINES = [
	KERNEL_LINE(1),
	...SAVE.split('\n'),
	...STAT(3).split('\n'),
	'table inet f {',
	'}',
	'{ "nftables": [',
	'{',
	'net.netfilter.nf_conntrack_max = 5',
	'trace id 1 ip f i packet: ip saddr 10.0.0.1',
	'entries clashres found new invalid ignore delete',
	'00000001 00000002 00000003 00000004 00000005',
	'Sun Nov 29 10:00:00 UTC 2026',
	'===>PACKET BOUNDARY',
	'ip.saddr=1.2.3.4',
	'[1.1] [DESTROY] tcp 6 src=1.1.1.1 dst=2.2.2.2 sport=1 dport=2 src=2.2.2.2 dst=1.1.1.1 sport=2 dport=1',
	'last message repeated 99999999 times',
	'',
]

test('lines of all kinds in any order lose none of them', async () => {
	await fc.assert(
		fc.asyncProperty(fc.array(fc.constantFrom(...LINES), { maxLength: 40 }), async (lines) => {
			const all = await gathered(`${lines.join('\n')}\n`)
			readAnswerOf(all)
			const kinds = all.things[0]?.counts ?? {}
			const of = (pattern: RegExp) => lines.filter((line) => pattern.test(line)).length
			// Whatever is open before it, each of these is what it is.
			expect(kinds.rules ?? 0).toBeGreaterThanOrEqual(of(/^(?:\[\d+:\d+\] )?-A/))
			expect(kinds.sysctl ?? 0).toBe(of(/^net\./))
			expect(kinds.event ?? 0).toBe(of(/DESTROY/))
			expect(kinds['nft-trace'] ?? 0).toBe(of(/^trace/))
			expect(all.all.logs.total).toBeGreaterThanOrEqual(of(/nf_ct_proto/))
		}),
		{ numRuns: 120 },
	)
})
