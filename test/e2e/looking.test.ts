import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createLab, type Lab, skipWithoutLab } from '../harness/lab.ts'
import { freshStateDir, pressSlowly } from '../harness/session.ts'
import { CTSCOPE, KEYS, openTerminal } from '../harness/terminal.ts'

describe.skipIf(skipWithoutLab())('P1: looking changes nothing', () => {
	let lab: Lab
	const folder = mkdtempSync(join(tmpdir(), 'ctscope-strace-'))
	beforeAll(async () => {
		lab = await createLab('look')
	})
	afterAll(async () => {
		rmSync(folder, { recursive: true })
		await lab?.dispose()
	})

	test('every screen, help and a dialog that is dismissed: no open for writing below /proc/sys or /sys', async () => {
		const before = await lab.snapshot()
		const trace = join(folder, 'trace')
		const state = freshStateDir()
		const args = ['-f', '-qq', '-o', trace, '-e', 'trace=open,openat,openat2,creat,truncate,unlink,mkdir']
		const terminal = openTerminal('/usr/bin/strace', [
			...args,
			CTSCOPE,
			'--netns',
			lab.netns,
			'--state-dir',
			state,
		])
		try {
			await terminal.until(/INVALID +\d/, 40_000)
			await pressSlowly(terminal, '3', 'j', '5', '7', '8', '?', KEYS.escape, '1', KEYS.enter, KEYS.escape)
			await terminal.until(/entries \d/)
			terminal.type('q')
			expect((await terminal.ended).exitCode).toBe(0)
		} finally {
			await terminal.dispose()
		}
		const calls = readFileSync(trace, 'utf8').split('\n')
		const below = calls.filter((call) => /"\/(?:proc\/sys|sys)\//.test(call))
		// It did read there, or the test would prove nothing.
		expect(below.length).toBeGreaterThan(20)
		expect(below.filter((call) => /O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|creat\(|truncate\(/.test(call))).toEqual(
			[],
		)
		expect(calls.filter((call) => call.includes(state) && /mkdir|O_CREAT/.test(call))).toEqual([])
		expect(await lab.snapshot()).toEqual(before)
	}, 90_000)
})
