import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
	parseConntrackStat,
	parseConntrackStatCli,
	type StatTable,
	statDelta,
	totals,
} from '../../../src/kernel/conntrack/conntrack-stat.ts'

const NEW_HEADER =
	'entries  clashres found new invalid ignore delete chainlength insert insert_failed drop early_drop icmp_error  expect_new expect_create expect_delete search_restart'
const OLD_HEADER =
	'entries  searched found new invalid ignore delete delete_list insert insert_failed drop early_drop icmp_error  expect_new expect_create expect_delete search_restart'
const ROW_0 =
	'0000071e  00b57258 0f2d9e94 0026027a 00010d90 007c689a 001a408f 0017d10c 00239697 00000000 00000001 00000000 00000002  00000007 0000294d 00001de8 00000000'
const ROW_1 =
	'0000071e  00000001 00000000 00000000 0000000f 00000000 00000000 00000000 00000000 00000000 00000002 00000000 00000001  00000000 00000000 00000000 0000000a'

describe('/proc/net/stat/nf_conntrack', () => {
	test('names of 5.15 and later become those of conntrack -S', () => {
		const table = parseConntrackStat(`${NEW_HEADER}\n${ROW_0}\n${ROW_1}\n`)
		expect(table?.columns.slice(0, 8)).toEqual([
			'entries',
			'clash_resolve',
			'found',
			'new',
			'invalid',
			'ignore',
			'delete',
			'chaintoolong',
		])
		expect(table?.columns).toContain('error')
		expect(table?.cpus.map((cpu) => cpu.invalid)).toEqual([0x10d90, 15])
		expect(table?.cpus[0]?.clash_resolve).toBe(0xb57258)
	})

	test('names of 4.19 stay', () => {
		const table = parseConntrackStat(`${OLD_HEADER}\n${ROW_0}\n`)
		expect(table?.columns).toContain('searched')
		expect(table?.columns).toContain('delete_list')
		expect(table?.columns).not.toContain('clash_resolve')
	})

	test('numbers are hexadecimal also when they look decimal', () => {
		expect(parseConntrackStat('entries invalid\n00000010 00000100\n')?.cpus).toEqual([
			{ entries: 16, invalid: 256 },
		])
	})

	test.each([
		['a short row', 'entries invalid drop\n00000001 00000002\n', [{ entries: 1, invalid: 2 }]],
		['a long row', 'entries invalid\n1 2 3 4\n', [{ entries: 1, invalid: 2, unknown1: 3, unknown2: 4 }]],
		['a broken cell', 'entries invalid drop\n1 zz 3\n', [{ entries: 1, drop: 3 }]],
		['blank lines', '\nentries invalid\n\n1 2\n\n', [{ entries: 1, invalid: 2 }]],
		['no rows', 'entries invalid\n', []],
	])('%s', (_, text, cpus) => {
		expect(parseConntrackStat(text)?.cpus).toEqual(cpus)
	})

	test('columns have the names of cells beyond the header too', () => {
		expect(parseConntrackStat('entries\n1 2\n')?.columns).toEqual(['entries', 'unknown1'])
	})

	test.each([[''], ['\n'], ['00000000 00000001\n'], ['<html>\n1 2']])('%j is not the file', (text) => {
		expect(parseConntrackStat(text)).toBeUndefined()
	})
})

describe('conntrack -S', () => {
	test('1.4.7 on 5.15 and later', () => {
		const text =
			'cpu=0   \tfound=0 invalid=15 insert=0 insert_failed=0 drop=0 early_drop=0 error=7 search_restart=0 clash_resolve=1 chaintoolong=2 \n' +
			'cpu=1   \tfound=3 invalid=1 insert=0 insert_failed=0 drop=0 early_drop=0 error=0 search_restart=0 clash_resolve=0 chaintoolong=0 \n'
		const table = parseConntrackStatCli(text)
		expect(table?.cpus).toHaveLength(2)
		expect(table?.cpus[0]).toEqual({
			found: 0,
			invalid: 15,
			insert: 0,
			insert_failed: 0,
			drop: 0,
			early_drop: 0,
			error: 7,
			search_restart: 0,
			clash_resolve: 1,
			chaintoolong: 2,
		})
		expect(table && totals(table).invalid).toBe(16)
	})

	test('unknown names are kept, CPUs with gaps keep their numbers', () => {
		const table = parseConntrackStatCli('cpu=2 invalid=1 unknown1=9\ncpu=11 invalid=2 unknown1=1\n')
		expect(table?.ids).toEqual([2, 11])
		expect(table?.columns).toEqual(['invalid', 'unknown1'])
	})

	test('every line that was found in the wild is read', () => {
		const lines = readFileSync(new URL('../../fixtures/conntrack-stat-cli.txt', import.meta.url), 'utf8')
			.split('\n')
			.filter((line) => line !== '')
		expect(lines.length).toBeGreaterThan(20)
		for (const line of lines) {
			const cpu = parseConntrackStatCli(line)?.cpus[0]
			expect(cpu?.invalid, line).toBeGreaterThanOrEqual(0)
			expect(cpu?.insert_failed, line).toBeGreaterThanOrEqual(0)
		}
	})

	test.each([[''], ['conntrack v1.4.7 (conntrack-tools): Operation failed'], ['cpu=x found=1']])(
		'%j is nothing',
		(text) => {
			expect(parseConntrackStatCli(text)).toBeUndefined()
		},
	)
})

describe('totals', () => {
	test('entries are one number, however many CPUs repeat it', () => {
		const table = parseConntrackStat(`${NEW_HEADER}\n${ROW_0}\n${ROW_1}\n`)
		expect(table && totals(table)).toMatchObject({ entries: 0x71e, invalid: 0x10d90 + 15, drop: 3, error: 3 })
	})

	test('sums may be larger than one counter', () => {
		expect(totals(cpus({ found: 0xffff_ffff }, { found: 0xffff_ffff })).found).toBe(2 * 0xffff_ffff)
	})
})

describe('statDelta', () => {
	test.each<[string, StatTable, StatTable, Record<string, number>]>([
		['rises', cpus({ invalid: 1 }, { invalid: 5 }), cpus({ invalid: 2 }, { invalid: 9 }), { invalid: 5 }],
		['stands still', cpus({ invalid: 1 }), cpus({ invalid: 1 }), { invalid: 0 }],
		['wraps at 32 bits', cpus({ invalid: 0xffff_fff0 }), cpus({ invalid: 0x10 }), { invalid: 0x20 }],
		[
			'wraps on one CPU only',
			cpus({ invalid: 0xffff_ffff }, { invalid: 7 }),
			cpus({ invalid: 0 }, { invalid: 8 }),
			{ invalid: 2 },
		],
		[
			'begins again at 0',
			cpus({ invalid: 900, drop: 3 }),
			cpus({ invalid: 4, drop: 0 }),
			{ invalid: 4, drop: 0 },
		],
		['a CPU appears', cpus({ invalid: 5 }), cpus({ invalid: 6 }, { invalid: 3 }), { invalid: 4 }],
		['a CPU vanishes', cpus({ invalid: 5 }, { invalid: 3 }), cpus({ invalid: 6 }), { invalid: 1 }],
		['a column appears', cpus({ invalid: 5 }), cpus({ invalid: 6, clash_resolve: 900 }), { invalid: 1 }],
		['a column vanishes', cpus({ invalid: 5, ignore: 3 }), cpus({ invalid: 6 }), { invalid: 1 }],
		[
			'entries are no counter',
			cpus({ entries: 5, invalid: 1 }),
			cpus({ entries: 9, invalid: 1 }),
			{ invalid: 0 },
		],
	])('%s', (_, before, after, expected) => {
		expect(statDelta(before, after)).toEqual(expected)
	})

	test('CPUs are told apart by their number, not by their line', () => {
		const before: StatTable = { columns: ['invalid'], cpus: [{ invalid: 100 }, { invalid: 7 }], ids: [0, 3] }
		const after: StatTable = { columns: ['invalid'], cpus: [{ invalid: 9 }], ids: [3] }
		expect(statDelta(before, after)).toEqual({ invalid: 2 })
	})
})

test('garbage never throws', () => {
	const cell = fc.oneof(
		fc.constantFrom('entries', 'invalid', '00000001', 'ffffffff', '__proto__', 'cpu=0', 'a=1', '__proto__=3'),
		fc.string(),
	)
	const text = fc
		.array(fc.array(cell, { maxLength: 6 }), { maxLength: 6 })
		.map((rows) => rows.map((row) => row.join(' ')).join('\n'))
	fc.assert(
		fc.property(text, text, (one, two) => {
			for (const parse of [parseConntrackStat, parseConntrackStatCli]) {
				const before = parse(one)
				const after = parse(two)
				if (before === undefined || after === undefined) continue
				totals(before)
				for (const rise of Object.values(statDelta(before, after))) expect(rise).toBeGreaterThanOrEqual(0)
			}
		}),
	)
})

function cpus(...records: Record<string, number>[]): StatTable {
	return { columns: [...new Set(records.flatMap(Object.keys))], cpus: records }
}
