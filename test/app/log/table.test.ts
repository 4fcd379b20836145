import { describe, expect, test } from 'vitest'
import { bannerText } from '../../../src/app/frame/banner.ts'
import { plainView } from '../../../src/app/frame/plain-view.ts'
import { tableFillOf, trackingNow } from '../../../src/app/log/table.ts'
import { stepsList } from '../../../src/app/screens/steps/detail.ts'
import { stepEvidence } from '../../../src/app/screens/steps/evidence.ts'
import type { State } from '../../../src/app/state/state.ts'
import { reportFiles } from '../../../src/app/store/report.ts'
import { NOTHING_SAID, unasked } from '../../../src/plain/speech.ts'
import { statusText } from '../../../src/plain/text.ts'
import { ok } from '../../../src/words/failure.ts'
import { lineText } from '../../../src/words/line.ts'
import { countersOf, FACTS, settingsOf, VALUES } from '../../harness/samples/samples.ts'
import { emptyState, stepped } from '../../harness/samples/states.ts'
import { filling } from '../../ui/full.ts'
import * as s from '../../ui/situations.ts'

describe('how full the table is, of a state', () => {
	test('counters come twice as often as settings: the newer number counts', () => {
		const before = filling({ entries: 250, drop: 0 })
		expect(tableFillOf(before)).toMatchObject({ fullness: 'filling', count: 250 })
		const after = stepped(before, s.NOW + 1000, {
			type: 'counters',
			result: ok(countersOf(s.NOW + 1000, { invalid: 0, drop: 0, early_drop: 0, entries: 300 })),
		})
		expect(tableFillOf(after)).toMatchObject({ fullness: 'full', count: 300 })
	})

	test('a second after the first drop it is told, and five seconds after the last no more', () => {
		const drops = (state: State, second: number, drop: number) =>
			stepped(state, s.NOW + second * 1000, {
				type: 'counters',
				result: ok(countersOf(s.NOW + second * 1000, { invalid: 0, drop, early_drop: 0, entries: 300 })),
			})
		let state = drops(filling({ drop: 0 }), 1, 3)
		expect(bannerText(state)).toMatch(/^conntrack table full: new connections are dropped now, 0\.6\/s$/)
		for (const second of [2, 3, 4, 5]) state = drops(state, second, 3)
		expect(tableFillOf(state)?.fullness).toBe('dropping')
		state = drops(state, 6, 3)
		expect(tableFillOf(state)?.fullness).toBe('full')
		expect(tableFillOf(state)?.watched.noRoom).toBe(3)
	})

	test('what was counted before we looked is no loss of now', () => {
		expect(tableFillOf(filling({ before: 5000, drop: 0 }))?.rates).toEqual({
			noRoom: 0,
			evicted: 0,
			clashes: 0,
		})
	})

	test('nothing was read, or no limit is told', () => {
		expect(tableFillOf(emptyState())).toBeUndefined()
		expect(tableFillOf(filling({ max: null }))).toMatchObject({ max: null, fullness: 'roomy' })
	})
})

describe('it is said', () => {
	test('on paper, in the report and in its data', () => {
		expect(plainView(filling())).toContain('conntrack table full: new connections are dropped now, 2.4/s.')
		const [markdown, json] = reportFiles(filling(), false, '1')
		expect(markdown?.text).toMatch(/## Connection table\n\nThe conntrack table is full/)
		expect(JSON.parse(json?.text ?? '').table).toMatchObject({ fullness: 'dropping' })
		expect(JSON.parse(json?.text ?? '').causes[0]).toMatchObject({ id: 'table-full', confidence: 'high' })
		const [roomy] = reportFiles(filling({ entries: 10, drop: 0 }), false, '1')
		expect(roomy?.text).not.toContain('## Connection table')
	})

	test('to who listens: when it gets worse and when there is room again, not each time it changes', () => {
		const said = (state: State, before = NOTHING_SAID) => unasked(state, before, false)
		const full = said(filling({ drop: 0 }))
		expect(full.lines).toEqual(['conntrack table full: 300 of 300 entries.'])
		const dropping = said(filling(), full.said)
		expect(dropping.lines).toEqual(['conntrack table full: new connections are dropped now, 2.4/s.'])
		for (const state of [
			filling({ drop: 0 }),
			filling({ entries: 289, drop: 0 }),
			filling(),
			filling({ entries: 275, drop: 0 }),
		])
			expect(said(state, dropping.said).lines).toEqual([])
		const room = said(filling({ entries: 100, drop: 0 }), dropping.said)
		expect(room.lines).toEqual(['There is room in the conntrack table again.'])
		expect(statusText(filling()).join('\n')).toContain(
			'conntrack table full: new connections are dropped now',
		)
	})
})

/** Seconds in which packets pass, with these counters. */
function passing(
	seconds: number,
	at: (second: number) => { invalid?: number; entries?: number; packets?: number },
): State {
	let state = stepped(
		emptyState(),
		0,
		{ type: 'facts', facts: FACTS },
		{ type: 'settings', result: ok({ ...settingsOf(0, new Map(Object.entries(VALUES))), count: 0 }) },
		{
			type: 'rules',
			result: ok({
				at: 0,
				tookMs: 1,
				ruleset: { chains: [], rules: [], total: 0, tracked: null, named: {}, sets: {}, unread: [] },
				backends: [],
				failures: [],
			}),
		},
	)
	for (let second = 0; second <= seconds; second += 1) {
		const { invalid = 5, entries = 0, packets = second * 10 } = at(second)
		state = stepped(
			state,
			second * 1000,
			{ type: 'counters', result: ok({ ...countersOf(second * 1000, { invalid, entries }), packets }) },
			{ type: 'tick', wall: 1_700_000_000_000 + second * 1000 },
		)
	}
	return state
}

describe('whether conntrack works, of a state', () => {
	test.each([
		['a counter of before we looked', 12, () => ({}), 'no'],
		['a counter that rises', 12, (second: number) => ({ invalid: second }), 'yes'],
		['one that has risen a minute ago', 80, (second: number) => ({ invalid: Math.min(second, 5) }), 'no'],
		[
			'one that has risen, on a host that is quiet since',
			80,
			(second: number) => ({ invalid: Math.min(second, 5), packets: Math.min(second, 6) }),
			'yes',
		],
		['entries that come', 12, (second: number) => ({ entries: second % 2 }), 'yes'],
		['a short look', 4, () => ({}), 'unknown'],
		['a quiet host', 40, () => ({ packets: 7 }), 'unknown'],
	] as const)('%s', (_name, seconds, at, answer) => {
		expect(trackingNow(passing(seconds, at))?.answer).toBe(answer)
	})

	test('is a check of its own for the lines, and a cause', () => {
		const evidence = stepEvidence(passing(12, () => ({})))
		expect(evidence.rungs.find(({ id }) => id === 'tracking')).toMatchObject({ ok: false, answer: 'no' })
		expect(evidence.tracking).toMatchObject({ answer: 'no', isIdle: true })
	})
})

describe('a step that was left while it still looked', () => {
	const list = (state: State) => stepsList(state, 29, 30).map(lineText).join('\n')
	const left = stepped(
		s.on(
			passing(2, () => ({})),
			'steps',
		),
		2000,
		{ type: 'step-next' },
	)

	test('has its answer in the list when it has looked long enough', () => {
		expect(list(left)).toContain('looking for 10 s')
		let state = left
		for (let second = 3; second <= 14; second += 1)
			state = stepped(
				state,
				second * 1000,
				{
					type: 'counters',
					result: ok({ ...countersOf(second * 1000, { invalid: 5, entries: 0 }), packets: 9 }),
				},
				{ type: 'tick', wall: 1_700_000_000_000 + second * 1000 },
			)
		expect(list(state)).not.toContain('looking for 10 s')
		expect(list(state)).toMatch(/1 Is it rising\?\n +no, not now/)
		const [, json] = reportFiles(state, false, '1')
		expect(JSON.parse(json?.text ?? '').questions[0]).toMatchObject({ said: null, confidence: 'high' })
	})
})
