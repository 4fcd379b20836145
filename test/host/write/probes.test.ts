import { beforeEach, describe, expect, test } from 'vitest'
import { knobOfProbes, planProbes } from '../../../src/changes/kinds/probes.ts'
import { knobById } from '../../../src/changes/knobs.ts'
import { judge, judgeWrite } from '../../../src/changes/verdict.ts'
import { createProbes } from '../../../src/host/write/probes.ts'
import type { AskedProbes, ProbeSet } from '../../../src/kernel/probes/probe-sets.ts'
import { definedWays } from '../../../src/kernel/probes/probe-ways.ts'
import type { Knob } from '../../../src/model/knob.ts'
import { FakeTracefs, probesHost } from '../../harness/fake/tracefs.ts'
import { btfOf } from '../../kernel/probes/material.ts'

const TOKEN = '0a0b0c0d'
const GROUP = `ctscope_${TOKEN}`
const KEEP = { group: 'others', name: 'keep', text: 'p:others/keep do_exit' }
const BTF = btfOf('6.12')

function knobOf(id: string): Knob {
	const knob = knobById(id)
	if (knob === undefined) throw new Error(`no knob ${id}`)
	return knob
}
const KNOB = knobOf(knobOfProbes(TOKEN))

let kernel: FakeTracefs
beforeEach(() => {
	kernel = new FakeTracefs()
	kernel.defined.push(KEEP)
	kernel.instances.set('theirs', { on: new Set(['others/keep']), values: new Map(), isHeld: true })
})

function probesWith(change: { readonly btf?: typeof BTF } = {}) {
	const probes = createProbes({
		...probesHost(kernel),
		load: () => (asked, group) =>
			definedWays(asked, group, { btf: 'btf' in change ? change.btf : BTF, architecture: 'x64' }),
	})
	probes.detail()
	return probes
}

const asked = (set: ProbeSet) => planProbes(set, { token: TOKEN, secret: 0x5eed1234 }).change.to
const reads = () => probesWith().read(KNOB, false)
const ours = () => kernel.defined.filter(({ group }) => group === GROUP).map(({ name }) => name)
const isUntouched = () => {
	expect(kernel.defined).toEqual([KEEP])
	expect([...kernel.instances.keys()]).toEqual(['theirs'])
	expect([...(kernel.instances.get('theirs')?.on ?? [])]).toEqual(['others/keep'])
}

describe.each<[ProbeSet, readonly string[]]>([
	['reasons', ['ct', 'ct_inner', 'l4', 'helper']],
	['invalid', ['ct', 'ct_inner', 'l4', 'helper', 'in']],
	['ends', ['end']],
	['lists', ['made', 'confirm', 'insert', 'out', 'free']],
])('probes for %s', (set, names) => {
	test('are made, read back as what was asked for, and removed', () => {
		expect(reads()).toEqual({ kind: 'value', value: 'absent' })
		expect(probesWith().write(KNOB, asked(set))).toEqual({ ok: true })
		expect(ours()).toEqual(names)
		expect(reads()).toEqual({ kind: 'value', value: asked(set) })
		expect(probesWith().write(KNOB, 'absent')).toEqual({ ok: true })
		expect(reads()).toEqual({ kind: 'value', value: 'absent' })
		isUntouched()
	})
})

test('nothing is switched on before its filter is there, and the clock is that of the program', () => {
	probesWith().write(KNOB, asked('reasons'))
	const enabled = kernel.written.findIndex((line) => line.endsWith('/enable = 1'))
	const filters = kernel.written.flatMap((line, at) => (line.includes('/filter = ') ? [at] : []))
	expect(filters.length).toBeGreaterThan(0)
	expect(Math.max(...filters)).toBeLessThan(enabled)
	expect(kernel.written).toContain(`instances/${GROUP}/trace_clock = mono`)
})

test('a kernel that does not know the arguments of a function at its end gets the pairs', () => {
	kernel.refuses = (line) => (/^[fr]:\S+\/in /.test(line) ? 'EINVAL' : undefined)
	expect(probesWith().write(KNOB, asked('invalid'))).toEqual({ ok: true })
	expect(ours()).toEqual(expect.arrayContaining(['tcp', 'tcp_ret', 'icmp_ret']))
	expect(ours()).not.toContain('in')
	expect(reads()).toEqual({ kind: 'value', value: asked('invalid') })
})

test.each([
	['a probe', /^p:\S+\/l4 /],
	['the switch', /^events\/ctscope_\w+\/enable$/],
	['the clock', /^trace_clock$/],
])('%s is refused: nothing is left of the others', (_, what) => {
	kernel.refuses = (line) => (what.test(line) ? 'EINVAL' : undefined)
	expect(probesWith().write(KNOB, asked('reasons'))).toMatchObject({ ok: false, code: 'EINVAL' })
	isUntouched()
})

test('a helper that is not there is no loss', () => {
	kernel.refuses = (line) => (/^p:\S+\/helper /.test(line) ? 'ENOENT' : undefined)
	expect(probesWith().write(KNOB, asked('reasons'))).toEqual({ ok: true })
	expect(reads()).toEqual({ kind: 'value', value: asked('reasons') })
})

test('without type information reasons come, and there is nothing to see each packet with', () => {
	expect(probesWith({ btf: undefined as never }).write(KNOB, asked('reasons'))).toEqual({ ok: true })
	expect(ours()).toEqual(['ct', 'l4'])
	probesWith().write(KNOB, 'absent')
	expect(probesWith({ btf: undefined as never }).write(KNOB, asked('invalid'))).toMatchObject({
		ok: false,
		code: 'ENOTSUP',
	})
	isUntouched()
})

test('someone reads the instance: its probes go all the same, and it goes at the next try', () => {
	probesWith().write(KNOB, asked('reasons'))
	const instance = kernel.instances.get(GROUP)
	if (instance === undefined) throw new Error('no instance')
	instance.isHeld = true
	expect(probesWith().write(KNOB, 'absent')).toMatchObject({ ok: false, code: 'EBUSY' })
	expect(ours()).toEqual([])
	expect(instance.on.size).toBe(0)
	instance.isHeld = false
	expect(probesWith().write(KNOB, 'absent')).toEqual({ ok: true })
	isUntouched()
})

test('someone has one of them on elsewhere: the others go, and that one at the next try', () => {
	probesWith().write(KNOB, asked('reasons'))
	kernel.instances.get('theirs')?.on.add(`${GROUP}/ct`)
	expect(probesWith().write(KNOB, 'absent')).toMatchObject({ ok: false, code: 'EBUSY' })
	expect(ours()).toEqual(['ct'])
	kernel.instances.get('theirs')?.on.delete(`${GROUP}/ct`)
	expect(probesWith().write(KNOB, 'absent')).toEqual({ ok: true })
	isUntouched()
})

test('switched off by someone, in part or whole: said, and still ours to remove', () => {
	const set = asked('reasons')
	probesWith().write(KNOB, set)
	kernel.instances.get(GROUP)?.on.clear()
	const reading = reads()
	expect(reading).toEqual({ kind: 'value', value: 'partly' })
	expect(judgeWrite(KNOB, { knob: KNOB.id, from: 'absent', to: set }, reading)).toBe('unsure')
	const entry = {
		knob: KNOB.id,
		set,
		from: 'absent',
		was: 'absent',
		phase: 'applied',
	} as Parameters<typeof judge>[0]
	expect(judge(entry, 'absent', reading)).toEqual({ verdict: 'restore', write: 'absent' })
})

test('killed in the middle: what is there is ours, and goes', () => {
	let left = 5
	kernel.refuses = () => (left-- > 0 ? undefined : 'EKILLED')
	probesWith().write(KNOB, asked('reasons'))
	kernel.refuses = () => undefined
	expect(probesWith().write(KNOB, 'absent')).toEqual({ ok: true })
	isUntouched()
})

test('tracefs that is not mounted is no absence of ours once it is on record', () => {
	const nowhere = createProbes({
		...probesHost(kernel),
		folder: () => undefined,
		whyNoFolder: () => 'tracefs is not mounted',
	})
	expect(nowhere.read(KNOB, false)).toMatchObject({ kind: 'gone', why: expect.stringMatching(/not mounted/) })
	expect(nowhere.read(KNOB, true)).toEqual({ kind: 'unreadable', code: 'ENOENT' })
	expect(nowhere.probe()).toMatchObject({ ok: false, code: 'ENOENT' })
})

test.each([
	['conntrack is not loaded', { isTracking: () => false }, /modprobe nf_conntrack/],
	['kernel probes are switched off', { areOff: () => true }, /kprobes\/enabled/],
])('%s: refused before anything is set, with what helps', (_, change, words) => {
	expect(createProbes({ ...probesHost(kernel), ...change }).probe()).toMatchObject({
		ok: false,
		words: expect.stringMatching(words),
	})
	expect(kernel.written).toEqual([])
})

test('what is needed is loaded before anything is recorded: no undo comes into the middle of a write', async () => {
	const loaded = Promise.withResolvers<Parameters<typeof createProbes>[0]>()
	const probes = createProbes({
		...probesHost(kernel),
		load: () =>
			loaded.promise.then(
				() => (asked, group) => definedWays(asked, group, { btf: BTF, architecture: 'x64' }),
			),
	})
	// Nobody has looked at the plan: nothing is known of what to set, and nothing is set later.
	expect(probes.write(KNOB, asked('reasons'))).toMatchObject({ ok: false })
	const detail = probes.detail()
	loaded.resolve(undefined)
	await detail
	expect(probes.write(KNOB, asked('reasons'))).toEqual({ ok: true })
	expect(ours()).toContain('ct')
})

describe('probes that look at every packet', () => {
	const INVALID = asked('invalid')
	/** Ours of one packet are on. */
	const isMeasured = () => [...(kernel.instances.get(GROUP)?.on ?? [])].some((name) => name.includes('/cost'))
	const calibration = (ns: number) => ({
		call: (count: number) => (count * (2_000 + (isMeasured() ? ns : 0))) / 1e6,
	})
	async function setAt(perSecond: number | undefined, ns = 500, set = INVALID) {
		const host = {
			...probesHost(kernel),
			load: () => (one: AskedProbes, group: string) =>
				definedWays(one, group, { btf: BTF, architecture: 'x64' }),
			packetRate: () => Promise.resolve(perSecond),
			calibration: calibration(ns),
		}
		const probes = createProbes(host)
		probes.detail()
		expect(await probes.probe(set)).toEqual({ ok: true })
		return probes.write(KNOB, set)
	}

	// 500 ns for each packet: a tenth of a core is 200 000 of them a second.
	test.each([
		[0, 500],
		[200_000, 500],
		[990_000, 101],
		[undefined, 500],
	])('%s packets/s at %i ns each are set', async (perSecond, ns) => {
		expect(await setAt(perSecond, ns)).toEqual({ ok: true })
		expect(ours()).not.toContain('cost0')
		expect(ours()).toContain('in')
		expect(reads()).toEqual({ kind: 'value', value: INVALID })
	})

	test.each([
		[
			200_200,
			500,
			/200 200 packets\/s .* at 0\.5 µs each, as measured: 10\.0 % of one core.*more than 10 % is refused/,
		],
		[1_000_000, 101, /10\.1 % of one core/],
		[60_000, 1_800, /60 000 packets\/s .* at 1\.8 µs each, as measured: 10\.8 % of one core/],
	])(
		'%i packets/s at %i ns each are refused with the figure, and nothing is left',
		async (perSecond, ns, words) => {
			expect(await setAt(perSecond, ns)).toMatchObject({
				ok: false,
				code: 'EDQUOT',
				words: expect.stringMatching(words),
			})
			isUntouched()
		},
	)

	test('where it cannot be measured more is assumed than it costs', async () => {
		kernel.refuses = (line) => (line.includes('security_inode_getattr') ? 'ENOENT' : undefined)
		expect(await setAt(50_000)).toEqual({ ok: true })
		probesWith().write(KNOB, 'absent')
		expect(await setAt(50_100)).toMatchObject({
			code: 'EDQUOT',
			words: expect.stringMatching(/at 2\.0 µs each at most: 10\.0 % of one core/),
		})
		isUntouched()
	})

	test('a figure that is none is not taken for one', async () => {
		expect(await setAt(50_100, -300)).toMatchObject({ code: 'EDQUOT' })
		expect(await setAt(50_100, 0)).toMatchObject({ code: 'EDQUOT' })
	})

	test('the pairs of older kernels are measured as pairs, and with as many arguments', async () => {
		kernel.refuses = (line) => (/^[fr]:\S+\/in /.test(line) ? 'EINVAL' : undefined)
		expect(await setAt(1_000)).toEqual({ ok: true })
		const lines = kernel.written.filter((line) => /^[prf]:\S+\/cost\d /.test(line))
		expect(lines.map((line) => line.split(' ').slice(0, 2))).toEqual([
			[`p:${GROUP}/cost0`, 'security_inode_getattr'],
			[`r:${GROUP}/cost1`, 'security_inode_getattr'],
		])
		const like = kernel.written.find((line) => line.startsWith(`p:${GROUP}/tcp `))
		expect(
			lines[0]
				?.split(' ')
				.map((word) => word.replace(/=.*:/, ':'))
				.slice(2),
		).toEqual(
			like
				?.split(' ')
				.map((word) => word.replace(/=.*:/, ':'))
				.slice(2),
		)
		expect(lines[1]).toMatch(/ ret=\$retval:s32 z=/)
	})

	test('probes of reasons run for few packets: nothing is measured', async () => {
		expect(await setAt(100_000_000, 500, asked('reasons'))).toEqual({ ok: true })
		expect(kernel.written.join()).not.toContain('security_inode_getattr')
	})

	test('died while it was measured: what is there is ours, and goes', async () => {
		let left = 12
		kernel.refuses = () => (left-- > 0 ? undefined : 'EKILLED')
		await setAt(1_000)
		kernel.refuses = () => undefined
		probesWith().write(KNOB, 'absent')
		isUntouched()
	})
})
