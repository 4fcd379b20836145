import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { afterEach, expect, test } from 'vitest'
import { isDoomed, watchForDoom } from '../../../src/host/process/doomed.ts'
import { processStart } from '../../../src/host/process/identity.ts'
import { FakeClock } from '../../harness/fake/clock.ts'
import { until } from '../../harness/until.ts'

let child: ChildProcess | undefined
afterEach(async () => {
	if (child?.exitCode !== null || child.signalCode !== null) return
	child.kill('SIGKILL')
	await once(child, 'exit')
})

async function start(...argv: readonly string[]) {
	const [file = '', ...args] = argv
	child = spawn(file, args, { stdio: ['ignore', 'pipe', 'ignore'] })
	await once(child.stdout as NonNullable<ChildProcess['stdout']>, 'data')
	const pid = child.pid ?? 0
	return { pid, pidStart: processStart(pid) ?? '' }
}
const ECHO = 'echo ready; exec sleep 1000'

test('one that lives, is stopped, or is another one with the same number is not doomed', async () => {
	const name = await start('sh', '-c', ECHO)
	expect(isDoomed(name)).toBe(false)
	expect(isDoomed({ ...name, pidStart: '1' })).toBe(false)
	process.kill(name.pid, 'SIGSTOP')
	expect(isDoomed(name)).toBe(false)
})

test('one that only waits for its parent to take note is doomed', async () => {
	// What takes the place of the shell takes no note.
	const { pid } = await start('sh', '-c', 'sleep 0 & echo; exec sleep 1000')
	const list = () => readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
	const zombie = { pid: Number(list()), pidStart: processStart(Number(list())) ?? '' }
	await until(() => isDoomed(zombie), 'its end')
	expect(processStart(zombie.pid)).toBe(zombie.pidStart)
})

test('is told once', async () => {
	const clock = new FakeClock()
	const { pid } = await start('sh', '-c', 'sleep 0.1 & echo; exec sleep 1000')
	const list = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
	let told = 0
	watchForDoom(clock, { pid: Number(list), pidStart: processStart(Number(list)) ?? '' }, () => {
		told += 1
	})
	await until(async () => {
		await clock.advance(250)
		return told > 0
	}, 'to be told')
	await clock.advance(10_000)
	expect({ told, pending: clock.pending }).toEqual({ told: 1, pending: 0 })
})

test('nobody is told of one that lives, and the watch can be ended', async () => {
	const clock = new FakeClock()
	const name = await start('sh', '-c', ECHO)
	const end = watchForDoom(clock, name, () => expect.fail('it lives'))
	await clock.advance(10_000)
	end()
	process.kill(name.pid, 'SIGKILL')
	await until(() => isDoomed(name) || processStart(name.pid) === undefined, 'its end')
	await clock.advance(10_000)
	expect(clock.pending).toBe(0)
})
