import fc from 'fast-check'
import { expect, test } from 'vitest'
import { withFlagsOf } from '../../../src/changes/kinds/call-site-flags.ts'
import { loggersOf } from '../../../src/changes/kinds/module.ts'
import { DEFAULT_TTL_MS } from '../../../src/changes/lease.ts'
import { type FakeGuard, fakeGuard, fakeRevert, type Host } from '../../harness/fake/guard.ts'
import { Crash, fakeClock, fakeDisk, fakeKernel } from '../../harness/fake/host.ts'

/** Modules of both times: one that is several loggers, and several that share what they need. */
const MODULES = ['nf_log_syslog', 'nf_conntrack_netlink', 'nf_log_ipv4', 'nf_log_ipv6'] as const
const LOGGERS = ['nf_log.2', 'nf_log.3', 'nf_log.5', 'nf_log.7', 'nf_log.10'] as const
const SITE = 'printk:net/netfilter/nf_conntrack_proto_tcp.c:tcp_new#1:0f3c2a91'
const BEFORE: Readonly<Record<string, string>> = {
	...Object.fromEntries(LOGGERS.map((knob) => [knob, 'NONE'])),
	'nf_log.7': 'nfnetlink_log',
	log_invalid: '0',
	[SITE]: 'm',
}
const LOADED = ['nfnetlink', 'nf_defrag_ipv4', 'nfnetlink_log']

type Step =
	| { readonly do: 'load'; readonly modules: readonly string[]; readonly also: readonly string[] }
	| { readonly do: 'use' | 'leave' | 'someone loads'; readonly module: string }
	/** Someone chooses a logger, or none. */
	| { readonly do: 'bind'; readonly knob: string; readonly logger: string }
	| { readonly do: 'decorate'; readonly flags: string }
	| { readonly do: 'die'; readonly after: number; readonly leavesBehind: number }
	| { readonly do: 'refuse'; readonly module: string; readonly code: string }
	| { readonly do: 'undo'; readonly seq: number | 'all' }
	| { readonly do: 'pass'; readonly ms: number }
	| { readonly do: 'revert' | 'kill' | 'flood' }

const name = fc.constantFrom(...MODULES)
const step: fc.Arbitrary<Step> = fc.oneof(
	{
		weight: 5,
		arbitrary: fc.record({
			do: fc.constant('load' as const),
			modules: fc.uniqueArray(name, { maxLength: 2 }),
			also: fc.uniqueArray(fc.constantFrom(SITE, 'log_invalid', 'nf_log.2', 'nf_log.10')),
		}),
	},
	{
		weight: 2,
		arbitrary: fc.record({
			do: fc.constantFrom('use' as const, 'leave' as const, 'someone loads' as const),
			module: fc.constantFrom(...MODULES, 'nf_conntrack', 'nf_log_common'),
		}),
	},
	fc.record({
		do: fc.constant('bind' as const),
		knob: fc.constantFrom(...LOGGERS),
		logger: fc.constantFrom('a_logger_of_theirs', 'NONE'),
	}),
	fc.record({ do: fc.constant('decorate' as const), flags: fc.constantFrom('_', 'm', 'mt', 'f') }),
	{
		weight: 3,
		arbitrary: fc.record({
			do: fc.constant('die' as const),
			after: fc.nat(40),
			leavesBehind: fc.nat(3),
		}),
	},
	fc.record({
		do: fc.constant('refuse' as const),
		module: name,
		code: fc.constantFrom('EPERM', 'EBUSY', 'ETIMEDOUT'),
	}),
	{
		weight: 2,
		arbitrary: fc.record({
			do: fc.constant('undo' as const),
			seq: fc.oneof(fc.constant('all' as const), fc.integer({ min: 1, max: 6 })),
		}),
	},
	fc.record({ do: fc.constant('pass' as const), ms: fc.constantFrom(50, 2_000, 7_000, 600_000) }),
	fc.record({ do: fc.constantFrom('revert' as const, 'kill' as const, 'flood' as const) }),
)

function play(steps: readonly Step[]): void {
	const host: Host = { kernel: fakeKernel(BEFORE), disk: fakeDisk(), clock: fakeClock() }
	const { kernel, disk, clock } = host
	for (const one of LOADED) kernel.modules.add(one)
	/** Modules that someone else has loaded or used: for those there is no promise, except that they are there while used. */
	const theirs = new Set<string>(LOADED)
	/** What each logger would read without us. */
	const truth = new Map(Object.entries(BEFORE))
	let decoration = 'm'
	let guard: FakeGuard | undefined
	let id = ''
	let made = 0
	let dieAfter = Number.POSITIVE_INFINITY
	kernel.before = () => {
		if (dieAfter === 0) throw new Crash()
		dieAfter -= 1
	}
	const alive = (run: () => void) => {
		try {
			run()
		} catch (error) {
			if (!(error instanceof Crash)) throw error
			guard = undefined
			clock.clear()
		}
		dieAfter = Number.POSITIVE_INFINITY
		if (guard?.exitCode !== undefined) guard = undefined
		for (const used of kernel.used) expect(kernel.modules.has(used), `${used} is used`).toBe(true)
	}

	for (const one of steps) {
		switch (one.do) {
			case 'load': {
				if (guard === undefined && !disk.journals.has(id)) {
					made += 1
					id = `L${made}`
					guard = fakeGuard(host, id)
				}
				const now = (knob: string) => kernel.values.get(knob) ?? ''
				const wanted: Readonly<Record<string, string>> = {
					[SITE]: withFlagsOf(now(SITE), 'p', 'p'),
					log_invalid: '6',
					'nf_log.2': 'nfnetlink_log',
					'nf_log.10': 'nfnetlink_log',
				}
				const changes = [
					...one.modules
						.filter((module) => !kernel.modules.has(module))
						.map((module) => ({ knob: `module:${module}`, from: 'absent', to: 'loaded' })),
					...one.also.map((knob) => ({ knob, from: now(knob), to: wanted[knob] ?? '' })),
				].filter(({ from, to }) => from !== to)
				if (changes.length > 0) alive(() => guard?.lifetime.apply({ purpose: 'test', changes }))
				break
			}
			case 'use':
				if (kernel.modules.has(one.module)) {
					kernel.used.add(one.module)
					theirs.add(one.module)
				}
				break
			case 'leave':
				kernel.used.delete(one.module)
				break
			case 'someone loads':
				// Whose it is cannot be told when we have loaded it, or are about to.
				theirs.add(one.module)
				kernel.modules.add(one.module)
				for (const { knob, logger } of loggersOf([one.module]))
					if (kernel.values.get(knob) === 'NONE') kernel.values.set(knob, logger)
				break
			case 'bind':
				kernel.values.set(one.knob, one.logger)
				truth.set(one.knob, one.logger)
				break
			case 'decorate':
				decoration = one.flags
				kernel.values.set(SITE, withFlagsOf(kernel.values.get(SITE) ?? '', one.flags, 'mft'))
				break
			case 'die':
				dieAfter = one.after
				kernel.leavesBehind = one.leavesBehind
				break
			case 'refuse':
				kernel.refuse.set(`module:${one.module}`, [one.code])
				break
			case 'undo':
				alive(() => guard?.lifetime.undo(one.seq, 'at your request', () => {}))
				break
			case 'pass':
				alive(() => clock.pass(one.ms))
				break
			case 'flood':
				alive(() => guard?.lifetime.flood({ rate: 412, seconds: 3 }))
				break
			case 'revert':
				alive(() => {
					if (guard !== undefined) guard.lifetime.undo('all', 'ctscope revert', () => {})
					else if (disk.journals.has(id)) fakeRevert(host, id)
				})
				break
			case 'kill':
				guard = undefined
				clock.clear()
		}
	}

	kernel.refuse.clear()
	dieAfter = Number.POSITIVE_INFINITY
	if (guard !== undefined) clock.pass(2 * DEFAULT_TTL_MS * steps.length)
	// As often as a modprobe that was left behind is still at work.
	for (let tries = 0; disk.journals.has(id) && tries < 4; tries++) fakeRevert(host, id)
	expect([...disk.journals]).toEqual([])
	expect([...disk.claims]).toEqual([])
	expect(kernel.values.get(SITE)).toBe(decoration)
	expect(kernel.values.get('log_invalid')).toBe('0')
	const isNeeded = (module: string) => [...theirs].some((other) => kernel.needs(other).includes(module))
	const left = [...kernel.modules].filter((module) => !theirs.has(module) && !isNeeded(module))
	expect(left, 'loaded by us, and used by nobody').toEqual([])
	for (const used of kernel.used) expect(kernel.modules.has(used)).toBe(true)
	// What a module of others binds by itself, and what was bound to it, is not ours to tell.
	const unsure = new Set(loggersOf([...theirs]).map(({ knob }) => knob))
	for (const knob of LOGGERS)
		if (!unsure.has(knob)) expect(`${knob} ${kernel.values.get(knob)}`).toBe(`${knob} ${truth.get(knob)}`)
}

test('P5 P7 a module that is used for a moment, when what it waited for has gone at last, is tried again', () => {
	play([
		{ do: 'die', after: 10, leavesBehind: 3 },
		{ do: 'load', modules: ['nf_log_syslog', 'nf_log_ipv6'], also: [SITE] },
		{ do: 'refuse', module: 'nf_log_syslog', code: 'EBUSY' },
		{ do: 'revert' },
	])
})

test('P5 P7 any sequence of events leaves no module, logger or call site of ours', () => {
	fc.assert(fc.property(fc.array(step, { minLength: 2, maxLength: 14, size: 'max' }), play), {
		numRuns: Number(process.env.CTSCOPE_RUNS ?? 1500),
	})
})
