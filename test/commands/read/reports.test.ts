import { describe, expect, test } from 'vitest'
import { readAnswerOf } from '../../../src/commands/read/answer.ts'
import { readJson } from '../../../src/commands/read/json.ts'
import { readMarkdown } from '../../../src/commands/read/markdown.ts'
import { overviewOf } from '../../../src/commands/read/reports/hosts.ts'
import { readText } from '../../../src/commands/read/text.ts'
import { answered, gathered, KERNEL_LINE, tarOf } from './given.ts'

const CAUSE = {
	id: 'asymmetric',
	title: 'asymmetric routing',
	confidence: 'high',
	share: 0.98,
	sentence: 'This host sees one direction of these connections only.',
	evidence: ['117 packets with ACK and no entry'],
	excluded: ['a scan: they have data'],
	open: [],
	remedies: ['route both directions through this host'],
	flows: ['10.0.3.7:443 > 10.0.9.21:51514'],
}

/** As `investigate --json` prints it, of a host of this name. */
const report = (hostname: string, more: object = {}): string =>
	JSON.stringify(
		{
			v: 1,
			hostname,
			kernel: '6.1.0-44-amd64',
			netns: { inode: 4026531840, initial: true, name: 'initial' },
			seconds: 30,
			unknown: null,
			account: {
				at: '2026-11-30T09:00:00.000Z',
				counted: 120,
				explained: 118,
				silent: 2,
				lost: 0,
				sentence: '120 counted = 118 explained + 2 silent + 0 lost',
			},
			causes: [CAUSE],
			reasons: [],
			notChecked: ['other network namespaces'],
			changes: [],
			...more,
		},
		null,
		2,
	)

const NOTHING = {
	causes: [],
	account: { at: '2026-11-30T09:00:01.000Z', counted: 0, sentence: 'nothing counted' },
}
const UNKNOWN = { causes: [], account: null, unknown: 'the counters could not be read' }

const text = async (input: string): Promise<string> => readText(await answered(input), 100)

describe('reports of hosts', () => {
	test('in an archive, or one behind the other: one case each, and the causes by host over them', async () => {
		const files = [report('web1'), report('web2', NOTHING), report('db1', UNKNOWN)]
		const tar = tarOf(files.map((one, at) => ({ name: `reports/${at}.json`, text: one })))
		const { reports } = await gathered(tar)
		expect(reports.map(({ hostname, name }) => [hostname, name])).toEqual([
			['web1', '-: reports/0.json'],
			['web2', '-: reports/1.json'],
			['db1', '-: reports/2.json'],
		])
		for (const joined of [files.join('\n'), files.map((one) => JSON.stringify(JSON.parse(one))).join('\n')])
			expect((await gathered(joined)).reports.map(({ hostname }) => hostname)).toEqual([
				'web1',
				'web2',
				'db1',
			])
	})

	test('with its names sorted it is the same report', async () => {
		const sorted = Object.fromEntries(
			Object.entries(JSON.parse(report('web1')) as object).toSorted(([a], [b]) => (a < b ? -1 : 1)),
		)
		const one = JSON.stringify(sorted, null, 2)
		expect(one).toMatch(/^\{\s*"account"/)
		expect((await gathered([one, one].join('\n'))).reports).toHaveLength(2)
	})

	test('the text says which host says what, and what is not known', async () => {
		const said = await text([report('web1'), report('web2', NOTHING), report('db1', UNKNOWN)].join('\n'))
		expect(said).toMatch(
			/^ctscope: 3 reports of ctscope investigate: 1 cause, in 1; nothing wrong in 1; not known in 1$/m,
		)
		expect(said).toMatch(/^ {2}asymmetric +web1 +high +98%$/m)
		expect(said).toMatch(/^ {2}web1 +6\.1\.0-44-amd64 +30 s +120 +118 +2 +0 +1$/m)
		expect(said).toMatch(/^ {2}web2 +\S+ +30 s +0 +\? +\? +\? +none$/m)
		expect(said).toMatch(/^ {2}db1 +\S+ +30 s +\? +\? +\? +\? +not known$/m)
		expect(said).toContain('not known: the counters could not be read')
		expect(said).toContain('seen: 117 packets with ACK and no entry')
	})

	test('numbers are never added up over hosts', async () => {
		const answer = await answered([report('web1'), report('web2')].join('\n'))
		const all = [readText(answer, 100), readMarkdown(answer), JSON.stringify(readJson(answer))].join('\n')
		expect(all).not.toMatch(/\b(?:240|236)\b/)
		expect(all.match(/\b120\b/g)?.length).toBeGreaterThan(3)
	})

	test('a report that does not tell whether something is wrong is not called well', async () => {
		const { causes, nothing, unknown } = overviewOf(
			(await gathered(report('old', { causes: [], unknown: undefined }))).reports,
		)
		expect([causes.length, nothing.length, unknown.length]).toEqual([0, 0, 1])
		expect(await text(report('old', { causes: [], unknown: undefined }))).toContain(
			'the report does not say whether something is wrong',
		)
	})

	test('two of one host have names of their own: by namespace, time, file', async () => {
		const lab = { netns: { inode: 7, initial: false, name: 'lab' } }
		const later = { ...NOTHING }
		const { reports } = await gathered(
			[report('gw'), report('gw', lab), report('gw', later), report('gw'), report('web')].join('\n'),
		)
		const labels = overviewOf(reports).hosts.map(({ label }) => label)
		expect(new Set(labels).size).toBe(5)
		expect(labels[1]).toBe('gw (lab)')
		expect(labels[2]).toBe('gw at 2026-11-30T09:00:01.000Z')
		expect(labels[4]).toBe('web')
	})

	test('causes that most hosts have come first within their confidence', async () => {
		const scan = { ...CAUSE, id: 'scan', confidence: 'high' }
		const low = { ...CAUSE, id: 'timeout', confidence: 'low' }
		const { reports } = await gathered(
			[
				report('a', { causes: [low, scan] }),
				report('b', { causes: [low, CAUSE] }),
				report('c', { causes: [low, CAUSE] }),
			].join('\n'),
		)
		expect(overviewOf(reports).causes.map(({ id, at }) => [id, at.map(({ host }) => host.label)])).toEqual([
			['asymmetric', ['b', 'c']],
			['scan', ['a']],
			['timeout', ['a', 'b', 'c']],
		])
	})

	test('a change that stayed on a host is said', async () => {
		const changes = [{ knob: 'log_invalid', state: 'conflict', note: 'someone else wrote 6' }]
		expect(await text(report('web1', { changes }))).toContain(
			'! log_invalid was not put back there (conflict): someone else wrote 6',
		)
	})

	test('files beside them are a case of their own', async () => {
		const tar = tarOf([
			{ name: 'web1.json', text: report('web1') },
			{ name: 'kern.log', text: `${KERNEL_LINE(1)}\n` },
		])
		const answer = readAnswerOf(await gathered(tar))
		expect(answer.lines).toBe(1)
		expect(answer.things.map(({ name }) => name)).toEqual(['-: kern.log'])
		const said = readText(answer, 100)
		expect(said).toContain('the other files, read as one case:')
		expect(said.indexOf('web1')).toBeLessThan(said.indexOf('the other files'))
		expect(readMarkdown(answer)).toMatch(/# INVALID packets, by host[\s\S]*# What was saved of a host/)
	})

	test('JSON has them under reports, and says nothing of them where there are none', async () => {
		const value = readJson(await answered(report('web1')))
		expect(value).toMatchObject({
			reports: {
				hosts: [{ label: 'web1', file: '-', unknown: null, causes: [{ id: 'asymmetric' }] }],
				causes: [{ id: 'asymmetric', at: [{ host: 'web1', confidence: 'high', share: 0.98 }] }],
				nothing: [],
				unknown: [],
			},
			causes: [],
		})
		expect(readJson(await answered(KERNEL_LINE(1)))).not.toHaveProperty('reports')
	})
})

describe('what only looks like a report', () => {
	test.each([
		['cut', report('web1').slice(0, 300), /is incomplete/],
		['of a later version', report('web1').replace('"v": 1', '"v": 2'), /of another version of ctscope/],
		[
			'with a number for a text',
			report('web1', { causes: [{ ...CAUSE, title: 7 }] }),
			/look at causes\.0\.title/,
		],
		['nested deeply', `{"v":1,"netns":${'['.repeat(200_000)}`, /is incomplete/],
	])('%s: refused with a sentence, and no report', async (_, input, why) => {
		const { reports, refused } = await gathered(input)
		expect(reports).toEqual([])
		expect(refused).toHaveLength(1)
		expect(refused[0]?.failure).toMatchObject({ message: expect.stringMatching(why) })
	})

	test('one that is damaged does not take the others with it', async () => {
		const { reports, refused } = await gathered([report('a'), '{"v":1,"netns":', report('b')].join('\n'))
		expect(reports.map(({ hostname }) => hostname)).toEqual(['a', 'b'])
		expect(refused).toHaveLength(1)
		expect(await text([report('a'), '{"v":1,"netns":'].join('\n'))).toMatch(/not read: -: .*is incomplete/)
	})

	test('other JSON is read as before', async () => {
		const { reports, things } = await gathered('{ "nftables": [ { "metainfo": { "version": "1.0.6" } } ] }')
		expect(reports).toEqual([])
		expect(things).toHaveLength(1)
	})
})

test('texts of a host are harmless in every output', async () => {
	const evil = '\u001b[31m|`<b>\u202e'
	const cause = { ...CAUSE, id: evil, title: evil, sentence: evil, evidence: [evil], flows: [evil] }
	const answer = await answered(
		report(evil, {
			kernel: evil,
			netns: { inode: 1, initial: false, name: evil },
			causes: [cause],
			notChecked: [evil],
			changes: [{ knob: evil, state: evil, note: evil }],
		}),
	)
	for (const out of [readText(answer, 80), readMarkdown(answer), JSON.stringify(readJson(answer))])
		expect([...out].filter((one) => (one < ' ' && one !== '\n') || one === '\u202e')).toEqual([])
	// What is indented is a block of code, and so is the name of a host in its heading.
	const markup = readMarkdown(answer)
		.split('\n')
		.filter((line) => !line.startsWith('    ') && !line.startsWith('## `'))
	expect(markup.filter((line) => /(?<!\\)[<`]/.test(line))).toEqual([])
})
