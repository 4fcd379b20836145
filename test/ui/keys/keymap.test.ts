import { describe, expect, test } from 'vitest'
import type { Dialog, State } from '../../../src/app/state/state.ts'
import { ANSWER, counts, isTyping, keysOfPaste, keysOfText } from '../../../src/ui/keys/keymap.ts'
import { leaseView } from '../../harness/samples/samples.ts'
import * as s from '../situations.ts'

test('a paste types its first line, without control characters, and not without end', () => {
	expect(keysOfPaste('  nf_ct\tx\nrm -rf\r')).toEqual(['n', 'f', '_', 'c', 't', 'x'])
	expect(keysOfPaste('a b')).toEqual(['a', 'space', 'b'])
	expect(keysOfPaste('y'.repeat(10_000))).toHaveLength(200)
})

const asked = (dialog: Dialog): State => ({ ...s.reasons(), dialog: { dialog, since: 0 } })
const CONFIRM: Dialog = {
	kind: 'confirm-change',
	plan: { purpose: '', changes: [] },
	blockers: [],
	notes: [],
}
const CHOOSE: Dialog = { kind: 'choose', knob: 'printk', choices: [], selected: 0 }
const NAMESPACES: Dialog = { kind: 'namespaces', selected: 0 }
const NUMBER: Dialog = { kind: 'number', knob: 'printk', text: '', error: '' }
/** With a change in force. */
const held = (): State =>
	s.later(s.reasons(), { type: 'lease', view: leaseView({ deadline: s.reasons().now + 600_000 }) })
const onTop = (dialog: Dialog): State => ({ ...held(), dialog: { dialog, since: 0 } })
const filtering = (): State => s.later(held(), { type: 'filter-open' })
const listing = (query: string): State => onTop({ kind: 'commands', query, selected: 0 })
const LONG = keysOfText('Uyqyyqyq')

describe('P6 whether a key counts', () => {
	test.each<[string, State, string, readonly string[], number, boolean]>([
		['a key on a screen', s.reasons(), 'j', ['j'], 0, true],
		['a few keys in one piece', s.reasons(), 'j', ['j', 'k', 'p'], 0, true],
		['a key held down over a slow link', s.reasons(), 'j', Array(40).fill('j'), 0, true],
		['a paste without marks', s.reasons(), 'U', [...LONG, 'x'], 0, false],
		['esc in such a paste', s.reasons(), 'esc', [...LONG, 'esc'], 0, true],
		['an answer that came alone', asked(CONFIRM), 'y', ['y'], 1000, true],
		['an answer right behind other keys', asked(CONFIRM), 'y', ['y'], 10, false],
		['an answer among other keys', asked(CONFIRM), 'y', ['space', 'y'], 1000, false],
		['an answer beside one of the terminal', asked(CONFIRM), 'y', [ANSWER, 'y'], 1000, false],
		['an answer held down', asked(CONFIRM), 'y', ['y', 'y'], 1000, false],
		[
			'enter in the dialog of leaving, pasted',
			asked({ kind: 'quit', keepScreen: false }),
			'enter',
			['a', 'enter'],
			1000,
			false,
		],
		['moves in a choice', asked(CHOOSE), 'j', ['j', 'j'], 0, true],
		['enter behind moves in a choice', asked(CHOOSE), 'enter', ['j', 'enter'], 1000, false],
		['letters of a command', asked({ kind: 'commands', query: '', selected: 0 }), 'u', ['u', 'n'], 0, true],
		[
			'enter behind letters of a command',
			asked({ kind: 'commands', query: '', selected: 0 }),
			'enter',
			['u', 'enter'],
			0,
			false,
		],
		['enter behind moves among namespaces', asked(NAMESPACES), 'enter', ['j', 'enter'], 1000, false],
		['more time, alone', held(), 'e', ['e'], 1000, true],
		['more time, held down', held(), 'e', ['e', 'e'], 1000, true],
		['more time among other keys', held(), 'e', ['1', 'e'], 1000, false],
		['more time beside an answer of the terminal', held(), 'e', [ANSWER, 'e'], 1000, false],
		['more time right behind something else', held(), 'e', ['e'], 10, false],
		['undo all, alone', held(), 'U', ['U'], 1000, true],
		['undo all among other keys', held(), 'U', ['j', 'U'], 1000, false],
		['undo of one behind esc in one piece', held(), 'u', ['esc', 'u'], 1000, false],
		['undo all in a question, among other keys', onTop(CONFIRM), 'U', ['y', 'U'], 1000, false],
		['undo all where a number is typed, among its digits', onTop(NUMBER), 'U', ['5', 'U'], 1000, false],
		[
			'undo all in the help, beside an answer',
			onTop({ kind: 'help', top: 0 }),
			'U',
			[ANSWER, 'U'],
			1000,
			false,
		],
		['leaving, beside an answer', { ...s.reasons(), lease: undefined }, 'q', [ANSWER, 'q'], 1000, false],
		['more time from the command list, alone', listing('extend'), 'enter', ['enter'], 1000, true],
		[
			'more time from the command list, held down',
			listing('extend'),
			'enter',
			['enter', 'enter'],
			1000,
			false,
		],
		['a filter with these letters', filtering(), 'e', ['K', 'e', 'U'], 0, true],
		['an answer itself', s.reasons(), ANSWER, [ANSWER], 1000, false],
		['scrolling in the help', asked({ kind: 'help', top: 0 }), 'j', ['j', 'j', 'k'], 0, true],
	])('%s', (_name, state, key, piece, since, expected) => {
		expect(counts(state, key, piece, since)).toBe(expected)
	})

	test('typing is where there is a line of text', () => {
		expect(isTyping(s.reasons())).toBe(false)
		expect(isTyping(s.later(s.reasons(), { type: 'filter-open' }))).toBe(true)
		expect(isTyping(asked({ kind: 'number', knob: 'printk', text: '', error: '' }))).toBe(true)
		expect(isTyping(asked(CONFIRM))).toBe(false)
	})
})
