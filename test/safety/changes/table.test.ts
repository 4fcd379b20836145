import { execFileSync } from 'node:child_process'
import { readlinkSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { tapOf } from '../../../src/changes/tap/tap.ts'
import { tapText } from '../../../src/changes/tap/tap-text.ts'
import { CRASH_POINTS } from '../../../src/guard/undoing/crash.ts'
import type { HeldChange, Plan } from '../../../src/model/change.ts'
import { tempFolder } from '../../harness/folders.ts'
import {
	createScene,
	isRunning,
	LOG_INVALID,
	type Scene,
	skipWithoutKernel,
} from '../../harness/guard/scene.ts'
import { undone } from '../../harness/guard/undone.ts'
import { instead } from '../../harness/kernel/instead.ts'
import { processesLike } from '../../harness/program/run-scene.ts'
import { until } from '../../harness/until.ts'

const NFT = '/usr/sbin/nft'

/** As `ctscope status` finds them. */
async function changesFound(scene: Scene): Promise<readonly HeldChange[]> {
	const { stdout } = await scene.program(['find', scene.stateDir])
	const leases: readonly { readonly changes: readonly HeldChange[] }[] = JSON.parse(stdout)
	return leases.flatMap(({ changes }) => changes)
}

/** Rules of an admin, with a comment and a counter: none of ours may come near them. */
const ADMIN = `table inet filter {
	chain input {
		type filter hook input priority filter; policy accept;
		ct state invalid counter drop comment "mine"
	}
}
`
const invalid = tapText(tapOf({ kind: 'tap', hooks: ['input', 'output'], states: ['invalid'] }))
const fresh = tapText(
	tapOf({ kind: 'tap', hooks: ['input'], states: ['new'], match: { proto: { not: false, value: 'tcp' } } }),
)
const withTap: Plan = {
	purpose: 'log INVALID packets by rules of our own',
	changes: [
		{ knob: 'table:ctscope', from: 'absent', to: invalid },
		{ knob: 'log_invalid', from: '0', to: '6' },
	],
}
const second: Plan = {
	purpose: 'log NEW packets',
	changes: [{ knob: 'table:ctscope_2', from: 'absent', to: fresh }],
}

async function ruled(label: string) {
	const scene = await createScene(label)
	const nft = (args: readonly string[], input?: string) =>
		execFileSync('nsenter', [`--net=${scene.path}`, '--', 'nft', ...args], { input, encoding: 'utf8' })
	nft(['-f', '-'], ADMIN)
	const before = nft(['list', 'ruleset'])
	const save = () =>
		execFileSync('nsenter', [`--net=${scene.path}`, '--', 'iptables-save'], {
			encoding: 'utf8',
			stdio: ['ignore', 'pipe', 'ignore'],
		})
	const saved = save()
	return {
		scene,
		nft,
		isAsBefore: () => nft(['list', 'ruleset']) === before,
		async end() {
			expect(nft(['list', 'ruleset'])).toBe(before)
			expect(save()).toBe(saved)
			await until(() => ownersOf(scene).length === 0, 'every nft of ours to end')
			await scene.end()
		},
	}
}

/** Processes that keep a table in the namespace of the scene. */
const ownersOf = (scene: Scene): readonly number[] => {
	const inode = execFileSync('stat', ['-Lc', '%i', scene.path], { encoding: 'utf8' }).trim()
	return processesLike('nft\0-i\0').filter((pid) => namespaceOf(pid) === `net:[${inode}]`)
}
const namespaceOf = (pid: number): string => {
	try {
		return readlinkSync(`/proc/${pid}/ns/net`)
	} catch {
		return ''
	}
}

describe.skipIf(skipWithoutKernel())('our own tables are removed whatever ends', () => {
	test.concurrent('P7 our table is added and removed whole, and the rules of the admin stay', async () => {
		const { scene, nft, isAsBefore, end } = await ruled('tapundo')
		const client = await scene.client()
		const applied = await client.send({ do: 'apply', plan: withTap })
		expect(applied).toMatchObject({ ok: true })
		const table = nft(['list', 'table', 'inet', 'ctscope'])
		expect(table).toContain('type filter hook output priority')
		expect(table).toMatch(
			/ct state invalid counter packets 0 bytes 0 limit rate 10\/second burst 20 packets log prefix "tap INVALID: "/,
		)
		expect(table).toContain('flags owner')
		expect(() => nft(['delete', 'table', 'inet', 'ctscope'])).toThrow(/not permitted/)
		expect(await client.send({ do: 'apply', plan: second })).toMatchObject({ ok: true })
		// Each goes by itself.
		expect(await client.send({ do: 'undo', which: 1 })).toMatchObject({ ok: true })
		expect(() => nft(['list', 'table', 'inet', 'ctscope'])).toThrow(/No such file/)
		expect(nft(['list', 'table', 'inet', 'ctscope_2'])).toContain('ct state new')
		expect(await client.send({ do: 'undo', which: 'all' })).toMatchObject({ ok: true })
		expect(isAsBefore()).toBe(true)
		await end()
	})

	test.concurrent('P4 kill -9 of the program removes the table', async () => {
		const { scene, isAsBefore, end } = await ruled('tapkill')
		const client = await scene.client()
		expect(await client.send({ do: 'apply', plan: withTap })).toMatchObject({ ok: true })
		client.signal('SIGKILL')
		undone(await until(isAsBefore, 'the table to go'))
		await until(() => scene.claims().length === 0, 'the lease to be cleared')
		await end()
	})

	test.concurrent('P5 kill -9 of the guard makes the kernel remove the table at once', async () => {
		const { scene, isAsBefore, end } = await ruled('tapguard')
		const client = await scene.client()
		expect(await client.send({ do: 'apply', plan: withTap })).toMatchObject({ ok: true })
		process.kill(scene.guardPid(), 'SIGKILL')
		undone(await until(isAsBefore, 'the table to go'))
		const view = await client.view(({ phase }) => phase === 'closed')
		expect(view.outcome).toBe('clean')
		await end()
	})

	test.concurrent('P5 kill -9 of guard and program: the kernel removes the table, and revert restores the rest', async () => {
		const { scene, isAsBefore, end } = await ruled('tapboth')
		const client = await scene.client()
		expect(await client.send({ do: 'apply', plan: withTap })).toMatchObject({ ok: true })
		process.kill(scene.guardPid(), 'SIGSTOP')
		client.signal('SIGKILL')
		process.kill(scene.guardPid(), 'SIGKILL')
		undone(await until(isAsBefore, 'the table to go'))
		expect(scene.read(LOG_INVALID)).toBe('6')
		const { code, stdout } = await scene.revert('--all')
		expect(stdout).toContain('undone, 2 changes')
		expect(code).toBe(0)
		await end()
	})

	test.concurrent('P5 revert removes the table of a hung guard', async () => {
		const { scene, isAsBefore, end } = await ruled('taphung')
		const client = await scene.client()
		expect(await client.send({ do: 'apply', plan: withTap })).toMatchObject({ ok: true })
		const guard = scene.guardPid()
		process.kill(guard, 'SIGSTOP')
		const { code, stdout, stderr } = await scene.revert('--all')
		// The program has seen by itself that its guard hangs, and may have been first with one of them.
		expect(stdout + stderr).toMatch(/undone, (?:2 changes|1 change)/)
		expect(code).toBe(0)
		expect(isAsBefore()).toBe(true)
		expect(isRunning(guard)).toBe(false)
		await client.view(({ phase }) => phase === 'closed')
		await end()
	})

	test.concurrent('P7 an existing table of that name is left alone', async () => {
		const { scene, nft, end } = await ruled('tapforeign')
		nft(['add', 'table', 'inet', 'ctscope'])
		const client = await scene.client()
		const refused = await client.send({ do: 'apply', plan: withTap })
		expect(refused.ok).toBe(false)
		expect(JSON.stringify(refused)).toContain('foreign')
		expect(nft(['list', 'table', 'inet', 'ctscope'])).not.toContain('chain')
		expect(scene.read(LOG_INVALID)).toBe('0')
		nft(['delete', 'table', 'inet', 'ctscope'])
		await end()
	})

	describe('P7 P15 all rules are flushed and made again, as when a firewall is reloaded', () => {
		test.concurrent('a table that belongs to its nft stays, is told as in force, and goes alone', async () => {
			const { scene, nft, end } = await ruled('tapflush')
			const client = await scene.client()
			expect(await client.send({ do: 'apply', plan: withTap })).toMatchObject({ ok: true })
			nft(['flush', 'ruleset'])
			expect(nft(['list', 'tables'])).toBe('table inet ctscope\n')
			nft(['-f', '-'], ADMIN)
			expect(await changesFound(scene)).toMatchObject([
				{ state: 'in-force', now: invalid },
				{ state: 'in-force', now: '6' },
			])
			expect(await client.send({ do: 'undo', which: 'all' })).toMatchObject({ ok: true })
			await end()
		})

		test.concurrent('one that belongs to nobody is gone: that is said, and it is not made again', async () => {
			const { scene, nft, end } = await ruled('tapflushed')
			// As one that does not know the flag, or a kernel that does not.
			const { file } = instead(tempFolder('nft'), NFT, '[ "$1" = -c ] && exit 1')
			const client = await scene.client({ over: [file, NFT] })
			expect(await client.send({ do: 'apply', plan: withTap })).toMatchObject({ ok: true })
			expect(nft(['list', 'table', 'inet', 'ctscope'])).not.toContain('flags owner')
			nft(['flush', 'ruleset'])
			nft(['-f', '-'], ADMIN)
			const gone = [
				{ state: 'conflict', now: 'absent', note: expect.stringContaining('now it reads absent') },
				{ state: 'in-force', now: '6' },
			]
			expect(await changesFound(scene)).toMatchObject(gone)
			expect(await client.view(({ changes }) => changes[0]?.now === 'absent')).toMatchObject({
				changes: gone,
			})
			expect(await client.send({ do: 'undo', which: 'all' })).toMatchObject({
				value: {
					outcome: 'clean',
					changes: [
						{ state: 'undone', now: 'absent', note: 'it had already been put back' },
						{ state: 'undone', now: '0' },
					],
				},
			})
			await end()
		})
	})

	test.concurrent('P9 two programs never share a table', async () => {
		const { scene, end } = await ruled('taptwo')
		const first = await scene.client()
		const other = await scene.client()
		expect(await first.send({ do: 'apply', plan: second })).toMatchObject({ ok: true })
		expect(await other.send({ do: 'apply', plan: second })).toMatchObject({ ok: false })
		expect(await first.send({ do: 'undo', which: 'all' })).toMatchObject({ ok: true })
		await end()
	})

	test.concurrent('P8 a plan whose rules the kernel refuses leaves nothing', async () => {
		const { scene, isAsBefore, end } = await ruled('taprefused')
		const client = await scene.client()
		const wrong = tapText(
			tapOf({ kind: 'tap', hooks: ['input'], match: { proto: { not: false, value: 'nosuchproto' } } }),
		)
		const plan = {
			purpose: 'a protocol that there is not',
			changes: [
				{ knob: 'log_invalid', from: '0', to: '6' },
				{ knob: 'table:ctscope', from: 'absent', to: wrong },
			],
		}
		const refused = await client.send({ do: 'apply', plan })
		expect(refused.ok).toBe(false)
		expect(JSON.stringify(refused)).toContain('nft says')
		expect(scene.read(LOG_INVALID)).toBe('0')
		expect(isAsBefore()).toBe(true)
		await end()
	})

	describe('P2 P5 the guard dies at any point with a table', () => {
		test.concurrent.for(CRASH_POINTS.map((point) => `${point}:1`))('%s', async (crash) => {
			const { scene, isAsBefore, end } = await ruled('tapcrash')
			const client = await scene.client({ crash })
			const applied = await client.send({ do: 'apply', plan: withTap })
			if (applied.ok) await client.send({ do: 'undo', which: 'all' })
			undone(await until(() => scene.claims().length === 0, 'the lease to be cleared'))
			expect(isAsBefore()).toBe(true)
			await end()
		})
	})
})
