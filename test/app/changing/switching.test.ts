import { describe, expect, test } from 'vitest'
import { switchesPane } from '../../../src/app/screens/switches/rows.ts'

import type { ActionBody } from '../../../src/app/state/actions.ts'
import type { Dialog, State } from '../../../src/app/state/state.ts'
import { ok } from '../../../src/words/failure.ts'
import { FACTS, settingsOf, VALUES } from '../../harness/samples/samples.ts'
import { emptyState, seenState, stepped } from '../../harness/samples/states.ts'

/** On Switches, with the selection on a knob. */
function at(knob: string, state: State = seenState()): State {
	const there = stepped(state, 1, { type: 'go', screen: 'switches' })
	const index = switchesPane(there).rows.findIndex((row) => row.key === knob)
	expect(index).toBeGreaterThanOrEqual(0)
	return stepped(there, 1, { type: 'move-to', where: 'first' }, { type: 'move', by: index })
}

const dialogAfter = (state: State, ...bodies: readonly ActionBody[]): Dialog | undefined =>
	stepped(state, 9, ...bodies).dialog?.dialog
const writes = (dialog: Dialog | undefined): readonly string[] =>
	dialog?.kind === 'confirm-change'
		? dialog.plan.changes.map(({ knob, from, to }) => `${knob} ${from}>${to}`)
		: []

const SPACE: ActionBody = { type: 'switch' }
const ACCEPT: ActionBody = { type: 'accept' }

describe('the rows of Switches', () => {
	test('what a reason line passes comes first; families without any logger are left out', () => {
		const state = seenState({ 'nf_log.4': 'NONE', 'nf_log.3': 'nf_log_arp' })
		const keys = switchesPane({ ...state, screen: 'switches' }).rows.map((row) => row.key)
		expect(keys.slice(0, 5)).toEqual(['log_invalid', 'nf_log.2', 'nf_log.10', 'nf_log_all_netns', 'printk'])
		expect(keys).toContain('nf_log.3')
		expect(keys).not.toContain('nf_log.4')
	})
})

describe('the first question', () => {
	test('two positions: straight to the exact write, with a class of its own', () => {
		expect(writes(dialogAfter(at('tcp_be_liberal'), SPACE))).toEqual(['tcp_be_liberal 0>1'])
		expect(writes(dialogAfter(at('tcp_loose'), SPACE))).toEqual(['tcp_loose 1>0'])
	})

	test.each([
		['off: all protocols are offered', '0', '255'],
		['on: where it is', '6', '6'],
	])('log_invalid %s', (_, now, value) => {
		const dialog = dialogAfter(at('log_invalid', seenState({ log_invalid: now })), SPACE)
		expect(dialog?.kind).toBe('choose')
		if (dialog?.kind === 'choose') expect(dialog.choices[dialog.selected]?.value).toBe(value)
	})

	test('loggers that could be bound, and nobody', () => {
		const dialog = dialogAfter(at('nf_log.10'), SPACE)
		expect(dialog).toMatchObject({ kind: 'choose', selected: 2 })
		if (dialog?.kind === 'choose')
			expect(dialog.choices.map((one) => one.value)).toEqual(['nf_log_ipv6', 'nfnetlink_log', 'NONE'])
	})

	test('console level 1 to 8, the other three numbers as they are', () => {
		const dialog = dialogAfter(at('printk'), SPACE)
		expect(dialog).toMatchObject({ kind: 'choose', selected: 3 })
		if (dialog?.kind === 'choose') expect(dialog.choices.map((one) => one.value)).toContain('8 4 1 7')
	})

	test('a timeout is typed', () => {
		expect(dialogAfter(at('tcp_timeout_established'), SPACE)).toMatchObject({
			kind: 'number',
			text: '432000',
		})
	})

	test.each<[string, State, RegExp]>([
		['read-only', { ...seenState(), modes: { ...emptyState().modes, readOnly: true } }, /^READ ONLY/],
		['no right', { ...seenState(), facts: { ...FACTS, capNetAdmin: false } }, /CAP_NET_ADMIN.*sudo/],
		['already writing', { ...seenState(), busy: 'applying' }, /being written/],
	])('refused: %s', (_, state, reason) => {
		const next = stepped(at('log_invalid', state), 9, SPACE)
		expect(next.dialog).toBeUndefined()
		expect(next.notice?.text).toMatch(reason)
	})

	test('refused: the file cannot be written', () => {
		const settings = {
			...settingsOf(0, new Map(Object.entries(VALUES))),
			readOnly: { printk: 'read-only file system' },
		}
		const state = stepped(seenState(), 1, { type: 'settings', result: ok(settings) })
		expect(stepped(at('printk', state), 9, SPACE).notice?.text).toMatch(/read-only file system/)
	})
})

describe('log_invalid on', () => {
	const chosen = (state: State, value: string): Dialog | undefined => {
		const open = stepped(at('log_invalid', state), 5, SPACE)
		const dialog = open.dialog?.dialog
		if (dialog?.kind !== 'choose') throw new Error('no choice')
		const by = dialog.choices.findIndex((one) => one.value === value) - dialog.selected
		return dialogAfter(open, { type: 'choose-move', by }, ACCEPT)
	}

	test('binds the loggers first', () => {
		expect(writes(chosen(seenState(), '255'))).toEqual(['nf_log.10 NONE>nf_log_ipv6', 'log_invalid 0>255'])
		expect(writes(chosen(seenState(), '1'))).toEqual(['log_invalid 0>1'])
	})

	test('in another network namespace the log is opened for it', () => {
		const facts = { ...FACTS, netns: { inode: 1, name: 'blue', initial: false } }
		expect(writes(chosen({ ...seenState(), facts }, '1'))).toEqual([
			'nf_log_all_netns 0>1',
			'log_invalid 0>1',
		])
	})

	test('may be made narrower by name', () => {
		const all = seenState({ log_invalid: '255', 'nf_log.10': 'nf_log_ipv6' })
		expect(writes(chosen(all, '6'))).toEqual(['log_invalid 255>6'])
	})

	test('as it is already: nothing is proposed', () => {
		const all = seenState({ log_invalid: '255', 'nf_log.10': 'nf_log_ipv6' })
		expect(chosen(all, '255')).toBeUndefined()
	})

	test('another number is typed', () => {
		const dialog = chosen(seenState(), 'number')
		expect(dialog).toMatchObject({ kind: 'number', knob: 'log_invalid', text: '' })
	})

	test('with something in the way the plan is shown and cannot be accepted', () => {
		const facts = { ...FACTS, netns: { inode: 1, name: 'blue', initial: false } }
		const { nf_log_all_netns, ...values } = VALUES
		const settings = settingsOf(0, new Map(Object.entries(values)))
		const state = stepped(
			{ ...seenState(), facts },
			1,
			{ type: 'settings', result: ok(settings) },
			{ type: 'log-why' },
			ACCEPT,
		)
		expect(nf_log_all_netns).toBe('0')
		expect(state.dialog?.dialog).toMatchObject({ kind: 'confirm-change' })
		const next = stepped(state, 9, ACCEPT)
		expect(next.dialog).toBeDefined()
		expect(next.inFlight).toBe(0)
		expect(next.notice?.text).toMatch(/cannot work/)
	})
})

describe('a typed number', () => {
	const typed = (text: string): State =>
		stepped(at('tcp_timeout_established'), 9, SPACE, { type: 'number-text', text }, ACCEPT)

	test.each([
		['', /type a number/],
		['432000', /already/],
		['0600', /not a value/],
		['9999999999', /takes 0 to/],
	])('%j is refused in the dialog', (text, error) => {
		const dialog = typed(text).dialog?.dialog
		expect(dialog?.kind === 'number' && dialog.error).toMatch(error)
	})

	test('leads to the exact write', () => {
		expect(writes(typed('600').dialog?.dialog)).toEqual(['tcp_timeout_established 432000>600'])
	})

	test('only digits are taken, and not too many', () => {
		expect(
			dialogAfter(at('tcp_timeout_established'), SPACE, {
				type: 'number-text',
				text: '-6\u001b0x12345678901',
			}),
		).toMatchObject({
			text: '6012345678',
		})
	})
})

describe('accepting', () => {
	const open = stepped(at('tcp_be_liberal'), 9, SPACE)

	test('closes the dialog and waits for the guard', () => {
		expect(stepped(open, 400, ACCEPT)).toMatchObject({ dialog: undefined, busy: 'applying', inFlight: 1 })
	})

	test('is refused when the mode became read-only, and nothing is under way', () => {
		const locked = { ...open, modes: { ...open.modes, readOnly: true } }
		expect(stepped(locked, 400, ACCEPT)).toMatchObject({ busy: undefined, inFlight: 0 })
	})

	test('moving in a list does not begin the grace period again', () => {
		const choose = stepped(at('log_invalid'), 9, SPACE)
		expect(stepped(choose, 200, { type: 'choose-move', by: 1 }).dialog?.since).toBe(9)
	})
})

test('a plan that is proposed is shown as it is', () => {
	const plan = { purpose: 'x', changes: [{ knob: 'tcp_loose', from: '1', to: '0' }] }
	const dialog = dialogAfter(seenState(), { type: 'propose', plan, blockers: ['a'], notes: ['b'] })
	expect(dialog).toEqual({ kind: 'confirm-change', plan, blockers: ['a'], notes: ['b'] })
})
