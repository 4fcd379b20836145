import { describe, expect, test } from 'vitest'
import { isAlive, processStart } from '../../../src/host/process/identity.ts'
import { createScene, LOG_INVALID, logTcp, skipWithoutKernel, three } from '../../harness/guard/scene.ts'
import { PROMISED_MS } from '../../harness/guard/undone.ts'
import { until } from '../../harness/until.ts'

const now = () => Number(process.hrtime.bigint()) / 1e6

describe.skipIf(skipWithoutKernel())('P6 the program overtakes a guard that hangs', () => {
	test.concurrent('SIGSTOP of the guard: undone within 2 s after the deadline, and reported', async () => {
		const scene = await createScene('still')
		const client = await scene.client({ ttlMs: 6_000 })
		expect(await client.send({ do: 'apply', plan: three })).toMatchObject({ ok: true })
		const guard = scene.guardPid()
		const start = processStart(guard) ?? ''
		const deadline = scene.leases()[0]?.deadline ?? 0
		process.kill(guard, 'SIGSTOP')
		await client.view(({ guardSilentMs = 0 }) => guardSilentMs >= 3_000)
		expect(scene.read(LOG_INVALID)).toBe('6')
		await until(() => scene.read(LOG_INVALID) === '0', 'the undo')
		expect(now() - deadline).toBeLessThan(PROMISED_MS)
		expect(now() - deadline).toBeGreaterThan(0)
		const view = await client.view(({ phase }) => phase === 'closed')
		expect(view).toMatchObject({ outcome: 'clean', why: 'the guard stopped responding' })
		// It may have been about to write: it never goes on.
		expect(isAlive(guard, start)).toBe(false)
		await scene.end()
	})

	test.concurrent('K is not pressed while the guard hangs', async () => {
		const scene = await createScene('stillk')
		const client = await scene.client({ confirmMs: 3_000 })
		const plan = { purpose: 'liberal', changes: [{ knob: 'tcp_be_liberal', from: '0', to: '1' }] }
		expect(await client.send({ do: 'apply', plan })).toMatchObject({ ok: true })
		const guard = scene.guardPid()
		const start = processStart(guard) ?? ''
		process.kill(guard, 'SIGSTOP')
		const view = await client.view(({ phase }) => phase === 'closed')
		expect(view).toMatchObject({ outcome: 'clean' })
		expect(isAlive(guard, start)).toBe(false)
		await scene.end()
	})

	test.concurrent('a guard that resumes before its deadline keeps its lease', async () => {
		const scene = await createScene('stillgo')
		const client = await scene.client()
		expect(await client.send({ do: 'apply', plan: logTcp })).toMatchObject({ ok: true })
		const guard = scene.guardPid()
		process.kill(guard, 'SIGSTOP')
		await client.view(({ guardSilentMs = 0 }) => guardSilentMs > 0)
		process.kill(guard, 'SIGCONT')
		await client.view(({ guardSilentMs }) => guardSilentMs === undefined)
		expect(scene.read(LOG_INVALID)).toBe('6')
		expect(await client.send({ do: 'undo', which: 'all' })).toMatchObject({ ok: true })
		await scene.end()
	})
})
