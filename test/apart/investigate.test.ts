import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { KnobSnapshot, Lab } from '../harness/kernel/lab.ts'
import { skipWithoutLab } from '../harness/kernel/lab.ts'
import { whileSpoiled } from '../harness/kernel/while-spoiled.ts'
import { ctscope, startCtscope } from '../harness/program/program.ts'
import { createRunScene, type RunScene } from '../harness/program/run-scene.ts'
import { until } from '../harness/until.ts'

type Json = {
	readonly account: { readonly counted: number; readonly explained: number }
	readonly causes: readonly {
		readonly id: string
		readonly share: number
		readonly flows: readonly string[]
	}[]
	readonly notChecked: readonly string[]
	readonly changes: readonly { readonly knob: string; readonly was: string; readonly after: string }[]
}

describe.skipIf(skipWithoutLab())('investigate', () => {
	let scene: RunScene
	let lab: Lab
	let before: KnobSnapshot
	/** Those of the host may be changed by tests of it meanwhile. */
	const settings = async (): Promise<KnobSnapshot> =>
		Object.fromEntries(Object.entries(await lab.snapshot()).filter(([name]) => name.startsWith('netns ')))
	beforeAll(async () => {
		scene = await createRunScene('inv')
		lab = scene.lab
	})
	afterAll(() => scene.dispose())
	beforeEach(async () => {
		before = await settings()
	})
	afterEach(async () => {
		expect(await settings()).toEqual(before)
		expect(scene.readers()).toEqual([])
		expect(await lab.inside('nft', 'list', 'tables')).not.toContain('ctscope')
	})

	const asked = (...args: string[]) => ['investigate', '--state-dir', scene.stateDir, ...args]
	const there = (...args: string[]) => asked('--netns', lab.netns, ...args)
	test('names the cause of real packets, tells what it changed, and ends with 7', async () => {
		const report = join(scene.folder, 'report.md')
		const ran = await whileSpoiled(lab, () => ctscope(there('--for', '6s', '--json', '--report', report)))
		expect(ran.stderr).toBe('')
		const json: Json = JSON.parse(ran.stdout)
		expect(json.causes[0]?.id).toBe('checksum')
		expect(json.account.counted).toBeGreaterThan(20)
		expect(json.changes.map(({ knob }) => knob)).toContain('log_invalid')
		for (const { was, after } of json.changes) expect(after).toBe(was)
		expect(ran.exitCode).toBe(7)
		const markdown = readFileSync(report, 'utf8')
		expect(markdown).toMatch(/checksum/)
		expect(markdown).toMatch(/(\d) of \1 put back/)
	})

	test('says that there is nothing to do on a healthy host, and ends with 0', async () => {
		const [ran] = await Promise.all([
			ctscope(there('--for', '4s', '--json')),
			lab.beside('hping3', '-q', '-1', '-c', '20', '-i', 'u100000', lab.address),
		])
		const json: Json = JSON.parse(ran.stdout)
		expect(json).toMatchObject({ causes: [], account: { counted: 0 } })
		expect(ran.exitCode).toBe(0)
	})

	test('looks at the namespace that it is in, and at one by its path', async () => {
		const [here, byPath] = await Promise.all([
			ctscope(asked('--for', '1s', '--json'), { under: ['ip', 'netns', 'exec', lab.netns] }),
			ctscope([...asked('--for', '1s', '--json'), '--netns', `/run/netns/${lab.peerNetns}`]),
		])
		expect(here.exitCode).toBe(0)
		expect(JSON.parse(here.stdout).netns.inode).toBe(await inodeOf(lab.netns))
		expect(JSON.parse(byPath.stdout).netns.inode).toBe(await inodeOf(lab.peerNetns))
	})

	const inodeOf = async (netns: string): Promise<number> => {
		const text = await lab[netns === lab.netns ? 'inside' : 'beside']('readlink', '/proc/self/ns/net')
		return Number(/\d+/.exec(text)?.[0])
	}

	test('without root it changes nothing, and answers with what it can read', async () => {
		const nobody = ['ip', 'netns', 'exec', lab.netns, 'setpriv', '--reuid', '65534', '--clear-groups']
		const ran = await whileSpoiled(lab, () => ctscope(asked('--for', '3s', '--json'), { under: nobody }))
		const json: Json = JSON.parse(ran.stdout)
		expect(json.changes).toEqual([])
		expect(json.account).toMatchObject({ counted: expect.any(Number), explained: 0 })
		expect(json.account.counted).toBeGreaterThan(0)
		expect(json.notChecked[0]).toMatch(/^why packets are INVALID.*CAP_NET_ADMIN/)
		expect(ran.exitCode).toBe(2)
	})

	test.each([
		['SIGINT', 130],
		['SIGTERM', 143],
		['SIGHUP', 129],
	] as const)('%s: everything is back, and what was found so far is printed', async (signal, exitCode) => {
		await whileSpoiled(lab, async () => {
			const { child, ended } = startCtscope(there('--for', '10m'))
			await scene.untilOn('255')
			child.kill(signal)
			const ran = await ended
			expect(ran.stdout).toMatch(/ended early/)
			expect(ran.stdout).toMatch(/settings: all put back/)
			expect(ran.exitCode).toBe(exitCode)
		})
	})

	test('killed, everything is put back without it', async () => {
		await whileSpoiled(lab, async () => {
			const { child, ended } = startCtscope(there('--for', '10m'))
			await scene.untilOn('255')
			child.kill('SIGKILL')
			expect((await ended).stdout).toBe('')
			const all = JSON.stringify(before)
			await until(async () => JSON.stringify(await settings()) === all, 'everything to be back')
			await until(() => scene.readers().length === 0, 'the reader of NFLOG to end')
		})
	})

	test('a report that cannot be written is refused before anything is changed', async () => {
		const path = '/no/such/folder/report.md'
		const ran = await ctscope(there('--report', path))
		expect(ran.exitCode).toBe(1)
		expect(ran.stderr).toMatch(/no directory/)
		expect(ran.stdout).toBe('')
		expect(existsSync(path)).toBe(false)
	})
})
