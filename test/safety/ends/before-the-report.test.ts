import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { undone } from '../../harness/guard/undone.ts'
import { instead } from '../../harness/kernel/instead.ts'
import { skipWithoutLab } from '../../harness/kernel/lab.ts'
import { startCtscope } from '../../harness/program/program.ts'
import { createRunScene } from '../../harness/program/run-scene.ts'
import { until } from '../../harness/until.ts'

const NFT = '/usr/sbin/nft'

/** Over all CPUs, from `conntrack -S`. */
const invalidIn = (text: string): number =>
	[...text.matchAll(/ invalid=(\d+)/g)].reduce((sum, [, count]) => sum + Number(count), 0)

describe.skipIf(skipWithoutLab())('P4 whoever sends packets does not decide when an undo begins', () => {
	test.for([
		['SIGTERM', 'nflog'],
		['SIGHUP', 'nflog'],
		['SIGTERM', 'kmsg'],
	] as const)('P4 %s while packets with reasons from %s go on coming', async ([name, source]) => {
		const scene = await createRunScene('coming')
		const running = startCtscope(scene.run('--source', source, '--max-rate', '0', '--', 'sleep', '1000'))
		const [program = '', ...args] = scene.hping('-S', '-F', '-p', '80', '-i', 'u5000', scene.lab.address)
		let sender: ReturnType<typeof spawn> | undefined
		try {
			await scene.untilOn('255')
			sender = spawn(program, args, { stdio: 'ignore' })
			await until(async () => invalidIn(await scene.lab.inside('conntrack', '-S')) > 200, 'packets')
			running.child.kill(name)
			undone(await scene.untilOn('0'))
			const { stderr } = await running.ended
			expect(stderr).toContain('invalid tcp flag combination')
		} finally {
			sender?.kill('SIGKILL')
			running.child.kill('SIGKILL')
			await running.ended
			await scene.dispose()
		}
	})
})

describe.skipIf(skipWithoutLab())('P4 what is read for the report does not hold the undo', () => {
	test('P4 SIGTERM to a tap while nft does not answer what was counted', async () => {
		const scene = await createRunScene('uncounted')
		const hold = join(scene.folder, 'hold')
		const script = `[ "$*" = "list tables" ] && [ -e ${hold} ] && exec sleep 60`
		const { under } = instead(scene.folder, NFT, script)
		const where = ['--netns', scene.lab.netns, '--state-dir', scene.stateDir]
		const rules = ['--state', 'invalid', '--to', 'nflog', '--yes']
		const running = startCtscope(['tap', ...where, ...rules], { under })
		const isThere = async () => (await scene.lab.inside('nft', 'list', 'tables')).includes('inet ctscope')
		try {
			await until(isThere, 'the table')
			await until(() => scene.readers().length > 0, 'the reader')
			writeFileSync(hold, '')
			running.child.kill('SIGTERM')
			undone(await until(async () => !(await isThere()), 'the undo'))
			expect((await running.ended).stderr).toContain('nft does not answer, and the undo does not wait for it')
		} finally {
			running.child.kill('SIGKILL')
			await running.ended
			await scene.dispose()
		}
	})
})
