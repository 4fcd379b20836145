import type { Key } from 'ink'
import { describe, expect, test } from 'vitest'
import type { Dialog, State } from '../../src/app/state.ts'
import { counts, isTyping, keysOfInput, keysOfPaste, keysOfText } from '../../src/ui/keymap.ts'
import * as s from './situations.ts'

const NO_KEY: Key = {
	upArrow: false,
	downArrow: false,
	leftArrow: false,
	rightArrow: false,
	pageDown: false,
	pageUp: false,
	home: false,
	end: false,
	return: false,
	escape: false,
	ctrl: false,
	shift: false,
	tab: false,
	backspace: false,
	delete: false,
	meta: false,
	super: false,
	hyper: false,
	capsLock: false,
	numLock: false,
}

test.each<[string, string, Partial<Key>, readonly string[]]>([
	['a letter', 'j', {}, ['j']],
	['letters in one piece', 'jjk', {}, ['j', 'j', 'k']],
	['the blank', ' ', {}, ['space']],
	['a capital', 'U', { shift: true }, ['U']],
	['enter', '', { return: true }, ['enter']],
	['enter behind letters', 'j\r', {}, ['j', 'enter']],
	['a tab', '', { tab: true }, ['tab']],
	['shift and tab', '', { tab: true, shift: true }, ['shift-tab']],
	['arrows', '', { upArrow: true }, ['up']],
	['pages', '', { pageDown: true }, ['pgdn']],
	['ctrl and a letter', 'd', { ctrl: true }, ['ctrl-d']],
	['ctrl letters in one piece', '\x04\x04j', {}, ['ctrl-d', 'ctrl-d', 'j']],
	['ctrl and an arrow', '', { ctrl: true, upArrow: true }, ['up']],
	['escape', '', { escape: true, meta: true }, ['esc']],
	['alt and a letter, or esc and the letter', 'y', { meta: true }, ['esc', 'y']],
	['backspace', '', { backspace: true }, ['backspace']],
	['a letter of several code points', 'é漢', {}, ['é', '漢']],
	['a key that we do not know', '', {}, []],
])('%s', (_name, input, key, keys) => {
	expect(keysOfInput(input, { ...NO_KEY, ...key })).toEqual(keys)
})

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
const LONG = keysOfText('Uyqyyqyq')

describe('whether a key counts', () => {
	test.each<[string, State, string, readonly string[], number, boolean]>([
		['a key on a screen', s.reasons(), 'j', ['j'], 0, true],
		['a few keys in one piece', s.reasons(), 'j', ['j', 'k', 'p'], 0, true],
		['a key held down over a slow link', s.reasons(), 'j', Array(40).fill('j'), 0, true],
		['a paste without marks', s.reasons(), 'U', [...LONG, 'x'], 0, false],
		['esc in such a paste', s.reasons(), 'esc', [...LONG, 'esc'], 0, true],
		['an answer that came alone', asked(CONFIRM), 'y', ['y'], 1000, true],
		['an answer right behind other keys', asked(CONFIRM), 'y', ['y'], 10, false],
		['an answer among other keys', asked(CONFIRM), 'y', ['space', 'y'], 1000, false],
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
