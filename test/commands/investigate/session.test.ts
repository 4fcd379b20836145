import { describe, expect, test } from 'vitest'
import { accountOf } from '../../../src/app/log/account.ts'
import { stepEvidence } from '../../../src/app/screens/steps/evidence.ts'
import { TABLES } from '../../../src/changes/kinds/table.ts'
import { type Looked, look } from '../../../src/commands/investigate/session.ts'
import { sumOf } from '../../../src/investigation/evidence.ts'
import { parseConntrackEntry } from '../../../src/kernel/conntrack/conntrack-entry.ts'
import type { Entry, FlowQuery } from '../../../src/kernel/conntrack/flow-facts.ts'
import type { Chain } from '../../../src/kernel/rules/rule.ts'
import type { HostFacts } from '../../../src/model/host-facts.ts'
import { fail } from '../../../src/words/failure.ts'
import {
	type Bench,
	createBench,
	foundLease,
	NOT_PERMITTED,
	VALUES,
	WITH_NFLOG,
} from '../../harness/fake/ports.ts'
import { probeEvent, SILENT_FIN } from '../../harness/samples/readings.ts'
import { packetText } from '../../harness/samples/states.ts'

type Scene = { readonly bench: Bench; readonly looking: Promise<Looked>; end(): void }

/** An investigation under way; the promise of it is kept, since time has to pass for it. */
function begin(forMs: number, set: (bench: Bench) => void = () => {}): Scene {
	const bench = createBench()
	set(bench)
	const ended = Promise.withResolvers<void>()
	const looking = look({ store: bench.store, clock: bench.clock, forMs, ended: ended.promise })
	return { bench, looking, end: () => ended.resolve() }
}

/** Each second so many packets are INVALID, and each has its line while the kernel is asked. */
async function pass({ bench }: Scene, seconds: number, perSecond: number, text: string): Promise<void> {
	for (let second = 0; second < seconds; second++) {
		bench.observer.invalid += perSecond
		if (bench.kernel.get('log_invalid') !== '0')
			for (let line = 0; line < perSecond; line++) bench.observer.say(text)
		await bench.clock.advance(1_000)
	}
}

const PROBED: HostFacts = {
	...WITH_NFLOG,
	kernel: '6.1.0',
	tools: { ...WITH_NFLOG.tools, tcpdump: null },
	probes: { canBe: true, needsMount: false, tellsPackets: true, says: [] },
}

const ofPort = (port: number) => packetText('invalid tcp flag combination', '10.0.3.7', port)

describe('an investigation without a screen', () => {
	test('switches the log on, looks until nothing changes, and tells of one moment', async () => {
		const scene = begin(20_000)
		await pass(scene, 30, 3, ofPort(443))
		const { state, seconds, accountAt, ...rest } = await scene.looking
		expect(rest).toEqual({
			notLogged: undefined,
			notCounted: undefined,
			notCopied: undefined,
			flood: undefined,
			cut: '',
			isEnded: false,
		})
		expect(seconds).toBeGreaterThanOrEqual(10)
		expect(seconds).toBeLessThan(22)
		expect(scene.bench.changer.asked).toEqual(['apply nf_log.10=nf_log_ipv6 log_invalid=255'])
		const { accounting } = accountOf(state)
		expect(accounting?.counted).toBeGreaterThan(20)
		// What the causes count is what the account counts, whatever came before and after it.
		const evidence = stepEvidence(state)
		expect(evidence.accounting).toBe(accounting)
		expect(sumOf(evidence.reasons.map(({ count }) => count))).toBe(accounting?.explained)
		expect(accountAt).toBe(state.wall - state.now + (state.way?.last?.at ?? 0))
	})

	test('by kernel probes where they can be set: no setting of conntrack is touched, and packets without a reason are named', async () => {
		const scene = begin(20_000, ({ observer }) => {
			observer.factsNow = PROBED
		})
		for (let second = 0; second < 30; second++) {
			scene.bench.observer.invalid += 3
			const { observer, clock } = scene.bench
			const { inode } = PROBED.netns
			const event = (kind: 'probe' | 'silent', text: string) =>
				probeEvent(kind, text, inode, clock.monotonic())
			observer.sayProbes('reasons', event('probe', ofPort(443)), event('probe', ofPort(444)))
			observer.sayProbes('invalid', event('silent', SILENT_FIN))
			await clock.advance(1_000)
		}
		const { state, notLogged, notCopied } = await scene.looking
		expect([notLogged, notCopied]).toEqual([undefined, undefined])
		expect(scene.bench.kernel.get('log_invalid')).toBe('0')
		const { accounting } = accountOf(state)
		expect(accounting).toMatchObject({ silent: 0, lost: 0 })
		expect(accounting?.named).toBeGreaterThan(5)
		expect(accounting?.explained).toBeGreaterThan(10)
	})

	test('probes that are refused: lines of conntrack instead', async () => {
		const scene = begin(20_000, ({ observer, changer }) => {
			observer.factsNow = PROBED
			const apply = changer.apply.bind(changer)
			changer.apply = async (plan) =>
				plan.changes.some(({ knob }) => knob.startsWith('probes:'))
					? fail({ kind: 'unsupported', what: 'setting kernel probes', why: 'EINVAL' })
					: apply(plan)
		})
		await pass(scene, 40, 3, ofPort(443))
		const { state, notLogged } = await scene.looking
		expect(notLogged).toBeUndefined()
		expect(scene.bench.kernel.get('log_invalid')).toBe('255')
		expect(state.way?.source).toBe('kmsg')
	})

	test('looks at flows of every important reason', async () => {
		const scene = begin(20_000)
		const rare = packetText('bad checksum', '10.0.3.9', 80)
		for (let second = 0; second < 30; second++) {
			for (let port = 0; port < 8; port++) scene.bench.observer.say(ofPort(2000 + port + 8 * second))
			scene.bench.observer.say(packetText('invalid rst', '10.0.3.8', 3000 + second))
			if (second > 0) scene.bench.observer.say(rare)
			await pass(scene, 1, 0, '')
		}
		const { state } = await scene.looking
		const byReason = Object.groupBy(state.steps.sampled, ({ reasonId }) => reasonId)
		expect(Object.fromEntries(Object.entries(byReason).map(([id, all]) => [id, all?.length]))).toEqual({
			'tcp-flags': 6,
			'tcp-rst': 6,
			'tcp-csum': 1,
		})
	})

	test('a table that is dear to look into is looked into seldom', async () => {
		const scene = begin(20_000, ({ observer, clock }) => {
			observer.flow = async (query) => {
				await new Promise<void>((resolve) => clock.after(1_000, resolve))
				return { query, entries: [], sockets: [], addresses: [], missing: [] }
			}
		})
		for (let second = 0; second < 30; second++) await pass(scene, 1, 1, ofPort(3000 + second))
		const { state } = await scene.looking
		expect(state.steps.sampled.length).toBeGreaterThan(1)
		expect(state.steps.sampled.length).toBeLessThanOrEqual(4)
	})

	test('ends when it is asked to, with what was found so far', async () => {
		const scene = begin(600_000)
		await pass(scene, 8, 3, ofPort(443))
		scene.end()
		await scene.bench.clock.advance(0)
		const { state, isEnded, seconds } = await scene.looking
		expect(isEnded).toBe(true)
		expect(seconds).toBeLessThan(9)
		expect(stepEvidence(state).reasons[0]?.count).toBeGreaterThan(5)
	})

	test('is ended while the host is being looked at: nothing was asked of the guard', async () => {
		const scene = begin(30_000, ({ observer }) => {
			observer.takesMs.settings = 3_000
		})
		await scene.bench.clock.advance(500)
		scene.end()
		await scene.bench.clock.advance(0)
		await scene.looking
		expect(scene.bench.changer.asked).toEqual([])
	})

	test('changes nothing without the right to, and says why', async () => {
		const scene = begin(2_000, ({ observer }) => {
			observer.factsNow = { ...observer.factsNow, capNetAdmin: false }
		})
		await pass(scene, 10, 3, ofPort(443))
		const { notLogged, state } = await scene.looking
		expect(notLogged).toMatchObject({ kind: 'not-permitted' })
		expect(scene.bench.changer.asked).toEqual([])
		expect(stepEvidence(state).counts?.since).toBeGreaterThan(0)
	})

	test('needs no right where the log is on already', async () => {
		const scene = begin(5_000, ({ observer, kernel }) => {
			observer.factsNow = { ...observer.factsNow, capNetAdmin: false }
			kernel.set('log_invalid', '255')
			kernel.set('nf_log.10', 'nf_log_ipv6')
		})
		await pass(scene, 12, 3, ofPort(443))
		const { notLogged, state } = await scene.looking
		expect(notLogged).toBeUndefined()
		expect(stepEvidence(state).reasons[0]?.count).toBeGreaterThan(5)
	})

	test('asks for all protocols where the log is on for one', async () => {
		const scene = begin(1_000, ({ kernel }) => {
			kernel.set('log_invalid', '6')
			kernel.set('nf_log.10', 'nf_log_ipv6')
		})
		await pass(scene, 8, 0, '')
		await scene.looking
		expect(scene.bench.changer.asked).toEqual(['apply log_invalid=255'])
	})

	test('what the guard refuses is told, and the rest is looked at', async () => {
		const busy = { kind: 'busy', knob: 'log_invalid', holder: 'root on pts/1', leaseId: 'K7QF3' } as const
		const scene = begin(1_000, ({ changer }) => {
			changer.refuse = busy
		})
		await pass(scene, 8, 3, ofPort(443))
		const { notLogged, state } = await scene.looking
		expect(notLogged).toEqual(busy)
		expect(state.dialog).toBeUndefined()
	})

	test('the question about what a dead session left is not answered for anybody', async () => {
		const lease = foundLease('DEAD1')
		const scene = begin(1_000, ({ observer }) => {
			observer.found = [lease]
		})
		await pass(scene, 8, 0, '')
		const { state } = await scene.looking
		expect(state.screen).toBe('steps')
		expect(scene.bench.changer.asked.join()).not.toContain('DEAD1')
		expect(scene.bench.changer.asked).toHaveLength(1)
	})

	test('a flood ends it early, with what was found until then', async () => {
		const scene = begin(600_000)
		await pass(scene, 6, 3, ofPort(443))
		scene.bench.changer.flood(900)
		await scene.bench.clock.advance(8_000)
		const { flood, state, seconds } = await scene.looking
		expect(flood).toBe(900)
		expect(seconds).toBeLessThan(14)
		expect(stepEvidence(state).accounting?.explained).toBeGreaterThan(5)
	})

	test.each([
		['the deadline', ({ changer }: Bench) => changer.expire(), 'the deadline'],
		['someone else', ({ kernel }: Bench) => kernel.set('log_invalid', '0'), 'someone else did it'],
	])('the log is switched off meanwhile, and it is said by whom: %s', async (_, does, says) => {
		const scene = begin(8_000)
		await pass(scene, 5, 3, ofPort(443))
		does(scene.bench)
		await pass(scene, 10, 3, ofPort(443))
		const { cut, state } = await scene.looking
		expect(cut).toBe(says)
		expect(stepEvidence(state).accounting?.explained).toBeGreaterThan(3)
	})

	const withNflog = ({ observer }: Bench): void => {
		observer.factsNow = WITH_NFLOG
		observer.listeners = []
	}

	test('takes the kernel log where the reader of NFLOG does not start', async () => {
		const scene = begin(3_000, (bench) => {
			withNflog(bench)
			bench.observer.failing.followNflog = NOT_PERMITTED
		})
		await pass(scene, 20, 3, ofPort(443))
		const { notLogged, state } = await scene.looking
		expect(scene.bench.changer.asked).toEqual([
			'apply nf_log.2=nfnetlink_log nf_log.10=nfnetlink_log log_invalid=255',
			'undo all',
			'apply nf_log.10=nf_log_ipv6 log_invalid=255',
		])
		expect(notLogged).toBeUndefined()
		expect(stepEvidence(state).reasons[0]?.count).toBeGreaterThan(3)
	})

	test('a host that is slow: the log is switched on once it was read, and a reader that is late is waited for', async () => {
		const scene = begin(8_000, (bench) => {
			withNflog(bench)
			bench.observer.takesMs.settings = 9_000
			bench.observer.takesMs.rules = 9_500
			bench.observer.takesMs.followNflog = 9_000
		})
		await pass(scene, 90, 3, ofPort(443))
		const { notLogged } = await scene.looking
		expect(notLogged).toBeUndefined()
		const [first, ...others] = scene.bench.changer.asked
		expect(first).toBe('apply nf_log.2=nfnetlink_log nf_log.10=nfnetlink_log log_invalid=255')
		expect(others.join()).not.toMatch(/undo|nf_log_ipv/)
	})

	test('the log is on, and its lines do not come here: that is said, not that nothing is wrong', async () => {
		const scene = begin(3_000, ({ observer, kernel }) => {
			kernel.set('log_invalid', '255')
			kernel.set('nf_log.10', 'nf_log_ipv6')
			observer.failing.followLog = NOT_PERMITTED
		})
		await pass(scene, 20, 3, ofPort(443))
		const { notLogged } = await scene.looking
		expect(notLogged).toEqual(NOT_PERMITTED)
	})

	const WINDOW = 'SEQ is over upper bound 1 (over the window of the receiver)'
	/** Each flow has an entry without a reply, and the host counts packets. */
	const oneWay = ({ observer, kernel }: Bench): void => {
		kernel.set('table:ctscope', 'absent')
		for (const table of ['ctscope_2', 'ctscope_3']) kernel.set(`table:${table}`, 'absent')
		observer.flow = async (query) => ({
			query,
			entries: [entryOf(query)],
			sockets: [],
			addresses: [],
			missing: [],
		})
	}

	test('counts both directions where the step offers it, and writes nothing else', async () => {
		const scene = begin(12_000, oneWay)
		await pass(scene, 22, 5, packetText(WINDOW))
		const { notCounted } = await scene.looking
		expect(notCounted).toBeUndefined()
		const { kernel, changer } = scene.bench
		expect(changer.asked).toHaveLength(2)
		expect(changer.asked[1]).toMatch(/^apply table:ctscope=count\S* .* table:ctscope_2=.* table:ctscope_3=/)
		for (const [knob, value] of Object.entries(VALUES))
			if (!/^(?:nf_log\.|log_invalid)/.test(knob)) expect(kernel.get(knob)).toBe(value)
	})

	/** Packets that are counted, and told of by no line; copies of them come where a rule of ours makes them. */
	const silently = async (scene: Scene, seconds: number, perSecond: number): Promise<void> => {
		for (let second = 0; second < seconds; second++) {
			await pass(scene, 1, 0, '')
			scene.bench.observer.invalid += perSecond
			const { asked } = scene.bench.changer
			const [, prefix] = /prefix=(ctscope .*)\.$/.exec(asked.join('\n')) ?? []
			if (prefix === undefined || asked.includes('close')) continue
			for (let one = 0; one < perSecond; one++)
				scene.bench.observer.say(`${prefix}${ofPort(2_000 + 10 * second + one).replace(/^.*?(?=IN=)/, '')}`)
		}
	}
	const withTable = ({ kernel }: Bench): void => {
		kernel.set('table:ctscope', 'absent')
	}

	test('packets without a log line are looked at themselves, once there are some', async () => {
		const scene = begin(20_000, withTable)
		await pass(scene, 5, 0, '')
		expect(scene.bench.changer.asked).toHaveLength(1)
		await silently(scene, 30, 5)
		const { notCopied, state } = await scene.looking
		expect(notCopied).toBeUndefined()
		expect(scene.bench.changer.asked).toHaveLength(2)
		expect(scene.bench.changer.asked[1]).toMatch(
			/^apply table:ctscope=tap name=unlined hook=prerouting,output state=invalid rate=25\/second burst=25 to=kmsg level=debug options=tcp-seq prefix=ctscope 4026531840 L1: \.$/,
		)
		const [row] = stepEvidence(state).unlined ?? []
		expect(row?.reason.id).toBe('unlined-tcp')
		expect(row?.count).toBeGreaterThan(10)
		expect(row?.flows.length).toBe(row?.count)
	})

	test('where every packet has its line nothing is copied', async () => {
		const scene = begin(12_000, withTable)
		await pass(scene, 25, 3, ofPort(443))
		const { state, notCopied } = await scene.looking
		expect(scene.bench.changer.asked).toHaveLength(1)
		expect(notCopied).toBeUndefined()
		expect(stepEvidence(state).unlined).toBeUndefined()
	})

	test.each<[string, number, (bench: Bench) => void, RegExp]>([
		[
			'no nft',
			15_000,
			({ observer }) => {
				observer.factsNow = { ...observer.factsNow, tools: { ...observer.factsNow.tools, nft: null } }
			},
			/nft is not installed/,
		],
		['no time', 4_000, withTable, /no time left/],
		[
			'no table is free',
			15_000,
			({ observer }) => {
				observer.rulesNow = {
					...observer.rulesNow,
					ruleset: {
						...observer.rulesNow.ruleset,
						chains: TABLES.map((table) => chainOf(table)),
					},
				}
			},
			/16 taps/,
		],
	])('why packets without a log line were not looked at is told: %s', async (_, forMs, set, why) => {
		const scene = begin(forMs, set)
		await silently(scene, 30, 5)
		const { notCopied, state } = await scene.looking
		expect(notCopied).toMatch(why)
		expect(stepEvidence(state).unlined).toBeUndefined()
	})

	test('what the guard refuses is told of them too', async () => {
		const scene = begin(15_000, withTable)
		await pass(scene, 4, 0, '')
		scene.bench.changer.refuse = { kind: 'busy', knob: 'table:ctscope', holder: 'root', leaseId: 'K7QF3' }
		await silently(scene, 30, 5)
		const { notCopied, state } = await scene.looking
		expect(notCopied).toMatch(/K7QF3|root/)
		expect(state.dialog).toBeUndefined()
	})
})

const chainOf = (table: string): Chain => ({
	...{ backend: 'nft', family: 'inet', table, name: 'about', base: null, counter: null, size: 1 },
})

/** As conntrack prints it. */
function entryOf({ protocol, source, sourcePort, destination, destinationPort }: FlowQuery): Entry {
	const there = `src=${source} dst=${destination} sport=${sourcePort} dport=${destinationPort}`
	const back = `src=${destination} dst=${source} sport=${destinationPort} dport=${sourcePort}`
	const entry = parseConntrackEntry(`${protocol} 6 299 SYN_SENT ${there} [UNREPLIED] ${back} mark=0 use=1`)
	if (entry === undefined) throw new Error('no entry')
	return entry
}
