import { beforeEach, describe, expect, test } from 'vitest'
import type { LeaseView, Plan } from '../../../src/model/change.ts'
import type { Result } from '../../../src/words/failure.ts'
import { alice, fakeGuard, fakeRevert, type Host, NETNS } from '../../harness/fake/guard.ts'
import { fakeClock, fakeDisk, fakeKernel } from '../../harness/fake/host.ts'

const plan = (...changes: readonly (readonly [string, string, string])[]): Plan => ({
	purpose: 'test',
	changes: changes.map(([knob, from, to]) => ({ knob, from, to })),
})
const LOG = plan(['log_invalid', '0', '6'])
const LIBERAL = plan(['tcp_be_liberal', '0', '1'])

let host: Host
beforeEach(() => {
	host = {
		kernel: fakeKernel({
			log_invalid: '0',
			acct: '0',
			tcp_be_liberal: '0',
			'nf_log.2': 'NONE',
			printk: '4 4 1 7',
		}),
		disk: fakeDisk(),
		clock: fakeClock(),
	}
})
const value = (knob: string) => host.kernel.values.get(knob)
const last = (views: readonly LeaseView[]) => views.at(-1)
const settled = () => new Promise((resolve) => setImmediate(resolve))
const names = (result: Result<LeaseView>) => (result.ok ? 'ok' : result.failure)

describe('a lease', () => {
	test('says who, what and until when', () => {
		const guard = fakeGuard(host, 'L7F2')
		expect(guard.lifetime.apply(LOG).ok).toBe(true)
		expect(last(guard.views)).toMatchObject({
			leaseId: 'L7F2',
			phase: 'holding',
			netnsInode: NETNS.inode,
			deadline: 1_600_000,
			outcome: null,
			changes: [
				{
					seq: 1,
					sysctl: 'net.netfilter.nf_conntrack_log_invalid',
					was: '0',
					set: '6',
					now: '6',
					state: 'in-force',
					undoAt: 1_600_000,
					byHand: 'nsenter --net=/run/netns/web sysctl -w net.netfilter.nf_conntrack_log_invalid=0',
				},
			],
		})
	})

	test('P6 ends at its deadline', async () => {
		const guard = fakeGuard(host, 'L1')
		guard.lifetime.apply(LOG)
		host.clock.pass(599_999)
		expect(value('log_invalid')).toBe('6')
		host.clock.pass(1)
		expect(value('log_invalid')).toBe('0')
		await settled()
		expect(last(guard.views)).toMatchObject({ phase: 'closed', outcome: 'clean', why: 'the deadline' })
		expect(guard.exitCode).toBe(0)
		expect(host.disk.journals.size).toBe(0)
	})

	test.each([
		['forwards by a year', 31_536_000_000],
		['back by a day', -86_400_000],
	])('P6 the deadline stays when the wall clock jumps %s', (_, ms) => {
		const guard = fakeGuard(host, 'L1')
		guard.lifetime.apply(LOG)
		host.clock.pass(300_000)
		host.clock.jump(ms)
		host.clock.pass(299_999)
		expect(value('log_invalid')).toBe('6')
		expect(guard.lifetime.remainingMs()).toBe(1)
		host.clock.pass(1)
		expect(value('log_invalid')).toBe('0')
	})

	test('P6 a deadline that passed while the host slept: undone when it wakes, and not called late', async () => {
		const guard = fakeGuard(host, 'L1')
		guard.lifetime.apply(LOG)
		host.clock.pass(60_000)
		host.clock.suspend(8 * 3_600_000)
		host.clock.pass(1_000)
		expect(value('log_invalid')).toBe('0')
		await settled()
		expect(last(guard.views)).toMatchObject({ phase: 'closed', outcome: 'clean', why: 'the deadline' })
		expect(last(guard.views)?.changes[0]).toMatchObject({ state: 'undone' })
		expect(last(guard.views)?.changes[0]).not.toHaveProperty('lateMs')
	})

	test('P6 time asleep counts, also in pieces and for a change with a time of its own', () => {
		const guard = fakeGuard(host, 'L1')
		guard.lifetime.apply(LOG)
		guard.lifetime.apply(LIBERAL)
		host.clock.pass(10_000)
		for (let times = 0; times < 4; times++) {
			host.clock.suspend(10_000)
			host.clock.pass(1_000)
		}
		expect([value('tcp_be_liberal'), value('log_invalid')]).toEqual(['1', '6'])
		expect(guard.lifetime.remainingMs()).toBe(600_000 - 54_000)
		host.clock.pass(6_000)
		expect([value('tcp_be_liberal'), value('log_invalid')]).toEqual(['0', '6'])
		expect(guard.lifetime.view().changes[1]).toMatchObject({ state: 'undone' })
		host.clock.pass(540_000)
		expect(value('log_invalid')).toBe('0')
	})

	test('P6 what was slept before a change was made does not count', () => {
		const guard = fakeGuard(host, 'L1')
		guard.lifetime.apply(LOG)
		host.clock.suspend(100_000)
		host.clock.pass(1_000)
		guard.lifetime.apply(LIBERAL)
		host.clock.pass(59_000)
		expect(value('tcp_be_liberal')).toBe('1')
		host.clock.pass(1_000)
		expect(value('tcp_be_liberal')).toBe('0')
		expect(guard.lifetime.remainingMs()).toBe(600_000 - 161_000)
	})

	test('P6 e extends by ten minutes, only when pressed', () => {
		const guard = fakeGuard(host, 'L1')
		guard.lifetime.apply(LOG)
		host.clock.pass(300_000)
		expect(guard.lifetime.extend()).toMatchObject({ value: { deadline: 2_200_000 } })
		host.clock.pass(899_999)
		expect(value('log_invalid')).toBe('6')
		host.clock.pass(1)
		expect(value('log_invalid')).toBe('0')
	})

	test('P6 e counts once a second, whoever sends it', () => {
		const guard = fakeGuard(host, 'L1')
		guard.lifetime.apply(LOG)
		for (let times = 0; times < 30; times++) guard.lifetime.extend()
		expect(guard.lifetime.view().deadline).toBe(2_200_000)
		host.clock.pass(999)
		expect(guard.lifetime.extend()).toMatchObject({ ok: false, failure: { kind: 'usage' } })
		host.clock.pass(1)
		expect(guard.lifetime.extend()).toMatchObject({ value: { deadline: 2_800_000 } })
	})

	test('P6 e extends to an hour from now at most', () => {
		const guard = fakeGuard(host, 'L1')
		guard.lifetime.apply(LOG)
		for (let times = 0; times < 30; times++) {
			guard.lifetime.extend()
			host.clock.pass(1000)
			expect(guard.lifetime.remainingMs()).toBeLessThan(3_600_000)
		}
		expect(guard.lifetime.remainingMs()).toBe(3_599_000)
	})

	test('P6 a risky change is undone after 60 s without K, and logging stays', () => {
		const guard = fakeGuard(host, 'L1')
		guard.lifetime.apply(LOG)
		guard.lifetime.apply(LIBERAL)
		expect(last(guard.views)?.changes[1]).toMatchObject({ state: 'confirm', confirmBy: 1_060_000 })
		host.clock.pass(60_000)
		expect([value('tcp_be_liberal'), value('log_invalid')]).toEqual(['0', '6'])
		expect(last(guard.views)).toMatchObject({
			phase: 'holding',
			changes: [{ state: 'in-force' }, { state: 'undone' }],
		})
	})

	test('P6 K keeps a risky change for two minutes, and e does not extend it', () => {
		const guard = fakeGuard(host, 'L1')
		guard.lifetime.apply(LIBERAL)
		host.clock.pass(59_000)
		expect(guard.lifetime.confirm(1).ok).toBe(true)
		expect(last(guard.views)?.changes[0]).toMatchObject({
			state: 'in-force',
			confirmBy: null,
			undoAt: 1_120_000,
		})
		guard.lifetime.extend()
		host.clock.pass(60_999)
		expect(value('tcp_be_liberal')).toBe('1')
		host.clock.pass(1)
		expect(value('tcp_be_liberal')).toBe('0')
	})

	test('P4 the lease ends with its owner', async () => {
		const guard = fakeGuard(host, 'L1')
		guard.lifetime.apply(LOG)
		guard.lifetime.ownerGone()
		expect(value('log_invalid')).toBe('0')
		await settled()
		expect(guard.exitCode).toBe(0)
	})

	test('a persisted lease outlives its owner until the deadline', () => {
		const guard = fakeGuard(host, 'L1', { form: 'service' })
		guard.lifetime.apply(LOG)
		expect(guard.lifetime.persist()).toMatchObject({ value: { persisted: true } })
		guard.lifetime.ownerGone()
		expect(value('log_invalid')).toBe('6')
		host.clock.pass(600_000)
		expect(value('log_invalid')).toBe('0')
	})

	test('without systemd nothing persists', () => {
		const guard = fakeGuard(host, 'L1')
		guard.lifetime.apply(LOG)
		expect(guard.lifetime.persist()).toMatchObject({ ok: false, failure: { kind: 'unsupported' } })
		guard.lifetime.ownerGone()
		expect(value('log_invalid')).toBe('0')
	})

	test('u undoes one change; the lease ends with the last', async () => {
		const guard = fakeGuard(host, 'L1')
		guard.lifetime.apply(plan(['acct', '0', '1'], ['log_invalid', '0', '6']))
		let answer: Result<LeaseView> | undefined
		guard.lifetime.undo(1, 'at your request', (result) => {
			answer = result
		})
		expect([value('acct'), value('log_invalid')]).toEqual(['0', '6'])
		expect(answer).toMatchObject({ ok: true, value: { phase: 'holding' } })
		guard.lifetime.undo(2, 'at your request', () => {})
		await settled()
		expect(guard.exitCode).toBe(0)
	})

	test('a removed record is undone at once', () => {
		const guard = fakeGuard(host, 'L1')
		guard.lifetime.apply(LOG)
		host.disk.journals.delete('L1')
		host.disk.claims.clear()
		host.clock.pass(1000)
		expect(value('log_invalid')).toBe('0')
		expect(last(guard.views)).toMatchObject({ phase: 'closed', why: 'its record was removed' })
	})

	test('an unused lease ends at its deadline with its claims', async () => {
		const guard = fakeGuard(host, 'L1')
		guard.lifetime.prepare(LOG)
		expect(host.disk.claims.size).toBe(1)
		host.clock.pass(600_000)
		await settled()
		expect(guard.exitCode).toBe(0)
		expect(host.disk.claims.size).toBe(0)
	})
})

describe('P7 someone else', () => {
	test('a foreign value is seen within a second, and its end too', () => {
		const guard = fakeGuard(host, 'L1')
		guard.lifetime.apply(LOG)
		host.kernel.values.set('log_invalid', '17')
		host.clock.pass(1000)
		expect(last(guard.views)?.changes[0]).toMatchObject({
			state: 'conflict',
			now: '17',
			note: 'ctscope set 6, now it reads 17: someone else changed it, so it is left alone',
		})
		host.kernel.values.set('log_invalid', '6')
		host.clock.pass(1000)
		expect(last(guard.views)?.changes[0]).toMatchObject({ state: 'in-force', note: '' })
	})

	test('a foreign value is never overwritten, and stays on record until read', async () => {
		const guard = fakeGuard(host, 'L1', { isSeen: false })
		guard.lifetime.apply(LOG)
		host.kernel.values.set('log_invalid', '17')
		guard.lifetime.ownerGone()
		expect(value('log_invalid')).toBe('17')
		await settled()
		expect(guard.exitCode).toBe(3)
		expect(last(guard.views)).toMatchObject({
			outcome: 'conflict',
			changes: [{ state: 'conflict', now: '17' }],
		})
	})

	test('a value set before the change stops the write', () => {
		host.kernel.values.set('log_invalid', '17')
		expect(fakeGuard(host, 'L1').lifetime.apply(LOG)).toMatchObject({
			failure: { kind: 'conflict', expected: '0', found: '17' },
		})
		expect(host.kernel.writes).toEqual([])
	})

	test('an undo after a second change goes back to the foreign value', () => {
		const guard = fakeGuard(host, 'L1')
		guard.lifetime.apply(LOG)
		host.kernel.values.set('log_invalid', '17')
		expect(guard.lifetime.apply(plan(['log_invalid', '17', '255'])).ok).toBe(true)
		guard.lifetime.undo('all', 'at your request', () => {})
		expect(value('log_invalid')).toBe('17')
	})
})

describe('P8 a step is whole or not at all', () => {
	const three = plan(['acct', '0', '1'], ['tcp_be_liberal', '0', '1'], ['log_invalid', '0', '6'])
	test.each(['acct', 'tcp_be_liberal', 'log_invalid'])(
		'a refused write of %s undoes the step',
		async (knob) => {
			host.kernel.refuse.set(knob, ['EINVAL'])
			const guard = fakeGuard(host, 'L1')
			expect(guard.lifetime.apply(three)).toMatchObject({
				failure: { kind: 'kernel-refused', code: 'EINVAL' },
			})
			expect([value('acct'), value('tcp_be_liberal'), value('log_invalid')]).toEqual(['0', '0', '0'])
			await settled()
			expect(guard.exitCode).toBe(0)
		},
	)

	test('a refused step leaves an earlier one in force', () => {
		const guard = fakeGuard(host, 'L1')
		guard.lifetime.apply(LOG)
		host.kernel.refuse.set('acct', ['EINVAL'])
		expect(guard.lifetime.apply(plan(['log_invalid', '6', '17'], ['acct', '0', '1'])).ok).toBe(false)
		expect(value('log_invalid')).toBe('6')
		expect(guard.lifetime.view().changes).toMatchObject([{ seq: 1, set: '6', state: 'in-force' }])
	})

	test('a value that reads back differently is undone', () => {
		const guard = fakeGuard(host, 'L1')
		expect(guard.lifetime.apply(plan(['nf_log.2', 'NONE', 'NF_LOG_IPV4']))).toMatchObject({
			failure: { kind: 'kernel-refused', code: 'EREADBACK' },
		})
		expect(value('nf_log.2')).toBe('NONE')
	})

	test('an unregistered logger is named as such, not as a missing file', () => {
		host.kernel.refuse.set('nf_log.2', ['ENOENT'])
		expect(fakeGuard(host, 'L1').lifetime.apply(plan(['nf_log.2', 'NONE', 'nf_log_ipv4']))).toMatchObject({
			failure: { code: 'ENOENT', hint: 'no such logger is registered: modprobe nf_log_syslog' },
		})
	})

	test.each([
		['that it is planned', 0],
		['that it is intended', 1],
	])('P2 nothing is written when it cannot be recorded %s', (_, room) => {
		const guard = fakeGuard(host, 'L1')
		host.disk.room = room
		expect(guard.lifetime.apply(LOG)).toMatchObject({ failure: { kind: 'unsupported' } })
		expect(host.kernel.writes).toEqual([])
	})

	test.each<[string, Plan, string]>([
		['an unknown knob', plan(['net.ipv4.ip_forward', '0', '1']), 'there is no setting net.ipv4.ip_forward'],
		[
			'a value out of range',
			plan(['log_invalid', '0', '256']),
			'net.netfilter.nf_conntrack_log_invalid takes 0 to 255, not 256',
		],
		[
			'another spelling',
			plan(['log_invalid', '0', '06']),
			'"06" is not a value of net.netfilter.nf_conntrack_log_invalid',
		],
		[
			'the value it has',
			plan(['log_invalid', '0', '0']),
			'net.netfilter.nf_conntrack_log_invalid is already 0',
		],
		[
			'a knob twice',
			plan(['log_invalid', '0', '6'], ['log_invalid', '0', '17']),
			'net.netfilter.nf_conntrack_log_invalid is in the plan more than once',
		],
		[
			'more than the console level',
			plan(['printk', '4 4 1 7', '7 7 1 7']),
			'only the first number of kernel.printk, the console level, is ever changed',
		],
		['nothing', plan(), 'the plan changes nothing'],
	])('refuses %s', (_, asked, message) => {
		expect(names(fakeGuard(host, 'L1').lifetime.apply(asked))).toMatchObject({ kind: 'usage', message })
		expect(host.kernel.writes).toEqual([])
		expect(host.disk.claims.size).toBe(0)
	})
})

describe('P9 two sessions', () => {
	test('two sessions never hold one setting; the second is told who does', () => {
		const first = fakeGuard(host, 'L1')
		first.lifetime.apply(LOG)
		const second = fakeGuard(host, 'L2')
		expect(second.lifetime.apply(plan(['acct', '0', '1'], ['log_invalid', '6', '17']))).toMatchObject({
			failure: { kind: 'busy', holder: 'the owner of L1', leaseId: 'L1' },
		})
		expect([...host.disk.claims.values()]).toEqual(['L1'])
		expect(host.kernel.writes).toHaveLength(1)
	})

	test('two sessions hold different settings', () => {
		expect(fakeGuard(host, 'L1').lifetime.apply(LOG).ok).toBe(true)
		expect(fakeGuard(host, 'L2').lifetime.apply(plan(['acct', '0', '1'])).ok).toBe(true)
	})

	test('a late undo leaves the setting of a new lease alone', () => {
		const guard = fakeGuard(host, 'L1')
		guard.lifetime.apply(LOG)
		host.clock.clear()
		const journal = host.disk.journals.get('L1') ?? ''
		fakeRevert(host, 'L1')
		fakeGuard(host, 'L2').lifetime.apply(LOG)
		// Someone who had read the journal before, and writes only now.
		host.disk.journals.set('L1', journal)
		fakeRevert(host, 'L1')
		expect(value('log_invalid')).toBe('6')
	})
})

describe('an undo that the kernel refuses', () => {
	test('a refused undo is tried again until it works', () => {
		const guard = fakeGuard(host, 'L1')
		guard.lifetime.apply(LOG)
		host.kernel.refuse.set('log_invalid', ['EBUSY', 'EBUSY'])
		let answer: Result<LeaseView> | undefined
		guard.lifetime.undo('all', 'at your request', (result) => {
			answer = result
		})
		expect(last(guard.views)).toMatchObject({ phase: 'undoing', changes: [{ state: 'failed' }] })
		host.clock.pass(1_100)
		expect(value('log_invalid')).toBe('0')
		expect(answer).toMatchObject({ ok: true, value: { phase: 'closed', outcome: 'clean' } })
	})

	test('an undo refused for good is reported after 6 s and tried on, once a minute at last', async () => {
		const guard = fakeGuard(host, 'L1')
		guard.lifetime.apply(LOG)
		host.kernel.refuse.set(
			'log_invalid',
			Array.from({ length: 100 }, () => 'EROFS'),
		)
		let answer: Result<LeaseView> | undefined
		guard.lifetime.undo('all', 'at your request', (result) => {
			answer = result
		})
		host.clock.pass(6_100)
		expect(answer).toMatchObject({
			value: {
				phase: 'failed',
				outcome: 'failed',
				changes: [{ state: 'failed', now: '6', note: 'the kernel refused to put 0 back (EROFS)' }],
			},
		})
		expect(guard.exitCode).toBeUndefined()
		// Long past the deadline it goes on, once a minute.
		host.clock.pass(3_600_000)
		expect(guard.exitCode).toBeUndefined()
		expect(host.disk.claims.size).toBe(1)
		const tried = 100 - (host.kernel.refuse.get('log_invalid')?.length ?? 0)
		expect(tried).toBeGreaterThan(70)
		host.kernel.refuse.clear()
		host.clock.pass(60_000)
		expect(value('log_invalid')).toBe('0')
		await settled()
		expect(guard.exitCode).toBe(0)
		expect(last(guard.views)?.changes).toMatchObject([{ state: 'undone', lateMs: expect.any(Number) }])
	})

	test('a refused undo does not delay another', () => {
		const guard = fakeGuard(host, 'L1')
		guard.lifetime.apply(plan(['acct', '0', '1']))
		host.clock.pass(4000)
		guard.lifetime.apply(LIBERAL)
		host.kernel.refuse.set(
			'acct',
			Array.from({ length: 100 }, () => 'EROFS'),
		)
		// acct falls due at 60 s and is refused until 66 s; tcp_be_liberal falls due at 64 s in between.
		host.clock.pass(60_000)
		expect([value('acct'), value('tcp_be_liberal')]).toEqual(['1', '0'])
	})

	test('a refused undo does not hold the others', () => {
		const guard = fakeGuard(host, 'L1')
		guard.lifetime.apply(LOG)
		guard.lifetime.apply(LIBERAL)
		host.kernel.refuse.set(
			'tcp_be_liberal',
			Array.from({ length: 100 }, () => 'EROFS'),
		)
		host.clock.pass(70_000)
		expect(guard.lifetime.view()).toMatchObject({
			phase: 'holding',
			changes: [{ state: 'in-force' }, { state: 'failed' }],
		})
		host.kernel.refuse.clear()
		host.clock.pass(40_000)
		expect(value('tcp_be_liberal')).toBe('0')
		expect(value('log_invalid')).toBe('6')
	})
})

test('SIGTERM undoes and ends the guard', async () => {
	const guard = fakeGuard(host, 'L1')
	guard.lifetime.apply(LOG)
	guard.lifetime.stop('the guard was told to stop')
	expect(value('log_invalid')).toBe('0')
	await settled()
	expect(guard.exitCode).toBe(0)
})

test('SIGTERM with a refused undo and a timer ends at once with 4', () => {
	const guard = fakeGuard(host, 'L1', { form: 'service' })
	guard.lifetime.apply(LOG)
	host.kernel.refuse.set('log_invalid', ['EROFS'])
	guard.lifetime.stop('the guard was told to stop')
	expect(guard.exitCode).toBe(4)
})

test('SIGTERM with a refused undo and no timer ends when all is undone', async () => {
	const guard = fakeGuard(host, 'L1')
	guard.lifetime.apply(LOG)
	host.kernel.refuse.set(
		'log_invalid',
		Array.from({ length: 8 }, () => 'EROFS'),
	)
	guard.lifetime.stop('the guard was told to stop')
	expect(guard.exitCode).toBeUndefined()
	host.clock.pass(200_000)
	await settled()
	expect([value('log_invalid'), guard.exitCode]).toEqual(['0', 0])
})

describe('debugfs, mounted for call sites', () => {
	const SITE = 'printk:net/netfilter/nf_conntrack_proto_tcp.c:tcp_new#1:0f3c2a91'
	const MOUNT = plan(['mount:debugfs', 'absent', 'mounted'])
	beforeEach(() => {
		host.kernel.values.set('mount:debugfs', 'absent').set(SITE, '_')
	})
	const changes = (views: readonly LeaseView[]) =>
		last(views)?.changes.map(({ knob, state, note }) => [knob, state, note])

	test('call sites are undone before the mount, also when only the mount is undone', () => {
		const guard = fakeGuard(host, 'L1')
		guard.lifetime.apply(LOG)
		guard.lifetime.apply(MOUNT)
		guard.lifetime.apply(plan([SITE, '_', 'p']))
		guard.lifetime.undo(2, 'at your request', () => {})
		expect(host.kernel.writes.slice(-2).map(({ knob }) => knob)).toEqual([SITE, 'mount:debugfs'])
		expect(last(guard.views)).toMatchObject({ phase: 'holding' })
		expect(changes(guard.views)).toEqual([
			['log_invalid', 'in-force', ''],
			['mount:debugfs', 'undone', ''],
			[SITE, 'undone', ''],
		])
	})

	test('the mount stays while a call site cannot be restored', () => {
		const guard = fakeGuard(host, 'L1')
		guard.lifetime.apply(MOUNT)
		guard.lifetime.apply(plan([SITE, '_', 'p']))
		host.kernel.refuse.set(SITE, Array(4).fill('EPERM'))
		guard.lifetime.undo('all', 'at your request', () => {})
		host.clock.pass(1_500)
		expect(value('mount:debugfs')).toBe('mounted')
		host.clock.pass(120_000)
		expect([value(SITE), value('mount:debugfs')]).toEqual(['_', 'absent'])
		expect(last(guard.views)).toMatchObject({ phase: 'closed', outcome: 'clean' })
	})

	test('the mount stays for call sites of another session, and is reported', () => {
		const guard = fakeGuard(host, 'L1')
		guard.lifetime.apply(MOUNT)
		host.disk.claims.set('printk:net.netfilter.nf_conntrack_core.c:x#1:0@host', 'L2')
		guard.lifetime.undo('all', 'at your request', () => {})
		host.clock.pass(10_000)
		expect(value('mount:debugfs')).toBe('mounted')
		expect(changes(guard.views)).toEqual([
			[
				'mount:debugfs',
				'undone',
				'another session of ctscope has call sites switched on, so it stays mounted',
			],
		])
	})

	test('a mount in use stays after some tries', () => {
		const guard = fakeGuard(host, 'L1')
		guard.lifetime.apply(MOUNT)
		host.kernel.refuse.set('mount:debugfs', ['EBUSY', 'EBUSY', 'EBUSY'])
		guard.lifetime.undo('all', 'at your request', () => {})
		host.clock.pass(10_000)
		expect(changes(guard.views)?.[0]?.[2]).toMatch(/^debugfs is in use .* so it stays mounted$/)
		expect(last(guard.views)).toMatchObject({ phase: 'closed', outcome: 'clean' })
	})

	test('a mount of others is left alone', () => {
		const guard = fakeGuard(host, 'L1')
		host.kernel.values.set('mount:debugfs', 'mounted')
		expect(names(guard.lifetime.apply(MOUNT))).toMatchObject({ kind: 'conflict', found: 'mounted' })
		expect(host.kernel.writes).toEqual([])
	})
})

describe('tracefs, mounted for kernel probes', () => {
	const PROBES = 'probes:5eed1234'
	const TELL = 'reasons 0a0b0c0d'
	const BOTH = plan(['mount:tracefs', 'absent', 'mounted'], [PROBES, 'absent', TELL])
	beforeEach(() => {
		host.kernel.values.set('mount:tracefs', 'absent').set(PROBES, 'absent')
	})
	const written = () => host.kernel.writes.map(({ knob, value: to }) => `${knob} ${to}`)

	test('both are one step: the mount comes first, and goes after the probes', () => {
		const guard = fakeGuard(host, 'L1')
		expect(guard.lifetime.prepare(BOTH)).toMatchObject({ ok: true })
		expect(written()).toEqual([])
		expect(guard.lifetime.apply(BOTH)).toMatchObject({ ok: true })
		guard.lifetime.undo('all', 'at your request', () => {})
		expect(written()).toEqual([
			'mount:tracefs mounted',
			`${PROBES} ${TELL}`,
			`${PROBES} absent`,
			'mount:tracefs absent',
		])
		expect(last(guard.views)).toMatchObject({ phase: 'closed', outcome: 'clean' })
	})

	test('undoing the mount alone takes the probes along, and the probes alone leave it', () => {
		const guard = fakeGuard(host, 'L1')
		guard.lifetime.apply(BOTH)
		guard.lifetime.undo(2, 'at your request', () => {})
		expect([value(PROBES), value('mount:tracefs')]).toEqual(['absent', 'mounted'])
		guard.lifetime.apply(plan([PROBES, 'absent', TELL]))
		guard.lifetime.undo(1, 'at your request', () => {})
		expect([value(PROBES), value('mount:tracefs')]).toEqual(['absent', 'absent'])
	})

	test('P8 the probes are refused: the mount goes too', () => {
		const guard = fakeGuard(host, 'L1')
		host.kernel.refuse.set(PROBES, ['EINVAL'])
		expect(guard.lifetime.apply(BOTH)).toMatchObject({ ok: false })
		expect([value(PROBES), value('mount:tracefs')]).toEqual(['absent', 'absent'])
	})

	test('the value that is to be written is looked at before, once its way is there', () => {
		const guard = fakeGuard(host, 'L1')
		const asked: (string | undefined)[] = []
		host.kernel.probe = (knob, to) => {
			asked.push(`${knob.id} ${to} ${value('mount:tracefs')}`)
			return { ok: true }
		}
		guard.lifetime.apply(BOTH)
		expect(asked).toEqual(['mount:tracefs mounted absent', `${PROBES} ${TELL} mounted`])
	})

	test('probes whose plan mounts nothing need it to be there', () => {
		const guard = fakeGuard(host, 'L1')
		expect(names(guard.lifetime.apply(plan([PROBES, 'absent', TELL])))).toMatchObject({ kind: 'unsupported' })
		expect(written()).toEqual([])
	})

	test('someone has mounted it meanwhile: nothing of ours is written', () => {
		const guard = fakeGuard(host, 'L1')
		host.kernel.values.set('mount:tracefs', 'mounted')
		expect(names(guard.lifetime.apply(BOTH))).toMatchObject({ kind: 'conflict', found: 'mounted' })
		expect(written()).toEqual([])
	})

	test('it stays for probes of another session, and is reported', () => {
		const guard = fakeGuard(host, 'L1')
		guard.lifetime.apply(BOTH)
		host.disk.claims.set('probes:0badcafe@host', 'L2')
		guard.lifetime.undo('all', 'at your request', () => {})
		host.clock.pass(10_000)
		expect([value(PROBES), value('mount:tracefs')]).toEqual(['absent', 'mounted'])
		expect(last(guard.views)?.changes.find(({ knob }) => knob === 'mount:tracefs')?.note).toBe(
			'another session of ctscope has kernel probes set, so it stays mounted',
		)
	})
})

test('changes gone with their module or namespace are reported as gone', async () => {
	const guard = fakeGuard(host, 'L1')
	guard.lifetime.apply(LOG)
	host.kernel.gone.add('log_invalid')
	host.clock.pass(1000)
	expect(last(guard.views)?.changes[0]).toMatchObject({ state: 'vanished', note: 'its file is gone' })
	guard.lifetime.undo('all', 'at your request', () => {})
	await settled()
	expect(guard.exitCode).toBe(0)
	expect(last(guard.views)).toMatchObject({ outcome: 'clean', changes: [{ state: 'vanished' }] })
})

test('the owner is in the record', () => {
	fakeGuard(host, 'L1')
	expect(host.disk.journals.get('L1')).toContain(`"sudoUser":"${alice.sudoUser}"`)
})
