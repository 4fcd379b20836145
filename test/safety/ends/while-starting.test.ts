import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { tapOf } from '../../../src/changes/tap/tap.ts'
import { tapText } from '../../../src/changes/tap/tap-text.ts'
import { tempFolder } from '../../harness/folders.ts'
import { createScene, LOG_INVALID as HERE, skipWithoutKernel } from '../../harness/guard/scene.ts'
import { undone } from '../../harness/guard/undone.ts'
import { instead } from '../../harness/kernel/instead.ts'
import { startCtscope } from '../../harness/program/program.ts'
import { createRunScene, LOG_INVALID, processesLike } from '../../harness/program/run-scene.ts'
import { until } from '../../harness/until.ts'

const NFT = '/usr/sbin/nft'
const TCPDUMP = '/usr/bin/tcpdump'

describe.skipIf(skipWithoutKernel())('P4 the program ends while it is still switching on', () => {
	test.for(['SIGKILL', 'SIGTERM', 'SIGHUP'] as const)(
		'P4 %s while its reader stands still: what is in force is undone, and no part of it stays',
		async (name) => {
			const scene = await createRunScene('starts')
			const begun = join(scene.folder, 'begun')
			const reader = `case "$*" in *nflog:0*) : >${begun}; exec sleep 60;; esac`
			const { under } = instead(scene.folder, TCPDUMP, reader)
			const running = startCtscope(scene.run('--source', 'nflog', '--', 'sleep', '1000'), { under })
			try {
				await until(() => existsSync(begun), 'the reader')
				expect(await scene.lab.read(LOG_INVALID)).toBe('255')
				running.child.kill(name)
				undone(await scene.untilOn('0'))
				const { stderr, exitCode } = await running.ended
				if (name !== 'SIGKILL') {
					expect(stderr).toContain('ended while it was switching on; the guard puts everything back')
					expect(exitCode).toBeGreaterThan(128)
				}
				await until(() => processesLike(scene.stateDir).length === 0, 'every part of it to end')
			} finally {
				running.child.kill('SIGKILL')
				await running.ended
				await scene.dispose()
			}
		},
	)

	test('P4 closing while a tool of the guard stands still: everything else is undone', async () => {
		const scene = await createScene('closing')
		// It stands still as long as the change before it is in force, and no longer.
		const script = `read -r now <${HERE}; [ "$now" = 6 ] && exec sleep 60`
		const { file } = instead(tempFolder('nft'), NFT, script)
		const client = await scene.client({ over: [file, NFT] })
		const table = tapText(tapOf({ kind: 'tap', hooks: ['input'], states: ['invalid'] }))
		const changes = [
			{ knob: 'log_invalid', from: '0', to: '6' },
			{ knob: 'table:ctscope', from: 'absent', to: table },
		]
		expect(await client.send({ do: 'begin', plan: { purpose: 'test', changes } })).toMatchObject({ ok: true })
		await until(() => scene.read(HERE) === '6', 'the change')
		const closed = client.send({ do: 'close' })
		undone(await until(() => scene.read(HERE) === '0', 'the undo'))
		expect(await closed).toMatchObject({ ok: true, value: { phase: 'closed', outcome: 'clean' } })
		await scene.end()
	})
})
