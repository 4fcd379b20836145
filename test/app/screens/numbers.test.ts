import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { changeBar } from '../../../src/app/frame/change-bar.ts'
import { tabsLine } from '../../../src/app/frame/header.ts'
import { accountOf } from '../../../src/app/log/account.ts'
import { tableFillOf } from '../../../src/app/log/table.ts'
import { notTold } from '../../../src/app/log/why.ts'
import { openScreen, SCREENS } from '../../../src/app/screens/screens.ts'
import { evidenceOfStep, stepEvidence } from '../../../src/app/screens/steps/evidence.ts'
import { explanation, missingLines } from '../../../src/app/screens/watch/explanation.ts'
import type { ActionBody } from '../../../src/app/state/actions.ts'
import { shown } from '../../../src/app/state/shown.ts'
import type { State } from '../../../src/app/state/state.ts'
import { pressed } from '../../../src/app/store/keys.ts'
import { reducer } from '../../../src/app/store/reducer.ts'
import type { StepId } from '../../../src/investigation/step.ts'
import { stepById } from '../../../src/investigation/steps/steps.ts'
import type { LogEvent } from '../../../src/model/log-event.ts'
import { thePrintkCallSites } from '../../../src/words/english/host/host.ts'
import { ok } from '../../../src/words/failure.ts'
import { lineText } from '../../../src/words/line.ts'
import { percent, rate } from '../../../src/words/numbers.ts'
import {
	countersOf,
	FACTS,
	heldChange,
	leaseView,
	settingsOf,
	VALUES,
} from '../../harness/samples/samples.ts'
import { packetText, record, seenState } from '../../harness/samples/states.ts'
import * as s from '../../ui/situations.ts'

const TEXTS = [
	'bad checksum',
	'invalid state',
	'invalid tcp flag combination',
	'SEQ is over upper bound 391 (over the window of the receiver)',
	'ignored ACK under lower bound 5 (possible overly delayed)',
	'a text that is in no list',
].map((body) => packetText(body))

type Second = {
	readonly invalid: number
	readonly other: number
	readonly entries: number
	readonly lines: readonly number[]
	readonly lost: number
	readonly asked: string | undefined
	readonly changes: number | undefined
	readonly pause: boolean
}

const SECOND: fc.Arbitrary<Second> = fc.record({
	invalid: fc.nat(40),
	other: fc.nat(3),
	entries: fc.nat(300_000),
	lines: fc.array(fc.nat(TEXTS.length - 1), { maxLength: 12 }),
	lost: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(9) }),
	asked: fc.option(fc.constantFrom('0', '6', '255'), { nil: undefined, freq: 3 }),
	changes: fc.option(fc.nat(3), { nil: undefined, freq: 4 }),
	pause: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
})

/** What a host goes through: each second has its counters, its lines, and now and then a change of the settings. */
function played(seconds: readonly Second[]): State {
	let state = seenState()
	let seq = 0
	const totals = { invalid: 700, drop: 0, error: 0 }
	const act = (at: number, body: ActionBody) => {
		state = reducer(state, { ...body, at })
	}
	act(10, { type: 'log-started' })
	seconds.forEach((one, index) => {
		const at = (index + 1) * 1000
		if (one.asked !== undefined) {
			const values = { ...VALUES, 'nf_log.10': 'nf_log_ipv6', log_invalid: one.asked }
			const read = settingsOf(at, new Map(Object.entries(values)))
			act(at, { type: 'settings', result: ok({ ...read, count: one.entries + 1 }) })
		}
		const events: LogEvent[] = one.lines.map((text) =>
			record(++seq, TEXTS[text] ?? '', { at: (at + 200) * 1000 }),
		)
		if (one.lost > 0) events.push({ kind: 'gap', lost: one.lost, at: at + 210 })
		act(at + 250, { type: 'log', events })
		totals.invalid += one.invalid
		totals.drop += one.other
		act(at + 500, {
			type: 'counters',
			result: ok(countersOf(at + 500, { ...totals, entries: one.entries })),
		})
		if (one.changes !== undefined) {
			const changes = Array.from({ length: one.changes }, (_, of) => heldChange({ seq: of + 1 }))
			act(at + 600, { type: 'lease', view: leaseView({ changes }) })
		}
		if (one.pause) act(at + 700, { type: 'pause' })
		act(at + 990, { type: 'tick', wall: at })
	})
	return state
}

const on = (state: State, screen: State['screen']): State =>
	reducer(state, { type: 'go', screen, at: state.now })

const topOf = (state: State): string => (openScreen(state).top?.(state, 160) ?? []).map(lineText).join('\n')

const rowsOf = (state: State) => openScreen(state).grid(state, 500).rows

const cell = (state: State, key: string, id: string): string =>
	rowsOf(state).find((row) => row.key === key)?.cells[id]?.text ?? ''

/** What a step has read, under its name; what a step that is not in view would read. */
function readOf(state: State, id: StepId): ReadonlyMap<string, string> {
	return new Map(stepById(id).answer(evidenceOfStep(shown(state), id)).read)
}

const found = (pattern: RegExp, text: string): string => pattern.exec(text)?.[1]?.trim() ?? `none in: ${text}`

function expectOneAccount(state: State): void {
	const watch = on(state, 'watch')
	const table = on(state, 'table')
	const log = on(state, 'log')
	const view = shown(state)
	const top = topOf(watch)
	const rising = readOf(state, 'rising')

	// INVALID: all of it, since the start, and now.
	const total = found(/INVALID ([\d ]+?)(?: \(| {2})/, top)
	expect(cell(table, 'counter invalid', 'total')).toBe(total)
	expect(rising.get('INVALID, all') ?? [...rising.keys()].join()).toBe(total)
	const since = top.includes('since start') ? found(/\(\+([\d ]+) since start/, top) : '0'
	expect(cell(table, 'counter invalid', 'since').replace('+', '')).toBe(since)
	const [, inSteps = ''] = [...rising].find(([name]) => /^in [\d ]+ s$/.test(name)) ?? []
	const now = found(/now ([^ ]+)\/s/, top)
	expect(inSteps).toBe(`${since} (now ${now}/s)`)
	expect(cell(table, 'counter invalid', 'rate')).toBe(now)
	expect(rate(view.counters.value?.rates.invalid ?? 0)).toBe(now)

	// Entries.
	const entries = found(/conntrack entries ([\d ]+?) of/, top)
	expect(
		found(
			/% *(?:[a-zA-Z]+ ?)* +([\d ]+) of/,
			topOf(table)
				.split('\n')
				.find((one) => one.includes('usage')) ?? '',
		),
	).toBe(entries)
	expect(String(tableFillOf(view)?.count)).toBe(entries.replaceAll(' ', ''))

	// Reasons, and what has none.
	const {
		shared: { packets: shared },
		accounting,
		meantSilent,
		notTold: unlogged,
	} = accountOf(view)
	const counts = rowsOf(watch).map(({ key, cells }) => ({
		key,
		count: Number((cells.count?.text ?? '').replaceAll(' ', '')),
		share: cells.share?.text ?? '',
	}))
	const invalid = counts.filter(({ share }) => share !== '-')
	expect(invalid.reduce((sum, { count }) => sum + count, 0)).toBe(shared)
	for (const { count, share } of invalid) expect(share).toBe(percent(count, shared))
	const without = counts.find(({ key }) => key === 'silent' || key === 'not-told')
	expect(without?.count ?? 0).toBe(notTold(view) ? unlogged.count : meantSilent)
	const collected = readOf(state, 'reasons')
	for (const { reason, count, key } of view.reasons) {
		const told = collected.get(`${reason.protocol} ${reason.title}`)
		if (told === undefined) continue
		const row = counts.find((one) => one.key === key)
		expect(count).toBe(row?.count)
		const { isTold } = stepEvidence(view)
		expect(told).toMatch(
			isTold ? `${row?.count}, ${row?.share}` : new RegExp(`^${row?.count}, .* while logging was on$`),
		)
	}
	const silent = collected.get('no line')
	if (accounting !== undefined && silent !== undefined && stepEvidence(view).isTold)
		expect(silent).toBe(`${meantSilent}, ${percent(meantSilent, shared)}`)

	// Lines: as many in Log as the rows of Watch count, and as many as the steps have collected.
	const lines = Number(found(/([\d ]+) packet lines? /, topOf(log)).replaceAll(' ', ''))
	const listed = view.reasons.reduce((sum, { count }) => sum + count, 0)
	expect(lines).toBe(listed)
	expect(
		counts.reduce(
			(sum, { key, count }) => (view.reasons.some((one) => one.key === key) ? sum + count : sum),
			0,
		),
	).toBe(lines)
	const told = invalid.reduce(
		(sum, { key, count }) => (key === 'silent' || key === 'not-told' ? sum : sum + count),
		0,
	)
	expect(Number(/^\d+/.exec(readOf(state, 'collect').get('lines') ?? '')?.[0])).toBe(told)
	expect(readOf(state, 'collect').get('lost lines')).toBe(String(view.log.lost))
	expect(found(/lost ([\d ]+)/, topOf(log))).toBe(String(view.log.lost))

	// Changes: they never stand still.
	const inForce = found(/Changes (\d+)/, lineText(tabsLine(state, 160)))
	expect(lineText(changeBar(state, 160))).toMatch(
		inForce === '0' ? /^ NO CHANGES/ : new RegExp(`^ ${inForce} CHANGES? IN FORCE`),
	)
	expect(String(stepEvidence(state).changes.inForce)).toBe(inForce)
}

describe('one account', () => {
	test('whatever happens, the number of one thing is the same on every screen', () => {
		fc.assert(
			fc.property(fc.array(SECOND, { minLength: 2, maxLength: 14 }), (seconds) =>
				expectOneAccount(played(seconds)),
			),
			{ numRuns: 150 },
		)
	})
})

describe('what stands beside the numbers', () => {
	test('ages go on by themselves', () => {
		const last = (state: State) => rowsOf(on(state, 'watch'))[0]?.cells.last?.text
		const state = s.reasons()
		const later = reducer(state, { type: 'tick', wall: s.WALL + 7000, at: s.NOW + 7000 })
		expect([last(state), last(later)]).toEqual(['now', '7 s'])
	})

	test('a message goes after four seconds, or with the next key', () => {
		const told = s.later(s.counts(), { type: 'say', notice: { text: 'done', tone: 'good' } })
		expect(told.notice?.text).toBe('done')
		const tick = (ms: number) => reducer(told, { type: 'tick', wall: told.wall + ms, at: told.now + ms })
		expect(tick(3900).notice?.text).toBe('done')
		expect(tick(4000).notice).toBeUndefined()
		expect(s.later(told, ...pressed(told, 'j', told.now)).notice).toBeUndefined()
	})

	test('every column has a name, but for the mark and the bar beside its number', () => {
		for (const { id } of SCREENS) {
			const { columns, head } = openScreen(on(s.reasons(), id)).grid(on(s.reasons(), id), 20)
			if (!head) continue
			const nameless = columns.filter(({ title }) => title === '').map((column) => column.id)
			expect(nameless.filter((name) => name !== 'mark' && name !== 'bar')).toEqual([])
		}
	})

	test('that there are no call sites is said on Printk and in help, not below each reason', () => {
		const missing = [{ what: thePrintkCallSites, why: 'no file', next: 'none' }]
		const state = { ...s.counts(), facts: { ...FACTS, missing } }
		expect(missingLines(state, 100).map(lineText).join()).toContain('no file')
		expect(explanation(state, 100, 40).map(lineText).join()).not.toContain('no file')
	})

	test('where conntrack does not track, the step about reasons says what the first one says', () => {
		const tracking = { answer: 'no', because: 'no rule', next: '', isIdle: true, isLong: true } as const
		const evidence = { ...stepEvidence(s.quiet()), tracking }
		const [rising, reasons] = (['rising', 'reasons'] as const).map((id) =>
			stepById(id).answer({ ...evidence, seconds: 60 }),
		)
		expect([reasons?.headline, reasons?.says]).toEqual([rising?.headline, rising?.says])
		expect(reasons?.headline).toMatch(/^Conntrack does not track here/)
	})
})
