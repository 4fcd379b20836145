import { describe, expect, test } from 'vitest'
import { tapOfChange } from '../../../src/changes/kinds/table.ts'
import { runJson } from '../../../src/commands/run/json.ts'
import { createRunSession, type RunSessionOptions } from '../../../src/commands/run/session.ts'
import { runText } from '../../../src/commands/run/text.ts'
import type { RunReport } from '../../../src/commands/run/types.ts'
import type { HostFacts } from '../../../src/model/host-facts.ts'
import type { Settings } from '../../../src/model/settings.ts'
import { fail, ok } from '../../../src/words/failure.ts'
import { FakeClock } from '../../harness/fake/clock.ts'
import { createFakeRecorder } from '../../harness/fake/recorder.ts'
import { createYesChanger } from '../../harness/fake/yes-changer.ts'
import { FACTS, hostObserver, nflogMessage, SETTINGS } from '../../harness/samples/readings.ts'
import { countersOf } from '../../harness/samples/samples.ts'

const TOOLS = { ...FACTS.tools, nft: '1.0.6', tcpdump: 'tcpdump 4.99', setpriv: 'setpriv 2.38' }
/** A kernel that prints no line for a FIN without an entry. */
const OLD: HostFacts = { ...FACTS, kernel: '6.1.0-25-amd64', tools: TOOLS }

/** Before, and while it logs; data without an entry is refused. */
const settings = (values: Settings['values'] = {}): Settings => ({
	...SETTINGS,
	values: { ...SETTINGS.values, tcp_loose: '0', ...values },
	loggers: [2, 10].map((family) => {
		const bound = values[`nf_log.${family}`] ?? `nf_log_ipv${family === 2 ? 4 : 6}`
		return { family, bound, available: [`nf_log_ipv${family === 2 ? 4 : 6}`, 'nfnetlink_log'] }
	}),
})
const BY_NFLOG = { log_invalid: '255', 'nf_log.2': 'nfnetlink_log', 'nf_log.10': 'nfnetlink_log' }
const RAN = { command: ['curl'], end: { exitCode: 0, signal: null, error: null }, seconds: 1 } as const

type Given = Partial<RunSessionOptions> & { facts?: HostFacts; on?: Settings['values'] }

async function scene({ facts = OLD, on = BY_NFLOG, ...options }: Given = {}) {
	const clock = new FakeClock()
	const observer = hostObserver(clock)
	observer.factsNow = facts
	observer.answers.settings = ok(settings())
	const changer = createYesChanger()
	const apply = changer.apply.bind(changer)
	changer.apply = async (plan) => {
		const answer = await apply(plan)
		observer.answers.settings = ok(settings(on))
		return answer
	}
	const run = createRunSession({
		observer,
		changer,
		recorder: createFakeRecorder(),
		clock,
		protocol: 255,
		printk: [],
		consoleLevel: undefined,
		drawProbes: () => ({ token: '0a0b0c0d', secret: 0x5eed1234 }),
		packetRate: async () => undefined,
		warn: () => {},
		ttlMs: 600_000,
		maxRate: 200,
		source: 'auto',
		capture: undefined,
		force: false,
		...options,
	})
	let number = 0
	let counted = 0
	const start = async (): Promise<void> => {
		expect(await run.start()).toMatchObject({ ok: true })
	}
	const taps = () =>
		changer.plans.flatMap(({ changes }) =>
			changes.flatMap(({ knob, to }) => tapOfChange({ knob, set: to }) ?? []),
		)
	const count = (invalid: number, error = 0): void => {
		observer.answers.counters = ok(countersOf(0, { invalid: 18_231 + invalid, error: 7 + error }))
	}
	return {
		observer,
		changer,
		start,
		taps,
		count,
		plans: () => changer.plans.map(({ changes }) => changes.map(({ knob }) => knob)),
		/** A packet that is INVALID: with its line, where it has one, and as often as it is copied. */
		comes(packet: string, line?: string): void {
			counted += 1
			count(counted)
			const texts = [...(line === undefined ? [] : [`${line} ${packet}`]), `${taps()[0]?.prefix}${packet}`]
			observer.sayNflog(...texts.map((text) => nflogMessage(++number, text)))
		},
		say: (text: string) => observer.sayNflog(nflogMessage(++number, text)),
		async finish(): Promise<RunReport> {
			let isOver = false
			const report = run.finish().finally(() => {
				isOver = true
			})
			for (let step = 0; !isOver && step < 1_000; step += 1) {
				await new Promise((resolve) => setImmediate(resolve))
				clock.advanceAtOnce(25)
			}
			const found = await report
			if (!found.ok) throw new Error('no report')
			return found.value
		},
	}
}

let id = 0
const tcp = (flags: string) =>
	`IN=eth0 OUT= SRC=10.0.3.7 DST=10.0.9.21 LEN=40 TTL=64 ID=${++id} PROTO=TCP SPT=443 DPT=51514 SEQ=1 ACK=2 WINDOW=501 RES=0x00 ${flags} URGP=0 `
const BAD_FLAGS = 'nf_ct_proto_6: invalid tcp flag combination'

describe('packets without a log line', () => {
	test('have their names, and those with a line are told once', async () => {
		const { start, taps, plans, comes, finish } = await scene()
		await start()
		expect(plans()).toEqual([['nf_log.2', 'nf_log.10', 'log_invalid'], ['table:ctscope']])
		expect(taps()).toMatchObject([{ states: ['invalid'], hooks: ['prerouting', 'output'], snaplen: 512 }])
		const fin = tcp('ACK FIN')
		comes(tcp('SYN FIN'), BAD_FLAGS)
		comes(tcp('ACK FIN'))
		comes(tcp('ACK PSH'))
		comes(fin)
		const report = await finish()
		expect(report.reasons).toMatchObject([{ id: 'tcp-flags', count: 1 }])
		expect(report.named).toEqual([
			{
				id: 'silent-fin',
				text: 'FIN without an entry',
				protocol: 'TCP',
				count: 2,
				confidence: 'high',
				because: expect.stringMatching(/kernels before 6\.8/),
				flow: '10.0.3.7:443 > 10.0.9.21:51514',
				sample: fin,
			},
			expect.objectContaining({ id: 'silent-mid-stream', count: 1, confidence: 'high' }),
		])
		expect(report.accounting).toMatchObject({ counted: 4, explained: 1, named: 3, silent: 0, lost: 0 })
		expect(report.log).toMatchObject({ lines: 1, copies: 4, nflog: { packets: 5 } })
		expect(report.silent).toEqual([])
		expect(report.notes.join()).not.toMatch(/cop/)
		const { named } = runJson(report, RAN, 'auto')
		expect(named).toHaveLength(2)
		const text = runText(report, RAN, 120)
		expect(text).toMatch(/^ctscope: 4 INVALID packets, 1 with a reason and 3 silent with a name,/)
		expect(text).toMatch(
			/^ +1 {2}TCP +invalid tcp flag combination .*\n +2 {2}TCP +silent: FIN without an entry +10/m,
		)
		expect(text.replaceAll(/\s+/g, ' ')).toMatch(
			/silent: FIN without an entry \(silent-fin\), confidence high: with/,
		)
		expect(text).toContain('counted 4 = explained 1 + named 3 + silent 0 + lost 0')
		expect(text).toMatch(/read: 5 packets from NFLOG, 0 lost; .*4 copies of INVALID packets among them/s)
	})

	test('what this kernel would have printed has no name', async () => {
		const { start, comes, finish } = await scene({ facts: { ...OLD, kernel: '6.12.1' } })
		await start()
		comes(tcp('FIN'))
		const report = await finish()
		expect(report.named).toEqual([])
		expect(report.accounting).toMatchObject({ counted: 1, named: 0, silent: 1 })
	})

	test('beyond the rate of the copies packets stay silent, and it is said', async () => {
		const { start, comes, count, finish } = await scene()
		await start()
		comes(tcp('FIN'))
		count(500)
		const report = await finish()
		expect(report.accounting).toMatchObject({ counted: 500, named: 1, silent: 499 })
		expect(report.notes).toContainEqual(
			expect.stringMatching(/^1 of the 500 INVALID packets were copied, at most 100 a second .*stay silent$/),
		)
		expect(report.silent.length).toBeGreaterThan(0)
	})

	test('no more names than packets were counted', async () => {
		const { start, comes, count, finish } = await scene()
		await start()
		for (let n = 0; n < 5; n++) comes(tcp('FIN'))
		comes(tcp('RST'))
		count(4)
		const report = await finish()
		expect(report.accounting).toMatchObject({ counted: 4, named: 4, silent: 0 })
		expect(report.named.map(({ id, count }) => `${id} ${count}`)).toEqual(['silent-fin 4'])
	})

	test('messages that were lost may have been lines: no name from before, and the bound is said', async () => {
		const { observer, start, comes, finish } = await scene()
		await start()
		comes(tcp('FIN'))
		observer.sayNflog({ kind: 'nflog-lost', lost: 3, at: 1 })
		const report = await finish()
		expect(report.named).toEqual([])
		expect(report.accounting).toMatchObject({ counted: 1, silent: 0, lost: 1, lostIsUpperBound: true })
	})

	test.each<[string, Settings['values']]>([
		['switched the log off', { ...BY_NFLOG, log_invalid: '0' }],
		['taken one family away', { ...BY_NFLOG, 'nf_log.10': 'NONE' }],
	])('no name where someone has %s meanwhile', async (_, values) => {
		const { observer, start, comes, finish } = await scene()
		await start()
		comes(tcp('FIN'))
		observer.answers.settings = ok(settings(values))
		const report = await finish()
		expect(report.named).toEqual([])
		expect(report.accounting.named).toBe(0)
	})

	test('tcp_loose that was changed meanwhile makes its name less certain', async () => {
		const { observer, start, comes, finish } = await scene()
		await start()
		comes(tcp('ACK'))
		observer.answers.settings = ok(settings({ ...BY_NFLOG, tcp_loose: '1' }))
		expect((await finish()).named).toMatchObject([{ id: 'silent-mid-stream', confidence: 'medium' }])
	})

	test('texts of packets are made harmless', async () => {
		const { start, comes, finish } = await scene()
		await start()
		comes(tcp('FIN').replace('eth0', '\x1b[2J\u202e'))
		const report = await finish()
		for (const text of [report.named[0]?.sample ?? '\n', runText(report, RAN, 80)])
			expect(text).not.toMatch(/[^\P{C}\n]/u)
	})
})

describe('without the rule', () => {
	const table = (name: string) => (plan: readonly string[]) => plan.includes(`table:${name}`)

	test.each<[string, Given]>([
		['one protocol is asked for', { protocol: 6, on: { ...BY_NFLOG, log_invalid: '6' } }],
		['call sites alone are asked for', { protocol: 0, printk: [] }],
	])('%s: nobody asks for it, and nothing is said', async (_, given) => {
		const { start, plans, say, count, finish } = await scene(given)
		await start()
		count(2)
		say('something else')
		const report = await finish()
		expect(plans().some(table('ctscope'))).toBe(false)
		expect(report.log.copies).toBeNull()
		expect(report.notes.join()).not.toMatch(/examined/)
	})

	test.each<[string, Given, RegExp]>([
		[
			'nft is missing',
			{ facts: { ...OLD, tools: { ...TOOLS, nft: null } } },
			/examined: nft is not installed/,
		],
		['IPv6 goes elsewhere', { on: { ...BY_NFLOG, 'nf_log.10': 'nf_log_ipv6' } }, /single place/],
	])('%s: one note, and the rest as before', async (_, given, says) => {
		const { start, plans, say, count, finish } = await scene(given)
		await start()
		say(`${BAD_FLAGS} ${tcp('SYN FIN')}`)
		count(3)
		const report = await finish()
		expect(plans()).toHaveLength(1)
		expect(report).toMatchObject({ named: [], accounting: { counted: 3, explained: 1, named: 0, silent: 2 } })
		expect(report.notes.filter((note) => says.test(note))).toHaveLength(1)
	})

	test('the guard cannot have it: one note, and log_invalid is on', async () => {
		const { changer, start, count, finish } = await scene()
		const { apply } = changer
		changer.apply = async (plan) =>
			plan.changes.some(({ knob }) => knob === 'table:ctscope')
				? fail({ kind: 'unsupported', what: 'adding the table', why: 'no such thing' })
				: apply(plan)
		await start()
		count(2)
		const report = await finish()
		expect(report.notes).toContainEqual(expect.stringMatching(/were not examined: .*no such thing/))
		expect(report.changes.map(({ knob }) => knob)).toEqual(['nf_log.2', 'nf_log.10', 'log_invalid'])
	})

	test('nothing is said of it where every packet has its line', async () => {
		const { start, say, count, finish } = await scene({ facts: { ...OLD, tools: { ...TOOLS, nft: null } } })
		await start()
		say(`${BAD_FLAGS} ${tcp('SYN FIN')}`)
		count(1)
		expect((await finish()).notes.join()).not.toMatch(/examined/)
	})

	test('where nothing shows that conntrack is active it is not switched on', async () => {
		const { observer, start, plans, finish } = await scene()
		const idle = () => ok({ ...settings(BY_NFLOG), count: 0 })
		observer.answers.counters = ok(countersOf(0, {}))
		const before = observer.settings.bind(observer)
		observer.settings = async () => {
			const found = await before()
			return found.ok ? ok({ ...found.value, count: 0 }) : idle()
		}
		await start()
		expect(plans().some(table('ctscope'))).toBe(false)
		await finish()
	})
})
