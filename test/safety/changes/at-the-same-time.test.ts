import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { encodeRecord, type JournalEntry } from '../../../src/changes/journal.ts'
import { knobById } from '../../../src/changes/knobs.ts'
import { bootId } from '../../../src/host/process/identity.ts'
import { tempFolder } from '../../harness/folders.ts'
import {
	createScene,
	LOG_INVALID,
	logTcp,
	netnsOf,
	skipWithoutKernel,
	three,
} from '../../harness/guard/scene.ts'

/** The rounds of a side come one after the other, in a namespace of its own. */
const SIDES = [1, 2, 3, 4, 5]

const now = () => Number(process.hrtime.bigint() / 1_000_000n)

describe.skipIf(skipWithoutKernel())('P9 P10 simultaneous sessions and undos', () => {
	test('P9 200 races for one setting: each has exactly one winner', async () => {
		const scene = await createScene('claim')
		mkdirSync(scene.stateDir, { recursive: true })
		const folder = tempFolder('race')
		const race = (...ids: string[]) => scene.program(['claim-race', scene.stateDir, folder, '200', ...ids])
		const [a, b] = await Promise.all([race('RACEA', 'RACEB'), race('RACEB', 'RACEA')])
		expect(a.stdout).toHaveLength(200)
		const both = [...a.stdout].map((won, round) => Number(won) + Number(b.stdout[round]))
		expect(both.every((winners) => winners === 1)).toBe(true)
		// Both of them have won some, or it was no race.
		expect(new Set(a.stdout).size).toBe(2)
		for (const folder of ['knobs', 'leases'])
			for (const name of readdirSync(`${scene.stateDir}/${folder}`))
				rmSync(`${scene.stateDir}/${folder}/${name}`, { recursive: true })
		await scene.end()
	})

	test('P10 three undo one lease together, 100 times: one of them does it, and none fails', async () => {
		const scene = await createScene('undo')
		mkdirSync(scene.stateDir, { recursive: true })
		const knob = knobById('log_invalid')
		const at = now()
		const records: JournalEntry[] = [
			{
				type: 'lease',
				id: 'TEMPLATE',
				form: 'child',
				netns: { ...netnsOf(scene), path: scene.path, initial: false },
				ttlMs: 60_000,
				deadline: at + 60_000,
				confirmMs: 60_000,
				behaveMs: 120_000,
				pid: 1,
				pidStart: 'not this one',
			},
			{
				type: 'intent',
				seq: 1,
				step: 1,
				knob: 'log_invalid',
				class: 'logs-more',
				path: knob?.path ?? '',
				purpose: 'race',
				was: '0',
				from: '0',
				set: '6',
			},
			{ type: 'applied', seq: 1 },
		]
		const text = records.map((entry) => encodeRecord({ v: 1, boot: bootId(), at, wall: 0, entry })).join('')
		writeFileSync(`${scene.stateDir}/template`, text)
		const folder = tempFolder('race')
		const all = ['first', 'second', 'third']
		const race = (name: string) => scene.program(['undo-race', scene.stateDir, folder, '100', name, ...all])
		const done = await Promise.all(all.map(race))
		expect(done.map(({ code, stdout, stderr }) => [code, stdout, stderr])).toEqual([
			[0, '0', ''],
			[0, '0', ''],
			[0, '0', ''],
		])
		await scene.end()
	})

	test.concurrent.for(SIDES)(
		'P10 guard, timer, manual revert and program undo at once, 100 times: side %i',
		async () => {
			const scene = await createScene('all')
			for (let round = 0; round < 100 / SIDES.length; round++) {
				const client = await scene.client()
				expect(await client.send({ do: 'apply', plan: three })).toMatchObject({ ok: true })
				const id = scene.leases()[0]?.id ?? ''
				process.kill(scene.guardPid(), 'SIGTERM')
				const [undone, ...reverts] = await Promise.all([
					client.send({ do: 'undo', which: 'all' }),
					scene.revert('--lease', id, '--reason', 'deadline'),
					scene.revert('--all'),
				])
				expect(reverts.map(({ code }) => code)).toEqual([0, 0])
				// The guard may have been done before it was asked.
				if (!undone?.ok)
					expect(undone).toMatchObject({
						failure: { kind: 'usage', message: 'nothing of ctscope is in force' },
					})
				expect(scene.read(LOG_INVALID)).toBe('0')
				await client.send({ do: 'close' })
			}
			await scene.end()
		},
	)

	test('P10 a leftover timer does not undo before the deadline; a person can', async () => {
		const scene = await createScene('early')
		const client = await scene.client()
		await client.send({ do: 'apply', plan: logTcp })
		const id = scene.leases()[0]?.id ?? ''
		const early = await scene.revert('--lease', id, '--reason', 'deadline')
		expect(early).toMatchObject({ code: 0 })
		expect(early.stdout).toContain('it is not due yet')
		expect(scene.read(LOG_INVALID)).toBe('6')
		const asked = await scene.revert('--lease', id, '--reason', 'maintenance')
		expect(asked.stdout).toContain('undone, 1 change (maintenance)')
		expect(await client.view(({ phase }) => phase === 'closed')).toMatchObject({ why: 'maintenance' })
		await scene.end()
	})
})
