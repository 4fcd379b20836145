import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type ParseOptions, runParse } from '../../../src/commands/parse/parse.ts'
import { GROUPINGS } from '../../../src/model/grouping.ts'
import { tempFolder } from '../../harness/folders.ts'
import { packetText } from '../../harness/samples/states.ts'

const folder = tempFolder('grouped')

async function parsed(lines: readonly string[], options: Omit<ParseOptions, 'file'>) {
	const file = join(folder, 'log')
	writeFileSync(file, lines.map((line) => `${line}\n`).join(''))
	const out = new PassThrough()
	const chunks: Buffer[] = []
	out.on('data', (chunk: Buffer) => chunks.push(chunk))
	const code = await runParse({ file, columns: 200, ...options }, out)
	return { code, out: Buffer.concat(chunks).toString('utf8') }
}

const head = (text: string) => `Dec 25 14:12:22 gizmo kernel: [1.5] ${text}`
const line = (source: string, port = 443) => head(packetText('invalid rst', source, port))
const SCAN = Array.from({ length: 254 }, (_, index) =>
	head(packetText('invalid rst', '203.0.113.66').replace('DST=10.0.9.21', `DST=198.51.100.${index + 1}`)),
)

describe('parse --by', () => {
	test('a scan is one row with its targets, numbers as plain digits, nothing is broken', async () => {
		const { code, out } = await parsed([...SCAN, ...SCAN, ...SCAN, ...SCAN, line('10.0.3.7')], {
			json: false,
			by: 'source',
			columns: 40,
		})
		expect(code).toBe(0)
		expect(out).toMatch(/^ +1016 +254 +1 +203\.0\.113\.66 +TCP invalid rst$/m)
		expect(out).toMatch(/^ +1 +1 +1 +10\.0\.3\.7 +TCP invalid rst$/m)
	})

	test('messages that a logger has counted are as many packets', async () => {
		const { out } = await parsed([line('10.0.3.7'), head('message repeated 5 times: [x]')], {
			json: true,
			by: 'source',
		})
		const repeated = await parsed([line('10.0.3.7'), 'Dec 25 14:12:23 gizmo last message repeated 5 times'], {
			json: true,
			by: 'source',
		})
		expect(JSON.parse(out)).toMatchObject({ total: 1 })
		expect(JSON.parse(repeated.out)).toMatchObject({ total: 6, list: [{ key: '10.0.3.7', count: 6 }] })
	})

	test('lines of rules are packets, and of what no line tells it is not known', async () => {
		const rule = head(
			'INVALID: IN=eth0 OUT= SRC=10.0.3.7 DST=10.0.9.21 LEN=40 PROTO=UDP SPT=1 DPT=53 LEN=20 ',
		)
		const { out } = await parsed([rule, line('10.0.3.8')], { json: true, by: 'namespace' })
		expect(JSON.parse(out)).toMatchObject({
			by: 'namespace',
			total: 2,
			list: [{ key: null, text: 'namespace not known', count: 2, sources: { count: 2, isMore: false } }],
		})
	})

	test('a log with nothing of packets says so', async () => {
		const { code, out } = await parsed(['Dec 25 14:12:22 gizmo sshd[3]: hello'], {
			json: false,
			by: 'source',
		})
		expect(code).toBe(1)
		expect(out).toContain('no packet to group')
	})

	test('whatever stands in it: groups, those beyond them and the rest are all packet lines', async () => {
		const any = fc.oneof(
			fc
				.record({ a: fc.nat(5), b: fc.nat(255), port: fc.nat(9) })
				.map(({ a, b, port }) => line(`10.${a}.0.${b}`, port)),
			fc.string({ unit: 'binary', maxLength: 30 }).map((text) => line(text.replaceAll(/[\r\n]/g, ' '))),
			fc.string({ maxLength: 30 }).map((text) => text.replaceAll(/[\r\n]/g, ' ')),
		)
		await fc.assert(
			fc.asyncProperty(fc.array(any, { maxLength: 30 }), fc.constantFrom(...GROUPINGS), async (lines, by) => {
				const { out } = await parsed(lines, { json: true, by })
				const { total, list, beyond, rest } = JSON.parse(out)
				const all = await parsed(lines, { json: true })
				const kinds = all.out
					.split('\n')
					.slice(0, -1)
					.map((text) => JSON.parse(text).kind)
				expect(total).toBe(kinds.filter((kind) => ['conntrack', 'helper', 'rule'].includes(kind)).length)
				const sum = list.reduce(
					(before: number, { count }: { count: number }) => before + count,
					beyond + rest,
				)
				expect(sum).toBe(total)
			}),
			{ numRuns: 40 },
		)
	})
})
