import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { commandLine } from '../../../src/commands/command-line.ts'
import { EXIT } from '../../../src/commands/common/options.ts'
import { textOf } from '../../../src/commands/help/topic-text.ts'
import { TOPICS } from '../../../src/words/english/help/topics.ts'
import { beside } from '../../../src/words/paragraph.ts'

const cli = join(import.meta.dirname, '../../../src/cli.ts')
const ctscope = (...args: readonly string[]) =>
	spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', cli, ...args], { encoding: 'utf8' })

const names = Object.keys(TOPICS) as (keyof typeof TOPICS)[]

test('no topic has the name of a subcommand', () => {
	const commands = commandLine().commands.map((command) => command.name())
	expect(commands.filter((name) => Object.hasOwn(TOPICS, name))).toEqual([])
})

test.each(names)('the topic %s fits on 80 columns, and its sentences end', (name) => {
	const topic = TOPICS[name]
	for (const line of textOf(name, beside).split('\n')) expect(line.length).toBeLessThanOrEqual(80)
	for (const part of topic.parts)
		for (const text of typeof part === 'string' ? [part] : part.map(([, text]) => text))
			expect(text).toMatch(/[.:]$/)
})

test('the topic exit-status has every status of the program', () => {
	const terms = TOPICS['exit-status'].parts.flatMap((part) =>
		typeof part === 'string' ? [] : part.map(([term]) => term),
	)
	expect(terms).toEqual(expect.arrayContaining([...new Set(Object.values(EXIT))].map(String)))
})

test('help knows the program, subcommands and topics, and says what else there is', () => {
	expect(ctscope('help').stdout).toBe(ctscope('--help').stdout)
	expect(ctscope('help', 'run').stdout).toBe(ctscope('run', '--help').stdout)
	expect(ctscope('help', 'json')).toMatchObject({
		status: 0,
		stderr: '',
		stdout: expect.stringMatching(/"v": 1/),
	})
	expect(ctscope('help', 'bogus')).toMatchObject({
		status: 1,
		stdout: '',
		stderr: expect.stringMatching(/^ctscope: no help for 'bogus'.*exit-status/),
	})
})
