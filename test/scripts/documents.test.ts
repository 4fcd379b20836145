import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { codeIn } from '../../scripts/markdown.ts'
import { commandLine } from '../../src/commands/command-line.ts'

const root = join(import.meta.dirname, '../..')
const program = commandLine()
const own = program.options.flatMap(({ long }) => long ?? [])
const optionsOf = new Map(
	program
		.createHelp()
		.visibleCommands(program)
		.map((command) => [command.name(), command.options.flatMap(({ long }) => long ?? [])]),
)

/** What is typed behind `ctscope`, up to where another program, a remark or an output begins. */
const typedIn = (text: string): readonly string[] =>
	codeIn(text).flatMap((code) =>
		[...code.matchAll(/(?:^|[\s'/])ctscope((?: [^ |>'…]+)*)/g)].map(([, words = '']) => words.trim()),
	)

/** Why it cannot be typed so; undefined when it can. */
function wrongIn(typed: string): string | undefined {
	const words = typed.split(' ')
	const end = words.indexOf('--')
	const [first = '', ...rest] = (end < 0 ? words : words.slice(0, end)).filter(
		(word, index, all) => !(word === '--netns' || all[index - 1] === '--netns'),
	)
	// A remark that stands some blanks behind the bare name, or the name alone.
	if (!/^(?:--)?[a-z]/.test(first)) return undefined
	if (first.startsWith('--'))
		return own.includes(first) || optionsOf.get('tui')?.includes(first) ? undefined : `no option ${first}`
	const options = optionsOf.get(first)
	if (options === undefined) return `no command ${first}`
	const unknown = rest
		.filter((word) => /^--[a-z]/.test(word))
		.find((word) => ![...options, ...own, '--help'].includes(word))
	return unknown === undefined ? undefined : `${first} has no ${unknown}`
}

const documents = [
	'README.md',
	'SECURITY.md',
	'CONTRIBUTING.md',
	...readdirSync(join(root, 'docs'))
		.filter((name) => name.endsWith('.md'))
		.map((name) => `docs/${name}`),
]

test.each(documents)('what %s tells to type can be typed', (path) => {
	const wrong = typedIn(readFileSync(join(root, path), 'utf8')).flatMap((typed) => {
		const why = wrongIn(typed)
		return why === undefined ? [] : [`ctscope ${typed}: ${why}`]
	})
	expect(wrong).toEqual([])
})

test('the documents tell to type much', () => {
	const all = documents.flatMap((path) => typedIn(readFileSync(join(root, path), 'utf8')))
	expect(all.filter((typed) => optionsOf.has(typed.split(' ')[0] ?? '')).length).toBeGreaterThan(60)
})

test.each([
	['status --josn', 'status has no --josn'],
	['stauts', 'no command stauts'],
	['--demoo', 'no option --demoo'],
	['run --protocol tcp -- ls --all', undefined],
	['--netns gw investigate --json', undefined],
])('ctscope %s: %s', (typed, why) => expect(wrongIn(typed)).toBe(why))
