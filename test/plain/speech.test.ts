import { describe, expect, test } from 'vitest'
import { SCREENS } from '../../src/app/screens/screens.ts'
import type { State } from '../../src/app/state/state.ts'
import { NOTHING_SAID, unasked } from '../../src/plain/speech.ts'
import { dialogText, greeting, statusText, stepText } from '../../src/plain/text.ts'
import { helpLines, promptWords, understood } from '../../src/plain/words.ts'
import { foundLease } from '../harness/samples/samples.ts'
import * as s from '../ui/situations.ts'

const there = () => s.on(s.counts(), 'steps')
const asked = () => s.later(there(), { type: 'log-why' })
const confirmed = () => s.later(asked(), { type: 'accept' })

describe('typed words', () => {
	test.each([
		['next', 'step-next'],
		['  NEXT ', 'step-next'],
		['do', 'step-do'],
		['back', 'step-back'],
		['skip', 'step-skip'],
		['again', 'step-repeat'],
		['undo', 'undo-all'],
		['undo all', 'undo-all'],
		['report', 'report'],
		['report anonymous', 'report-anonymous'],
	])('%s', (line, id) => {
		expect(understood(there(), line)).toEqual({ kind: 'run', id })
	})

	test.each(['quit', 'q', 'exit'])('%s leaves, also from a question', (line) => {
		expect(understood(there(), line)).toEqual({ kind: 'quit' })
	})

	test('step 5, go to 5: straight there', () => {
		for (const line of ['step 5', 'go 5', 'go to 5', 'step to 5'])
			expect(understood(there(), line)).toMatchObject({
				kind: 'actions',
				actions: [{}, { type: 'move', by: 4 }],
			})
		expect(understood(there(), 'step 12').kind).toBe('wrong')
	})

	test.each(SCREENS.map(({ id }) => id))('show %s', (id) => {
		expect(understood(there(), `show ${id}`)).toEqual({ kind: 'show', screen: id })
	})

	test('anything else is told what would have been right, and does nothing', () => {
		for (const line of ['y', 'yes', '\u001b[A', 'rm -rf', 'show me', 'x'.repeat(5000)]) {
			const wrong = understood(there(), line)
			expect(wrong).toMatchObject({ kind: 'wrong' })
			expect(JSON.stringify(wrong)).toContain('Type next')
		}
	})

	test('a question takes its own words only: a number, then the whole word yes', () => {
		expect(understood(asked(), '8')).toMatchObject({ kind: 'actions' })
		for (const line of ['0', '10', 'yes', 'next', '']) expect(understood(asked(), line).kind).toBe('wrong')
		for (const line of ['y', 'next', 'do', '']) expect(understood(confirmed(), line).kind).toBe('wrong')
		expect(understood(confirmed(), 'yes')).toEqual({ kind: 'run', id: 'yes' })
		expect(understood(confirmed(), 'no')).toEqual({ kind: 'run', id: 'no' })
	})

	test('each word of the help is understood', () => {
		for (const line of helpLines()) {
			const [word = ''] = line.split(/[: ]/)
			if (word !== 'show') expect(understood(there(), word).kind).not.toBe('wrong')
		}
		expect(promptWords(there())).toContain('next')
	})
})

describe('what is said', () => {
	test.each([
		['a step', () => stepText(there())],
		['a step with everything', () => stepText(s.stepAt(s.tried(), 8))],
		['hostile', () => stepText(s.stepAt(s.hostile(), 5))],
		['hostile status', () => statusText(s.hostile())],
		['a question', () => dialogText(confirmed())],
		['the beginning', () => greeting(s.hostile())],
	])('%s: lines that cannot move anything', (_name, make) => {
		const lines = make()
		expect(lines.length).toBeGreaterThan(0)
		for (const line of lines) expect(line).not.toMatch(/[\p{Cc}\p{Cf}]/u)
	})

	test('choices have numbers, a plan its exact writes', () => {
		expect(dialogText(asked()).join('\n')).toMatch(/^1: off.*\n2: TCP/m)
		expect(dialogText(confirmed()).join('\n')).toMatch(/write .*nf_conntrack_log_invalid/)
	})
})

const leftBehind = (): State =>
	s.later(there(), { type: 'others', leases: [foundLease('K2A9', { createdAt: s.WALL - 600_000 })] })

describe('questions', () => {
	test('what a dead session left: yes undoes it, no looks first', () => {
		const state = leftBehind()
		expect(promptWords(state)).toBe('Type yes to undo it, or no to look first')
		expect(understood(state, 'yes')).toEqual({ kind: 'run', id: 'yes' })
		expect(understood(state, 'no')).toEqual({ kind: 'run', id: 'no' })
	})

	test('what could be typed by hand is said when it is asked for', () => {
		const state = s.later(s.on(s.rules(), 'rules'), { type: 'count-states' })
		expect(state.dialog?.dialog.kind).toBe('confirm-change')
		const brief = dialogText(state).join('\n')
		expect(brief).not.toContain('iptables')
		expect(brief).toContain('type undo')
		expect(dialogText(state, true).join('\n')).toContain('iptables')
		expect(understood(state, 'details')).toEqual({ kind: 'details' })
	})

	test('namespaces are chosen by number', () => {
		const state = s.later(s.namespaces(), { type: 'namespaces-move', by: -9 })
		const rows = state.namespaces.value?.rows.length ?? 0
		expect(dialogText(state)[1]).toMatch(/^1: .*, you are there: /)
		expect(understood(state, String(rows))).toMatchObject({
			kind: 'actions',
			actions: [{ type: 'namespaces-move', by: rows - 1 }, { type: 'accept' }],
		})
		for (const line of ['0', String(rows + 1), 'web']) expect(understood(state, line).kind).toBe('wrong')
	})
})

describe('what is said without being asked', () => {
	const quiet = (state: State) => unasked(state, NOTHING_SAID, false).said

	test('each notice once', () => {
		const state = s.later(there(), { type: 'say', notice: { text: 'UNDONE 1 of 1', tone: 'good' } })
		const first = unasked(state, quiet(there()), true)
		expect(first.lines).toEqual(['UNDONE 1 of 1'])
		expect(unasked(state, first.said, true).lines).toEqual([])
	})

	test('a question that opens by itself, with its answers; one that was asked for waits for its line', () => {
		const state = leftBehind()
		const said = quiet({ ...state, dialog: undefined })
		const { lines } = unasked(state, said, false)
		expect(lines.join('\n')).toContain('left behind')
		expect(lines.at(-1)).toBe('Type yes to undo it, or no to look first.')
		const busy = unasked(state, said, true)
		expect(busy.lines).toEqual([])
		expect(unasked(state, busy.said, false).lines).toEqual(lines)
	})

	test('INVALID begins to rise, and has stopped after half a minute without one', () => {
		const still = s.quiet()
		const rising = s.counts()
		const begun = unasked(rising, quiet(still), false)
		expect(begun.lines.join()).toMatch(/^INVALID has begun to rise: \d+ per second\.$/)
		const { value } = rising.counters
		if (value === undefined) throw new Error('no counters')
		const rested = (seconds: number): State => ({
			...rising,
			counters: {
				...rising.counters,
				value: {
					...value,
					rates: { ...value.rates, invalid: 0 },
					invalidHistory: [...value.invalidHistory, ...Array.from({ length: seconds }, () => 0)],
				},
			},
		})
		expect(unasked(rested(10), begun.said, false).lines).toEqual([])
		expect(unasked(rested(30), begun.said, false).lines).toEqual([
			'INVALID has stopped rising: none for 30 seconds.',
		])
	})
})
