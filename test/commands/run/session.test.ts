import { PassThrough } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { judged } from '../../../src/commands/run/expect.ts'
import { runJson } from '../../../src/commands/run/json.ts'
import { messagesOn } from '../../../src/commands/run/netns/messages.ts'
import { createRunSession, type RunSessionOptions } from '../../../src/commands/run/session.ts'
import { runText } from '../../../src/commands/run/text.ts'
import type { RunReport } from '../../../src/commands/run/types.ts'
import type { HostFacts } from '../../../src/model/host-facts.ts'
import type { PrintkReading } from '../../../src/model/printk-reading.ts'
import type { Settings } from '../../../src/model/settings.ts'
import { fail, ok } from '../../../src/words/failure.ts'
import { FakeClock } from '../../harness/fake/clock.ts'
import type { FakeObserver } from '../../harness/fake/observer.ts'
import { createFakeRecorder } from '../../harness/fake/recorder.ts'
import { createYesChanger, type YesChanger } from '../../harness/fake/yes-changer.ts'
import { END_BY_PROBE } from '../../harness/samples/ended.ts'
import {
	CHANGE,
	FACTS,
	hostObserver,
	LEASE,
	nflogMessage,
	probeEvent,
	SETTINGS,
} from '../../harness/samples/readings.ts'
import { countersOf, PRINTK } from '../../harness/samples/samples.ts'

const LINE =
	'nf_ct_proto_6: invalid new IN=eth0 OUT= SRC=10.0.0.1 DST=10.0.0.2 LEN=40 TTL=64 ID=1 PROTO=TCP SPT=1000 DPT=80 '

const CAN_BE_PROBED: HostFacts = { ...FACTS, probes: { canBe: true, tellsPackets: true, says: [] } }

function session(options: Partial<RunSessionOptions> = {}, facts: HostFacts = FACTS) {
	const clock = new FakeClock()
	const observer = hostObserver(clock)
	observer.factsNow = facts
	const changer = createYesChanger()
	const recorder = createFakeRecorder()
	const warned: string[] = []
	const run = createRunSession({
		observer,
		changer,
		recorder,
		clock,
		protocol: 6,
		printk: [],
		consoleLevel: undefined,
		drawProbes: () => ({ token: '0a0b0c0d', secret: 0x5eed1234 }),
		packetRate: async () => 12_000,
		warn: (text) => void warned.push(text),
		ttlMs: 600_000,
		maxRate: 200,
		source: 'auto',
		capture: undefined,
		force: false,
		...options,
	})
	/** Lets the time go on until the promise is settled. */
	const settled = async <T>(promise: Promise<T>): Promise<T> => {
		let isOver = false
		void promise.finally(() => {
			isOver = true
		})
		for (let step = 0; !isOver && step < 1_000; step += 1) {
			await new Promise((resolve) => setImmediate(resolve))
			clock.advanceAtOnce(25)
		}
		return promise
	}
	return { observer, changer, recorder, clock, run, settled, warned }
}

const RAN = {
	command: ['curl', '-s'],
	end: { exitCode: 0, signal: null, error: null },
	seconds: 1.25,
} as const

async function whole(
	between: (observer: FakeObserver, changer: YesChanger) => void,
	prepare: (observer: FakeObserver, changer: YesChanger) => void = () => {},
): Promise<RunReport> {
	const { observer, changer, run, settled } = session()
	prepare(observer, changer)
	expect(await run.start()).toMatchObject({ ok: true })
	between(observer, changer)
	const report = await settled(run.finish())
	if (!report.ok) throw new Error('no report')
	expect(changer.closed).toBe(1)
	expect(observer.isFollowing()).toBe(false)
	return report.value
}

test('probes: reasons of this namespace and of others, and nothing of conntrack is switched', async () => {
	const { observer, changer, run, settled } = session({ source: 'probe', protocol: 255 }, CAN_BE_PROBED)
	const { inode } = FACTS.netns
	expect(await run.start()).toMatchObject({ ok: true })
	expect(changer.plans.map(({ changes }) => changes.map(({ knob, to }) => [knob, to]))).toEqual([
		[['probes:0a0b0c0d', 'reasons 5eed1234']],
		[['probes:0a0b0c0d', 'invalid 5eed1234']],
		[['probes:0a0b0c0d', 'ends 5eed1234']],
	])
	observer.sayProbes('ends', {
		kind: 'probe-end',
		ended: {
			...END_BY_PROBE,
			micros: -4_200_000,
			netns: inode,
			tuple: { ...END_BY_PROBE.tuple, sourcePort: 1000 },
		},
	})
	observer.sayProbes(
		'reasons',
		probeEvent('probe', LINE, inode),
		probeEvent('probe', LINE, inode + 1),
		probeEvent('probe', LINE, inode + 1),
		{ kind: 'probe-lost', lost: 2, at: 0 },
	)
	const silent = `silent INVALID packet: ${LINE.slice(LINE.indexOf('IN='))}`
	observer.sayProbes('invalid', probeEvent('silent', silent, inode), probeEvent('silent', silent, inode + 1))
	observer.answers.counters = ok(countersOf(0, { invalid: 18_235, error: 7 }))
	const report = await settled(run.finish())
	if (!report.ok) throw new Error('no report')
	expect(report.value).toMatchObject({
		source: { used: 'probe' },
		reasons: [{ text: 'invalid new', count: 1 }],
		elsewhere: [{ netns: { inode: inode + 1 }, reasons: [{ text: 'invalid new', count: 2 }], silent: 1 }],
		log: { probes: { packets: 5, lost: 2 } },
		obituaries: [{ kind: 'deleted', by: { task: 'conntrack', pid: 178, portId: 178 } }],
		accounting: { counted: 4, explained: 1, silent: 1, lost: 2 },
	})
	expect(runText(report.value, RAN, 80)).toMatch(/in the network namespace net:\[\d+\]:/)
})

test('--netns-of-command: namespaces made meanwhile are told apart, with their packets', async () => {
	const { inode } = FACTS.netns
	const { observer, run, settled } = session(
		{ source: 'probe', protocol: 255, followsNetns: true },
		CAN_BE_PROBED,
	)
	const row = { here: false, initial: false, path: '', names: [], processes: 0, first: null, container: null }
	const unread = { invalid: null, entries: null, max: null, logInvalid: null, logger: null, why: '' }
	observer.namespacesNow = { rows: [inode, inode + 1].map((one) => ({ ...row, ...unread, inode: one })) }
	expect(await run.start()).toMatchObject({ ok: true })
	const silent = `silent INVALID packet: ${LINE.slice(LINE.indexOf('IN='))}`
	observer.sayProbes('reasons', ...[0, 1, 2].map((more) => probeEvent('probe', LINE, inode + more)))
	observer.sayProbes('invalid', probeEvent('silent', silent, inode + 2))
	observer.answers.counters = ok(countersOf(0, { invalid: 18_232, error: 7 }))
	const report = await settled(run.finish())
	if (!report.ok) throw new Error('no report')
	expect(report.value.elsewhere.map(({ netns, isNew }) => [netns.inode - inode, isNew])).toEqual([
		[2, true],
		[1, false],
	])
	// That of a namespace which was there before is no packet of COMMAND's.
	expect(report.value.packets.list.map(({ netns, isSilent }) => [netns, isSilent === true])).toEqual([
		[undefined, false],
		[inode + 2, false],
		[inode + 2, true],
	])
	expect(judged(report.value, [{ id: 'tcp-new', count: 2 }])).toMatchObject([{ came: 2 }])
	expect(runText(report.value, RAN, 200)).toMatch(/made while the command ran:/)
})

test('--netns-of-command is refused where probes cannot be set, and nothing is changed', async () => {
	const { changer, run } = session({ source: 'probe', protocol: 255, followsNetns: true })
	expect(await run.start()).toMatchObject({
		ok: false,
		failure: {
			kind: 'unsupported',
			what: '--netns-of-command',
			why: expect.stringMatching(/unshare -n sh -c/),
		},
	})
	expect(changer.plans).toEqual([])
})

test('without probes conntrack -E tells how the entries of packets without one have ended', async () => {
	const { observer, clock, run, settled } = session({ protocol: 255 })
	expect(await settled(run.start())).toMatchObject({ ok: true })
	const tuples = 'src=10.0.0.1 dst=10.0.0.2 sport=1000 dport=80 src=10.0.0.2 dst=10.0.0.1 sport=80 dport=1000'
	const at = (clock.wall() - 2_000) / 1000
	observer.tellEnds(
		`[${at.toFixed(6)}]\t[DESTROY] tcp      6 ESTABLISHED ${tuples} [USERSPACE] portid=9 progname=x\x1b\n`,
	)
	observer.say(LINE)
	const report = await settled(run.finish())
	if (!report.ok) throw new Error('no report')
	expect(report.value.obituaries).toMatchObject([
		{ flow: '10.0.0.1:1000 > 10.0.0.2:80', kind: 'deleted', by: { pid: null, portId: 9 } },
	])
	const text = runText(report.value, RAN, 80)
	expect(text.replaceAll(/\s+/g, ' ')).toMatch(
		/its entry ended \d(\.\d)? s before: deleted by x.* \(netlink port 9\)/,
	)
	expect(text).not.toMatch(/[^\P{Cc}\n]/u)
})

test('probes that see each packet are refused: reasons come all the same, and it is said', async () => {
	const { changer, run, settled } = session({ source: 'probe', protocol: 255 }, CAN_BE_PROBED)
	const apply = changer.apply.bind(changer)
	changer.apply = async (plan) =>
		plan.changes.some(({ to }) => to.startsWith('invalid'))
			? fail({ kind: 'unsupported', what: 'setting kernel probes', why: 'EINVAL' })
			: apply(plan)
	expect(await run.start()).toMatchObject({ ok: true })
	const report = await settled(run.finish())
	expect(report).toMatchObject({
		value: { notes: [expect.stringMatching(/are not shown: setting kernel probes: EINVAL/)] },
	})
})

test('what probes on every packet cost is said, and their end after half a minute ends nothing else', async () => {
	const { observer, changer, run, settled } = session({ source: 'probe', protocol: 255 }, CAN_BE_PROBED)
	expect(await run.start()).toMatchObject({ ok: true })
	const { inode } = FACTS.netns
	const event = nflogMessage(1, LINE)
	if (event.kind !== 'nflog') throw new Error(event.kind)
	changer.emit({ phase: 'undoing', why: 'it was not confirmed in time' })
	observer.sayProbes('reasons', {
		kind: 'probe',
		message: { ...event.message, netns: inode, hook: 0, length: 40, beyond: null, entry: null },
	})
	changer.emit({ phase: 'holding' })
	expect(await settled(run.finish())).toMatchObject({
		value: {
			reasons: [{ text: 'invalid new', count: 1 }],
			notes: [
				expect.stringMatching(
					/in the first 30 s only: .* \(12 000 packets\/s may pass connection tracking here, at 2\.0 µs each at most: 2\.4 % of one core\)$/,
				),
			],
		},
	})
})

test('the mount that probes need is in their plan, where tracefs is not mounted', async () => {
	const draws = [true, false, false]
	const { changer, run } = session(
		{
			source: 'probe',
			protocol: 255,
			drawProbes: () => ({ token: '0a0b0c0d', secret: 0x5eed1234, needsMount: draws.shift() === true }),
		},
		CAN_BE_PROBED,
	)
	expect(await run.start()).toMatchObject({ ok: true })
	expect(changer.plans.map(({ changes }) => changes.map(({ knob }) => knob))).toEqual([
		['mount:tracefs', 'probes:0a0b0c0d'],
		['probes:0a0b0c0d'],
		['probes:0a0b0c0d'],
	])
	await run.abandon()
})

test('counts lines and counters between on and off, and restores settings', async () => {
	const report = await whole((observer) => {
		observer.say(LINE)
		observer.say('something else')
		observer.lose(4)
		observer.answers.counters = ok(countersOf(0, { invalid: 18_236, error: 7 }))
		observer.answers.settings = ok({ ...SETTINGS, values: { ...SETTINGS.values, log_invalid: '6' } })
	})
	expect(report).toMatchObject({
		reasons: [{ text: 'invalid new', protocol: 'TCP', count: 1 }],
		counters: { invalid: { before: 18_231, after: 18_236, delta: 5 } },
		log: { records: 2, lines: 1, lost: 4 },
		changes: [{ knob: 'log_invalid', was: '0', set: '6', after: '0' }],
		undo: 0,
		notes: [],
	})
	const text = runText(report, RAN, 80)
	expect(text).toMatch(
		/^ctscope: 5 INVALID packets, 1 with a reason, while curl ran \(1\.[23] s, netns\n? +init\)/,
	)
	expect(text).toMatch(/1 {2}TCP +invalid new +10\.0\.0\.1:1000 > 10\.0\.0\.2:80/)
	expect(report.accounting).toMatchObject({ counted: 5, explained: 1, silent: 0, lost: 4 })
	expect(text).toMatch(/counted 5 = explained 1 \+ silent 0 to 4 \+ lost up to 4/)
	expect(report.source).toMatchObject({ used: 'kmsg' })
	expect(text).toMatch(/all put back: log_invalid 0 -> 6 -> 0/)
	expect(runJson(report, RAN, 'auto')).toMatchObject({
		v: 1,
		undo: 'clean',
		command: { exitCode: 0, argv: ['curl', '-s'] },
	})
})

test('silent packets alone: how they are seen, and whatever counter of trouble moved', async () => {
	const report = await whole((observer) => {
		observer.answers.counters = ok(countersOf(0, { invalid: 18_236, error: 7 }))
		observer.answers.settings = ok({ ...SETTINGS, values: { ...SETTINGS.values, log_invalid: '6' } })
	})
	const moved = (delta: number) => ({ before: 0, after: delta, delta })
	const counters = { ...report.counters, clash_resolve: moved(5), found: moved(900) }
	const text = runText({ ...report, counters }, RAN, 200)
	expect(text).toMatch(/next: ctscope tap --state invalid/)
	expect(text).toMatch(/counters: invalid \+5, clash_resolve \+5$/m)
})

/** A host where NFLOG can be had. */
const WITH_NFLOG: Settings = {
	...SETTINGS,
	loggers: [2, 10].map((family) => ({
		family,
		bound: `nf_log_ipv${family === 2 ? 4 : 6}`,
		available: ['nfnetlink_log'],
	})),
}
const NFLOG_ON: Settings = {
	...WITH_NFLOG,
	values: { ...SETTINGS.values, log_invalid: '6', 'nf_log.2': 'nfnetlink_log', 'nf_log.10': 'nfnetlink_log' },
	loggers: WITH_NFLOG.loggers.map((row) => ({ ...row, bound: 'nfnetlink_log' })),
}
const TOOLS = { ...FACTS.tools, tcpdump: 'tcpdump 4.99', setpriv: 'setpriv 2.38' }

function withNflog(options: Partial<RunSessionOptions> = {}) {
	const all = session(options)
	all.observer.factsNow = { ...FACTS, tools: TOOLS }
	all.observer.answers.settings = ok(WITH_NFLOG)
	return all
}

describe('from NFLOG', () => {
	test('auto takes it: both loggers before log_invalid, messages counted, the reader gone before the undo', async () => {
		const { observer, changer, run, settled } = withNflog()
		expect(await run.start()).toMatchObject({ ok: true })
		expect(changer.plans.map(({ changes }) => changes.map(({ knob, to }) => `${knob}=${to}`))).toEqual([
			['nf_log.2=nfnetlink_log', 'nf_log.10=nfnetlink_log', 'log_invalid=6'],
		])
		observer.answers.settings = ok(NFLOG_ON)
		observer.sayNflog(nflogMessage(1, LINE), nflogMessage(2, LINE))
		observer.sayNflog({ kind: 'nflog-lost', lost: 3, at: 1 })
		observer.answers.counters = ok(countersOf(0, { invalid: 18_236, error: 7 }))
		let readerAtClose = true
		const close = changer.close
		changer.close = function () {
			readerAtClose = observer.isReading()
			return close.call(this)
		}
		const report = await settled(run.finish())
		expect(readerAtClose).toBe(false)
		if (!report.ok) throw new Error('no report')
		expect(report.value).toMatchObject({
			source: { used: 'nflog' },
			reasons: [{ text: 'invalid new', count: 2 }],
			accounting: { counted: 5, explained: 2, silent: 0, lost: 3 },
			log: { nflog: { packets: 2, lost: 3 } },
			capture: null,
			trouble: [],
			missed: [],
		})
		const text = runText(report.value, RAN, 80)
		expect(text).toMatch(/read: 2 packets from NFLOG, 3 lost/)
		expect(text).toMatch(/source: .*NFLOG/)
		expect(runJson(report.value, RAN, 'auto')).toMatchObject({ source: { used: 'nflog', asked: 'auto' } })
	})

	test.each(['finish', 'abandon'] as const)(
		'a reader that does not end does not hold the undo up: %s',
		async (end) => {
			const { observer, changer, clock, run, settled } = withNflog()
			const reading = observer.followNflog
			const reader = Promise.withResolvers<void>()
			observer.followNflog = async (onEvents) => {
				const followed = await reading.call(observer, onEvents)
				return followed.ok ? ok({ stop: () => reader.promise.then(followed.value.stop) }) : followed
			}
			await run.start()
			observer.answers.settings = ok(NFLOG_ON)
			observer.sayNflog(nflogMessage(1, LINE))
			const over = run[end]()
			const began = clock.monotonic()
			for (let step = 0; changer.closed === 0 && step < 1_000; step += 1) {
				await new Promise((resolve) => setImmediate(resolve))
				clock.advanceAtOnce(25)
			}
			expect(changer.closed).toBe(1)
			expect(clock.monotonic() - began).toBeLessThan(1_500)
			observer.sayNflog(nflogMessage(2, LINE))
			reader.resolve()
			const report = await settled(Promise.resolve(over))
			if (end === 'finish')
				expect(report).toMatchObject({ value: { reasons: [{ count: 2 }], missed: [], undo: 0 } })
			expect(observer.isReading()).toBe(false)
			expect(changer.closed).toBe(1)
		},
	)

	test('lines of other network namespaces in the kernel log are not ours; its other news is', async () => {
		const { observer, run, settled } = withNflog()
		await run.start()
		observer.answers.settings = ok(NFLOG_ON)
		observer.say(LINE)
		observer.say('nf_conntrack: nf_conntrack: table full, dropping packet')
		const report = await settled(run.finish())
		expect(report).toMatchObject({
			value: {
				reasons: [],
				accounting: { counted: 0, aside: { foreign: 0, ahead: 0 } },
				notes: expect.arrayContaining([
					expect.stringMatching(/^1 reason line of other network namespaces/),
					expect.stringMatching(/^the kernel also said: .*full/),
				]),
			},
		})
	})

	const refused = { kind: 'busy', knob: 'NFLOG group 0', holder: 'pid 812', leaseId: '' } as const

	test('a reader that does not start: settings are restored, and the kernel log is used and named', async () => {
		const { observer, changer, run, settled } = withNflog()
		observer.failing.followNflog = refused
		const undone: unknown[] = []
		changer.undo = async (which) => {
			undone.push(which)
			changer.emit({ phase: 'closed', outcome: 'clean', changes: [] })
			return ok(changer.view() as never)
		}
		observer.answers.settings = ok({
			...WITH_NFLOG,
			loggers: SETTINGS.loggers.map((row) => ({ ...row, available: [...row.available, 'nfnetlink_log'] })),
		})
		expect(await run.start()).toMatchObject({ ok: true })
		expect(undone).toEqual(['all'])
		expect(changer.plans.map(({ changes }) => changes.map(({ knob, to }) => `${knob}=${to}`))).toEqual([
			['nf_log.2=nfnetlink_log', 'nf_log.10=nfnetlink_log', 'log_invalid=6'],
			['log_invalid=6'],
		])
		observer.say(LINE)
		const report = await settled(run.finish())
		expect(report).toMatchObject({
			value: {
				source: {
					used: 'kmsg',
					why: expect.stringMatching(/the kernel log, because NFLOG cannot be read here: .*812/),
				},
				reasons: [{ count: 1 }],
			},
		})
	})

	test.each([
		['it was asked for', { source: 'nflog' }],
		['its packets are wanted', { capture: '/tmp/x.pcapng' }],
	] as const)(
		'a reader that does not start when %s: refused, and settings are restored',
		async (_name, options) => {
			const { observer, changer, recorder, run } = withNflog(options)
			observer.failing.followNflog = refused
			expect(await run.start()).toMatchObject({ ok: false, failure: { kind: 'busy' } })
			expect(changer.closed).toBe(1)
			expect(observer.isFollowing()).toBe(false)
			expect(recorder.discarded).toBe(recorder.opened.length)
		},
	)

	test('NFLOG where it is impossible: nothing is changed', async () => {
		const { observer, changer, run } = session({ source: 'nflog' })
		expect(await run.start()).toMatchObject({ ok: false, failure: { what: '--source nflog' } })
		expect(changer.plans).toEqual([])
		expect(observer.isFollowing()).toBe(false)
	})

	test('the group is read by another session of ours: busy, with its lease', async () => {
		const { observer, changer, run } = withNflog({ source: 'nflog' })
		const listener = {
			group: 0,
			portid: 812,
			queued: 0,
			copyMode: 2,
			copyRange: 65535,
			flushTimeout: 0,
			uses: 1,
		}
		observer.answers.settings = ok({ ...NFLOG_ON, listeners: [listener] })
		expect(await run.start()).toMatchObject({
			ok: false,
			failure: { kind: 'unsupported', why: expect.stringMatching(/812/) },
		})
		const held = withNflog({ source: 'nflog' })
		held.observer.answers.settings = observer.answers.settings
		held.observer.found = [{ ...LEASE, changes: [{ ...CHANGE, knob: 'nf_log.2' }] }]
		expect(await held.run.start()).toMatchObject({
			ok: false,
			failure: { kind: 'busy', knob: 'nf_log.2', holder: 'bob on pts/5', leaseId: 'K2A9X' },
		})
		expect(changer.plans).toEqual([])
	})

	test('packets after the end of the reader are lost, not silent', async () => {
		const { observer, run, settled } = withNflog()
		await run.start()
		observer.answers.settings = ok(NFLOG_ON)
		observer.sayNflog(nflogMessage(1, LINE))
		observer.answers.counters = ok(countersOf(0, { invalid: 18_232, error: 7 }))
		observer.sayNflog({
			kind: 'ended',
			failure: { kind: 'tool-failed', command: ['tcpdump'], exitCode: undefined, stderr: '' },
		})
		await new Promise((resolve) => setImmediate(resolve))
		observer.answers.counters = ok(countersOf(0, { invalid: 18_242, error: 7 }))
		const report = await settled(run.finish())
		expect(report).toMatchObject({
			value: {
				accounting: { counted: 11, explained: 1, silent: 0, lost: 10 },
				missed: [expect.stringMatching(/ended early .*10 INVALID packets/)],
			},
		})
	})

	const STALL = { kind: 'nflog-unread', unread: 9, stalled: true, at: 1 } as const

	test('P15 a stopped reader without room is reported at once, and its packets are lost, not silent', async () => {
		const { observer, run, settled, warned } = withNflog()
		await run.start()
		observer.answers.settings = ok(NFLOG_ON)
		observer.sayNflog(nflogMessage(1, LINE))
		observer.sayNflog(STALL, { ...STALL, unread: 12 })
		expect(warned).toEqual([expect.stringMatching(/is stopped with up to 9 packets unread/)])
		observer.sayNflog({ kind: 'nflog-lost', lost: 14, at: 2 })
		observer.answers.counters = ok(countersOf(0, { invalid: 18_242, error: 7 }))
		const report = await settled(run.finish())
		if (!report.ok) throw new Error('no report')
		expect(report.value).toMatchObject({
			accounting: { counted: 11, explained: 1, silent: 0, lost: 10, lostIsUpperBound: true },
			silent: [],
			missed: [expect.stringMatching(/was stopped or frozen by someone: up to 14 packets/)],
		})
		expect(runText(report.value, RAN, 80)).toMatch(/NOT READ: the reader of NFLOG/)
	})

	test('the reader was stopped and all was read afterwards: a note, and nothing is missed', async () => {
		const { observer, run, settled } = withNflog()
		await run.start()
		observer.sayNflog(STALL, { ...STALL, unread: 0, stalled: false }, nflogMessage(1, LINE))
		observer.answers.counters = ok(countersOf(0, { invalid: 18_232, error: 7 }))
		expect(await settled(run.finish())).toMatchObject({
			value: {
				accounting: { counted: 1, explained: 1, lost: 0 },
				missed: [],
				notes: expect.arrayContaining([expect.stringMatching(/was stopped for a while/)]),
			},
		})
	})

	test('P15 packets after the end of the kernel log are lost, not silent', async () => {
		const { observer, run, settled } = session({ source: 'kmsg' })
		await run.start()
		observer.say(LINE)
		observer.answers.counters = ok(countersOf(0, { invalid: 18_232, error: 7 }))
		observer.log({ kind: 'ended', failure: { kind: 'unsupported', what: 'the kernel log', why: 'gone' } })
		await new Promise((resolve) => setImmediate(resolve))
		observer.answers.counters = ok(countersOf(0, { invalid: 18_242, error: 7 }))
		expect(await settled(run.finish())).toMatchObject({
			value: {
				accounting: { counted: 11, explained: 1, silent: 0, lost: 10 },
				silent: [],
				missed: [expect.stringMatching(/the kernel log could not be read to the end/)],
			},
		})
	})

	test('without the kernel log: NFLOG is read all the same, the kernel log is refused', async () => {
		const failure = { kind: 'not-permitted', what: 'reading the kernel log', need: 'CAP_SYSLOG' } as const
		const { observer, run, settled } = withNflog()
		observer.followLog = async () => ({ ok: false, failure })
		expect(await run.start()).toMatchObject({ ok: true })
		observer.sayNflog(nflogMessage(1, LINE))
		expect(await settled(run.finish())).toMatchObject({
			value: {
				log: { nflog: { packets: 1 } },
				notes: expect.arrayContaining([expect.stringMatching(/kernel log cannot be read.*CAP_SYSLOG/)]),
			},
		})
		const other = session({ source: 'kmsg' })
		other.observer.followLog = observer.followLog
		expect(await other.run.start()).toEqual({ ok: false, failure })
		expect(other.changer.plans).toEqual([])
	})

	test('a reader that ends during its start has not started', async () => {
		const { observer, changer, run } = withNflog({ source: 'nflog' })
		const failure = { kind: 'tool-failed', command: ['tcpdump'], exitCode: 0, stderr: '' } as const
		const follow = observer.followNflog.bind(observer)
		observer.followNflog = async (onEvents) => {
			const followed = await follow(onEvents)
			onEvents([{ kind: 'ended', failure }])
			return followed
		}
		expect(await run.start()).toMatchObject({ ok: false, failure })
		expect(changer.closed).toBe(1)
	})

	test('packets counted after an early end of logging are not accounted', async () => {
		const { observer, changer, run, settled } = withNflog()
		await run.start()
		observer.answers.settings = ok(NFLOG_ON)
		observer.sayNflog(nflogMessage(1, LINE))
		observer.answers.counters = ok(countersOf(0, { invalid: 18_232, error: 7 }))
		changer.emit({ phase: 'undoing', why: 'the deadline' })
		await new Promise((resolve) => setImmediate(resolve))
		expect(observer.isReading()).toBe(false)
		observer.answers.counters = ok(countersOf(0, { invalid: 18_332, error: 7 }))
		expect(await settled(run.finish())).toMatchObject({
			value: {
				accounting: { counted: 1, explained: 1, silent: 0, lost: 0 },
				notes: expect.arrayContaining([
					expect.stringMatching(/still running: the deadline/),
					expect.stringMatching(/100 INVALID packets were counted while logging was off/),
				]),
			},
		})
	})
})

describe('a capture file', () => {
	const capture = '/tmp/x.pcapng'

	test('packets of conntrack with their reasons; those of rules in the same group are left out', async () => {
		const { observer, recorder, run, settled } = withNflog({ capture })
		await run.start()
		observer.answers.settings = ok(NFLOG_ON)
		observer.sayNflog(
			nflogMessage(1, LINE),
			nflogMessage(2, LINE.replace(/^.*?IN=/, 'DROP: IN=')),
			nflogMessage(3, LINE, 0),
		)
		const report = await settled(run.finish())
		expect(recorder.opened).toEqual([capture])
		expect(recorder.packets.map(({ comment }) => comment)).toEqual([
			'nf_ct_proto_6: invalid new [INVALID; tcp-new]',
		])
		expect(report).toMatchObject({
			value: { capture: { path: capture, packets: 1, bytes: 100 }, trouble: [] },
		})
		if (report.ok)
			expect(runText(report.value, RAN, 80)).toMatch(/capture: 1 packet, 100 bytes in \/tmp\/x\.pcapng/)
	})

	test('a full disk fails the capture', async () => {
		const { recorder, run, settled } = withNflog({ capture })
		recorder.trouble = { kind: 'usage', message: 'no space left', next: '' }
		await run.start()
		const report = await settled(run.finish())
		expect(report).toMatchObject({
			value: {
				capture: { packets: 0, bytes: 72 },
				trouble: [expect.stringMatching(/x\.pcapng.*no space left/)],
			},
		})
		if (report.ok) expect(runText(report.value, RAN, 80)).toMatch(/NOT WRITTEN: .*no space left/)
	})

	test('the kernel log has no packets: refused before anything is changed', async () => {
		const { changer, recorder, run } = withNflog({ capture, source: 'kmsg' })
		expect(await run.start()).toMatchObject({
			ok: false,
			failure: {
				kind: 'usage',
				message: expect.stringMatching(/kernel log has no packets/),
				next: expect.stringMatching(/--source nflog/),
			},
		})
		expect({ plans: changer.plans, opened: recorder.opened }).toEqual({ plans: [], opened: [] })
	})

	test('an unwritable capture file is refused before anything is changed', async () => {
		const { changer, recorder, run } = withNflog({ capture })
		recorder.refusal = { kind: 'usage', message: 'it exists already', next: 'give another name' }
		expect(await run.start()).toMatchObject({ ok: false, failure: recorder.refusal })
		expect(changer.plans).toEqual([])
	})
})

describe('what goes wrong', () => {
	test('a refused plan leaves nothing on and no reader', async () => {
		const { observer, changer, run } = session()
		changer.refusal = fail({ kind: 'busy', knob: 'log_invalid', holder: 'bob', leaseId: 'X' })
		expect(await run.start()).toMatchObject({ ok: false, failure: { kind: 'busy' } })
		expect(observer.isFollowing()).toBe(false)
		expect(changer.closed).toBe(1)
	})

	test('without a logger no plan is applied', async () => {
		const { observer, changer, run } = session()
		observer.answers.settings = ok({ ...SETTINGS, loggers: [] })
		expect(await run.start()).toMatchObject({ ok: false, failure: { kind: 'unsupported' } })
		expect(changer.plans).toEqual([])
	})

	test('logging was on already', async () => {
		const on = ok({ ...SETTINGS, values: { ...SETTINGS.values, log_invalid: '255' } })
		const report = await whole(
			() => {},
			(observer) => {
				observer.answers.settings = on
			},
		)
		expect(report.changes).toEqual([])
		expect(report.notes).toContainEqual(expect.stringMatching(/was already on/))
	})

	test('the deadline came first', async () => {
		const report = await whole((_observer, changer) => {
			changer.emit({ phase: 'undoing', why: 'the deadline' })
		})
		expect(report.notes).toContainEqual(expect.stringMatching(/still running: the deadline/))
	})

	test('someone else switched it off', async () => {
		const report = await whole((observer) => {
			observer.answers.settings = ok(SETTINGS)
		})
		expect(report.notes).toContainEqual(
			expect.stringMatching(/someone else changed what is logged.*log_invalid is 0/),
		)
	})

	test('a module that stays loaded is reported', async () => {
		const report = await whole(() => {})
		const stays = {
			knob: 'module:nf_log_syslog',
			was: 'absent',
			set: 'loaded',
			after: 'loaded',
			state: 'undone',
			note: 'in use: nf_log_syslog, so it stays loaded',
			byHand: 'rmmod nf_log_syslog',
		}
		const text = runText({ ...report, changes: [...report.changes, stays] }, RAN, 80)
		expect(text).toMatch(/settings: put back, except what stays: /)
		expect(text).toContain('  module:nf_log_syslog: in use: nf_log_syslog, so it stays loaded')
		expect(text).not.toContain('by hand')
	})

	test.each([
		['conflict', { state: 'conflict', now: '17', note: 'someone else' }, 3, /SOMETHING WAS LEFT ALONE/],
		['failed', { state: 'failed', now: '6', note: 'refused' }, 4, /AN UNDO FAILED/],
	] as const)('%s', async (outcome, ending, undo, says) => {
		const report = await whole(
			() => {},
			(_observer, changer) => {
				changer.outcome = outcome
				changer.ending = ending
			},
		)
		expect(report.undo).toBe(undo)
		expect(runText(report, RAN, 80)).toMatch(says)
		expect(runText(report, RAN, 80)).toMatch(/by hand: sysctl -w/)
	})
})

test('the end waits for late lines, but not for ever', async () => {
	const { observer, clock, run } = session()
	await run.start()
	const began = clock.monotonic()
	let isOver = false
	const finishing = run.finish().finally(() => {
		isOver = true
	})
	while (!isOver) {
		await new Promise((resolve) => setImmediate(resolve))
		observer.say(LINE)
		clock.advanceAtOnce(50)
	}
	expect(clock.monotonic() - began).toBeGreaterThanOrEqual(700)
	expect(clock.monotonic() - began).toBeLessThan(1_200)
	expect((await finishing).ok).toBe(true)
})

test('garbage in a line never reaches stderr raw', async () => {
	const report = await whole((observer) => {
		observer.say('nf_ct_proto_6: \x1b[2J\u202eevil IN=\x07 OUT= SRC=\x1b DST= PROTO=TCP')
		observer.say('nf_ct_proto_6: ')
	})
	for (const columns of [60, 80, 120]) {
		const text = runText(report, { ...RAN, command: ['\x1b[31mx'] }, columns)
		expect(text).not.toMatch(/[^\P{Cc}\n]/u)
		expect(text).not.toContain('\u202e')
	}
})

describe('two processes', () => {
	test('messages in order, also those that came before they were asked for', async () => {
		const wire = new PassThrough()
		const messages = messagesOn<{ n: number }, { n: number }>(wire)
		messages.send({ n: 1 })
		messages.send({ n: 2 })
		expect(await messages.next()).toEqual({ n: 1 })
		expect(await messages.next()).toEqual({ n: 2 })
		const third = messages.next()
		wire.end()
		expect(await third).toBeUndefined()
		expect(await messages.next()).toBeUndefined()
		await messages.closed
	})

	test('a line that is no JSON ends it', async () => {
		const wire = new PassThrough()
		const messages = messagesOn(wire)
		wire.write('boom\n')
		expect(await messages.next()).toBeUndefined()
	})
})

test('what call sites printed meanwhile, and how much of the silence they explain', async () => {
	const site = {
		file: 'net/netfilter/nf_conntrack_proto_tcp.c',
		line: 889,
		module: 'nf_conntrack',
		func: 'tcp_new',
		flags: 'p',
		format: 'nf_ct_tcp: invalid new deleting.\n',
		class: null,
	}
	const report = await whole(
		(observer) => {
			// No kernel that prints "invalid new" has this call site.
			observer.say(LINE.replace('invalid new', 'invalid tcp flag combination'))
			for (let at = 0; at < 7; at++) observer.say('nf_ct_tcp: invalid new deleting.', 7)
			observer.answers.counters = ok(countersOf(0, { invalid: 18_240, error: 7 }))
			observer.answers.settings = ok({ ...SETTINGS, values: { ...SETTINGS.values, log_invalid: '6' } })
		},
		(observer) => {
			observer.factsNow = { ...observer.factsNow, kernel: '6.1.0-25' }
			observer.answers.printk = ok({ ...PRINTK, path: '/proc/dynamic_debug/control', why: '', sites: [site] })
		},
	)
	expect(report.accounting).toMatchObject({ counted: 9, explained: 1, silent: 8, told: 7 })
	expect(report.printk).toMatchObject([{ function: 'tcp_new', count: 7, packets: 7, sure: true }])
	const text = runText(report, RAN, 80)
	expect(text).toContain('counted 9 = explained 1 + silent 8 (7 shown by printk, likely) + lost 0')
	expect(text).toMatch(/printk: lines of call sites, none of which names a packet:\n {8}7 {2}tcp_new: TCP/)
	expect(runJson(report, RAN, 'auto').printk).toHaveLength(1)
	expect(report.silent.find(({ id }) => id === 'silent-tcp-new')?.tellApart).toBe(
		'the lines of tcp_new under printk likely count them',
	)
})

/** As much of a control file as a plan needs. */
const SITES: PrintkReading = {
	...PRINTK,
	path: '/proc/dynamic_debug/control',
	why: '',
	sites: [
		{
			file: 'net/netfilter/nf_conntrack_proto_tcp.c',
			line: 889,
			module: 'nf_conntrack',
			func: 'tcp_new',
			flags: '',
			format: 'nf_ct_tcp: invalid new deleting.\n',
			class: null,
		},
	],
}

describe('call sites and the console', () => {
	const plansOf = (changer: YesChanger) =>
		changer.plans.map(({ changes }) => changes.map(({ knob, to }) => `${knob.replace(/:.*/, '')}=${to}`))

	test('beside the reasons, in one plan', async () => {
		const { observer, changer, run } = session({ printk: ['tcp_new'] })
		observer.answers.printk = ok(SITES)
		expect(await run.start()).toMatchObject({ ok: true })
		expect(plansOf(changer)).toEqual([['log_invalid=6', 'printk=p']])
	})

	test('alone: log_invalid stays as it is', async () => {
		const { observer, changer, run, settled } = session({ printk: ['tcp_new'], protocol: 0 })
		observer.answers.printk = ok(SITES)
		expect(await run.start()).toMatchObject({ ok: true })
		expect(plansOf(changer)).toEqual([['printk=p']])
		const report = await settled(run.finish())
		expect(report).toMatchObject({ ok: true, value: { source: { used: 'kmsg' }, undo: 0 } })
		if (!report.ok) return
		const [change] = report.value.changes
		if (change === undefined) throw new Error('no change')
		const settings = (functions: readonly string[]) => {
			const changes = functions.map((func) => ({
				...change,
				knob: `printk:net/netfilter/x.c:${func}#1:0f3c2a91`,
				after: '_',
			}))
			const text = runText({ ...report.value, changes }, RAN, 120)
			return text.split('\n').find((line) => line.startsWith('  settings:'))
		}
		expect(settings(['a'])).toMatch(/: a \(call site\) _ -> p -> _$/)
		expect(settings(['a', 'b', 'b'])).toMatch(/: a and b \(3 call sites\) _ -> p -> _$/)
		expect(settings(['a', 'b', 'c'])).toMatch(/: 3 call sites _ -> p -> _$/)
	})

	test('a word that fits nothing: nothing is changed', async () => {
		const { observer, changer, run } = session({ printk: ['tcp_nwe'] })
		observer.answers.printk = ok(SITES)
		expect(await run.start()).toMatchObject({ ok: false, failure: { kind: 'usage' } })
		expect(changer.plans).toEqual([])
	})

	test('call sites print to the kernel log, also where the reasons come from NFLOG', async () => {
		const { observer, changer, run } = withNflog({ printk: ['tcp_new'] })
		observer.answers.printk = ok(SITES)
		observer.followLog = async () => fail({ kind: 'unsupported', what: 'the kernel log', why: 'none' })
		expect(await run.start()).toMatchObject({ ok: false, failure: { what: 'the kernel log' } })
		expect(changer.plans).toEqual([])
	})

	const SERIAL: Settings = {
		...SETTINGS,
		values: { ...SETTINGS.values, printk: '7 4 1 7' },
		consoles: [{ name: 'ttyS0', enabled: true, isSerial: true, isThreaded: false }],
	}

	test('a slow console is warned of before the command runs, and in the report', async () => {
		const { observer, run, settled, warned } = session()
		observer.answers.settings = ok(SERIAL)
		expect(await run.start()).toMatchObject({ ok: true })
		expect(warned).toEqual([
			expect.stringMatching(/^ttyS0 .*; --console-level 5 \(dmesg -n 5\) keeps them off it$/),
		])
		const report = await settled(run.finish())
		expect(report.ok && report.value.notes.join(' ')).toMatch(/ttyS0/)
	})

	test('--console-level is written first, and then there is nothing to warn of', async () => {
		const { observer, changer, run, warned } = session({ consoleLevel: 4 })
		observer.answers.settings = ok(SERIAL)
		expect(await run.start()).toMatchObject({ ok: true })
		expect(plansOf(changer)).toEqual([['printk=4 4 1 7', 'log_invalid=6']])
		expect(warned).toEqual([])
	})

	test.each<[string, Partial<Settings>, RegExp]>([
		['cannot be read', { values: { log_invalid: '0', 'nf_log.2': 'nf_log_ipv4' } }, /cannot be read/],
		['cannot be written', { readOnly: { printk: 'mounted read-only' } }, /mounted read-only/],
	])('--console-level where kernel.printk %s', async (_name, rest, says) => {
		const { observer, changer, run } = session({ consoleLevel: 4 })
		observer.answers.settings = ok({ ...SETTINGS, ...rest })
		const started = await run.start()
		expect(JSON.stringify(started)).toMatch(says)
		expect(changer.plans).toEqual([])
	})
})

describe('a logger that has to be loaded', () => {
	const NONE: Settings = {
		...SETTINGS,
		values: { ...SETTINGS.values, 'nf_log.2': 'NONE', 'nf_log.10': 'NONE' },
		loggers: [2, 10].map((family) => ({ family, bound: null, available: [] })),
	}
	const module = {
		name: 'nf_log_syslog',
		state: 'available',
		usedBy: [],
		refcount: null,
		description: null,
		aliases: [],
		why: '',
	} as const

	test('is loaded first', async () => {
		const { observer, changer, run } = session()
		observer.answers.settings = ok(NONE)
		observer.answers.modules = ok([module])
		expect(await run.start()).toMatchObject({ ok: true })
		expect(changer.plans[0]?.changes.map(({ knob }) => knob)).toEqual([
			'module:nf_log_syslog',
			'nf_log.2',
			'nf_log.10',
			'log_invalid',
		])
	})

	test('modules are not asked for where there is a logger', async () => {
		const { observer, run } = session()
		observer.answers.settings = ok({
			...SETTINGS,
			loggers: SETTINGS.loggers.map((row) => ({ ...row, available: ['nf_log_ipv4', 'nf_log_ipv6'] })),
		})
		observer.modules = () => Promise.reject(new Error('asked for'))
		expect(await run.start()).toMatchObject({ ok: true })
	})
})

test('a flood: said at once, in the report, in the JSON, and with what to do', async () => {
	const { changer, run, settled, warned } = session()
	expect(await run.start()).toMatchObject({ ok: true })
	const undone = { ...CHANGE, state: 'undone', now: '0', endedAt: 1 } as const
	const flood = { why: 'log flood: 412 lines/s for 3 s', flood: { rate: 412 } }
	changer.emit({ phase: 'undoing', ...flood })
	changer.emit({ phase: 'closed', changes: [undone], outcome: 'clean', ...flood })
	expect(warned).toEqual(['LOG FLOOD: 412 lines/s, 1 change was switched off before the command ended'])
	const report = await settled(run.finish())
	if (!report.ok) throw new Error('no report')
	expect(report.value).toMatchObject({ flood: { rate: 412, changes: 1 }, undo: 0 })
	const text = runText(report.value, RAN, 80)
	expect(text).toMatch(/LOG FLOOD: 412 lines\/s, 1 change was switched off before the command ended\./)
	expect(text.replaceAll(/\s+/g, ' ')).toMatch(/--source nflog .* --protocol .* --max-rate/)
	expect(runJson(report.value, RAN, 'auto')).toMatchObject({ flood: { rate: 412, changes: 1 } })
})
