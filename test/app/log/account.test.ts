import { describe, expect, test } from 'vitest'
import { accountOf } from '../../../src/app/log/account.ts'
import { stepEvidence } from '../../../src/app/screens/steps/evidence.ts'
import { counterLines } from '../../../src/app/screens/watch/counters.ts'
import { explanation, watchNote } from '../../../src/app/screens/watch/explanation.ts'
import { watchPane } from '../../../src/app/screens/watch/rows.ts'
import type { State } from '../../../src/app/state/state.ts'
import { stepById } from '../../../src/investigation/steps/steps.ts'
import type { LogEvent } from '../../../src/model/log-event.ts'
import { ok } from '../../../src/words/failure.ts'
import { lineText } from '../../../src/words/line.ts'
import {
	countersOf,
	FACTS,
	heldChange,
	leaseView,
	settingsOf,
	VALUES,
} from '../../harness/samples/samples.ts'
import { emptyState, message, packetText, record, seenState, stepped } from '../../harness/samples/states.ts'

const BAD = packetText('invalid tcp flag combination')
const values = (more: Readonly<Record<string, string>>) => new Map(Object.entries({ ...VALUES, ...more }))

/** One second: the counters in its middle, the lines of `events` just before, the tick at its end. */
function second(
	state: State,
	index: number,
	counted: Record<string, number>,
	...events: readonly LogEvent[]
): State {
	const at = index * 1000
	const lines = events.length === 0 ? state : stepped(state, at + 450, { type: 'log', events })
	const read = stepped(lines, at + 500, {
		type: 'counters',
		result: ok(countersOf(at + 500, { error: 0, drop: 0, ...counted })),
	})
	return stepped(read, at + 1000, { type: 'tick', wall: at + 1000 })
}

const open = (more: Readonly<Record<string, string>> = {}, kernel = FACTS.kernel): State =>
	stepped(
		seenState({}, {}, { ...FACTS, kernel }),
		10,
		{ type: 'log-started' },
		{
			type: 'settings',
			result: ok(settingsOf(10, values({ log_invalid: '255', 'nf_log.10': 'nf_log_ipv6', ...more }))),
		},
	)

let seq = 0
const lines = (count: number, text: string, at: number): LogEvent[] =>
	Array.from({ length: count }, () => record(++seq, text, { at: at * 1000 }))

describe('the account', () => {
	test('causes count the lines of the account, not those before and after it, and steps say which they are', () => {
		let state = second(open(), 1, { invalid: 10 }, ...lines(10, BAD, 1_300))
		state = second(state, 2, { invalid: 30 }, ...lines(20, BAD, 2_300))
		state = stepped(state, 3_200, { type: 'log', events: lines(7, BAD, 3_100) })
		expect(state.reasons[0]?.count).toBe(37)
		expect(accountOf(state).accounting).toMatchObject({ counted: 20, explained: 20 })
		expect(stepEvidence(state).reasons.map(({ count }) => count)).toEqual([20])
		expect(stepById('collect').answer(stepEvidence(state)).read[0]).toEqual([
			'lines',
			'37, 20 of them in the account',
		])
		// Before there is an account, what has come is shown as it is.
		const early = stepped(open(), 1_000, { type: 'log', events: lines(5, BAD, 900) })
		expect(stepEvidence(early).reasons.map(({ count }) => count)).toEqual([5])
	})

	test('nor does what is said after the undo count more than the account', () => {
		let state = stepped(open(), 10, { type: 'go', screen: 'steps' })
		state = second(state, 1, { invalid: 10 }, ...lines(10, BAD, 1_300))
		state = second(state, 2, { invalid: 30 }, ...lines(20, BAD, 2_300))
		const off = stepped(state, 3_000, {
			type: 'settings',
			result: ok(settingsOf(3_000, values({ log_invalid: '0' }))),
		})
		expect(accountOf(off).accounting).toBeUndefined()
		const { accounting, reasons } = stepEvidence(off)
		expect(accounting).toMatchObject({ counted: 20 })
		expect(reasons.map(({ count }) => count)).toEqual([20])
	})

	test('what was not read yet is not silent, and what has come is explained', () => {
		const nflog = { 'nf_log.2': 'nfnetlink_log', 'nf_log.10': 'nfnetlink_log' }
		let state = stepped(open(nflog), 20, { type: 'nflog-starting' }, { type: 'nflog-started' })
		state = second(state, 1, { invalid: 500 })
		state = second(state, 2, { invalid: 9_500 }, { kind: 'nflog-unread', unread: 9_200, at: 2_400 })
		expect(accountOf(state).accounting).toMatchObject({ counted: 9_000, explained: 9_000, silent: 0 })
		expect(accountOf(state).meantSilent).toBe(0)
		state = second(state, 3, { invalid: 9_500 }, { kind: 'nflog-unread', unread: 0, at: 3_400 })
		expect(accountOf(state).accounting).toMatchObject({ counted: 9_000, explained: 0, silent: 9_000 })
	})

	test('P15 nothing is called silent while the reader hangs, and the screen says so', () => {
		const nflog = { 'nf_log.2': 'nfnetlink_log', 'nf_log.10': 'nfnetlink_log' }
		let state = stepped(open(nflog), 20, { type: 'nflog-starting' }, { type: 'nflog-started' })
		state = second(state, 1, { invalid: 500 })
		const stalled = { kind: 'nflog-unread', unread: 40, stalled: true, at: 2_400 } as const
		state = second(state, 2, { invalid: 530 }, stalled)
		expect(accountOf(state).accounting).toMatchObject({ counted: 30, silent: 0, silentAtMost: 30 })
		expect(accountOf(state).meantSilent).toBe(0)
		expect(watchNote(state)).toContain('its reader is STOPPED, at most 40 packets unread')
		expect(counterLines(state, 80).map(lineText).join('\n')).toMatch(
			/explained 0-30 \+ silent 0-30 .*reader stopped/,
		)
		expect(watchPane(state).rows.filter(({ item }) => item.kind === 'silent')).toEqual([])
		expect(stepById('printk').answer(stepEvidence(state))).toMatchObject({
			headline: expect.stringMatching(/^Whether every packet was logged is not known\.$/),
			says: expect.stringMatching(/up to 30 packets were lost or are not read yet/),
			confidence: 'low',
		})
		state = stepped(state, 3_000, {
			type: 'nflog-failed',
			failure: { kind: 'unsupported', what: 'x', why: 'y' },
		})
		expect(state.nflog).toMatchObject({ stalled: false, unread: 0 })
	})

	test('begins with the first reading after the way opened, not with the program', () => {
		let state = second(seenState(), 1, { invalid: 500 })
		expect(accountOf(state).accounting).toBeUndefined()
		state = stepped(
			state,
			2100,
			{ type: 'log-started' },
			{ type: 'settings', result: ok(settingsOf(2100, values({ log_invalid: '255' }))) },
		)
		expect(state.way).toMatchObject({ source: 'kmsg', since: 2100, first: undefined })
		state = second(state, 3, { invalid: 800 })
		// One reading: nothing is known of packets, and "no packet was INVALID" would be wrong.
		expect(accountOf(state).accounting).toBeUndefined()
		state = second(state, 4, { invalid: 810 }, ...lines(7, BAD, 4400))
		expect(accountOf(state).accounting).toMatchObject({ counted: 10, explained: 7, silent: 3, lost: 0 })
	})

	test('nobody is missed as a reader while our own is being started', () => {
		const nflog = { log_invalid: '255', 'nf_log.2': 'nfnetlink_log', 'nf_log.10': 'nfnetlink_log' }
		const opened = stepped(
			seenState(),
			100,
			{ type: 'lease', view: leaseView({ changes: [heldChange({ knob: 'log_invalid', endedAt: null })] }) },
			{ type: 'settings', result: ok({ ...settingsOf(90, values(nflog)), listeners: [] }) },
		)
		const says = (state: State): string => accountOf(state).verdict.says
		expect(says(opened)).not.toMatch(/nobody reads/)
		const starting = stepped(opened, 200, { type: 'nflog-starting' })
		expect(says(starting)).not.toMatch(/nobody reads/)
		// Settings that were read afterwards, and still no reader.
		const read = stepped(opened, 300, {
			type: 'settings',
			result: ok({ ...settingsOf(300, values(nflog)), listeners: [] }),
		})
		expect(says(read)).toMatch(/nobody reads/)
	})

	test('a line that is read a moment after its packet was counted belongs to it', () => {
		let state = second(open(), 1, { invalid: 100 })
		state = stepped(state, 2500, {
			type: 'counters',
			result: ok(countersOf(2500, { invalid: 104, error: 0, drop: 0 })),
		})
		state = stepped(state, 2600, { type: 'log', events: lines(4, BAD, 2490) })
		state = stepped(state, 3000, { type: 'tick', wall: 3000 })
		expect(accountOf(state).accounting).toMatchObject({ counted: 4, explained: 4, silent: 0 })
	})

	test('accepted packets, second lines and rules explain nothing; ICMP goes with the counter of its own', () => {
		let state = second(open(), 1, { invalid: 100 })
		state = second(
			state,
			2,
			{ invalid: 101, error: 2 },
			...lines(1, BAD, 2400),
			...lines(3, packetText('challenge-ack ignored'), 2400),
			...lines(2, '[UFW BLOCK] IN=eth0 OUT= SRC=1.2.3.4 DST=5.6.7.8 LEN=40 PROTO=TCP SPT=1 DPT=2', 2400),
			...lines(2, packetText('invalid icmp type', '10.0.0.1', 1, 1), 2400),
		)
		expect(accountOf(state).accounting).toMatchObject({
			counted: 3,
			explained: 3,
			silent: 0,
			aside: { accepted: 3 },
		})
		expect(state.log).toMatchObject({ packetLines: 6, ruleLines: 2 })
		expect(state.reasons.map(({ count }) => count)).toEqual([3, 2, 1])
	})

	test('with NFLOG the lines of the kernel log are of others', () => {
		let state = stepped(
			open({ 'nf_log.2': 'nfnetlink_log', 'nf_log.10': 'nfnetlink_log' }),
			20,
			{ type: 'nflog-starting' },
			{ type: 'nflog-started' },
		)
		expect(state.way?.source).toBe('nflog')
		state = second(state, 1, { invalid: 100 })
		const told = [
			message(1, BAD, 2400),
			message(2, BAD, 2400),
			{ kind: 'nflog-lost', lost: 1, at: 2400 } as const,
		]
		state = second(state, 2, { invalid: 105 }, ...told, ...lines(20, BAD, 2400))
		expect(accountOf(state).accounting).toMatchObject({ counted: 5, explained: 2, silent: 2, lost: 1 })
	})

	test('ends when the way closes, and begins anew with another value', () => {
		let state = second(second(open(), 1, { invalid: 1 }), 2, { invalid: 9 })
		expect(accountOf(state).accounting?.counted).toBe(8)
		state = stepped(state, 3100, {
			type: 'settings',
			result: ok(settingsOf(3100, values({ log_invalid: '6', 'nf_log.10': 'nf_log_ipv6' }))),
		})
		expect(accountOf(state).accounting).toBeUndefined()
		state = second(second(state, 4, { invalid: 9 }), 5, { invalid: 9 })
		expect(accountOf(state).accounting?.counted).toBe(0)
		state = stepped(state, 6100, {
			type: 'settings',
			result: ok(settingsOf(6100, values({ log_invalid: '0' }))),
		})
		expect(state.way).toBeUndefined()
	})

	test('a verdict that depends on the kernel is decided for what was counted before, once a text shows it', () => {
		const doubt = packetText('7 bytes more than expected')
		let state = second(open({}, '5.14.0-427.el9'), 1, { invalid: 0 })
		state = second(state, 2, { invalid: 2 }, ...lines(2, doubt, 2400))
		expect(state.log.tally.kmsg.depends).toBe(2)
		expect(accountOf(state).accounting).toMatchObject({ explained: 2, explainedAtLeast: 0 })
		state = second(
			state,
			3,
			{ invalid: 3 },
			...lines(1, packetText('SEQ is over upper bound 5 (over the window of the receiver)'), 3400),
		)
		const { tally } = state.log
		expect(tally.kmsg.depends).toBe(0)
		expect(tally.kmsg.accepted).toBe(2)
		expect(state.reasons.some(({ reason }) => reason.verdict === 'depends')).toBe(false)
		expect(accountOf(state).accounting).toMatchObject({ counted: 3, explained: 1, silent: 2 })
	})

	test('on a release that is known to let such packets through nothing is in doubt from the first line on', () => {
		const doubt = packetText('7 bytes more than expected')
		const state = second(second(open(), 1, { invalid: 0 }), 2, { invalid: 2 }, ...lines(2, doubt, 2400))
		expect(state.log.tally.kmsg).toMatchObject({ depends: 0, accepted: 2 })
		expect(accountOf(state).accounting).toMatchObject({ silent: 2, silentAtMost: 2 })
	})

	test('packets without a log line are none that cannot open a connection where the release prints invalid new', () => {
		const standing = (kernel: string) =>
			accountOf(second(second(open({}, kernel), 1, { invalid: 0 }), 2, { invalid: 9 })).paths.find(
				({ id }) => id === 'silent-tcp-new',
			)?.standing
		expect(standing('6.18.44')).toBe('ruled-out')
		expect(standing('6.1.0-25')).toBe('possible')
	})
})

describe('what no line told about', () => {
	const silent = (): State => {
		const state = second(second(open(), 1, { invalid: 0 }), 2, { invalid: 0 })
		return second(state, 3, { invalid: 40 }, ...lines(30, BAD, 3400))
	}

	test('has a row beside the reasons, by its count', () => {
		const state = silent()
		expect(accountOf(state).meantSilent).toBe(10)
		expect(watchPane(state).rows.map(({ key }) => key)).toEqual(['TCP tcp-flags', 'silent'])
	})

	test('says what it can be and what tells apart', () => {
		const state = stepped(silent(), 4000, { type: 'move', by: 1 })
		const text = explanation(state, 200, 40).map(lineText).join('\n')
		expect(text).toMatch(/Not logged: 10 of 40 since \d\d:\d\d:\d\d/)
		expect(text).toMatch(/(Likely|Possible): .*To find out: /)
	})

	test('is no row while it may be under way', () => {
		let state = second(open(), 1, { invalid: 0 }, ...lines(100, BAD, 1400))
		state = second(state, 2, { invalid: 103 }, ...lines(100, BAD, 2400))
		expect(accountOf(state).accounting?.silent).toBe(3)
		expect(accountOf(state).meantSilent).toBe(0)
	})

	test('stands in the account on top, and the source on the rule', () => {
		const state = silent()
		expect(counterLines(state, 80).map(lineText).at(-1)?.trim()).toBe(
			'counted 40 = explained 30 + silent 10 + lost 0',
		)
		expect(watchNote(state)).toMatch(/^kernel log since \d\d:\d\d:\d\d; [\d.]+ lines\/s, peak \d+$/)
		// The limit is one of what we have switched on.
		const changes = [heldChange({})]
		const ours = stepped(state, state.now, { type: 'lease', view: leaseView({ changes }) })
		expect(watchNote(ours)).toMatch(/, peak \d+ of 200$/)
	})
})

describe('answers of this host', () => {
	const line = (rest: string) => `nf_ct_proto_6: ${rest} LEN=40 TOS=0x00 PREC=0x00 TTL=64 ID=1 PROTO=TCP`
	const asked = line('invalid tcp flag combination IN=eth0 OUT= SRC=10.0.0.1 DST=10.0.0.2')
	const answer = line('invalid new IN= OUT=eth0 SRC=10.0.0.2 DST=10.0.0.1')
	const numbers = (spt: number, dpt: number, flags: string) =>
		` SPT=${spt} DPT=${dpt} SEQ=1 ACK=2 WINDOW=0 RES=0x00 ${flags} URGP=0 `

	test('are a row of their own, counted apart', () => {
		const state = stepped(emptyState(), 100, {
			type: 'log',
			events: [
				record(1, asked + numbers(5, 80, 'SYN FIN'), { at: 90_000 }),
				record(2, answer + numbers(80, 5, 'RST'), { at: 91_000 }),
				record(3, answer + numbers(81, 6, 'RST'), { at: 92_000 }),
			],
		})
		expect(
			state.reasons.map(({ key, reason, count }) => [key, reason.answer === true, count]).sort(),
		).toEqual([
			['TCP tcp-flags', false, 1],
			['TCP tcp-new answer', true, 1],
			['TCP tcp-new', false, 1],
		])
		expect(state.log.tally.kmsg).toMatchObject({ invalid: 3, answers: 1 })
	})
})
