import { describe, expect, test } from 'vitest'
import { NO_LINES } from '../../../src/app/log/tally.ts'
import type { State } from '../../../src/app/state/state.ts'
import { type Answer, answerOf, exitStatusOf } from '../../../src/commands/investigate/answer.ts'
import { investigateJson } from '../../../src/commands/investigate/json.ts'
import type { Looked } from '../../../src/commands/investigate/session.ts'
import { investigateText } from '../../../src/commands/investigate/text.ts'
import { account } from '../../../src/investigation/accounting/accounting.ts'
import type { LeaseView } from '../../../src/model/change.ts'
import type { Failure } from '../../../src/words/failure.ts'
import { foundLease, heldChange, leaseView, NOT_PERMITTED } from '../../harness/samples/samples.ts'
import { seenState } from '../../harness/samples/states.ts'
import * as s from '../../ui/situations.ts'

const looked = (state: State, rest: Partial<Looked> = {}): Looked => ({
	state,
	seconds: 29.97,
	accountAt: s.WALL,
	notLogged: undefined,
	notCounted: undefined,
	notCopied: undefined,
	flood: undefined,
	cut: '',
	isEnded: false,
	...rest,
})

const undone = (rest: Partial<Parameters<typeof heldChange>[0]> = {}, view: Partial<LeaseView> = {}) =>
	leaseView({
		phase: 'closed',
		outcome: 'clean',
		changes: [heldChange({ state: 'undone', now: '0', endedAt: 1, ...rest })],
		...view,
	})

const ACCOUNTING = account({
	counted: { invalid: 0, error: 0, drop: 0 },
	lines: NO_LINES,
	lost: { ring: 0, socket: 0 },
	source: 'nflog',
	asked: '255',
	shared: false,
})

const CAUSES = () => answerOf(looked(s.sampled()), undone())
const HEALTHY = () => answerOf(looked(s.quiet()), undone())

describe('the JSON of an answer', () => {
	test('has these names and no others', () => {
		const json = investigateJson(CAUSES())
		expect(Object.keys(json)).toEqual([
			'v',
			'hostname',
			'kernel',
			'netns',
			'seconds',
			'unknown',
			'account',
			'causes',
			'reasons',
			'forecast',
			'surroundings',
			'notChecked',
			'changes',
		])
		expect(json).toMatchObject({
			v: 1,
			hostname: expect.stringMatching(/./),
			kernel: expect.stringMatching(/^\d/),
			seconds: 30,
			unknown: null,
			account: { at: new Date(s.WALL).toISOString() },
			changes: [{ knob: 'log_invalid', was: '0', set: '255', after: '0', state: 'undone' }],
		})
		expect(json.causes.length).toBeGreaterThan(0)
		for (const cause of json.causes) {
			expect(Object.keys(cause)).toEqual([
				...['id', 'title', 'confidence', 'share', 'sentence'],
				...['evidence', 'excluded', 'open', 'remedies', 'flows'],
			])
			expect(['high', 'medium', 'low']).toContain(cause.confidence)
		}
	})

	test('counted = explained + silent + lost', () => {
		const { account } = CAUSES()
		expect(account?.counted).toBe((account?.explained ?? 0) + (account?.silent ?? 0) + (account?.lost ?? 0))
	})

	test('a healthy host has no cause', () => {
		const json = investigateJson(HEALTHY())
		expect(json).toMatchObject({ causes: [], account: { counted: 0, explained: 0, silent: 0, lost: 0 } })
	})

	test('where nobody may ask the kernel, it is not said how many packets have no line', () => {
		const state = s.counts()
		const values = { ...state.settings.value?.values, log_invalid: '255' }
		const asked = { ...state, settings: { ...state.settings, value: { ...state.settings.value, values } } }
		const answer = answerOf(looked(asked as State, { notLogged: NOT_PERMITTED }), undefined)
		expect(answer.account).toMatchObject({ explained: null, silent: null, lost: null })
		expect(answer.account?.counted).toBeGreaterThan(0)
		// While it is asked for nothing, it is silent about all of them.
		const { account } = answerOf(looked(s.counts(), { notLogged: NOT_PERMITTED }), undefined)
		expect(account).toMatchObject({ explained: 0, lost: 0, silent: account?.counted })
	})

	test('nothing in it can be obeyed by a terminal', () => {
		const answer = answerOf(
			looked(s.hostile(), { cut: s.EVIL, notCounted: s.EVIL, notCopied: s.EVIL }),
			undone({ note: s.EVIL }),
		)
		const texts = `${JSON.stringify(investigateJson(answer))}${investigateText(answer, 80)}`
		expect(texts.replaceAll('\n', '')).not.toMatch(/\p{Cc}|\p{Cf}/u)
		const raw: string[] = []
		JSON.stringify(investigateJson(answer), (_, value) => {
			if (typeof value === 'string') raw.push(value)
			return value
		})
		expect(raw.join('')).not.toMatch(/\p{Cc}|\p{Cf}/u)
	})
})

describe('what was not checked', () => {
	const notChecked = (rest: Partial<Looked>, state: State = s.sampled()) =>
		answerOf(looked(state, rest), undone()).notChecked

	test.each<[string, Partial<Looked>, RegExp]>([
		['no right to log', { notLogged: NOT_PERMITTED }, /^why packets are INVALID.*CAP_NET_ADMIN/],
		[
			'no rules to copy with',
			{ notCopied: 'nft is not installed' },
			/^what the packets that were not logged are: nft/,
		],
		['no rules to count with', { notCounted: 'nft is not installed' }, /^both directions, counted: nft/],
		['the log was ended', { cut: 'the deadline' }, /^what came after logging .*: the deadline/],
	])('%s', (_, rest, says) => {
		expect(notChecked(rest)).toContainEqual(expect.stringMatching(says))
		expect(notChecked({})).not.toContainEqual(expect.stringMatching(says))
	})

	test('what a dead session left, tools that are missing, and where INVALID rises instead', () => {
		const state: State = { ...s.sampled(), others: [foundLease('DEAD1')] }
		const [sample] = state.steps.sampled
		const flows =
			sample === undefined ? [] : [{ ...sample, facts: { ...sample.facts, missing: ['sockets: no ss'] } }]
		const said = notChecked({}, { ...state, steps: { ...state.steps, sampled: flows } })
		expect(said).toContainEqual(expect.stringContaining('ctscope revert --lease DEAD1'))
		expect(said).toContain('sockets: no ss')
	})

	test('nothing is named twice', () => {
		const said = notChecked({})
		expect(new Set(said).size).toBe(said.length)
	})
})

/** Nothing that is a cause, so many packets a second: one reason that no rule knows. */
const trickle = (perSecond = 0.5): State => {
	const state = s.later(s.quiet(), { type: 'go', screen: 'steps' })
	const counted = perSecond * 30
	const accounting = { ...ACCOUNTING, counted, explained: counted }
	return { ...state, steps: { ...state.steps, account: { accounting, silent: [], lines: {} } } }
}

describe('the exit status', () => {
	const busy: Failure = { kind: 'busy', knob: 'log_invalid', holder: 'root', leaseId: 'K7QF3' }
	const blind = (notLogged: Failure) => answerOf(looked(s.counts(), { notLogged }), undefined)
	test.each([
		['causes were found', CAUSES(), 7],
		['nothing is wrong', HEALTHY(), 0],
		[
			'nothing is INVALID where the log could not be on',
			answerOf(looked(s.quiet(), { notLogged: busy }), undefined),
			0,
		],
		['packets are INVALID, and nobody may ask why', blind(NOT_PERMITTED), 2],
		['the same, since another session holds the log', blind(busy), 5],
		['no known cause fits a trickle', answerOf(looked(trickle()), undone()), 0],
		['no known cause fits much of the traffic', answerOf(looked(trickle(20)), undone()), 2],
		['counters that cannot be read', answerOf(looked(seenState()), undefined), 2],
		['a flood ended it, and no cause was found', answerOf(looked(s.quiet(), { flood: 900 }), undone()), 6],
		['a flood ended it, and a cause was found', answerOf(looked(s.sampled(), { flood: 900 }), undone()), 7],
		[
			'an undo failed',
			answerOf(looked(s.sampled()), undone({ state: 'failed' }, { phase: 'failed', outcome: 'failed' })),
			4,
		],
		[
			'someone else has changed it',
			answerOf(looked(s.sampled()), undone({ state: 'conflict' }, { outcome: 'conflict' })),
			3,
		],
		['all is back, and late', answerOf(looked(s.quiet()), undone({ lateMs: 9_000 })), 7],
	])('%s', (_, answer, status) => {
		expect(exitStatusOf(answer)).toBe(status)
	})

	test('the JSON tells why it is not known whether something is wrong', () => {
		const unknown = (answer: Answer) => investigateJson(answer).unknown
		expect(unknown(CAUSES())).toBeNull()
		expect(unknown(HEALTHY())).toBeNull()
		expect(unknown(blind(NOT_PERMITTED))).toMatch(/\w/)
		expect(unknown(answerOf(looked(s.quiet(), { flood: 900 }), undone()))).toContain('900')
		expect(unknown(answerOf(looked(s.sampled(), { flood: 900 }), undone()))).toBeNull()
	})

	test('late without a cause is said in words, and not as a cause', () => {
		const answer = answerOf(looked(s.quiet()), undone({ lateMs: 9_000 }))
		expect(answer.causes).toEqual([])
		expect(investigateText(answer, 80)).toMatch(/nothing to do[\s\S]*BUT LATE/)
	})
})

describe('the text of an answer', () => {
	test('causes, account with its time, what was not checked, and the settings back', () => {
		const text = investigateText(CAUSES(), 80)
		expect(text).toMatch(
			/^ctscope: \d causes? of \d+ INVALID packets in 30 s, netns init\n {2}1\. .*one-direction/,
		)
		expect(text).toMatch(/confidence high, \d+% of them/)
		expect(text).toMatch(/\n {5}seen: /)
		expect(text).toMatch(/\n {5}to do: /)
		expect(text).toMatch(/\n {2}account at \d\d:06:12: counted \d+ =/)
		expect(text).toMatch(/\n {2}not checked: /)
		expect(text).toMatch(/\n {2}settings: all put back: log_invalid 0 -> 255 -> 0/)
		for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
	})

	test.each([
		['a healthy host', HEALTHY(), /^ctscope: nothing to do: no packet was INVALID in 30 s/],
		[
			'packets without a known cause',
			{ ...CAUSES(), causes: [] },
			/^ctscope: nothing to do: \d+ INVALID packets.*\n(?:.*\n)* {2}most frequent: [\d ]+ TCP SEQ is over upper bound, 10\./,
		],
		[
			'no right to ask',
			answerOf(looked(s.counts(), { notLogged: NOT_PERMITTED }), undefined),
			/^ctscope: cannot tell: [\d ]+ INVALID packets[\s\S]*settings: nothing was changed$/,
		],
		['ctrl-c', answerOf(looked(s.sampled(), { isEnded: true }), undone()), /ended early/],
		['a flood', answerOf(looked(s.sampled(), { flood: 900 }), undone()), /LOG FLOOD: 900 lines\/s/],
	])('%s', (_, answer, says) => {
		expect(investigateText(answer, 80)).toMatch(says)
	})
})
