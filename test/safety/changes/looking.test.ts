import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SCREENS } from '../../../src/app/screens/screens.ts'
import { keyOf } from '../../../src/app/state/bindings.ts'
import { commandLine } from '../../../src/commands/command-line.ts'
import { createLab, type Lab, skipWithoutLab } from '../../harness/kernel/lab.ts'
import { ctscope } from '../../harness/program/program.ts'
import { freshStateDir, pressSlowly } from '../../harness/program/session.ts'
import { CTSCOPE, KEYS, openTerminal } from '../../harness/program/terminal.ts'

/** Every system call that is given a path. */
const STRACE = ['strace', '-f', '-qq', '-e', 'trace=%file']
const CHANGING =
	/O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|^\d+ +(?:creat|truncate|unlink|rename|mkdir|mknod|link|symlink|chmod|chown|u?mount|setxattr)\w*\(/

const LOOKING: readonly (readonly [string, readonly string[]])[] = [
	['status', ['status']],
	['status --json', ['status', '--json']],
	['status --netns', ['status', '--netns', 'NETNS']],
	['watch', ['watch', '--count', '2', '--interval', '0.3']],
	['watch --json --netns', ['watch', '--json', '--count', '2', '--interval', '0.3', '--netns', 'NETNS']],
	['doctor', ['doctor', '--netns', 'NETNS']],
	['printk', ['printk']],
	['namespaces', ['namespaces', '--interval', '0.2']],
	['rules', ['rules', '--netns', 'NETNS', '--interval', '0.2']],
	['flow', ['flow', '--netns', 'NETNS', 'tcp', '10.0.0.1:1', '10.0.0.2:2']],
]

test('each subcommand that only looks is tried here', () => {
	const program = commandLine()
	const looking = program
		.createHelp()
		.visibleCommands(program)
		.filter((command) => /; changes nothing$/.test(command.description()) && command.name() !== 'help')
		.map((command) => command.name())
	expect(looking.length).toBeGreaterThan(3)
	expect(LOOKING.map(([, [name]]) => name)).toEqual(expect.arrayContaining(looking))
})

describe.skipIf(skipWithoutLab())('P1 looking changes nothing', () => {
	let lab: Lab
	const folder = mkdtempSync(join(tmpdir(), 'ctscope-strace-'))
	beforeAll(async () => {
		lab = await createLab('look')
	})
	afterAll(async () => {
		rmSync(folder, { recursive: true })
		await lab?.dispose()
	})

	/** Calls with a path that could have changed the kernel, or left something for later. */
	function changing(trace: string): readonly string[] {
		const calls = readFileSync(trace, 'utf8').split('\n')
		// It did read there, or this would prove nothing.
		expect(calls.filter((call) => /"\/(?:proc|sys)\//.test(call)).length).toBeGreaterThan(20)
		return calls.filter(
			(call) => /"\/(?:proc\/sys|proc\/dynamic_debug|sys|run|var)\//.test(call) && CHANGING.test(call),
		)
	}

	test.each(LOOKING)('%s opens nothing for writing', async (name, args) => {
		const trace = join(folder, name.replaceAll(' ', '-'))
		const before = await lab.snapshot()
		const ran = await ctscope(
			args.map((arg) => (arg === 'NETNS' ? lab.netns : arg)),
			{ under: [...STRACE, '-o', trace] },
		)
		expect(ran.signal).toBe(null)
		expect(changing(trace)).toEqual([])
		expect(await lab.snapshot()).toEqual(before)
	})

	test('every screen, the help and a cancelled dialog open nothing for writing', async () => {
		const before = await lab.snapshot()
		const trace = join(folder, 'trace')
		const state = freshStateDir()
		const args = [...STRACE.slice(1), '-o', trace, CTSCOPE, '--netns', lab.netns, '--state-dir', state]
		const terminal = openTerminal('/usr/bin/strace', args)
		try {
			await terminal.until(/INVALID +\d/)
			await pressSlowly(
				terminal,
				...SCREENS.flatMap(({ id }) => [keyOf(`go-${id}`), keyOf('down')]),
				keyOf('help'),
				KEYS.escape,
				keyOf('go-watch'),
				KEYS.enter,
				KEYS.escape,
			)
			await terminal.until(/entries \d/)
			terminal.type('q')
			expect((await terminal.ended).exitCode).toBe(0)
		} finally {
			await terminal.dispose()
		}
		expect(changing(trace)).toEqual([])
		const calls = readFileSync(trace, 'utf8').split('\n')
		expect(calls.filter((call) => call.includes(state) && CHANGING.test(call))).toEqual([])
		expect(await lab.snapshot()).toEqual(before)
	})
})
