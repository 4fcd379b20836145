import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { anyAlive, killAll, runHand, startHand } from '../../../src/host/process/hand.ts'
import { createToolPath } from '../../../src/host/tools/tool-path.ts'
import { pause, until } from '../../harness/until.ts'

const tools = createToolPath()
const sh = (script: string, ...args: readonly string[]) => ['/bin/sh', '-c', script, 'sh', ...args]

function started(argv: readonly string[]) {
	const hand = startHand(argv, tools)
	if (typeof hand === 'string') throw new Error(hand)
	return hand
}

const untilGone = (hand: ReturnType<typeof started>) =>
	until(() => !anyAlive([hand.name]), 'the process to end')

describe('a process that waits at its gate', () => {
	test('a gated process starts on command, as the same process, with its input', async () => {
		const hand = started(sh('echo "$1 $$"; cat; echo bad >&2; exit 3', 'a b'))
		expect(anyAlive([hand.name])).toBe(true)
		const ran = await hand.go('first\nsecond\n')
		expect(ran).toEqual({ status: 3, stdout: `a b ${hand.name.pid}\nfirst\nsecond\n`, stderr: 'bad\n' })
		expect(anyAlive([hand.name])).toBe(false)
	})

	test('an unused process ends without starting', async () => {
		const hand = started(sh('echo begun >/dev/tty'))
		hand.drop()
		await untilGone(hand)
	})

	test('a process killed at its gate is not waited for', async () => {
		const hand = started(sh('echo begun'))
		killAll([hand.name])
		await untilGone(hand)
		await pause(50)
		const begun = performance.now()
		expect(await hand.go()).toMatchObject({ status: null, stdout: '' })
		expect(performance.now() - begun).toBeLessThan(1_000)
	})

	test('is killed by its number and start time, and a later one with that number is not', async () => {
		const hand = started(sh('sleep 60'))
		killAll([{ ...hand.name, pidStart: '1' }])
		expect(anyAlive([hand.name])).toBe(true)
		killAll([hand.name])
		await untilGone(hand)
	})

	test('has no environment but a path, the locale C and no home', async () => {
		const { stdout } = await runHand(['/usr/bin/env'], tools)
		const names = stdout.split('\n').map((line) => line.split('=')[0])
		expect(
			names.filter((name) => !['PATH', 'LC_ALL', 'HOME', 'PWD', '_', '', 'OLDPWD'].includes(name ?? '')),
		).toEqual([])
		expect(stdout).toContain('HOME=/dev/null')
	})

	test('a process that cannot be recorded does not start', async () => {
		const ran = await runHand(sh('echo begun'), tools, { announce: () => false })
		expect(ran).toMatchObject({ status: null, stdout: '', code: 'ENOSPC' })
	})

	test('a process is recorded before it starts', async () => {
		let seen = ''
		const ran = await runHand(sh('echo begun'), tools, {
			announce: ({ pid }) => {
				seen = readFileSync(`/proc/${pid}/stat`, 'utf8')
				return true
			},
		})
		expect(seen).not.toBe('')
		expect(ran).toMatchObject({ status: 0, stdout: 'begun\n' })
	})

	test('says what it says before its input ends, where that is asked for', async () => {
		let told = 0
		const ran = await runHand(sh('echo open; cat; echo over'), tools, { onOutput: () => void told++ })
		expect([told, ran.stdout]).toEqual([1, 'open\nover\n'])
	})
})

test('P4 a process that ignores SIGTERM is waited for 5 s and no longer', async () => {
	const ran = await runHand(sh('trap "" TERM; sleep 60 & wait; sleep 60'), tools)
	expect(ran).toMatchObject({ status: null })
})

test('P4 a process that ends is not waited for because what it started holds its outputs', async () => {
	const begun = performance.now()
	const ran = await runHand(sh('sleep 30 & echo $!; echo bad >&2; exit 3'), tools)
	const took = performance.now() - begun
	process.kill(Number(ran.stdout), 'SIGKILL')
	expect(ran).toMatchObject({ status: 3, stderr: 'bad\n' })
	expect(took).toBeLessThan(2_000)
})

describe('when there is no descriptor left for its pipes', () => {
	const FULL = `
		import { openSync } from 'node:fs'
		const { startHand, runHand } = await import('${new URL('../../../src/host/process/hand.ts', import.meta.url)}')
		const { startKeeper } = await import('${new URL('../../../src/host/write/nft-keeper.ts', import.meta.url)}')
		const { firstLine, startDetached } = await import('${new URL('../../../src/host/process/detached.ts', import.meta.url)}')
		try { for (;;) openSync('/dev/null') } catch {}
		const tools = { env: { PATH: '/usr/bin:/bin' } }
		const detached = startDetached(['/bin/true'])
		detached.release()
		process._rawDebug(JSON.stringify([
			startHand(['/bin/true'], tools),
			(await runHand(['/bin/true'], tools)).code,
			startKeeper('/bin/cat', tools) === undefined,
			(await firstLine(['/bin/true'], 1000)).exitCode,
			(await detached.ended).stderr,
		]))
		process.exit(0)`

	test('missing descriptors are an answer, so that an undo tries again', () => {
		const argv = ['--nofile=60', process.execPath, '--input-type=module', '-e', FULL]
		const { stderr } = spawnSync('/usr/bin/prlimit', argv, { encoding: 'utf8' })
		expect(stderr.trim()).toBe('["EMFILE","EMFILE",true,-1,"EMFILE"]')
	})
})
