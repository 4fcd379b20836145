import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { describe, expect, test } from 'vitest'
import { tempFolder } from '../harness/folders.ts'
import { skipWithoutLab } from '../harness/kernel/lab.ts'
import { openPractice, sayYes, switchOnFromStep } from '../harness/program/practice.ts'
import { startCtscope } from '../harness/program/program.ts'
import { freshStateDir, pressSlowly } from '../harness/program/session.ts'
import { CTSCOPE, openTerminal, type Terminal } from '../harness/program/terminal.ts'
import { msUntil, pause, until } from '../harness/until.ts'

/** Straight to the test of settings, with reasons. */
async function toSettings(terminal: Terminal): Promise<void> {
	await pressSlowly(terminal, 'j', 'j')
	await switchOnFromStep(terminal)
	// As many seconds before it as with it are needed.
	await pause(12_000)
	await pressSlowly(terminal, 'G', 'k')
	await terminal.until(/▸. 8 /)
}

/** A file system without room, in a mount namespace of its own: nothing is left mounted. */
const FULL = 'mount -t tmpfs -o size=4k none "$0"; echo full > "$0/all"; exec "$@"'

/** A setting is tried while `does`, and everything is put back. */
async function atSettings(scenario: string, does: (terminal: Terminal) => Promise<void>): Promise<void> {
	const terminal = await openPractice(scenario)
	try {
		await toSettings(terminal)
		await does(terminal)
	} finally {
		terminal.type('U')
		await pause(1_000)
		terminal.type('q')
		await terminal.dispose()
	}
}

const trying = (scenario: string, does: (terminal: Terminal) => Promise<void>): Promise<void> =>
	atSettings(scenario, async (terminal) => {
		await pressSlowly(terminal, ' ')
		await terminal.until('THIS CHANGES HOW PACKETS ARE HANDLED')
		await sayYes(terminal)
		await terminal.until('measuring with it')
		await does(terminal)
	})

describe.skipIf(skipWithoutLab()).concurrent('led by the steps', () => {
	test('be_liberal on asymmetric traffic: the drop is measured and judged, and the change undone', async () => {
		await trying('asymmetric', async (terminal) => {
			await terminal.until('undone; measuring afterwards')
			expect(terminal.text()).toMatch(/3 CHANGES/)
			const text = await terminal.until('tcp_be_liberal: explains')
			expect(text).toMatch(/with 0(?:\.\d)?\/s/)
			terminal.type('o')
			await terminal.until(/> reading /)
			terminal.type('G')
			const below = await terminal.until((all) => !/lines? below/.test(all))
			const said = below.replaceAll(/\s*\n.*?│ */g, ' ')
			expect(said).toMatch(/and rose again,\s+more than chance \(p < 0\.0/)
			expect(said).toMatch(/Lines of ".*?":\s+\d+\/s,\s+0\/s,\s+\d+\/s/)
		})
	})

	test('on a scan no packet speaks for any setting, and none is offered', async () => {
		await atSettings('scan', async (terminal) => {
			const text = await terminal.until(/nothing left to\s+(?:│\s+)?try/)
			expect(text).toMatch(/tcp_be_liberal 1:[^:]*none;/)
		})
	})

	test('--plain leads through the asymmetric scenario by typed words', async () => {
		const folder = mkdtempSync(join(tmpdir(), 'ctscope-plain-'))
		const { child, ended } = startCtscope(
			['practice', 'asymmetric', '--plain', '--state-dir', freshStateDir()],
			{
				cwd: folder,
				input: 'open',
				timeoutMs: 300_000,
			},
		)
		let said = ''
		child.stdout?.on('data', (data) => {
			said += String(data)
		})
		const untilSaid = (what: RegExp) =>
			until(
				() => what.test(said),
				() => `${what} in what is said:\n${said}`,
			)
		const say = async (words: string, what: RegExp): Promise<void> => {
			said = ''
			child.stdin?.write(`${words}\n`)
			await untilSaid(what)
		}
		try {
			await untilSaid(/Step 1 of 9[\s\S]*> $/)
			await say('wait', /Answer: INVALID is rising: \d+ packets/)
			await say('next', /Step 2 of 9/)
			await say('next', /Step 3 of 9[\s\S]*Type do to switch logging on/)
			await say('do', /8: all[\s\S]*Type the number/)
			await say('8', /write .*log_invalid[\s\S]*Type yes to do it, /)
			await say('y', /Type yes to do it, /)
			await say('yes', /in force/)
			await say('next', /Step 4 of 9/)
			await say('wait', /Answer: \d+ lines/)
			await say('next', /Step 5 of 9[\s\S]*SEQ is over upper bound/)
			await say('next', /Step 6 of 9/)
			await say('wait', /Type do to count both directions/)
			await say('do', /Type yes to do it, /)
			// Said together or one by one, as the guard tells them.
			await say('yes', /in force: count there(?:, |[\s\S]*in force: )count back/)
			// Asked again until enough packets have been counted.
			const judged =
				/(?:Only one direction passes|Hardly anything comes back) here(?:, (?:likely|perhaps))?: asymmetric routing/
			for (let asked = 0; asked < 120 && !judged.test(said); asked++) {
				await pause(1_000)
				await say('', /Step 6 of 9[\s\S]*> $/)
			}
			expect(said).toMatch(judged)
			await say('step 9', /Step 9 of 9[\s\S]*Answer: (?:Likely: t|T)his host sees one direction/)
			await say('status', /6 changes in force/)
			await say('undo', /UNDONE 6 of 6/)
			await say('report anonymous', /the report is in /)
			child.stdin?.write('quit\n')
			const { exitCode, stdout } = await ended
			expect(exitCode).toBe(0)
			expect(stdout).toContain('Practice: FOUND.')
			// Nothing is drawn over, and nothing moves.
			expect(stdout.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u)
			const [json = ''] = readdirSync(folder).sort()
			expect(readFileSync(join(folder, json), 'utf8')).not.toMatch(/10\.66\./)
		} finally {
			child.kill('SIGTERM')
			rmSync(folder, { recursive: true })
		}
	})

	test('a recording ends on the last screen of the session', async () => {
		const folder = tempFolder('recorded')
		const file = join(folder, 'recording')
		const terminal = await openPractice('checksum', { args: ['--record', file] })
		try {
			await pressSlowly(terminal, 'j', 'j')
			await switchOnFromStep(terminal)
			await pressSlowly(terminal, 'j')
			await terminal.until(/\d{2} lines/)
			await pressSlowly(terminal, 'j', 'U')
			await terminal.until('NO CHANGES IN FORCE')
			await pressSlowly(terminal, 'p')
			await pause(300)
			const live = terminal.lines().slice(1, -1)
			// The killed program leaves a recording too, up to its last second.
			await pause(1_500)
			terminal.type('q')
			expect((await terminal.ended).exitCode).toBe(0)
			const replayed = openTerminal(CTSCOPE, ['replay', file, '--end'], { cwd: folder })
			try {
				await replayed.until('REPLAY end')
				// A frame may reach the terminal in two pieces.
				const lines = () => replayed.lines().slice(1, -1)
				await msUntil(() => isDeepStrictEqual(lines(), live), 10_000)
				expect(lines()).toEqual(live)
				replayed.type('U')
				await replayed.until('no changes are in force')
				replayed.type('q')
				expect((await replayed.ended).exitCode).toBe(0)
			} finally {
				await replayed.dispose()
			}
		} finally {
			await terminal.dispose()
		}
	})

	test('a full disk ends the recording, not the program', async () => {
		const folder = tempFolder('full')
		const under = ['unshare', '-m', 'sh', '-c', FULL, folder]
		const terminal = await openPractice('scan', {
			under,
			args: ['--record', join(folder, 'recording')],
		})
		try {
			await terminal.until(/the recording ends here/)
			terminal.type('q')
			expect((await terminal.ended).exitCode).toBe(0)
		} finally {
			await terminal.dispose()
		}
	})
})
