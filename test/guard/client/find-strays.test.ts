import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { knobOfProbes, planProbes } from '../../../src/changes/kinds/probes.ts'
import { knobById } from '../../../src/changes/knobs.ts'
import { findStrays } from '../../../src/guard/client/find-strays.ts'
import { makeStateDir, type StateDir } from '../../../src/host/files/state-dir.ts'
import { createStrayProbes } from '../../../src/host/trace/stray-probes.ts'
import { createProbes } from '../../../src/host/write/probes.ts'
import { definedWays } from '../../../src/kernel/probes/probe-ways.ts'
import type { Knob } from '../../../src/model/knob.ts'
import { FakeTracefs, probesHost } from '../../harness/fake/tracefs.ts'
import { tempFolder } from '../../harness/folders.ts'
import { btfOf } from '../../kernel/probes/material.ts'

const TOKEN = '0a0b0c0d'
const GROUP = `ctscope_${TOKEN}`
const TRACING = '/sys/kernel/tracing'
const BTF = btfOf('6.12')

let kernel: FakeTracefs
let state: StateDir
beforeEach(() => {
	kernel = new FakeTracefs()
	kernel.defined.push({ group: 'others', name: 'keep', text: 'p:others/keep do_exit' })
	kernel.instances.set('theirs', { on: new Set(['others/keep']), values: new Map(), isHeld: true })
	const made = makeStateDir(tempFolder('strays'))
	if (!made.ok) throw new Error('no state directory')
	state = made.value
})

const probesOf = () =>
	createProbes({
		...probesHost(kernel),
		load: () => (asked, group) => definedWays(asked, group, { btf: BTF, architecture: 'x64' }),
	})

function setProbes(token = TOKEN): void {
	const knob = knobById(knobOfProbes(token))
	const probes = probesOf()
	probes.detail()
	if (knob === undefined) throw new Error('no knob')
	const { change } = planProbes('reasons', { token, secret: 0x5eed1234 })
	expect(probes.write(knob, change.to)).toEqual({ ok: true })
}

const read = (knob: Knob) => probesOf().read(knob, true)

const holders = (pids: readonly number[] | 'unseen') => () => (pids === 'unseen' ? undefined : pids)
function found(pids: readonly number[] | 'unseen' = [], folders: readonly string[] = [TRACING]) {
	const strays = createStrayProbes({ files: kernel, folders: () => folders, holders: holders(pids) })
	return findStrays(state, strays, read)
}

/** As a session that has claimed them, with a directory for its lease. */
function claim(lease = 'L1AB', token = TOKEN): void {
	mkdirSync(join(state.leases, lease), { recursive: true, mode: 0o700 })
	writeFileSync(join(state.knobs, `probes:${token}@host`), lease)
}

describe('kernel probes without a record', () => {
	test('P16 are found, with what they tell and what removes them', async () => {
		setProbes()
		expect(await found()).toMatchObject([
			{
				id: GROUP,
				isAlive: false,
				why: expect.stringMatching(/its record is gone$/),
				change: { knob: `probes:${TOKEN}`, was: 'absent', set: 'reasons 5eed1234', state: 'in-force' },
			},
		])
	})

	test('P16 also where there is no state directory any more', async () => {
		setProbes()
		const strays = createStrayProbes({ files: kernel, folders: () => [TRACING], holders: holders([]) })
		expect((await findStrays(undefined, strays, read)).map(({ id }) => id)).toEqual([GROUP])
	})

	test('an instance alone, or definitions alone, of one that died in the middle', async () => {
		kernel.mkdir(`${TRACING}/instances/${GROUP}`)
		setProbes('0badcafe')
		kernel.instances.delete('ctscope_0badcafe')
		expect((await found()).map(({ id, change }) => [id, change.set])).toEqual([
			[GROUP, 'partly'],
			['ctscope_0badcafe', 'partly'],
		])
	})

	test('P9 those that a session has claimed are none, also before its first record', async () => {
		setProbes()
		claim()
		expect(await found()).toEqual([])
	})

	test('a claim whose lease someone has deleted claims nothing', async () => {
		setProbes()
		claim()
		rmSync(join(state.leases, 'L1AB'), { recursive: true })
		expect((await found()).map(({ id }) => id)).toEqual([GROUP])
	})

	test('removed while the records were read: there was nothing', async () => {
		setProbes()
		let looks = 0
		const strays = createStrayProbes({ files: kernel, folders: () => [TRACING], holders: holders([]) })
		const named = () => (looks++ === 0 ? strays.named() : [])
		expect(await findStrays(state, { ...strays, named }, read)).toEqual([])
		expect(looks).toBe(2)
	})

	test.each<[string, readonly number[] | 'unseen', RegExp]>([
		['someone has tracefs open', [4711], /process 4711 has tracefs open/],
		['not all processes are seen', 'unseen', /look from the host$/],
	])('P9 %s: their session may live, and they are left', async (_, pids, why) => {
		setProbes()
		expect(await found(pids)).toMatchObject([{ isAlive: true, why: expect.stringMatching(why) }])
	})

	test.each<[string, () => void]>([
		['a name that goes on', () => kernel.mkdir(`${TRACING}/instances/${GROUP}2`)],
		['a name of someone', () => kernel.mkdir(`${TRACING}/instances/ctscope_mine`)],
		['a group of someone', () => kernel.append(`${TRACING}/kprobe_events`, `p:${GROUP}/ct do_exit a=$arg1`)],
		[
			'an instance in which an event of someone is on',
			() => kernel.instances.set(GROUP, { on: new Set(['others/keep']), values: new Map(), isHeld: false }),
		],
		[
			'someone has put a probe of his own beside ours',
			() => {
				setProbes()
				kernel.append(`${TRACING}/kprobe_events`, `p:${GROUP}/mine do_exit`)
			},
		],
	])('P7 what only looks alike is none of ours: %s', async (_, make) => {
		make()
		expect(await found()).toEqual([])
	})

	test('where tracefs is not mounted, or may not be looked into, nothing is seen', async () => {
		setProbes()
		expect(await found([], [])).toEqual([])
		kernel.read = () => {
			throw Object.assign(new Error('no'), { code: 'EACCES' })
		}
		expect(await found()).toEqual([])
	})
})
