import { describe, expect, test } from 'vitest'
import { findLeases } from '../../../src/guard/client/find-leases.ts'
import { CRASH_POINTS } from '../../../src/guard/undoing/crash.ts'
import { rawGuard } from '../../harness/guard/raw-guard.ts'
import {
	createScene,
	isRunning,
	LOG_INVALID,
	logTcp,
	netnsOf,
	skipWithoutKernel,
	three,
} from '../../harness/guard/scene.ts'
import { undone } from '../../harness/guard/undone.ts'
import { readOf } from '../../harness/process-of.ts'
import { processesLike } from '../../harness/program/run-scene.ts'
import { pause, until } from '../../harness/until.ts'

const isIn = (stateDir: string) => (pid: number) => readOf(pid, 'cmdline').includes(stateDir)

/** Long enough for what happens before its end. */
const TTL_MS = 3_000

/** Each point at a passage in the middle of three knobs. */
const CRASHES = CRASH_POINTS.map((point) =>
	point === 'before-close' || point === 'after-claim' ? `${point}:1` : `${point}:2`,
)

describe.skipIf(skipWithoutKernel())('P5 if the guard ends, its changes are undone', () => {
	test.concurrent('P5 kill -9 of the guard: the program starts the undo at once and reports it', async () => {
		const scene = await createScene('gkill')
		const client = await scene.client()
		await client.send({ do: 'apply', plan: three })
		process.kill(scene.guardPid(), 'SIGKILL')
		const killed = performance.now()
		await client.view(({ phase }) => phase === 'lost')
		const view = await client.view(({ phase }) => phase === 'closed')
		undone(performance.now() - killed)
		expect(view).toMatchObject({ outcome: 'clean', why: 'the guard was lost' })
		expect(view.changes.map(({ state, now }) => [state, now])).toEqual([
			['undone', '0'],
			['undone', '0'],
			['undone', '0'],
		])
		await scene.end()
	})

	test.concurrent('P5 kill -9 of the guard, then of the program and its group: the undo goes on', async () => {
		const scene = await createScene('group')
		const client = await scene.client({ ownGroup: true })
		await client.send({ do: 'apply', plan: logTcp })
		process.kill(scene.guardPid(), 'SIGKILL')
		await until(() => processesLike('\0revert\0').some(isIn(scene.stateDir)), 'the undo to begin')
		process.kill(-client.pid, 'SIGKILL')
		undone(await until(() => scene.read(LOG_INVALID) === '0', 'the undo'))
		await until(() => scene.leases().length === 0, 'the lease to go')
		await scene.end()
	})

	test.concurrent('P5 kill -9 of both: revert finds and undoes the changes from another namespace', async () => {
		const scene = await createScene('both')
		const client = await scene.client()
		await client.send({ do: 'apply', plan: three })
		process.kill(scene.guardPid(), 'SIGSTOP')
		client.signal('SIGKILL')
		process.kill(scene.guardPid(), 'SIGKILL')
		await until(() => scene.read(LOG_INVALID) === '6', 'still on')
		const id = scene.leases()[0]?.id ?? ''
		const { code, stdout } = await scene.revert('--lease', id, '--reason', 'deadline')
		expect(stdout).toContain('undone, 3 changes (deadline)')
		expect(code).toBe(0)
		await scene.end()
	})

	test.concurrent('P5 revert kills a hung guard and undoes in its place', async () => {
		const scene = await createScene('hung')
		const client = await scene.client()
		await client.send({ do: 'apply', plan: three })
		const guard = scene.guardPid()
		process.kill(guard, 'SIGSTOP')
		const { code, stdout } = await scene.revert('--all')
		expect(stdout).toContain('undone, 3 changes')
		expect(code).toBe(0)
		expect(scene.read(LOG_INVALID)).toBe('0')
		expect(isRunning(guard)).toBe(false)
		await client.view(({ phase }) => phase === 'closed')
		await scene.end()
	})

	test.concurrent('P5 SIGTERM makes the guard undo and exit 0; SIGHUP and SIGINT do nothing', async () => {
		const scene = await createScene('term')
		const guard = await rawGuard(scene)
		await guard.channel.ask({ op: 'apply', plan: three })
		guard.child.kill('SIGHUP')
		guard.child.kill('SIGINT')
		await pause(200)
		expect(scene.read(LOG_INVALID)).toBe('6')
		guard.child.kill('SIGTERM')
		undone(await until(() => scene.read(LOG_INVALID) === '0', 'the undo'))
		expect(await guard.ended).toBe(0)
		expect(scene.read(LOG_INVALID)).toBe('0')
		await scene.end()
	})

	test.concurrent('P3 a second guard of a lease refuses to start', async () => {
		const scene = await createScene('second')
		const guard = await rawGuard(scene)
		const args = ['--lease', guard.leaseId, '--ttl', '1000', '--state-dir', scene.stateDir, '--form', 'child']
		const { inode, rtnl } = netnsOf(scene)
		const where = ['--netns-inode', `${inode}`, '--netns-rtnl', `${rtnl}`]
		expect(await scene.program(['guard', ...args, ...where])).toMatchObject({ code: 5 })
		guard.channel.end()
		await guard.ended
		await scene.end()
	})

	test.concurrent('P3 only the owner can change anything', async () => {
		const scene = await createScene('stranger')
		const guard = await rawGuard(scene)
		const { openChannel } = await import('../../../src/guard/wire/channel.ts')
		const path = `${scene.stateDir}/leases/${guard.leaseId}/guard.sock`
		const stranger = await openChannel(path, { onView: () => {}, onEnd: () => {} })
		if (typeof stranger === 'string') throw new Error(stranger)
		expect(await stranger.ask({ op: 'apply', plan: logTcp })).toMatchObject({ ok: false })
		expect(scene.read(LOG_INVALID)).toBe('0')
		stranger.end()
		guard.channel.end()
		await guard.ended
		await scene.end()
	})

	describe('P2 P5 the guard dies at any point', () => {
		test.concurrent.for(CRASHES)('the guard dies %s: the program undoes', async (crash) => {
			const scene = await createScene('crash')
			const client = await scene.client({ crash })
			const applied = await client.send({ do: 'apply', plan: three })
			const isUndo = crash.includes('undo') || crash.startsWith('before-close')
			expect(applied.ok).toBe(isUndo)
			if (isUndo) expect(await client.send({ do: 'undo', which: 'all' })).toMatchObject({ ok: true })
			undone(await until(() => scene.claims().length === 0, 'the lease to be cleared'))
			await scene.end()
		})

		/** A lease whose guard has died there, and whose program is gone too. */
		const leftAt = async (crash: string, ttlMs = 60_000) => {
			const scene = await createScene('alone')
			const guard = await rawGuard(scene, { crash, ttlMs })
			await guard.channel.ask({ op: 'apply', plan: three })
			await guard.channel.ask({ op: 'undoAll', why: 'at your request', ifDue: false })
			expect(await guard.ended).toBe('SIGKILL')
			return { scene, leaseId: guard.leaseId }
		}

		test.concurrent.for(CRASHES)('guard and program die %s: two reverts at once undo', async (crash) => {
			const { scene, leaseId } = await leftAt(crash)
			const done = await Promise.all([scene.revert('--lease', leaseId), scene.revert('--all')])
			expect(done.map(({ code }) => code)).toEqual([0, 0])
			await scene.end()
		})

		test.concurrent.for(CRASHES)(
			'guard and program die %s: the timer undoes at the deadline',
			async (crash) => {
				const { scene, leaseId } = await leftAt(crash, TTL_MS)
				await pause(TTL_MS)
				expect(await scene.revert('--lease', leaseId, '--reason', 'deadline')).toMatchObject({ code: 0 })
				await scene.end()
			},
		)

		test.concurrent.for(CRASHES)(
			'guard and program die %s: the next start finds and undoes the changes',
			async (crash) => {
				const { scene } = await leftAt(crash)
				const isInForce = scene.read(LOG_INVALID) === '6'
				const next = await scene.client()
				const found = (await findLeases(scene.stateDir)).filter(({ changes }) => changes.length > 0)
				expect(found.length).toBeGreaterThanOrEqual(isInForce ? 1 : 0)
				for (const { leaseId } of found)
					expect(await next.send({ do: 'revert', lease: leaseId })).toMatchObject({ ok: true })
				expect(await next.send({ do: 'apply', plan: logTcp })).toMatchObject({ ok: true })
				await next.send({ do: 'close' })
				await scene.end()
			},
		)
	})
})
