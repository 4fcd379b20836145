import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { COMMAND_ROWS, PROGRAM } from '../../../scripts/manual/command-table.ts'
import { KEY_ROWS } from '../../../scripts/manual/keys.ts'
import { argumentValues, optionValues } from '../../../scripts/manual/values.ts'
import { EXIT } from '../../../src/commands/common/options.ts'
import { REASONS } from '../../../src/reasons/list.ts'
import { TOPICS } from '../../../src/words/english/help/topics.ts'

const root = join(import.meta.dirname, '../../..')
const share = (name: string) => readFileSync(join(root, 'share', name), 'utf8')
const MAN = 'man/ctscope.8'
const COMPLETIONS = ['completions/ctscope.bash', 'completions/_ctscope', 'completions/ctscope.fish']

test('man page and completions are what scripts/manual.ts writes', () => {
	const args = ['--disable-warning=ExperimentalWarning', 'scripts/manual.ts', '--check']
	expect(spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' })).toMatchObject({
		status: 0,
		stderr: '',
	})
})

test('the man page has every command, option, key, status and topic', () => {
	const page = share(MAN).replaceAll('\\-', '-').replaceAll('\n', ' ')
	for (const { name, options } of [PROGRAM, ...COMMAND_ROWS]) {
		if (name !== '') expect(page).toContain(`.SS "ctscope ${name} `)
		for (const { flags } of options) expect(page).toContain(`.B "${flags}"`)
	}
	expect(page.match(/\((?:everywhere|[A-Z]\w+(?:, [A-Z]\w+)*)\)\./g)?.length).toBeGreaterThanOrEqual(
		KEY_ROWS.length,
	)
	for (const status of Object.values(EXIT)) expect(page).toContain(`.B "${status}"`)
	for (const topic of Object.keys(TOPICS))
		expect(page).toContain(`.SH "${topic.replace('-', ' ').toUpperCase()}"`)
	for (const title of ['FILES', 'EXAMPLES', 'SEE ALSO']) expect(page).toContain(`.SH "${title}"`)
})

test.each(COMPLETIONS)('%s offers every command, option and reason', (name) => {
	const script = share(name)
	for (const row of [PROGRAM, ...COMMAND_ROWS]) {
		if (row.name !== '') expect(script).toMatch(new RegExp(`\\b${row.name}\\b`))
		for (const { long } of row.options)
			expect(script).toContain(name.endsWith('.fish') ? `-l ${long.slice(2)} ` : long)
	}
	for (const { id } of REASONS) expect(script).toContain(id)
	expect(script).toContain('/run/netns')
})

test('whatever takes a value has values', () => {
	for (const { name, options } of [PROGRAM, ...COMMAND_ROWS]) {
		for (const { long, takesValue } of options)
			if (takesValue) expect(optionValues(name, long).kind).toBeTruthy()
		argumentValues(name)
	}
})

/** A tool that is not here is no fault of the files; the run says which check was left out. */
const find = (tool: string) =>
	['/usr/bin', '/bin', '/usr/local/bin'].map((folder) => join(folder, tool)).find(existsSync)

test.for([
	['mandoc', ['-Tlint', '-W', 'all'], MAN],
	['bash', ['-n'], 'completions/ctscope.bash'],
	['zsh', ['-n'], 'completions/_ctscope'],
	['fish', ['-n'], 'completions/ctscope.fish'],
] as const)('%s finds nothing wrong', ([tool, args, name], { skip }) => {
	const path = find(tool)
	if (path === undefined) return skip(`${tool} is not installed here`)
	const { status, stdout, stderr } = spawnSync(path, [...args, join(root, 'share', name)], {
		encoding: 'utf8',
	})
	expect({ status, said: `${stdout}${stderr}` }).toEqual({ status: 0, said: '' })
})

/** What bash offers for a line, typed so far. */
function completed(line: string): string {
	const script = `
		source share/completions/ctscope.bash
		compopt() { :; }
		COMP_WORDS=(${line})
		COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
		_ctscope
		echo "\${COMPREPLY[*]}"`
	return spawnSync('bash', ['-c', script], { cwd: root, encoding: 'utf8' }).stdout.trim()
}

test.each([
	['ctscope st', 'status'],
	['ctscope explain tcp-f', 'tcp-flags'],
	['ctscope --netns x run --source ""', 'auto probe nflog kmsg'],
	['ctscope watch --source ""', 'probe'],
	['ctscope run --protocol ic', 'icmp icmpv6'],
	['ctscope tap --hook input,out', 'input,output'],
	['ctscope help s', 'sources safety status'],
	['ctscope revert --l', '--lease'],
])('bash completes: %s', (line, words) => {
	expect(completed(line)).toBe(words)
})
