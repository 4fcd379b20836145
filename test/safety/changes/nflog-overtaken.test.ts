import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Plan } from '../../../src/model/change.ts'
import { createScene, isRunning, type Scene, skipWithoutKernel } from '../../harness/guard/scene.ts'
import { readersIn, startInside, toolsWithout } from '../../harness/kernel/nflog-scene.ts'
import { pause, until } from '../../harness/until.ts'

const LOGGER = '/proc/sys/net/netfilter/nf_log/2'
const TCPDUMP = '/usr/bin/tcpdump'
const LISTENERS = '/proc/net/netfilter/nfnetlink_log'
const without = skipWithoutKernel() || !existsSync(TCPDUMP) || !existsSync(LISTENERS)

const plan: Plan = {
	purpose: 'NFLOG',
	changes: [{ knob: 'nf_log.2', from: 'nf_log_ipv4', to: 'nfnetlink_log' }],
}

/** Tools with a tcpdump that takes its time before it begins, as from a slow disk. */
function slowTools(seconds: number): string {
	const folder = toolsWithout('tcpdump')
	const file = join(folder, 'tcpdump')
	writeFileSync(file, `#!/bin/sh\n/bin/sleep ${seconds}\nexec ${TCPDUMP} "$@"\n`)
	chmodSync(file, 0o755)
	return folder
}

const inodeOf = (scene: Scene) =>
	execFileSync('nsenter', [`--net=${scene.path}`, 'readlink', '/proc/self/ns/net'], {
		encoding: 'utf8',
	}).trim()

describe.skipIf(without)('P2 a reader that the undo overtakes binds no logger afterwards', () => {
	test.each<[string, NodeJS.Signals | undefined, (scene: Scene, undo: () => Promise<unknown>) => unknown]>([
		['the undo that was asked for', undefined, (_scene, undo) => undo()],
		['the guard is told to stop', undefined, (scene) => process.kill(scene.guardPid(), 'SIGTERM')],
		['and the program that reads stands still', 'SIGSTOP', (_scene, undo) => undo()],
		['the program that reads is killed', 'SIGKILL', (_scene, undo) => undo()],
	])('the reader is overtaken: %s', async (_name, signal, end) => {
		const scene = await createScene('overtaken')
		const tools = slowTools(0.6)
		const inode = inodeOf(scene)
		const client = await scene.client()
		expect(await client.send({ do: 'apply', plan })).toMatchObject({ ok: true })
		const guard = scene.guardPid()
		const reading = startInside(scene.netns, tools, scene.stateDir)
		if (reading.child.pid !== undefined) scene.adopt(reading.child.pid)
		await until(() => readersIn(inode).length > 0, 'the start of the reader')
		await pause(200)
		if (signal !== undefined) reading.child.kill(signal)
		await end(scene, () => client.send({ do: 'undo', which: 'all' }))
		await until(() => scene.read(LOGGER) === 'nf_log_ipv4', 'the undo')
		await until(() => !isRunning(guard), 'the guard to end')
		await pause(1_000)
		expect(scene.read(LOGGER)).toBe('nf_log_ipv4')
		expect(readersIn(inode)).toEqual([])
		reading.child.kill('SIGKILL')
		await reading.ended
		rmSync(tools, { recursive: true })
		await client.send({ do: 'close' })
		await scene.end()
	})

	test('the program is killed before the reader starts', async () => {
		const scene = await createScene('gate')
		const inode = inodeOf(scene)
		const tools = slowTools(0)
		const client = await scene.client()
		expect(await client.send({ do: 'apply', plan })).toMatchObject({ ok: true })
		for (let ms = 0; ms < 40; ms += 4) {
			const reading = startInside(scene.netns, tools, scene.stateDir)
			await until(() => readersIn(inode).length > 0, 'the start of the reader')
			await pause(ms / 4)
			reading.child.kill('SIGKILL')
			await reading.ended
			await until(() => readersIn(inode).length === 0, 'the reader to end')
		}
		expect(await client.send({ do: 'undo', which: 'all' })).toMatchObject({ ok: true })
		expect(scene.read(LOGGER)).toBe('nf_log_ipv4')
		rmSync(tools, { recursive: true })
		await client.send({ do: 'close' })
		await scene.end()
	})
})
