import { describe, expect, test } from 'vitest'
import { netnsSheet } from '../../../src/app/dialogs/netns.ts'
import { accountOf } from '../../../src/app/log/account.ts'
import { toldOfNetns } from '../../../src/app/log/elsewhere.ts'
import { stepEvidence } from '../../../src/app/screens/steps/evidence.ts'
import { explanation } from '../../../src/app/screens/watch/explanation.ts'
import { watchPane } from '../../../src/app/screens/watch/rows.ts'
import { reportFiles } from '../../../src/app/store/report.ts'
import type { EndedByProbe } from '../../../src/kernel/probes/ended.ts'
import type { HostFacts } from '../../../src/model/host-facts.ts'
import type { LogEvent } from '../../../src/model/log-event.ts'
import { lineText } from '../../../src/words/line.ts'
import { type Bench, WITH_NFLOG } from '../../harness/fake/ports.ts'
import { begun, state, values } from '../../harness/samples/begun.ts'
import { END_BY_PROBE } from '../../harness/samples/ended.ts'
import { probeEvent, SILENT_FIN } from '../../harness/samples/readings.ts'
import { packetText } from '../../harness/samples/states.ts'

const PROBED: HostFacts = {
	...WITH_NFLOG,
	kernel: '6.1.0',
	probes: { canBe: true, tellsPackets: true, says: [] },
}
const able = (bench: Bench): void => {
	bench.observer.factsNow = PROBED
	bench.observer.listeners = []
}
const started = (modes: Parameters<typeof begun>[0] = {}) => begun(modes, able)
const BAD = packetText('invalid tcp flag combination')
const OWN = PROBED.netns.inode

const probed = (bench: Bench, kind: 'probe' | 'silent', netns = OWN) =>
	probeEvent(kind, kind === 'probe' ? BAD : SILENT_FIN, netns, bench.clock.monotonic())
/** Of the connection of the FIN. */
const END: EndedByProbe = {
	...END_BY_PROBE,
	netns: OWN,
	tuple: {
		...END_BY_PROBE.tuple,
		source: '10.0.3.7',
		destination: '10.0.9.9',
		sourcePort: 443,
		destinationPort: 40_000,
	},
}
const told = (bench: Bench) => state(bench).reasons.map(({ reason, count }) => [reason.id, count])
const sets = (bench: Bench) =>
	(state(bench).lease?.changes ?? [])
		.filter((change) => change.state === 'in-force' || change.state === 'confirm')
		.map(({ set }) => set.split(' ')[0])
/** enter, y: there is nothing to choose first. */
const probesOn = async (bench: Bench) => {
	await bench.press('enter', 'y')
	await bench.clock.advance(1000)
}

describe('kernel probes as the source of the reasons', () => {
	test('auto takes them, switches nothing of conntrack, and reads what they tell', async () => {
		const bench = await started()
		await probesOn(bench)
		expect(values(bench)).toMatchObject({ log_invalid: '0', 'nf_log.2': 'nf_log_ipv4' })
		expect(sets(bench)).toEqual(['reasons', 'ends', 'invalid'])
		expect(state(bench).way).toMatchObject({ source: 'probe', asked: '255' })
		bench.observer.sayProbes('reasons', probed(bench, 'probe'), probed(bench, 'probe'))
		await bench.clock.advance(200)
		expect(told(bench)).toEqual([['tcp-flags', 2]])
		expect(bench.observer.calls.followNflog).toHaveLength(0)
	})

	test('s in the question leads through the other sources and back', async () => {
		const bench = await started()
		await bench.press('enter')
		const dialog = () => state(bench).dialog?.dialog
		expect(dialog()).toMatchObject({ source: { source: 'probe', other: 'nflog' } })
		await bench.press('s')
		expect(dialog()).toMatchObject({ source: { source: 'nflog', other: 'kmsg' } })
		await bench.press('s')
		expect(dialog()).toMatchObject({ source: { source: 'kmsg', other: 'probe' } })
		await bench.press('s')
		expect(dialog()).toMatchObject({ source: { source: 'probe' } })
	})

	test.each<[string, Partial<NonNullable<HostFacts['probes']>>]>([
		['cannot be set', { canBe: false, says: ['tracefs is not mounted'] }],
		['would tell no packets', { tellsPackets: false }],
	])('auto does not take those that %s', async (_, probes) => {
		const bench = await begun({}, (one) => {
			able(one)
			one.observer.factsNow = { ...PROBED, probes: { canBe: true, tellsPackets: true, says: [], ...probes } }
		})
		await bench.press('enter')
		expect(state(bench).dialog?.dialog.kind).toBe('choose')
	})

	test('asked for by name, what stands in the way is said, and y is off', async () => {
		const bench = await begun({ source: 'probe' }, (one) => {
			able(one)
			one.observer.factsNow = {
				...PROBED,
				probes: { canBe: false, tellsPackets: true, says: ['tracefs is not mounted'] },
			}
		})
		await bench.press('enter')
		expect(state(bench).dialog?.dialog).toMatchObject({ blockers: ['tracefs is not mounted'] })
		await bench.press('y')
		expect(bench.changer.view()).toBeUndefined()
	})

	test('the reasons come though the others are refused, and that is said', async () => {
		const bench = await started()
		const apply = bench.changer.apply.bind(bench.changer)
		bench.changer.apply = async (plan) =>
			plan.changes.some(({ to }) => to.startsWith('invalid'))
				? {
						ok: false,
						failure: { kind: 'unsupported', what: 'setting probes', why: 'too dear: 14 % of a core' },
					}
				: apply(plan)
		await probesOn(bench)
		expect(sets(bench)).toEqual(['reasons', 'ends'])
		expect(state(bench).notice?.text).toMatch(
			/not shown: each INVALID packet \(setting probes: too dear: 14 % of a core\)/,
		)
		expect(state(bench).way?.source).toBe('probe')
	})

	test('a packet without a reason has a name, a row and a part in the account', async () => {
		const bench = await started()
		await probesOn(bench)
		await bench.clock.advance(2000)
		bench.observer.invalid += 3
		bench.observer.sayProbes('reasons', probed(bench, 'probe'))
		bench.observer.sayProbes('invalid', probed(bench, 'silent'), probed(bench, 'silent'))
		await bench.clock.advance(3000)
		const { accounting, named } = accountOf(state(bench))
		expect(accounting).toMatchObject({ counted: 3, explained: 1, named: 2, silent: 0, lost: 0 })
		expect(named).toMatchObject([{ count: 2, protocol: 'TCP' }])
		const rows = watchPane(state(bench)).rows.map(({ item }) => item.kind)
		expect(rows).toEqual(['named', 'reason'])
		const text = explanation(state(bench), 80, 30).map(lineText).join('\n')
		expect(text).toMatch(/the kernel gave no reason.*confidence/s)
	})

	test('what is logged besides counts once', async () => {
		const bench = await started()
		await probesOn(bench)
		bench.kernel.set('log_invalid', '255').set('nf_log.2', 'nf_log_ipv4')
		await bench.clock.advance(3000)
		bench.observer.say(BAD)
		bench.observer.sayProbes('reasons', probed(bench, 'probe'))
		await bench.clock.advance(200)
		expect(told(bench)).toEqual([['tcp-flags', 1]])
		expect(state(bench).log.entries.filter(({ twice }) => twice)).toHaveLength(1)
	})

	test('other network namespaces are told of, each for itself, and are no part of this one', async () => {
		const bench = await started()
		await probesOn(bench)
		bench.observer.sayProbes(
			'reasons',
			probed(bench, 'probe', OWN + 1),
			probed(bench, 'probe', OWN + 1),
			probed(bench, 'probe', OWN + 2),
		)
		bench.observer.sayProbes('invalid', probed(bench, 'silent', OWN + 2))
		await bench.clock.advance(200)
		expect(told(bench)).toEqual([])
		const elsewhere = [...state(bench).probes.elsewhere.values()]
		expect(elsewhere.map(({ netns, reasons, silent }) => [netns, reasons[0]?.count, silent])).toEqual([
			[OWN + 1, 2, 0],
			[OWN + 2, 1, 1],
		])
	})

	test('a shows all network namespaces on Watch, with what is not known of them, and this one alone again', async () => {
		const bench = await started()
		await probesOn(bench)
		bench.observer.sayProbes('reasons', probed(bench, 'probe'))
		bench.observer.sayProbes('reasons', probed(bench, 'probe', OWN + 1), probed(bench, 'probe', OWN + 1))
		bench.observer.sayProbes('invalid', probed(bench, 'silent', OWN + 1))
		await bench.clock.advance(200)
		const kinds = () => watchPane(state(bench)).rows.map(({ item }) => item.kind)
		expect(kinds()).toEqual(['reason'])
		await bench.press('a')
		expect(kinds().toSorted()).toEqual(['elsewhere', 'elsewhere', 'reason'])
		await bench.press('g')
		const text = explanation(state(bench), 80, 30).map(lineText).join('\n')
		expect(text).toMatch(/network namespace net:\[\d+\]: its settings, rules/)
		await bench.press('a')
		expect(kinds()).toEqual(['reason'])
	})

	test('the list of namespaces says what probes have told of each', async () => {
		const bench = await started()
		await probesOn(bench)
		bench.observer.sayProbes('reasons', probed(bench, 'probe'), probed(bench, 'probe'))
		await bench.clock.advance(2000)
		expect(toldOfNetns(state(bench), OWN)).toMatchObject({
			count: 2,
			reasons: [{ text: 'TCP invalid tcp flag combination', count: 2 }],
		})
		expect(toldOfNetns(state(bench), OWN + 9)).toBeUndefined()
		await bench.press('N')
		const lines = netnsSheet(0, state(bench), 74)
		expect([...(lines.head ?? []), ...lines.body, ...(lines.answers ?? [])].map(lineText).join('\n')).toMatch(
			/MOST FREQUENT/,
		)
	})

	test('the report has the names, who ended entries, and other network namespaces', async () => {
		const bench = await started()
		await probesOn(bench)
		await bench.clock.advance(2000)
		bench.observer.invalid += 2
		const micros = bench.clock.monotonic() * 1000 - 4_200_000
		bench.observer.sayProbes('ends', { kind: 'probe-end', ended: { ...END, micros } })
		bench.observer.sayProbes('reasons', probed(bench, 'probe'), probed(bench, 'probe', OWN + 1))
		bench.observer.sayProbes('invalid', probed(bench, 'silent'))
		await bench.clock.advance(3000)
		const [markdown, json] = reportFiles(state(bench), false, '0')
		expect(markdown?.text).toMatch(/FIN without an entry/)
		expect(markdown?.text).toMatch(/its entry ended 4\.2 s before: deleted by conntrack \(pid 178\)/)
		expect(markdown?.text).toMatch(/network namespace net:\S+: 1 INVALID: TCP invalid tcp flag combination 1/)
		expect(JSON.parse(json?.text ?? '')).toMatchObject({
			named: [{ count: 1 }],
			obituaries: [{ kind: 'deleted', by: { task: 'conntrack', pid: 178 } }],
			probes: { elsewhere: [{ count: 1 }] },
		})
	})

	test('causes have the ends that probes tell, and conntrack -E is not asked', async () => {
		const bench = await started()
		await probesOn(bench)
		await bench.press('2')
		await bench.clock.advance(1000)
		const micros = bench.clock.monotonic() * 1000
		const end = (change: Partial<EndedByProbe>, sourcePort: number) =>
			({
				kind: 'probe-end',
				ended: { ...END, micros, tuple: { ...END.tuple, sourcePort }, ...change },
			}) as const
		bench.observer.sayProbes(
			'ends',
			end({}, 1),
			end({ portId: 0, caller: 'early_drop', task: 'swapper', pid: 0 }, 2),
		)
		await bench.clock.advance(1000)
		expect(state(bench).steps.ended).toBeUndefined()
		const { ended, endsMissed } = stepEvidence(state(bench))
		expect(ended).toMatchObject([
			{ portId: 178, program: 'conntrack', pid: 178, how: 'deleted' },
			{ portId: null, program: '', pid: null, how: 'evicted' },
		])
		expect(endsMissed).toBe(false)
		bench.observer.sayProbes('ends', { kind: 'probe-lost', lost: 4, at: bench.clock.monotonic() })
		await bench.clock.advance(1000)
		expect(stepEvidence(state(bench)).endsMissed).toBe(true)
	})

	test('losses are told, and are the account of probes', async () => {
		const bench = await started()
		await probesOn(bench)
		await bench.clock.advance(2000)
		bench.observer.invalid += 5
		bench.observer.sayProbes('reasons', probed(bench, 'probe'), {
			kind: 'probe-lost',
			lost: 4,
			at: bench.clock.monotonic(),
		})
		await bench.clock.advance(3000)
		expect(accountOf(state(bench)).accounting).toMatchObject({ counted: 5, explained: 1, silent: 0, lost: 4 })
	})

	test('more ends of entries than are of use: those probes go, the others stay', async () => {
		const bench = await started()
		await probesOn(bench)
		const end: LogEvent = { kind: 'probe-end', ended: END }
		bench.observer.sayProbes('ends', ...Array.from({ length: 2_001 }, () => end))
		await bench.clock.advance(1000)
		expect(sets(bench)).toEqual(['reasons', 'invalid'])
	})

	test('after the undo nothing is read, and the way is shut', async () => {
		const bench = await started()
		await probesOn(bench)
		await bench.press('U')
		await bench.clock.advance(1000)
		expect(sets(bench)).toEqual([])
		expect(state(bench).probes.status).toBe('off')
		expect(state(bench).way).toBeUndefined()
		const names = bench.changer.asked.filter((one) => one.startsWith('apply'))
		await probesOn(bench)
		expect(sets(bench)).toEqual(['reasons', 'ends', 'invalid'])
		const again = bench.changer.asked.filter((one) => one.startsWith('apply')).slice(names.length)
		expect(again.some((one) => names.includes(one))).toBe(false)
	})

	test('enter on what is silent looks at each packet again, when the half minute is over', async () => {
		const bench = await started()
		await probesOn(bench)
		const seq = state(bench).lease?.changes.find(({ set }) => set.startsWith('invalid'))?.seq ?? 0
		await bench.changer.undo(seq)
		await bench.clock.advance(2000)
		bench.observer.invalid += 5
		await bench.clock.advance(3000)
		expect(watchPane(state(bench)).rows.map(({ item }) => item.kind)).toEqual(['silent'])
		await bench.press('enter', 'y')
		await bench.clock.advance(1000)
		expect(sets(bench).toSorted()).toEqual(['ends', 'invalid', 'reasons'])
	})
})
