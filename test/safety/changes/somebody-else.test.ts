import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { findLeases } from '../../../src/guard/client/find-leases.ts'
import { inject, refuse } from '../../harness/guard/refuse.ts'
import {
	ACCT,
	createScene,
	isRunning,
	LOG_INVALID,
	logTcp,
	skipWithoutKernel,
	three,
} from '../../harness/guard/scene.ts'
import { until } from '../../harness/until.ts'

const plan = (...changes: readonly (readonly [string, string, string])[]) => ({
	purpose: 'test',
	changes: changes.map(([knob, from, to]) => ({ knob, from, to })),
})

describe.skipIf(skipWithoutKernel())(
	'P7 P8 P9 other sessions, other writers, and a kernel that refuses',
	() => {
		test.concurrent('P7 someone writes 17 over our 6: seen within a second and left alone, with the right command by hand', async () => {
			const scene = await createScene('other')
			const client = await scene.client()
			await client.send({ do: 'apply', plan: three })
			scene.write(LOG_INVALID, '17')
			await client.view((view) => view.changes[2]?.state === 'conflict' && view.phase === 'holding')
			const closed = await client.send({ do: 'close' })
			expect(closed).toMatchObject({
				value: {
					outcome: 'conflict',
					changes: [
						{ state: 'undone' },
						{ state: 'undone' },
						{ state: 'conflict', was: '0', set: '6', now: '17' },
					],
				},
			})
			expect(scene.read(LOG_INVALID)).toBe('17')
			const byHand = (closed as { value: { changes: { byHand: string }[] } }).value.changes[2]?.byHand ?? ''
			execFileSync('sh', ['-c', byHand], { stdio: 'ignore' })
			expect(scene.read(LOG_INVALID)).toBe('0')
			await scene.end()
		})

		test.concurrent('P7 P15 P16 an unread conflict stays on record, holds no setting, and goes once it was read', async () => {
			const scene = await createScene('untold')
			const client = await scene.client()
			await client.send({ do: 'apply', plan: logTcp })
			scene.write(LOG_INVALID, '17')
			const guard = scene.guardPid()
			client.signal('SIGKILL')
			await until(() => !isRunning(guard), 'the guard to end')
			await until(() => scene.leases()[0]?.closed === 'conflict' && scene.claims().length === 0, 'the end')
			const id = scene.leases()[0]?.id ?? ''
			expect(await findLeases(scene.stateDir)).toMatchObject([
				{ leaseId: id, alive: false, problem: '', changes: [{ state: 'conflict', now: '17' }] },
			])
			// Another session can take the knob all the same, and does not remove the record.
			const second = await scene.client()
			expect(await second.send({ do: 'apply', plan: plan(['log_invalid', '17', '255']) })).toMatchObject({
				ok: true,
			})
			await second.send({ do: 'close' })
			expect(scene.read(LOG_INVALID)).toBe('17')
			// The timer reads it to nobody.
			expect(await scene.revert('--lease', id, '--reason', 'deadline')).toMatchObject({ code: 3 })
			const told = await scene.revert('--all')
			expect(told.code).toBe(3)
			expect(told.stdout).toContain('left alone    net.netfilter.nf_conntrack_log_invalid')
			expect(told.stdout).toContain(
				`by hand: nsenter --net=${scene.path} sysctl -w net.netfilter.nf_conntrack_log_invalid=0`,
			)
			expect(await scene.revert('--all')).toMatchObject({
				code: 0,
				stdout: `nothing to undo: no lease in ${scene.stateDir}\n`,
			})
			await scene.end({ left: { [LOG_INVALID]: '17' } })
		})

		test.concurrent('P7 someone changed the setting after the admin looked: nothing is written', async () => {
			const scene = await createScene('stale')
			const client = await scene.client()
			scene.write(LOG_INVALID, '17')
			expect(await client.send({ do: 'apply', plan: three })).toMatchObject({
				failure: { kind: 'conflict', expected: '0', found: '17' },
			})
			expect(scene.read(ACCT)).toBe('0')
			await client.send({ do: 'close' })
			await scene.end({ left: { [LOG_INVALID]: '17' } })
		})

		test.concurrent.for([0, 1, 2])(
			'P8 the kernel refuses write %i of three: the others are undone',
			async (at) => {
				const scene = await createScene('refuse')
				const client = await scene.client()
				const good = [
					['acct', '0', '1'],
					['tcp_be_liberal', '0', '1'],
				] as const
				const steps = plan(
					...good.slice(0, at),
					['nf_log.3', scene.read('/proc/sys/net/netfilter/nf_log/3'), 'nosuch'],
					...good.slice(at),
				)
				expect(await client.send({ do: 'apply', plan: steps })).toMatchObject({
					failure: {
						kind: 'kernel-refused',
						code: 'ENOENT',
						hint: 'no such logger is registered: modprobe nf_log_syslog',
					},
				})
				await until(() => scene.claims().length === 0, 'the lease to be cleared')
				await scene.end()
			},
		)

		test.concurrent('P8 a setting is mounted read-only: nothing is written', async () => {
			const scene = await createScene('rofs')
			const client = await scene.client({ readOnly: LOG_INVALID })
			expect(await client.send({ do: 'apply', plan: three })).toMatchObject({
				failure: { kind: 'kernel-refused', code: 'EROFS', path: LOG_INVALID },
			})
			await client.send({ do: 'close' })
			await scene.end()
		})

		test.concurrent('a refused undo exits with 4, stays on record, and is done once the kernel allows it', async () => {
			const scene = await createScene('later')
			const client = await scene.client()
			await client.send({ do: 'apply', plan: three })
			await refuse(scene, scene.guardPid(), [...inject('pwrite64:error=EIO'), '-P', LOG_INVALID])
			client.signal('SIGKILL')
			await until(
				() => scene.leases()[0]?.entries.filter(({ end }) => end !== null).length === 2,
				'two undos',
			)
			expect([scene.read(ACCT), scene.read(LOG_INVALID)]).toEqual(['0', '6'])
			const lease = scene.leases()[0]
			expect(await findLeases(scene.stateDir)).toMatchObject([
				{ changes: [{ state: 'undone' }, { state: 'undone' }, { state: 'failed' }] },
			])
			const done = await scene.revert('--lease', lease?.id ?? '')
			expect(done).toMatchObject({ code: 0 })
			expect(scene.read(LOG_INVALID)).toBe('0')
			await scene.end()
		})

		test.concurrent('P9 the second of two sessions is told who holds the setting and until when', async () => {
			const scene = await createScene('busy')
			const first = await scene.client()
			const second = await scene.client()
			await first.send({ do: 'apply', plan: logTcp })
			const refused = await second.send({
				do: 'apply',
				plan: plan(['acct', '0', '1'], ['log_invalid', '6', '17']),
			})
			expect(refused).toMatchObject({
				failure: {
					kind: 'busy',
					knob: 'net.netfilter.nf_conntrack_log_invalid',
					leaseId: scene.leases().find(({ entries }) => entries.length > 0)?.id,
				},
			})
			const { failure } = refused as { failure: { holder: string } }
			expect(failure.holder).toMatch(/^root .*since \d\d:\d\d, undo in \d\d:\d\d$/)
			expect(scene.read(ACCT)).toBe('0')
			await second.send({ do: 'close' })
			await first.send({ do: 'close' })
			await scene.end()
		})

		test.concurrent('P9 P16 the refused session undoes the lease of a dead one, and the setting is free', async () => {
			const scene = await createScene('dead')
			const first = await scene.client()
			await first.send({ do: 'apply', plan: logTcp })
			process.kill(scene.guardPid(), 'SIGSTOP')
			first.signal('SIGKILL')
			process.kill(scene.guardPid(), 'SIGKILL')
			const second = await scene.client()
			const id = scene.leases()[0]?.id ?? ''
			const again = plan(['log_invalid', '6', '17'])
			expect(await second.send({ do: 'apply', plan: again })).toMatchObject({
				failure: { kind: 'busy', leaseId: id },
			})
			expect(await second.send({ do: 'revert', lease: id })).toMatchObject({
				ok: true,
				value: expect.stringContaining('restored'),
			})
			expect(await second.send({ do: 'apply', plan: logTcp })).toMatchObject({ ok: true })
			await second.send({ do: 'close' })
			await scene.end()
		})
	},
)
