import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { commandLine } from '../../src/commands/command-line.ts'

const root = join(import.meta.dirname, '../..')
const program = commandLine()
const visible = program.createHelp().visibleCommands(program)

/** As it is printed, with what stands behind the options. */
function helpOf(command: (typeof visible)[number]): string {
	let text = ''
	command.configureOutput({
		writeOut: (part) => {
			text += part
		},
	})
	command.outputHelp()
	return text
}

/** What the table of the documents says in the row of a subcommand. */
const rowOf = (name: string) =>
	readFileSync(join(root, 'docs/scripting.md'), 'utf8')
		.split('\n')
		.find((line) => new RegExp(`^\\| \`ctscope ${name}[ \`]`).test(line))
		?.replaceAll('\\|', '|')

test('each folder with a command.ts has its row in the table of subcommands', () => {
	const folders = readdirSync(join(root, 'src/commands')).filter((name) =>
		existsSync(join(root, 'src/commands', name, 'command.ts')),
	)
	expect(visible.map((command) => command.name())).toEqual(expect.arrayContaining(folders))
})

test.each(visible.map((command) => [command.name(), command] as const))(
	'%s has all its parts',
	(name, command) => {
		expect(command.description(), 'a description').toMatch(/^\w.*[^.]$/)
		for (const { name: argument, description } of command.registeredArguments.map((one) => ({
			name: one.name(),
			description: one.description,
		})))
			expect(description, `what ${argument} is`).not.toBe('')
		const options = command.options.filter(({ hidden }) => !hidden)
		for (const { flags, description } of options) expect(description, `what ${flags} does`).not.toBe('')
		expect(`${helpOf(program)}${helpOf(command)}`, 'an example').toMatch(
			new RegExp(`^ .*ctscope( --netns \\w+)? ${name}( |$)`, 'm'),
		)
		const row = rowOf(name)
		expect(row, 'a row in docs/scripting.md').toContain(command.description())
		for (const { flags, long } of options)
			if (long !== '--netns' && long !== '--state-dir')
				expect(row, `${flags} in docs/scripting.md`).toContain(`\`${flags}\``)
	},
)
