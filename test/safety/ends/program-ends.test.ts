import { describe, expect, test } from 'vitest'
import {
	createScene,
	LIBERAL,
	LOG_INVALID,
	logTcp,
	skipWithoutKernel,
	three,
} from '../../harness/guard/scene.ts'
import { PROMISED_MS, undone } from '../../harness/guard/undone.ts'
import { pause, until } from '../../harness/until.ts'

describe.skipIf(skipWithoutKernel())('P4 changes are undone however the program ends', () => {
	test('P4 closing undoes, reports it and leaves nothing', async () => {
		const scene = await createScene('quit')
		const client = await scene.client()
		expect(await client.send({ do: 'apply', plan: three })).toMatchObject({
			ok: true,
			value: {
				phase: 'holding',
				form: 'child',
				timer: false,
				changes: [{ seq: 1 }, { seq: 2 }, { seq: 3, now: '6' }],
			},
		})
		expect(await client.send({ do: 'close' })).toMatchObject({
			ok: true,
			value: { phase: 'closed', outcome: 'clean', why: 'the program ended' },
		})
		expect(scene.read(LOG_INVALID)).toBe('0')
		await scene.end()
	})

	test('P4 SIGKILL: undone within two seconds', async () => {
		const scene = await createScene('kill')
		for (const _ of [1, 2, 3]) {
			const client = await scene.client()
			expect(await client.send({ do: 'apply', plan: logTcp })).toMatchObject({ ok: true })
			client.signal('SIGKILL')
			undone(await until(() => scene.read(LOG_INVALID) === '0', 'the undo'))
		}
		await scene.end()
	})

	test.concurrent.for(['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGSEGV', 'SIGABRT'] as const)(
		'P4 the signal %s',
		async (signal) => {
			const scene = await createScene('sig')
			const client = await scene.client()
			expect(await client.send({ do: 'apply', plan: logTcp })).toMatchObject({ ok: true })
			expect(scene.read(LOG_INVALID)).toBe('6')
			client.signal(signal)
			undone(await until(() => scene.read(LOG_INVALID) === '0', 'the undo'))
			await scene.end()
		},
	)

	test.concurrent('P4 an uncaught error', async () => {
		const scene = await createScene('throw')
		const client = await scene.client()
		await client.send({ do: 'apply', plan: three })
		await client.send({ do: 'throw' })
		undone(await until(() => scene.read(LOG_INVALID) === '0', 'the undo'))
		await scene.end()
	})

	test.concurrent('P4 SIGKILL to the process group misses the guard, which has its own session', async () => {
		const scene = await createScene('group')
		const client = await scene.client({ ownGroup: true })
		await client.send({ do: 'apply', plan: logTcp })
		process.kill(-client.pid, 'SIGKILL')
		undone(await until(() => scene.read(LOG_INVALID) === '0', 'the undo'))
		await scene.end()
	})

	test.concurrent('P4 SIGKILL while a child lives on: the child does not hold the socket', async () => {
		const scene = await createScene('child')
		const client = await scene.client()
		await client.send({ do: 'apply', plan: logTcp })
		const child = await client.send({ do: 'child' })
		client.signal('SIGKILL')
		undone(await until(() => scene.read(LOG_INVALID) === '0', 'the undo'))
		if (child.ok) process.kill(child.value as number, 'SIGKILL')
		await scene.end()
	})

	test.concurrent('P6 SIGSTOP: undone at the deadline, not before', async () => {
		const scene = await createScene('stop')
		const client = await scene.client({ ttlMs: 5000 })
		expect(await client.send({ do: 'apply', plan: three })).toMatchObject({ ok: true })
		const [lease] = scene.leases()
		client.signal('SIGSTOP')
		await until(() => scene.read(LOG_INVALID) === '0', 'the deadline')
		const late = Number(process.hrtime.bigint() / 1_000_000n) - (lease?.deadline ?? 0)
		undone(late)
		expect(late).toBeGreaterThanOrEqual(0)
		expect(late).toBeLessThan(PROMISED_MS)
		client.signal('SIGKILL')
		await scene.end()
	})

	test.concurrent('P6 an idle program is told that the deadline undid its changes', async () => {
		const scene = await createScene('idle')
		const client = await scene.client({ ttlMs: 5000 })
		await client.send({ do: 'apply', plan: logTcp })
		expect(await client.view(({ phase }) => phase === 'closed')).toMatchObject({
			why: 'the deadline',
			outcome: 'clean',
			changes: [{ state: 'undone', now: '0' }],
		})
		expect(scene.read(LOG_INVALID)).toBe('0')
		await scene.end()
	})

	test.concurrent('P6 an unconfirmed risky change is undone alone, and logging stays on', async () => {
		const scene = await createScene('confirm')
		const client = await scene.client({ confirmMs: 600, behaveMs: 1500 })
		const liberal = { purpose: 'test', changes: [{ knob: 'tcp_be_liberal', from: '0', to: '1' }] }
		await client.send({ do: 'apply', plan: logTcp })
		await client.send({ do: 'apply', plan: liberal })
		expect(scene.read(LIBERAL)).toBe('1')
		await client.view(
			(view) => view.why === 'it was not confirmed in time' || view.changes[1]?.state === 'undone',
		)
		expect([scene.read(LIBERAL), scene.read(LOG_INVALID)]).toEqual(['0', '6'])
		// Confirmed, it stays until its time in all is over.
		expect(await client.send({ do: 'apply', plan: liberal })).toMatchObject({ ok: true })
		await client.send({ do: 'confirm', seq: 3 })
		await pause(900)
		expect(scene.read(LIBERAL)).toBe('1')
		await until(() => scene.read(LIBERAL) === '0', 'the end of its time')
		await client.send({ do: 'close' })
		await scene.end()
	})

	test.concurrent('P6 e moves the deadline', async () => {
		const scene = await createScene('extend')
		const client = await scene.client({ ttlMs: 5000 })
		await client.send({ do: 'apply', plan: logTcp })
		expect(await client.send({ do: 'extend' })).toMatchObject({ ok: true })
		await pause(5300)
		expect(scene.read(LOG_INVALID)).toBe('6')
		await client.send({ do: 'close' })
		await scene.end()
	})

	test.concurrent('a new lease follows an ended one', async () => {
		const scene = await createScene('again')
		const client = await scene.client()
		for (const _ of [1, 2]) {
			expect(await client.send({ do: 'apply', plan: logTcp })).toMatchObject({ ok: true })
			expect(scene.read(LOG_INVALID)).toBe('6')
			expect(await client.send({ do: 'undo', which: 'all' })).toMatchObject({
				ok: true,
				value: { why: 'at your request' },
			})
			expect(scene.read(LOG_INVALID)).toBe('0')
		}
		await scene.end()
	})
})
