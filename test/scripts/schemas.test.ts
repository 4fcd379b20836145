import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { differences, SCHEMAS, schemaText } from '../../scripts/schemas/all.ts'
import { commandLine } from '../../src/commands/command-line.ts'
import { tempFolder } from '../harness/folders.ts'
import { ctscope } from '../harness/program/program.ts'
import { FIT } from './schema-types.ts'

const root = join(import.meta.dirname, '../..')
const fixtures = join(root, 'test/fixtures')
const stored = (name: string) => readFileSync(join(root, 'docs/schemas', `${name}.json`), 'utf8')

/** Of preview and count that of tap. */
const schemaOf = (command: string) => (command === 'preview' || command === 'count' ? 'tap' : command)

test('every command with --json has its schema, and the document names it', () => {
	const program = commandLine()
	const commands = program
		.createHelp()
		.visibleCommands(program)
		.filter(({ options }) => options.some(({ long }) => long === '--json'))
		.map((command) => command.name())
	expect(new Set(commands.map(schemaOf))).toEqual(new Set(Object.keys(SCHEMAS)))
	const document = readFileSync(join(root, 'docs/json.md'), 'utf8')
	for (const command of commands) {
		expect(document).toContain(`\`${command}`)
		expect(document).toContain(`schemas/${schemaOf(command)}.json`)
	}
})

test('docs/schemas is what the types make: node scripts/schemas.ts', () => {
	const made = Object.keys(SCHEMAS).map((name) => `${name}.json`)
	expect(readdirSync(join(root, 'docs/schemas')).toSorted()).toEqual(made.toSorted())
	for (const [name, type] of Object.entries(SCHEMAS)) expect(stored(name), name).toBe(schemaText(name, type))
})

test('what the code makes has the types of the schemas (the compiler has looked)', () => {
	for (const [name, fits] of Object.entries(FIT)) expect(fits, name).toBe(true)
})

/** Each object that was printed is as the type and the stored schema say, and has no other names. */
function expectFits(name: string, values: readonly unknown[]): void {
	const type = SCHEMAS[name] ?? z.never()
	const schema = z.fromJSONSchema(JSON.parse(stored(name)))
	for (const value of values) {
		expect(differences(type, value), JSON.stringify(value).slice(0, 200)).toEqual([])
		expect(schema.safeParse(value).error).toBeUndefined()
	}
}

const printed = async (args: readonly string[]): Promise<string> => (await ctscope(args)).stdout.trim()

describe('real output', () => {
	test.each([
		['an id', ['tcp-rst']],
		[
			'a line',
			['nf_ct_proto_6: invalid rst IN=eth0 OUT= SRC=10.0.0.1 DST=10.0.0.2 PROTO=TCP SPT=1 DPT=2 RST'],
		],
		['words', ['checksum']],
		['a counter', ['insert_failed=12']],
		['a message beside', ['nf_conntrack: table full, dropping packet']],
		[
			'a line of a rule',
			[
				'[UFW BLOCK] IN=eth0 OUT= SRC=1.2.3.4 DST=5.6.7.8 LEN=40 PROTO=TCP SPT=443 DPT=5000 WINDOW=0 RES=0x00 ACK RST URGP=0',
			],
		],
		[
			'a text that nobody knows',
			['nf_ct_proto_6: no such words IN=eth0 OUT= SRC=10.0.0.1 DST=10.0.0.2 PROTO=TCP'],
		],
		['nothing', ['zzzzzz qqqqq']],
		['all', ['--list']],
	])('explain of %s', async (_name, words) => {
		expectFits('explain', [JSON.parse(await printed(['explain', '--json', ...words]))])
	})

	test.each(readdirSync(join(fixtures, 'field')))('parse of %s', async (file) => {
		const lines = await printed(['parse', '--json', join(fixtures, 'field', file)])
		expectFits(
			'parse',
			lines.split('\n').map((line) => JSON.parse(line)),
		)
	})

	test.each(readdirSync(join(fixtures, 'rules')))('rules of %s', async (file) => {
		const text = await printed(['rules', '--json', join(fixtures, 'rules', file)])
		// A listing that is none of rules is refused.
		if (text !== '') expectFits('rules', [JSON.parse(text)])
	})

	test.each([
		['logs', ['field']],
		['rules and a log', ['rules', 'field/12-grep-H.log']],
		['counters and entries', ['conntrack-stat-cli.txt', 'conntrack-list.txt']],
		['traces', ['trace/xtables-monitor.log']],
	])('read of %s', async (_name, paths) => {
		const text = await printed(['read', '--json', ...paths.map((path) => join(fixtures, path))])
		expectFits('read', [JSON.parse(text)])
	})

	test('revert without anything on record', async () => {
		const folder = join(tempFolder('schemas'), 'state')
		expectFits('revert', [JSON.parse(await printed(['revert', '--all', '--json', '--state-dir', folder]))])
	})
})

describe('what is seen', () => {
	const type = z.object({ a: z.number(), b: z.array(z.object({ c: z.string() })) })

	test('a name that the type does not have, however deep', () => {
		expect(differences(type, { a: 1, b: [{ c: '', d: 1 }] })).toEqual(['b.0.d: not in the schema'])
	})

	test('a name that is missing, and a value of another kind', () => {
		expect(differences(type, { a: '1', b: [{}] })).toEqual([
			expect.stringMatching(/^a: /),
			expect.stringMatching(/^b\.0\.c: /),
		])
	})
})
