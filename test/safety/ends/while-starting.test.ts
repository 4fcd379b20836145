import { copyFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { tapOf } from '../../../src/changes/tap/tap.ts'
import { tapText } from '../../../src/changes/tap/tap-text.ts'
import { tempFolder } from '../../harness/folders.ts'
import { createScene, LOG_INVALID, skipWithoutKernel } from '../../harness/guard/scene.ts'
import { undone } from '../../harness/guard/undone.ts'
import { familyOf, isThere, type Known, signal } from '../../harness/kill/processes.ts'
import { startCtscope } from '../../harness/program/program.ts'
import { createRunScene, processesLike } from '../../harness/program/run-scene.ts'
import { pause, until } from '../../harness/until.ts'

vi.setConfig({ testTimeout: 60_000 })

/** What becomes the reader of NFLOG, and what is asked first whether it knows `--pdeathsig`. */
const READER = ['prlimit', 'setpriv', 'sh', 'tcpdump', 'timeout']

const NFT = '/usr/sbin/nft'

/** Stops each tool with such a name below a process as soon as it is there, and those that come later. */
function stopTools(root: () => number | undefined, names: readonly string[]) {
	const stopped = new Map<number, Known>()
	let isOver = false
	const over = (async () => {
		while (!isOver) {
			const pid = root()
			for (const one of pid === undefined || pid === 0 ? [] : familyOf([pid])) {
				if (!names.includes(one.name) || stopped.has(one.pid)) continue
				signal(one.pid, 'SIGSTOP')
				stopped.set(one.pid, one)
			}
			await pause(1)
		}
	})()
	return {
		hasStopped: () => [...stopped.values()].some(isThere),
		async letGo() {
			isOver = true
			await over
			for (const one of stopped.values()) if (isThere(one)) signal(one.pid, 'SIGCONT')
		},
	}
}

describe.skipIf(skipWithoutKernel())('P4 the program ends while it is still switching on', () => {
	test.for(['SIGKILL', 'SIGTERM', 'SIGHUP'] as const)(
		'P4 %s while its reader stands still: what is in force is undone, and no part of it stays',
		async (name) => {
			const scene = await createRunScene('starts')
			const running = startCtscope(scene.run('--source', 'nflog', '--', 'sleep', '1000'))
			const tools = stopTools(() => running.child.pid, READER)
			try {
				await scene.untilOn('255')
				await until(tools.hasStopped, 'the reader')
				running.child.kill(name)
				undone(await scene.untilOn('0'))
				const { stderr, exitCode } = await running.ended
				if (name !== 'SIGKILL') {
					expect(stderr).toContain('ended while it was switching on; the guard puts everything back')
					expect(exitCode).toBeGreaterThan(128)
				}
				await until(() => processesLike(scene.stateDir).length === 0, 'every part of it to end')
				// One that has stood still since before the kernel was told to end it with its parent.
				await tools.letGo()
				await until(() => scene.readers().length === 0, 'the reader to end')
			} finally {
				await tools.letGo()
				running.child.kill('SIGKILL')
				await running.ended
				await scene.dispose()
			}
		},
	)

	test('P4 closing while a tool of the guard stands still: everything else is undone', async () => {
		const scene = await createScene('closing')
		const folder = tempFolder('nft')
		const nft = join(folder, 'nft')
		copyFileSync(NFT, join(folder, 'real'))
		// It stands still as long as the change before it is in force, and no longer.
		const script = `#!/bin/sh\nread -r now <${LOG_INVALID}; [ "$now" = 6 ] && exec sleep 60\nexec ${folder}/real "$@"\n`
		writeFileSync(nft, script, { mode: 0o755 })
		const client = await scene.client({ over: [nft, NFT] })
		const table = tapText(tapOf({ kind: 'tap', hooks: ['input'], states: ['invalid'] }))
		const changes = [
			{ knob: 'log_invalid', from: '0', to: '6' },
			{ knob: 'table:ctscope', from: 'absent', to: table },
		]
		expect(await client.send({ do: 'begin', plan: { purpose: 'test', changes } })).toMatchObject({ ok: true })
		await until(() => scene.read(LOG_INVALID) === '6', 'the change')
		const closed = client.send({ do: 'close' })
		undone(await until(() => scene.read(LOG_INVALID) === '0', 'the undo'))
		expect(await closed).toMatchObject({ ok: true, value: { phase: 'closed', outcome: 'clean' } })
		await scene.end()
	})
})
