import { beforeEach, describe, expect, test } from 'vitest'
import { createLifetime, type Lifetime } from '../../../src/guard/process/lifetime.ts'
import { startBook } from '../../../src/guard/undoing/book.ts'
import type { Later } from '../../../src/host/process/later.ts'
import type { KernelFiles } from '../../../src/host/write/write.ts'
import type { Written } from '../../../src/host/write/written.ts'
import type { Plan } from '../../../src/model/change.ts'
import type { Knob, KnobId } from '../../../src/model/knob.ts'
import { alice, NETNS } from '../../harness/fake/guard.ts'
import { type FakeKernel, fakeClock, fakeDisk, fakeKernel } from '../../harness/fake/host.ts'

/** Work of tools that has begun, and ends when a test says so. */
type Tool = { readonly what: string; end(): void }

const plan = (...changes: readonly (readonly [KnobId, string, string])[]): Plan => ({
	purpose: 'a test',
	changes: changes.map(([knob, from, to]) => ({ knob, from, to })),
})
const MODULE = 'module:nf_log_syslog'
const withModule = plan(['log_invalid', '0', '6'], [MODULE, 'absent', 'loaded'], ['acct', '0', '1'])

const isSlow = (knob: Knob) => knob.kind.type === 'module'
const turns = async (count = 8) => {
	for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve))
}

function scene({ form = 'child' as 'child' | 'service', ttlMs = 60_000 } = {}) {
	const fake: FakeKernel = fakeKernel({
		log_invalid: '0',
		acct: '0',
		tcp_be_liberal: '0',
		'nf_log.2': 'NONE',
	})
	const disk = fakeDisk()
	const clock = fakeClock()
	const tools: Tool[] = []
	/** Tools that would have begun and did not, because they could not be recorded. */
	const kept: string[] = []
	const hands = new Set<number>()
	let equip: Written = { ok: true }
	let isInstant = true
	/** A tool that makes a change hangs in the kernel: it is given up, does not die, and comes to its end when a test says so. */
	let isStuck = false
	const stuck: (() => void)[] = []
	let fault: Error | undefined
	let isBroken = false
	const later = <T>(what: string, give: () => T): Later<T> => {
		if (isInstant) return Promise.resolve().then(give)
		return new Promise((resolve) => tools.push({ what, end: () => resolve(give()) }))
	}
	const kernel: KernelFiles = {
		...fake,
		isSlow,
		isFar: isSlow,
		equip: () => equip,
		read: (knob, detail, given = []) => {
			if (!isSlow(knob)) return fake.read(knob, detail)
			return later(`read ${knob.id}`, () =>
				given.some(({ pid }) => hands.has(pid))
					? ({ kind: 'unreadable', code: 'EAGAIN' } as const)
					: fake.read(knob, detail),
			)
		},
		write(knob, value, more) {
			if (!isSlow(knob)) return fake.write(knob, value, more)
			if (isBroken) return Promise.reject(new TypeError('a defect'))
			// As modprobe: what it would do is asked for first, and then it is recorded and begins.
			const begin = (): Later<Written> => {
				const pid = 100 + hands.size
				if (more.announce !== undefined && !more.announce({ pid, pidStart: '1' })) {
					kept.push(knob.id)
					return { ok: false, code: 'ENOSPC', at: 'write' }
				}
				if (fault !== undefined) return Promise.reject(fault)
				if (more.announce !== undefined) hands.add(pid)
				if (isStuck && more.announce !== undefined) {
					stuck.push(() => {
						hands.delete(pid)
						fake.write(knob, value, more)
					})
					return { ok: false, code: 'ETIMEDOUT', at: 'write' }
				}
				return later(`write ${knob.id} ${value}`, () => {
					hands.delete(pid)
					return fake.write(knob, value, more)
				})
			}
			if (value === 'absent') return begin()
			const asked = later(`ask ${knob.id}`, () => undefined)
			return asked instanceof Promise ? asked.then(begin) : begin()
		},
	}
	const store = disk.store('L1')
	const book = startBook(
		{ store, clock, boot: 'this' },
		{
			type: 'lease',
			id: 'L1',
			form,
			netns: NETNS,
			ttlMs,
			deadline: clock.monotonic() + ttlMs,
			confirmMs: 60_000,
			behaveMs: 120_000,
			pid: 1,
			pidStart: '1',
		},
	)
	if (typeof book === 'string') throw new Error(book)
	let exitCode: number | undefined
	const troubles: unknown[] = []
	const lifetime: Lifetime = createLifetime({
		kernel,
		store,
		book,
		clock,
		pass: () => {},
		whenClosed: 'undo',
		holder: () => 'someone',
		publish: () => {},
		publishLast: async () => true,
		trouble: (error) => troubles.push(error),
		end: (code) => {
			exitCode = code
		},
	})
	lifetime.own(alice)
	return {
		fake,
		troubles,
		entries: () => book.lease().entries,
		/** From now on a tool that makes a change is given up, and hangs on. */
		stick() {
			isStuck = true
		},
		comeThrough() {
			for (const end of stuck.splice(0)) end()
		},
		fail(error: Error | undefined) {
			fault = error
		},
		async pass(ms: number) {
			for (let passed = 0; passed < ms; passed += 500) {
				clock.pass(500)
				await turns()
			}
		},
		clock,
		lifetime,
		kept,
		exitCode: () => exitCode,
		value: (knob: string) => fake.values.get(knob),
		isLoaded: () => fake.modules.has('nf_log_syslog'),
		/** From now on a tool ends only when it is told to. */
		hang() {
			isInstant = false
		},
		/** From now on what writes with a tool throws, as a defect of ours does. */
		breakTools(isIt: boolean) {
			isBroken = isIt
		},
		refuseEquip(code: string) {
			equip = { ok: false, code, at: 'open' }
		},
		waiting: () => tools.map(({ what }) => what),
		async endTool() {
			tools.shift()?.end()
			await turns()
		},
		async endAll() {
			isInstant = true
			for (const tool of tools.splice(0)) tool.end()
			await turns()
		},
	}
}

let guard: ReturnType<typeof scene>
beforeEach(() => {
	guard = scene()
})

describe('P4 a hung tool does not hold up an undo', () => {
	test('files are restored at once, whatever was changed after them', async () => {
		expect(await guard.lifetime.apply(withModule)).toMatchObject({ ok: true })
		expect([guard.value('log_invalid'), guard.value('acct'), guard.isLoaded()]).toEqual(['6', '1', true])
		guard.hang()
		guard.lifetime.ownerGone()
		expect([guard.value('log_invalid'), guard.value('acct')]).toEqual(['0', '0'])
		expect(guard.exitCode()).toBeUndefined()
		await guard.endAll()
		expect(guard.isLoaded()).toBe(false)
		expect(guard.exitCode()).toBe(0)
	})

	test('a tool that fails is tried again', async () => {
		expect(await guard.lifetime.apply(withModule)).toMatchObject({ ok: true })
		guard.breakTools(true)
		guard.lifetime.ownerGone()
		await turns()
		expect([guard.value('log_invalid'), guard.isLoaded(), guard.exitCode()]).toEqual(['0', true, undefined])
		guard.breakTools(false)
		guard.clock.pass(100)
		await turns()
		expect([guard.isLoaded(), guard.exitCode()]).toEqual([false, 0])
	})

	test('the guard answers and undoes while it waits for a tool', async () => {
		expect(await guard.lifetime.apply(plan([MODULE, 'absent', 'loaded']))).toMatchObject({ ok: true })
		expect(await guard.lifetime.apply(plan(['tcp_be_liberal', '0', '1']))).toMatchObject({ ok: true })
		guard.hang()
		let answer: unknown
		guard.lifetime.undo(1, 'at your request', (result) => {
			answer = result
		})
		await turns()
		expect(guard.lifetime.view()).toMatchObject({ phase: 'undoing' })
		guard.clock.pass(60_000)
		expect(guard.value('tcp_be_liberal')).toBe('0')
		expect(answer).toBeUndefined()
		await guard.endAll()
		expect(answer).toMatchObject({ ok: true })
		expect(guard.isLoaded()).toBe(false)
	})
})

describe('an undo that begins while a step is being made', () => {
	test('an undo takes back what the step made, and stops the rest', async () => {
		guard.hang()
		const applied = guard.lifetime.apply(withModule)
		await guard.endTool()
		while (guard.waiting()[0] !== `write ${MODULE} loaded`) await guard.endTool()
		expect(guard.value('log_invalid')).toBe('6')
		guard.lifetime.ownerGone()
		expect(guard.value('log_invalid')).toBe('0')
		await guard.endAll()
		expect(await applied).toMatchObject({ ok: false })
		// The undo came before the module: it is taken away with the next try.
		for (let tries = 0; tries < 5; tries++) {
			guard.clock.pass(1_000)
			await turns()
		}
		expect([guard.isLoaded(), guard.value('acct'), guard.exitCode()]).toEqual([false, '0', 0])
	})

	test('an undo between record and tool keeps the tool from starting', async () => {
		guard.hang()
		const applied = guard.lifetime.apply(plan([MODULE, 'absent', 'loaded']))
		while (guard.waiting()[0] !== `ask ${MODULE}`) {
			await turns()
			if (guard.waiting()[0] !== `ask ${MODULE}`) await guard.endTool()
		}
		guard.lifetime.ownerGone()
		await guard.endAll()
		expect(await applied).toMatchObject({ ok: false })
		for (let tries = 0; tries < 5; tries++) {
			guard.clock.pass(1_000)
			await turns()
		}
		expect(guard.kept).toEqual([MODULE])
		expect([guard.isLoaded(), guard.exitCode()]).toEqual([false, 0])
	})

	test('a hung step is undone in time at its deadline', async () => {
		guard.hang()
		void guard.lifetime.apply(withModule)
		while (guard.waiting()[0] !== `write ${MODULE} loaded`) await guard.endTool()
		guard.clock.pass(60_000)
		expect(guard.value('log_invalid')).toBe('0')
	})

	test('a second plan is refused during a step', async () => {
		guard.hang()
		void guard.lifetime.apply(withModule)
		await turns()
		expect(await guard.lifetime.apply(plan(['acct', '0', '1']))).toMatchObject({
			failure: { why: 'another one is being made' },
		})
		expect(guard.value('acct')).toBe('0')
	})
})

describe('what an undo will need', () => {
	test('P12 the tools of an undo are there before the first write, or nothing is written', async () => {
		guard.refuseEquip('EAGAIN')
		expect(await guard.lifetime.apply(withModule)).toMatchObject({
			ok: false,
			failure: { kind: 'unsupported', why: expect.stringContaining('EAGAIN') },
		})
		expect(guard.fake.writes).toEqual([])
	})
})

const OTHER = 'module:nf_conntrack_netlink'

describe('P6 the guard never gives up', () => {
	test('a module is unloaded although its tool hung for minutes', async () => {
		guard.stick()
		expect(await guard.lifetime.apply(plan([MODULE, 'absent', 'loaded']))).toMatchObject({ ok: false })
		await guard.pass(20_000)
		expect([guard.isLoaded(), guard.exitCode()]).toEqual([false, undefined])
		guard.comeThrough()
		expect(guard.isLoaded()).toBe(true)
		await guard.pass(61_000)
		expect([guard.isLoaded(), guard.value('nf_log.2'), guard.exitCode()]).toEqual([false, 'NONE', 0])
	})

	test('a logger is restored although its module stays in use', async () => {
		guard.stick()
		expect(await guard.lifetime.apply(plan([MODULE, 'absent', 'loaded']))).toMatchObject({ ok: false })
		await guard.pass(2_000)
		guard.comeThrough()
		guard.fake.used.add('nf_log_syslog')
		await guard.pass(61_000)
		expect([guard.isLoaded(), guard.value('nf_log.2'), guard.exitCode()]).toEqual([true, 'NONE', 0])
	})

	test('a refused undo is tried again while another change stays', async () => {
		expect(await guard.lifetime.apply(plan(['log_invalid', '0', '6']))).toMatchObject({ ok: true })
		expect(await guard.lifetime.apply(plan(['acct', '0', '1']))).toMatchObject({ ok: true })
		guard.fake.refuse.set('log_invalid', ['EPERM', 'EPERM', 'EPERM', 'EPERM'])
		guard.lifetime.undo(1, 'at your request', () => {})
		await guard.pass(8_000)
		expect(guard.lifetime.view()).toMatchObject({ phase: 'holding' })
		expect(guard.value('log_invalid')).toBe('6')
		await guard.pass(31_000)
		expect([guard.value('log_invalid'), guard.value('acct')]).toEqual(['0', '1'])
	})

	test('trying again does not undo a step in progress', async () => {
		expect(await guard.lifetime.apply(plan(['log_invalid', '0', '6']))).toMatchObject({ ok: true })
		expect(await guard.lifetime.apply(plan(['acct', '0', '1']))).toMatchObject({ ok: true })
		guard.fake.refuse.set('log_invalid', ['EPERM', 'EPERM', 'EPERM', 'EPERM'])
		guard.lifetime.undo(1, 'at your request', () => {})
		await guard.pass(8_000)
		guard.hang()
		const applied = guard.lifetime.apply(plan([MODULE, 'absent', 'loaded']))
		await guard.pass(31_000)
		await guard.endAll()
		expect(await applied).toMatchObject({ ok: true })
		await guard.pass(2_000)
		expect([guard.value('log_invalid'), guard.isLoaded()]).toEqual(['0', true])
	})

	test('an undo goes on after an error of ours', async () => {
		expect(await guard.lifetime.apply(withModule)).toMatchObject({ ok: true })
		guard.fail(new Error('spawn ENOMEM'))
		guard.lifetime.ownerGone()
		await guard.pass(500)
		expect(guard.troubles).not.toEqual([])
		guard.fail(undefined)
		await guard.pass(7_000)
		expect([guard.isLoaded(), guard.exitCode()]).toEqual([false, 0])
	})

	test('an error of ours in a step is an answer, and the step is undone', async () => {
		guard.fail(new Error('spawn ENOMEM'))
		expect(await guard.lifetime.apply(withModule)).toMatchObject({
			ok: false,
			failure: { why: expect.stringContaining('ENOMEM') },
		})
		guard.fail(undefined)
		await guard.pass(1_000)
		expect([guard.value('log_invalid'), guard.exitCode()]).toEqual(['0', 0])
	})
})

test('a service that is stopped during a tool tries the rest', async () => {
	guard = scene({ form: 'service' })
	expect(await guard.lifetime.apply(plan([MODULE, 'absent', 'loaded']))).toMatchObject({ ok: true })
	expect(await guard.lifetime.apply(plan([OTHER, 'absent', 'loaded']))).toMatchObject({ ok: true })
	guard.hang()
	guard.lifetime.undo(1, 'at your request', () => {})
	await turns()
	guard.lifetime.stop('told to')
	await guard.endAll()
	await guard.pass(1_000)
	expect([...guard.fake.modules]).toEqual([])
	expect(guard.exitCode()).toBe(0)
})
