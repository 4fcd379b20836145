import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { skipWithoutLab } from '../../harness/kernel/lab.ts'
import { ctscope, startCtscope } from '../../harness/program/program.ts'
import { createRunScene, LOG_INVALID, type RunScene } from '../../harness/program/run-scene.ts'

const shell = promisify(execFile)

/** The lines that are to be typed, as they stand in what was said. */
const byHand = (said: string) => [...said.matchAll(/by hand: (.*)/g)].map(([, line = '']) => line)

describe.skipIf(skipWithoutLab())('P15 what the user is told', () => {
	let scene: RunScene
	beforeAll(async () => {
		scene = await createRunScene('truth')
	})
	afterAll(() => scene?.dispose())

	const state = () => ['--state-dir', scene.stateDir]
	const logInvalid = () => scene.lab.read(LOG_INVALID)

	test('a setting left alone is reported with exit 3, and the command by hand restores it', async () => {
		const ran = startCtscope(scene.run('--protocol', 'tcp', '--', 'sleep', '2'))
		await scene.untilOn('6')
		await scene.lab.write(LOG_INVALID, '17')
		const { exitCode, stderr } = await ran.ended
		expect(exitCode).toBe(3)
		expect(stderr).toMatch(/SOMETHING WAS LEFT ALONE/)
		const [line = '', ...more] = byHand(stderr)
		expect(more).toEqual([])
		expect(await logInvalid()).toBe('17')
		await shell('sh', ['-c', line])
		expect(await logInvalid()).toBe('0')
	})

	test('a failed undo is reported with exit 4, status shows it, and a later revert does it', async () => {
		const before = await scene.lab.snapshot()
		// In the mount namespace of the program and its guard only: seen from the lab the file stays as it is. The guard has it
		// open since before, so it is refused the write itself.
		const file = `/proc/sys/${LOG_INVALID}`
		const inject = `strace -qq -o /dev/null -P ${file} -e trace=pwrite64 -e inject=pwrite64:error=EROFS`
		const close = `nsenter --net=/run/netns/${scene.lab.netns} sh -c '
			guard=$(grep -ho "pid..[0-9][0-9]*" $(ls -td ${scene.stateDir}/leases/* | head -1)/journal.jsonl | head -1 | cut -d: -f2)
			setsid ${inject} -p $guard </dev/null >/dev/null 2>&1 &
			while grep -q "TracerPid:.0$" /proc/$guard/status; do sleep 0.05; done
			mount --bind ${file} ${file} && mount -o remount,bind,ro ${file}'`
		const ran = await ctscope(scene.run('--protocol', 'tcp', '--', 'sh', '-c', close), {
			under: ['unshare', '--mount'],
		})
		expect(ran.exitCode, ran.stderr).toBe(4)
		expect(ran.stderr).toContain('EROFS')
		expect(byHand(ran.stderr)).toEqual([
			`nsenter --net=/run/netns/${scene.lab.netns} sysctl -w net.netfilter.nf_conntrack_log_invalid=0`,
		])
		expect(await logInvalid()).toBe('6')
		const status = await ctscope(['status', '--netns', scene.lab.netns, ...state()])
		expect(status.exitCode).toBe(10)
		const revert = await ctscope(['revert', '--all', '--yes', ...state()])
		expect(revert.exitCode, revert.stderr).toBe(0)
		expect(revert.stdout).toMatch(/restored +net\.netfilter\.nf_conntrack_log_invalid +6 -> 0/)
		expect(await scene.lab.snapshot()).toEqual(before)
		expect((await ctscope(['status', '--netns', scene.lab.netns, ...state()])).exitCode).toBe(0)
	})

	test.each([
		['nothing to do', ['revert', '--all', '--yes'], 0],
		['a lease that is over', ['revert', '--lease', 'ZZZZZ', '--yes'], 0],
		['an option that is not there', ['revert', '--everything'], 1],
	])('%s: the exit status tells', async (_, args, exitCode) => {
		expect((await ctscope([...args, ...state()])).exitCode).toBe(exitCode)
	})
})
