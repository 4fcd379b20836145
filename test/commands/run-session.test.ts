import { PassThrough } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { messagesOn } from '../../src/commands/run-messages.ts'
import { runJson, runText } from '../../src/commands/run-report.ts'
import { createRunSession, type RunReport } from '../../src/commands/run-session.ts'
import { fail, ok } from '../../src/failure.ts'
import { createFakeClock } from '../harness/fake-clock.ts'
import {
	counters,
	createFakeChanger,
	createFakeObserver,
	type FakeChanger,
	type FakeObserver,
	SETTINGS,
} from '../harness/fake-observer.ts'

const LINE =
	'nf_ct_proto_6: invalid new IN=eth0 OUT= SRC=10.0.0.1 DST=10.0.0.2 LEN=40 TTL=64 ID=1 PROTO=TCP SPT=1000 DPT=80 '

function session(protocol = 6) {
	const observer = createFakeObserver()
	const changer = createFakeChanger()
	const clock = createFakeClock()
	const run = createRunSession({ observer, changer, clock, protocol, ttlMs: 600_000 })
	/** Lets the time go on until the promise is settled. */
	const settled = async <T>(promise: Promise<T>): Promise<T> => {
		let isOver = false
		void promise.finally(() => {
			isOver = true
		})
		for (let step = 0; !isOver && step < 1_000; step += 1) {
			await new Promise((resolve) => setImmediate(resolve))
			clock.advance(25)
		}
		return promise
	}
	return { observer, changer, clock, run, settled }
}

const RAN = {
	command: ['curl', '-s'],
	end: { exitCode: 0, signal: null, error: null },
	seconds: 1.25,
} as const

async function whole(
	between: (observer: FakeObserver, changer: FakeChanger) => void,
	prepare: (observer: FakeObserver, changer: FakeChanger) => void = () => {},
): Promise<RunReport> {
	const { observer, changer, run, settled } = session()
	prepare(observer, changer)
	expect(await run.start()).toMatchObject({ ok: true })
	between(observer, changer)
	const report = await settled(run.finish())
	if (!report.ok) throw new Error('no report')
	expect(changer.closed).toBe(1)
	expect(observer.following()).toBe(false)
	return report.value
}

test('lines and counters between on and off, settings back', async () => {
	const report = await whole((observer) => {
		observer.say(LINE)
		observer.say('something else')
		observer.lose(4)
		observer.counters_ = ok(counters({ invalid: 18_236, error: 7 }))
		observer.settings_ = ok({ ...SETTINGS, values: { ...SETTINGS.values, log_invalid: '6' } })
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
		/^ctscope: 1 line tells why packets were INVALID while curl ran \(1\.[23] s, netns\n +init\)/,
	)
	expect(text).toMatch(/1 {2}TCP +invalid new +10\.0\.0\.1:1000 > 10\.0\.0\.2:80/)
	expect(text).toMatch(/4 of the counted packets have no line: some lines were lost/)
	expect(text).toMatch(/all put back: log_invalid 0 -> 6 -> 0/)
	expect(runJson(report, RAN)).toMatchObject({
		v: 1,
		undo: 'clean',
		command: { exitCode: 0, argv: ['curl', '-s'] },
	})
})

describe('what goes wrong', () => {
	test('a refusal: nothing is left on, nobody listens', async () => {
		const { observer, changer, run } = session()
		changer.refusal = fail({ kind: 'busy', knob: 'log_invalid', holder: 'bob', leaseId: 'X' })
		expect(await run.start()).toMatchObject({ ok: false, failure: { kind: 'busy' } })
		expect(observer.following()).toBe(false)
		expect(changer.closed).toBe(1)
	})

	test('no logger: the plan is not even asked for', async () => {
		const { observer, changer, run } = session()
		observer.settings_ = ok({ ...SETTINGS, loggers: [] })
		expect(await run.start()).toMatchObject({ ok: false, failure: { kind: 'unsupported' } })
		expect(changer.plans).toEqual([])
	})

	test('logging was on already', async () => {
		const on = ok({ ...SETTINGS, values: { ...SETTINGS.values, log_invalid: '255' } })
		const report = await whole(
			() => {},
			(observer) => {
				observer.settings_ = on
			},
		)
		expect(report.changes).toEqual([])
		expect(report.notes).toContainEqual(expect.stringMatching(/on already/))
	})

	test('the deadline came first', async () => {
		const report = await whole((_observer, changer) => {
			changer.emit({ phase: 'undoing', why: 'the deadline' })
		})
		expect(report.notes).toContainEqual(expect.stringMatching(/still running: the deadline/))
	})

	test('someone else switched it off', async () => {
		const report = await whole((observer) => {
			observer.settings_ = ok(SETTINGS)
		})
		expect(report.notes).toContainEqual(
			expect.stringMatching(/someone else switched logging off.*log_invalid is 0/),
		)
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

test('lines keep coming: it waits until they stop, but not for ever', async () => {
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
		clock.advance(50)
	}
	expect(clock.monotonic() - began).toBeGreaterThanOrEqual(2_000)
	expect(clock.monotonic() - began).toBeLessThan(2_500)
	expect((await finishing).ok).toBe(true)
})

test('garbage in a line does not reach stderr raw', async () => {
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
