import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createLab, type KnobSnapshot, type Lab, skipWithoutLab } from '../harness/kernel/lab.ts'
import { processOf } from '../harness/process-of.ts'
import { ctscope, startCtscope } from '../harness/program/program.ts'
import { createRunScene, LOG_INVALID, processesLike, type RunScene } from '../harness/program/run-scene.ts'
import { pause, until } from '../harness/until.ts'

describe.skipIf(skipWithoutLab())('run', () => {
	let scene: RunScene
	let lab: Lab
	let folder: string
	let before: KnobSnapshot
	beforeAll(async () => {
		scene = await createRunScene('run')
		lab = scene.lab
		folder = scene.folder
	})
	afterAll(() => scene.dispose())
	beforeEach(async () => {
		before = await lab.snapshot()
	})
	afterEach(async () => {
		expect(await lab.snapshot()).toEqual(before)
	})

	const run = (...args: string[]) => scene.run(...args)
	const hping = (...args: string[]) => scene.hping(...args)

	test("three bad packets give one reason, settings are restored, and the command's exit status is kept", async () => {
		const json = join(folder, 'out.json')
		const command = hping('-c', '3', '-i', 'u1000', '-S', '-F', '-p', '80', lab.address)
		const ran = await ctscope(run('--source', 'kmsg', '--protocol', 'tcp', '--json', json, '--', ...command))
		expect(ran.exitCode).toBe(1)
		expect(ran.stdout).toContain('HPING')
		expect(ran.stderr).toMatch(/3\s+TCP\s+invalid tcp flag combination/)
		expect(ran.stderr).toMatch(/all put back/)
		const report = JSON.parse(readFileSync(json, 'utf8'))
		expect(report).toMatchObject({
			v: 1,
			reasons: [
				{
					text: 'invalid tcp flag combination',
					protocol: 'TCP',
					count: 3,
					sample: expect.stringContaining(`DST=${lab.address}`),
				},
			],
			log: { lines: 3, lost: 0 },
			command: { exitCode: 1, signal: null },
			undo: 'clean',
		})
		expect(report.counters.invalid.after - report.counters.invalid.before).toBe(3)
		expect(report.counters.error).toMatchObject({ before: expect.any(Number), after: expect.any(Number) })
		expect(report.changes).toContainEqual(
			expect.objectContaining({ knob: 'log_invalid', was: '0', set: '6', after: '0' }),
		)
		// Where someone has opened it already, it is left as it is.
		if (before['host /proc/sys/net/netfilter/nf_log_all_netns'] === '0') {
			expect(report.changes).toContainEqual(
				expect.objectContaining({ knob: 'nf_log_all_netns', was: '0', set: '1', after: '0' }),
			)
		}
	})

	test('in the namespace of the caller', async () => {
		const ran = await ctscope(
			[
				'run',
				'--state-dir',
				scene.stateDir,
				'--protocol',
				'tcp',
				'--',
				...hping('-c', '2', '-i', 'u1000', '-R', lab.address),
			],
			{ under: ['ip', 'netns', 'exec', lab.netns] },
		)
		expect(ran.stderr).toMatch(/2\s+TCP\s+invalid new/)
		expect(ran.exitCode).toBe(1)
	})

	test('one packet over loopback is judged twice, and that is said', async () => {
		await lab.inside('ip', 'link', 'set', 'lo', 'up')
		const ran = await ctscope(
			run('--', 'ip', 'netns', 'exec', lab.netns, 'hping3', '-c', '1', '-R', lab.address),
		)
		const said = ran.stderr.replaceAll(/\s+/g, ' ')
		expect(said).toMatch(/counted 2 = explained 2 \+ silent 0 \+ lost 0; 1 judged twice/)
		expect(said).toMatch(/1 packet judged twice and counted twice: over loopback when sent and when received/)
	})

	test.each<[string, string[], number]>([
		['success', ['true'], 0],
		['its own status', ['sh', '-c', 'exit 7'], 7],
		['a signal', ['sh', '-c', 'kill -TERM $$'], 143],
		['SIGKILL', ['sh', '-c', 'kill -9 $$'], 137],
	])('exit status: %s', async (_name, command, exitCode) => {
		const ran = await ctscope(run('--', ...command))
		expect(ran.exitCode).toBe(exitCode)
		expect(ran.stderr).toMatch(/all put back/)
	})

	test.each<[string, string[], number, RegExp]>([
		['no such program', ['no-such-program-here'], 127, /not found; nothing was changed/],
		['not executable', ['/etc/passwd'], 126, /not executable/],
	])('%s', async (_name, command, exitCode, says) => {
		const ran = await ctscope(run('--', ...command))
		expect(ran.exitCode).toBe(exitCode)
		expect(ran.stderr).toMatch(says)
	})

	test('the command keeps its namespace, input, output and environment', async () => {
		const ran = await ctscope(
			run('--', 'sh', '-c', 'readlink /proc/self/ns/net; env | grep -c CTSCOPE_NETNS; echo "$MARK"'),
			{ env: { MARK: 'as given' } },
		)
		expect(ran.stdout).not.toContain(await lab.inside('readlink', '/proc/self/ns/net'))
		expect(ran.stdout).toMatch(/^net:\[\d+\]\n0\nas given\n$/)
	})

	test('an unwritable report fails before anything happens', async () => {
		const ran = await ctscope(run('--json', '/no/such/folder/x', '--', 'echo', 'ran'))
		expect(ran).toMatchObject({ exitCode: 1, stdout: '' })
		expect(ran.stderr).toMatch(/there is no directory \/no\/such\/folder/)
	})

	test('the command is not run when logging cannot be switched on', async () => {
		const bare = await createLab('bare')
		// Without a logger for either family there is nobody to take the lines.
		const json = join(folder, 'refused.json')
		const options = ['--netns', bare.netns, '--state-dir', '/proc/x', '--json', json]
		const ran = await ctscope(['run', ...options, '--', 'echo', 'ran'])
		await bare.dispose()
		expect(ran.exitCode).toBe(2)
		expect(ran.stdout).toBe('')
		expect(ran.stderr).toMatch(/could not be switched on, so echo was not run/)
		expect(JSON.parse(readFileSync(json, 'utf8'))).toMatchObject({
			v: 1,
			failure: { kind: expect.any(String), detail: expect.any(String) },
			command: { argv: ['echo', 'ran'], exitCode: null },
		})
	})

	test('a report that is not written is no success', async () => {
		const full = join(folder, 'full')
		mkdirSync(full)
		execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4k', 'tmpfs', full])
		try {
			writeFileSync(join(full, 'filler'), Buffer.alloc(4096))
			const ran = await ctscope(run('--json', join(full, 'report.json'), '--', 'true'))
			expect(ran.exitCode).toBe(1)
			expect(ran.stderr).toMatch(/all put back(?:.|\n)*report\.json(?:.|\n)*ENOSPC/)
		} finally {
			execFileSync('umount', [full])
		}
	})

	test('P15 a setting held by another session exits 5, and the command is not run', async () => {
		const first = startCtscope(run('--source', 'nflog', '--protocol', 'tcp', '--', 'sleep', '45'))
		await scene.untilOn('6')
		await pause(300)
		const second = await ctscope(run('--source', 'nflog', '--protocol', 'udp', '--', 'echo', 'ran'))
		const status = await ctscope(['status', '--netns', lab.netns, '--state-dir', scene.stateDir, '--json'])
		const words = await ctscope(['status', '--netns', lab.netns, '--state-dir', scene.stateDir])
		first.child.kill('SIGTERM')
		await first.ended
		expect(second).toMatchObject({ exitCode: 5, stdout: '' })
		expect(second.stderr).toMatch(/held by another session/)
		expect(status.exitCode).toBe(10)
		expect(JSON.parse(status.stdout).changes).toContainEqual(
			expect.objectContaining({
				knob: 'log_invalid',
				was: '0',
				set: '6',
				now: '6',
				state: 'in-force',
				undoAt: expect.stringMatching(/^\d{4}-/),
			}),
		)
		expect(words.stdout).toMatch(/^changes_in_force 3$/m)
		expect(words.stdout).toMatch(/^change log_invalid 0 -> 6, now 6, in-force, undo in 0?9:\d\d/m)
	})

	test('a value of someone else is left alone, reported, and exits 3', async () => {
		const ran = startCtscope(run('--protocol', 'tcp', '--', 'sleep', '2'))
		await scene.untilOn('6')
		await lab.write(LOG_INVALID, '17')
		const { exitCode, stderr } = await ran.ended
		expect(await lab.read(LOG_INVALID)).toBe('17')
		await lab.write(LOG_INVALID, '0')
		expect(exitCode).toBe(3)
		expect(stderr).toMatch(/SOMETHING WAS LEFT ALONE/)
		expect(stderr).toMatch(/by hand: .*nf_conntrack_log_invalid=0/)
	})

	/** Resolves when the command says that it has begun: logging is on by then. */
	async function begun(script: string): Promise<ReturnType<typeof startCtscope>> {
		const ran = startCtscope(run('--', 'sh', '-c', script))
		let said = ''
		ran.child.stdout?.on('data', (text: string) => {
			said += text
		})
		await until(() => said.includes('begun'), 'the command has not begun')
		return ran
	}

	test.each([
		['SIGTERM', 143],
		['SIGHUP', 129],
	] as const)('P15 %s ends the command and restores everything', async (signal, exitCode) => {
		const ran = await begun('echo begun; exec sleep 45')
		ran.child.kill(signal)
		const ended = await ran.ended
		expect(ended.exitCode).toBe(exitCode)
		expect(ended.stderr).toMatch(/all put back/)
	})

	test('SIGINT goes to the command, which may handle it', async () => {
		const ran = await begun('trap "exit 9" INT; echo begun; sleep 30 >/dev/null 2>&1 & wait')
		ran.child.kill('SIGINT')
		expect((await ran.ended).exitCode).toBe(9)
	})

	test('P4 a command that ignores SIGTERM does not hold up the undo', async () => {
		const ran = await begun('trap "" TERM; echo begun; sleep 12 >/dev/null 2>&1 & wait; wait')
		ran.child.kill('SIGTERM')
		await scene.untilBack(before, 2_500)
		expect((await ran.ended).exitCode).toBe(143)
	})

	test('P4 SIGKILL of ctscope: everything is restored within a second', async () => {
		const ran = await begun('echo begun; exec sleep 3')
		ran.child.kill('SIGKILL')
		await scene.untilBack(before, 1_000)
	})

	test('SIGKILL of the process in the namespace ends the command and restores everything', async () => {
		const ran = await begun('echo begun; exec sleep 45')
		// A child is like its parent until it is another program.
		const inside = () => processesLike(`run-inside\0--netns\0${lab.netns}`)
		await until(() => inside().length === 1, 'the process in the namespace alone')
		process.kill(processOf(inside()[0], 'command'), 'SIGKILL')
		await scene.untilBack(before, 1_000)
		const { exitCode, stderr } = await ran.ended
		expect(exitCode).toBe(1)
		expect(stderr).toMatch(/ended; the guard puts everything back/)
	})

	test('no process is left', async () => {
		await until(() => processesLike(scene.stateDir).length === 0, 'the last one to end')
	})
})
