import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { netnsInode } from '../../../src/host/process/identity.ts'
import { rawGuard } from '../../harness/guard/raw-guard.ts'
import { createScene, LOG_INVALID, logTcp, netnsOf, skipWithoutKernel } from '../../harness/guard/scene.ts'
import { pause } from '../../harness/until.ts'

const ALL_NETNS = '/proc/sys/net/netfilter/nf_log_all_netns'
const PRINTK = '/proc/sys/kernel/printk'
const value = (path: string) => readFileSync(path, 'utf8').trim().split(/\s+/).join(' ')

describe.skipIf(skipWithoutKernel())('P14 the namespace is the one that was shown', () => {
	test('P14 one setting in two namespaces is held twice, in one state directory', async () => {
		const one = await createScene('one')
		const two = await createScene('two')
		const here = await one.client()
		const there = await two.client({ stateDir: one.stateDir })
		expect(await here.send({ do: 'apply', plan: logTcp })).toMatchObject({ ok: true })
		expect(two.read(LOG_INVALID)).toBe('0')
		expect(
			await there.send({
				do: 'apply',
				plan: { ...logTcp, changes: [{ knob: 'log_invalid', from: '0', to: '17' }] },
			}),
		).toMatchObject({ ok: true })
		expect([one.read(LOG_INVALID), two.read(LOG_INVALID)]).toEqual(['6', '17'])
		await here.send({ do: 'close' })
		expect([one.read(LOG_INVALID), two.read(LOG_INVALID)]).toEqual(['0', '17'])
		await there.send({ do: 'close' })
		await one.end()
		await two.end()
	})

	test('P14 revert enters each namespace, wherever it is started', async () => {
		const one = await createScene('one')
		const two = await createScene('two')
		for (const scene of [one, two]) {
			const guard = await rawGuard({ ...scene, stateDir: one.stateDir })
			await guard.channel.ask({ op: 'apply', plan: logTcp })
			guard.child.kill('SIGKILL')
			await guard.ended
		}
		const all = await two.program(['revert', '--all', '--state-dir', one.stateDir])
		expect(all.code).toBe(0)
		expect(all.stdout.match(/restored {6}net/g)).toHaveLength(2)
		await one.end()
		await two.end()
	})

	test('P14 a guard in the wrong namespace changes nothing', async () => {
		const scene = await createScene('astray')
		await expect(rawGuard(scene, { netns: { inode: (netnsInode(scene.path) ?? 0) + 1 } })).rejects.toThrow(
			'did not come: 2',
		)
		await scene.end()
	})

	test('P14 a namespace that reuses an inode is another one: nothing is written or held', async () => {
		const scene = await createScene('again')
		const guard = await rawGuard(scene)
		expect(await guard.channel.ask({ op: 'apply', plan: logTcp })).toMatchObject({ ok: true })
		guard.child.kill('SIGKILL')
		await guard.ended
		const before = netnsOf(scene)
		const spare: string[] = []
		execFileSync('ip', ['netns', 'del', scene.netns])
		try {
			// The kernel gives the lowest number that is free, and frees that of a namespace some time after its end.
			for (let tries = 0; !existsSync(scene.path); tries++) {
				if (tries === 200) throw new Error('the inode did not come back')
				const name = `${scene.netns}-${tries}`
				const path = `/run/netns/${name}`
				execFileSync('ip', ['netns', 'add', name])
				const inode = netnsInode(path) ?? 0
				if (inode < before.inode) {
					spare.push(name)
					continue
				}
				if (inode === before.inode) {
					writeFileSync(scene.path, '')
					execFileSync('mount', ['--bind', path, scene.path])
				} else await pause(50)
				execFileSync('ip', ['netns', 'del', name])
			}
			expect(netnsOf(scene).rtnl).not.toBe(before.rtnl)
			// Its admin has the same value that we had written.
			scene.write(LOG_INVALID, '6')
			const found = await scene.program(['find', scene.stateDir])
			expect(JSON.parse(found.stdout)).toMatchObject([{ isHere: false, changes: [{ state: 'vanished' }] }])
			const client = await scene.client()
			const liberal = { purpose: 'x', changes: [{ knob: 'log_invalid', from: '6', to: '17' }] }
			expect(await client.send({ do: 'apply', plan: liberal })).toMatchObject({ ok: true })
			expect(await client.send({ do: 'close' })).toMatchObject({ ok: true })
			const { code, stdout } = await scene.revert('--all')
			expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('vanished') })
			expect(scene.read(LOG_INVALID)).toBe('6')
			scene.write(LOG_INVALID, '0')
		} finally {
			for (const name of spare) execFileSync('ip', ['netns', 'del', name])
		}
		await scene.end()
	})

	test('P14 the values of a deleted namespace are reported as gone', async () => {
		const scene = await createScene('deleted')
		const guard = await rawGuard(scene)
		await guard.channel.ask({ op: 'apply', plan: logTcp })
		guard.child.kill('SIGKILL')
		await guard.ended
		execFileSync('ip', ['netns', 'del', scene.netns])
		const { code, stdout } = await scene.revert('--all')
		expect(stdout).toContain(
			'vanished      net.netfilter.nf_conntrack_log_invalid  its network namespace is gone',
		)
		expect(code).toBe(0)
		execFileSync('ip', ['netns', 'add', scene.netns])
		await scene.end()
	})

	test('P14 host settings are undone even when the namespace is gone', { retry: 2 }, async () => {
		const scene = await createScene('hostside')
		const before = [value(ALL_NETNS), value(PRINTK)]
		const [level, ...rest] = before[1]?.split(' ') ?? []
		const guard = await rawGuard(scene)
		try {
			const applied = await guard.channel.ask({
				op: 'apply',
				plan: {
					purpose: 'test',
					changes: [
						{ knob: 'nf_log_all_netns', from: before[0] ?? '', to: before[0] === '0' ? '1' : '0' },
						{ knob: 'printk', from: before[1] ?? '', to: [level === '3' ? '4' : '3', ...rest].join(' ') },
						{ knob: 'log_invalid', from: '0', to: '6' },
					],
				},
			})
			expect(applied).toMatchObject({ ok: true })
			expect(value(ALL_NETNS)).not.toBe(before[0])
			expect(value(PRINTK)).not.toBe(before[1])
			guard.child.kill('SIGKILL')
			await guard.ended
			execFileSync('ip', ['netns', 'del', scene.netns])
			const { code, stdout } = await scene.revert('--all')
			expect(code).toBe(0)
			expect(stdout.match(/ restored /g)).toHaveLength(2)
			expect(stdout.match(/ vanished /g)).toHaveLength(1)
			expect([value(ALL_NETNS), value(PRINTK)]).toEqual(before)
			execFileSync('ip', ['netns', 'add', scene.netns])
		} finally {
			if (value(ALL_NETNS) !== before[0]) writeFileSync(ALL_NETNS, before[0] ?? '0', { flag: 'r+' })
			if (value(PRINTK) !== before[1]) writeFileSync(PRINTK, before[1] ?? '', { flag: 'r+' })
		}
		await scene.end()
	})

	test('P14 nf_log_all_netns is held once for the whole host', {
		retry: 2,
	}, async () => {
		const one = await createScene('one')
		const two = await createScene('two')
		const before = value(ALL_NETNS)
		const plan = {
			purpose: 'test',
			changes: [{ knob: 'nf_log_all_netns', from: before, to: before === '0' ? '1' : '0' }],
		}
		const here = await one.client()
		const there = await two.client({ stateDir: one.stateDir })
		expect(await here.send({ do: 'apply', plan })).toMatchObject({ ok: true })
		const reversed = {
			...plan,
			changes: [{ knob: 'nf_log_all_netns', from: before === '0' ? '1' : '0', to: before }],
		}
		expect(await there.send({ do: 'apply', plan: reversed })).toMatchObject({ failure: { kind: 'busy' } })
		await there.send({ do: 'close' })
		here.signal('SIGKILL')
		await one.end()
		await two.end()
		expect(value(ALL_NETNS)).toBe(before)
	})
})
