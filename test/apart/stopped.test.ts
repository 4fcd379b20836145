import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { PROMISED_MS } from '../harness/guard/undone.ts'
import { createLab, skipWithoutLab } from '../harness/kernel/lab.ts'
import { freshStateDir, openOn, switchLogOn } from '../harness/program/session.ts'
import { until } from '../harness/until.ts'

const LOG_INVALID = 'net/netfilter/nf_conntrack_log_invalid'

describe.skipIf(skipWithoutLab())('a program that does not go on', () => {
	test('P6 a stopped program on a terminal is undone at the deadline, not before', async () => {
		const stateDir = freshStateDir()
		const lab = await createLab('stopped')
		try {
			const before = await lab.snapshot()
			// Only settings of its own namespace, so that it can wait beside other tests.
			const terminal = await openOn(lab, { stateDir, args: ['--ttl', '60s'], source: 'nflog' })
			try {
				await switchLogOn(terminal)
				const start = Date.now()
				process.kill(terminal.pid, 'SIGSTOP')
				await until(async () => (await lab.read(LOG_INVALID)) === '0', 'the deadline')
				expect(Date.now() - start).toBeGreaterThan(57_000)
				expect(Date.now() - start).toBeLessThan(60_000 + PROMISED_MS)
			} finally {
				process.kill(terminal.pid, 'SIGCONT')
				await terminal.dispose()
			}
			await until(() => readdirSync(join(stateDir, 'leases')).length === 0, 'the lease to go')
			expect(await lab.snapshot()).toEqual(before)
		} finally {
			await lab.dispose()
		}
	})
})
