import { afterAll, describe, expect, test } from 'vitest'
import {
	createScene,
	eventually,
	LOG_INVALID,
	logTcp,
	skipWithoutKernel,
	three,
} from '../harness/guard-scene.ts'

const times: number[] = []

describe.skipIf(skipWithoutKernel())('P4 if the program ends in any way, its changes are undone', () => {
	afterAll(() =>
		console.log(
			`undone after SIGKILL of the program: ${times.map((ms) => `${Math.round(ms)} ms`).join(', ')}`,
		),
	)

	test('P4 q: close undoes and leaves nothing', async () => {
		const scene = await createScene('quit')
		const client = await scene.client()
		expect(await client.send({ do: 'apply', plan: three })).toMatchObject({ ok: true })
		expect(scene.read(LOG_INVALID)).toBe('6')
		expect(await client.send({ do: 'close' })).toMatchObject({
			ok: true,
			value: { phase: 'closed', outcome: 'clean', why: 'the program ended' },
		})
		expect(scene.read(LOG_INVALID)).toBe('0')
		await scene.end()
	})

	test.for(['SIGKILL', 'SIGKILL', 'SIGKILL', 'SIGTERM', 'SIGHUP', 'SIGINT', 'SIGSEGV'] as const)(
		'P4 %s',
		async (signal) => {
			const scene = await createScene('sig')
			const client = await scene.client()
			expect(await client.send({ do: 'apply', plan: logTcp })).toMatchObject({ ok: true })
			expect(scene.read(LOG_INVALID)).toBe('6')
			client.signal(signal)
			const ms = await eventually(() => scene.read(LOG_INVALID) === '0', 'the undo')
			if (signal === 'SIGKILL') times.push(ms)
			expect(ms).toBeLessThan(1000)
			await scene.end()
		},
	)
})
