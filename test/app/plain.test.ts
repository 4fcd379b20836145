import { describe, expect, test } from 'vitest'
import { dialogText, greeting, statusText, stepText } from '../../src/app/plain/text.ts'
import { helpLines, promptWords, understood } from '../../src/app/plain/words.ts'
import { SCREENS } from '../../src/app/state.ts'
import * as s from '../ui/situations.ts'

const there = () => s.on(s.counts(), 'steps')
const asked = () => s.later(there(), { type: 'log-why' })
const confirmed = () => s.later(asked(), { type: 'accept' })

describe('typed words', () => {
	test.each([
		['next', ['enter']],
		['  NEXT ', ['enter']],
		['do', ['space']],
		['back', ['b']],
		['skip', ['s']],
		['again', ['r']],
		['undo', ['U']],
		['undo all', ['U']],
		['report', ['R']],
		['report anonymous', ['A']],
	])('%s', (line, keys) => {
		expect(understood(there(), line)).toEqual({ kind: 'keys', keys })
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
		expect(understood(confirmed(), 'yes')).toEqual({ kind: 'keys', keys: ['y'] })
		expect(understood(confirmed(), 'no')).toEqual({ kind: 'keys', keys: ['esc'] })
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
