import { describe, expect, test } from 'vitest'
import { COMMANDS, commandsHere, matchingCommands } from '../../../src/app/commands/commands.ts'
import { ANSWERS } from '../../../src/app/dialogs/keys.ts'
import { SCREENS } from '../../../src/app/screens/screens.ts'
import type { ActionBody } from '../../../src/app/state/actions.ts'
import { keyOf } from '../../../src/app/state/bindings.ts'
import { DIALOG_GRACE_MS, type Dialog, type State } from '../../../src/app/state/state.ts'
import { keysToActions, NAMED_KEYS, pressed } from '../../../src/app/store/keys.ts'
import { foundLease, heldChange, leaseView, NOT_PERMITTED } from '../../harness/samples/samples.ts'
import { emptyState, packetText, record, seenState, stepped } from '../../harness/samples/states.ts'

const press = (state: State, key: string, at = 100_000): readonly ActionBody[] =>
	keysToActions(state, key, at)
const on = (screen: State['screen'], state = seenState()): State => ({ ...state, screen })
const withLease = stepped(seenState(), 5, { type: 'lease', view: leaseView({}) })
const opened = (dialog: Dialog, state = withLease, since = 0): State => ({
	...state,
	dialog: { dialog, since },
})

const PLAN = { purpose: 'x', changes: [{ knob: 'tcp_loose', from: '1', to: '0' }] }
/** One of each kind. */
const DIALOG: { readonly [Kind in Dialog['kind']]: Extract<Dialog, { kind: Kind }> } = {
	'confirm-change': { kind: 'confirm-change', plan: PLAN, blockers: [], notes: [] },
	decorate: {
		kind: 'decorate',
		offered: [{ value: 't', label: 'thread', note: '' }],
		chosen: [],
		selected: 0,
	},
	choose: {
		kind: 'choose',
		knob: 'log_invalid',
		choices: [{ value: '6', label: 'TCP', note: '' }],
		selected: 0,
	},
	tap: { kind: 'tap', tap: 'tap', values: {}, selected: 0, error: '' },
	number: { kind: 'number', knob: 'tcp_timeout_established', text: '', error: '' },
	quit: { kind: 'quit', keepScreen: false },
	leftover: { kind: 'leftover', lease: foundLease('K2A9') },
	flood: { kind: 'flood', rate: 412, changes: [] },
	namespaces: { kind: 'namespaces', selected: 0 },
	help: { kind: 'help', top: 0 },
	commands: { kind: 'commands', query: '', selected: 0 },
	failure: { kind: 'failure', failure: NOT_PERMITTED },
}
const DIALOGS = Object.values(DIALOG)
/** Those that have a line of text, which takes every character, and what that does. */
const TYPED_INTO: { readonly [Kind in Dialog['kind']]?: ActionBody['type'] } = {
	number: 'number-text',
	commands: 'commands-query',
	tap: 'tap-text',
}

describe('the table', () => {
	test('ids are unique, titles are sentences without a full stop', () => {
		expect(new Set(COMMANDS.map(({ id }) => id)).size).toBe(COMMANDS.length)
		for (const { title } of COMMANDS) expect(title).toMatch(/^[A-Z].*[^.]$/)
	})

	test('every key is one character or has a name', () => {
		const names = new Set<string>(NAMED_KEYS)
		const all = [...COMMANDS, ...Object.values(ANSWERS).flat()].flatMap(({ keys }) => keys)
		for (const key of all) expect(key.length === 1 || names.has(key), key).toBe(true)
	})

	test.each(SCREENS.map(({ id }) => id))('on %s at most one command can take a key', (screen) => {
		for (const state of [on(screen), on(screen, withLease), on(screen, emptyState())]) {
			const able = commandsHere(state).filter(({ reason }) => reason === undefined)
			const keys = able.flatMap(({ command }) => command.keys)
			expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([])
		}
	})

	test('nothing on ctrl and a letter changes anything', () => {
		const ctrl = COMMANDS.filter(({ keys }) => keys.some((key) => key.startsWith('ctrl-')))
		expect(ctrl.filter(({ changes }) => changes)).toEqual([])
	})

	test('read-only: every command that changes says so', () => {
		const state = { ...on('switches'), modes: { ...emptyState().modes, readOnly: true } }
		const changing = commandsHere(state).filter(({ command }) => command.changes)
		expect(changing.length).toBeGreaterThan(0)
		for (const { reason } of changing) expect(reason).toMatch(/^READ ONLY: /)
		expect(press(state, 'space')).toMatchObject([
			{ type: 'say', notice: { text: expect.stringMatching(/^READ ONLY/) } },
		])
	})
})

const NO_KEY = (key: string): readonly ActionBody[] => [
	{
		type: 'say',
		notice: { text: `${key} is not a key of this screen; ? lists the keys`, tone: 'attention' },
	},
]
const NO_ANSWER = (key: string): readonly ActionBody[] => [
	{
		type: 'say',
		notice: { text: `${key} is not a key of this question; the last line lists the keys`, tone: 'attention' },
	},
]

test('a message goes with the next key, or after 4 s', () => {
	const told = stepped(emptyState(), 1_000, ...press(on('watch'), 'é'))
	const seconds = (state: State, at: number) => stepped(state, at, { type: 'tick', wall: at }).notice
	expect(seconds(told, 4_900)).toBeDefined()
	expect(seconds(told, 5_000)).toBeUndefined()
	expect(stepped(told, 2_000, ...pressed(told, '3', 2_000)).notice).toBeUndefined()
	expect(stepped(told, 2_000, ...pressed(told, 'ü', 2_000)).notice?.text).toMatch(/^ü is not a key/)
})

describe('keys on a screen', () => {
	const reasons = stepped(seenState({ log_invalid: '1' }), 5, {
		type: 'log',
		events: [record(1, packetText('bad checksum'))],
	})
	test.each(SCREENS.map(({ id }) => [keyOf(`go-${id}`), id] as const))('%s goes to %s', (key, id) => {
		for (const { id: from } of SCREENS)
			if (from !== id) expect(press(on(from), key)).toEqual([{ type: 'go', screen: id }])
	})

	test('the keys of the screens are the first digits, and the next digit is no key', () => {
		const keys = SCREENS.map(({ id }) => keyOf(`go-${id}`))
		expect(keys).toEqual(keys.map((_, index) => `${index + 1}`))
		for (const { id } of SCREENS)
			expect(press(on(id), `${keys.length + 1}`)).toEqual(NO_KEY(`${keys.length + 1}`))
	})

	test.each<[string, State, readonly ActionBody[]]>([
		['right', on('log'), [{ type: 'go-next', by: 1 }]],
		['left', on('log'), [{ type: 'go-next', by: -1 }]],
		['tab', on('log'), [{ type: 'focus' }]],
		['o', on('log'), [{ type: 'focus' }]],
		['down', on('switches'), [{ type: 'move', by: 1 }]],
		['k', on('switches'), [{ type: 'move', by: -1 }]],
		['G', on('switches'), [{ type: 'move-to', where: 'last' }]],
		['ctrl-u', on('switches'), [{ type: 'page-move', by: -0.5 }]],
		['enter', on('watch'), [{ type: 'log-why' }]],
		['enter', reasons, [{ type: 'enter' }]],
		['space', on('switches'), [{ type: 'switch' }]],
		['y', on('watch'), [{ type: 'copy' }]],
		['p', on('watch'), [{ type: 'pause' }]],
		['p', stepped(on('watch'), 1, { type: 'pause' }), [{ type: 'pause' }]],
		['U', withLease, [{ type: 'undo-all' }]],
		['u', withLease, [{ type: 'undo-selected' }]],
		['e', withLease, [{ type: 'extend' }]],
		['q', on('watch'), [{ type: 'quit', keepScreen: false }]],
		['ctrl-c', on('watch'), [{ type: 'quit', keepScreen: false }]],
		['Q', on('watch'), [{ type: 'quit', keepScreen: true }]],
		['ctrl-z', on('watch'), [{ type: 'suspend' }]],
		['ctrl-l', on('watch'), [{ type: 'lo-fi' }]],
		['é', on('watch'), NO_KEY('é')],
		['space', on('watch'), NO_KEY('space')],
		['\u001b', on('watch'), NO_KEY('\\x1b')],
		['esc', on('watch'), []],
	])('%s', (key, state, actions) => {
		expect(press(state, key)).toEqual(actions)
	})

	test.each<[string, State, RegExp]>([
		['U', on('watch'), /no changes are in force/],
		['K', withLease, /no change is waiting/],
		['n', on('watch'), /no filter is set/],
		['enter', on('log'), /no rows/],
	])('%s cannot work now and says why', (key, state, reason) => {
		expect(press(state, key)).toMatchObject([
			{ type: 'say', notice: { text: expect.stringMatching(reason) } },
		])
	})
})

describe('keys in dialogs', () => {
	test.each(DIALOGS.map((dialog) => [dialog.kind, dialog] as const))(
		'%s: only its own keys work',
		(kind, dialog) => {
			const own = new Set(ANSWERS[kind].flatMap(({ keys }) => keys))
			const state = opened(dialog)
			for (const command of COMMANDS) {
				for (const key of command.keys) {
					if (own.has(key)) continue
					const actions = press(state, key)
					const isTyped = actions.every(({ type }) => type === TYPED_INTO[kind])
					expect(isTyped ? NO_ANSWER(key) : actions, key).toEqual(NO_ANSWER(key))
				}
			}
		},
	)

	test.each(
		DIALOGS.filter(({ kind }) => !(kind in TYPED_INTO)).map((dialog) => [dialog.kind, dialog] as const),
	)('%s: what was typed before it was seen is discarded', (kind, dialog) => {
		const state = opened(dialog, withLease, 5_000)
		for (const { keys } of ANSWERS[kind]) {
			for (const key of keys) expect(press(state, key, 5_000 + DIALOG_GRACE_MS - 1)).toEqual([])
		}
		expect(press(state, ANSWERS[kind][0]?.keys[0] ?? '', 5_000 + DIALOG_GRACE_MS)).not.toEqual([])
	})

	test.each<[Dialog['kind'], string, readonly ActionBody[]]>([
		['confirm-change', 'y', [{ type: 'accept' }]],
		['confirm-change', 'enter', [{ type: 'dismiss' }]],
		['confirm-change', 'n', [{ type: 'dismiss' }]],
		['confirm-change', 'esc', [{ type: 'dismiss' }]],
		['confirm-change', 'c', [{ type: 'copy' }]],
		['confirm-change', 'U', [{ type: 'undo-all' }]],
		['confirm-change', 'ctrl-c', [{ type: 'quit', keepScreen: false }]],
		['confirm-change', 'q', NO_ANSWER('q')],
		['choose', 'enter', [{ type: 'accept' }]],
		['choose', 'j', [{ type: 'choose-move', by: 1 }]],
		['number', '7', [{ type: 'number-text', text: '7' }]],
		['number', 'esc', [{ type: 'dismiss' }]],
		['quit', 'enter', [{ type: 'leave', how: 'undo' }]],
		['quit', 'ctrl-c', [{ type: 'leave', how: 'undo' }]],
		['quit', 's', [{ type: 'dismiss' }]],
		['quit', 'esc', [{ type: 'dismiss' }]],
		['quit', 'l', [{ type: 'leave', how: 'persist' }]],
		['quit', 'q', NO_ANSWER('q')],
		['leftover', 'enter', [{ type: 'accept' }]],
		['leftover', 'u', [{ type: 'accept' }]],
		['leftover', 'w', [{ type: 'dismiss' }]],
		['help', 'j', [{ type: 'help-scroll', by: 1 }]],
		['help', 'q', [{ type: 'dismiss' }]],
		['failure', 'enter', [{ type: 'dismiss' }]],
	])('%s: %s', (kind, key, actions) => {
		expect(press(opened(DIALOG[kind]), key)).toEqual(actions)
	})

	test('to leave the changes on needs a timer that undoes them later', () => {
		const state = opened(
			{ kind: 'quit', keepScreen: false },
			{ ...withLease, lease: leaseView({ timer: false, form: 'child' }) },
		)
		expect(press(state, 'l')).toMatchObject([
			{ type: 'say', notice: { text: expect.stringMatching(/systemd/) } },
		])
	})

	test('read-only: enter looks first at what was left', () => {
		const locked = { ...withLease, modes: { ...withLease.modes, readOnly: true } }
		const state = opened({ kind: 'leftover', lease: foundLease('K2A9') }, locked)
		expect(press(state, 'enter')).toEqual([{ type: 'dismiss' }])
		expect(press(state, 'u')).toMatchObject([{ type: 'say' }])
	})

	test('a plan with something in its way cannot be accepted', () => {
		const state = opened({ kind: 'confirm-change', plan: PLAN, blockers: ['no'], notes: [] })
		expect(press(state, 'y')).toMatchObject([{ type: 'say' }])
	})

	test('while the program leaves, only asking again is heard', () => {
		const leaving: State = { ...withLease, busy: 'leaving' }
		expect(press(leaving, 'ctrl-c')).toEqual([{ type: 'quit', keepScreen: false }])
		expect(press(leaving, 'U')).toEqual([])
		expect(press({ ...leaving, leaving: { exitCode: 0, keepScreen: false } }, 'q')).toEqual([])
	})
})

describe('lines of text', () => {
	const filtering = (text: string): State =>
		stepped(seenState(), 1, { type: 'filter-open' }, { type: 'filter-text', text })
	test.each([
		['a', 'x', 'xa'],
		['space', 'x', 'x '],
		['!', '', '!'],
		['1', '!x', '!x1'],
		['backspace', 'xü', 'x'],
		['backspace', 'x👩‍👩‍👧', 'x'],
		['backspace', '!', ''],
		['ctrl-u', 'xyz', ''],
		['é', '', 'é'],
	])('%s after %j', (key, before, line) => {
		expect(press(filtering(before), key)).toEqual([{ type: 'filter-text', text: line }])
	})

	test.each<[string, readonly ActionBody[]]>([
		['enter', [{ type: 'filter-close', keep: true }]],
		['esc', [{ type: 'filter-close', keep: false }]],
		['down', [{ type: 'move', by: 1 }]],
		['tab', []],
		['\u001b', []],
		[
			'ctrl-c',
			[
				{ type: 'filter-close', keep: false },
				{ type: 'quit', keepScreen: false },
			],
		],
	])('%j', (key, actions) => {
		expect(press(filtering('x'), key)).toEqual(actions)
	})
})

describe('the command list', () => {
	const ids = (query: string): readonly string[] =>
		matchingCommands(seenState(), query).map(({ command }) => command.id)
	test.each([
		['read-write', 'read-write'],
		['undo', 'undo-selected'],
		['lofi', 'lo-fi'],
		['plain lines', 'lo-fi'],
		['QUIT', 'quit'],
		['keep the last screen', 'quit-keeping-screen'],
	])('%s', (query, id) => {
		expect(ids(query)[0]).toBe(id)
	})

	test('nothing typed lists all of this screen, nonsense none', () => {
		expect(ids('')).toHaveLength(commandsHere(seenState()).length)
		expect(ids('zzzz')).toEqual([])
	})

	test('enter closes the list and runs the selected one', () => {
		const state = opened({ kind: 'commands', query: 'help', selected: 0 })
		expect(press(state, 'enter')).toEqual([{ type: 'dismiss' }, { type: 'help' }])
	})

	test('enter on one that cannot run says why', () => {
		const state = opened({ kind: 'commands', query: 'read-write', selected: 0 })
		expect(press(state, 'enter')).toMatchObject([
			{ type: 'say', notice: { text: 'changes are already allowed' } },
		])
	})

	test(':read-write allows changes', () => {
		const locked = { ...seenState(), modes: { ...emptyState().modes, readOnly: true } }
		const next = stepped(
			locked,
			9,
			...press(opened({ kind: 'commands', query: 'read-write', selected: 0 }, locked), 'enter'),
		)
		expect(next.modes.readOnly).toBe(false)
	})
})

test('K keeps the change whose time runs out first', () => {
	const view = leaseView({
		changes: [
			heldChange({ seq: 1, state: 'confirm', confirmBy: 900 }),
			heldChange({ seq: 2, state: 'confirm', confirmBy: 700 }),
		],
	})
	expect(press(stepped(seenState(), 5, { type: 'lease', view }), 'K')).toEqual([{ type: 'keep' }])
})

test('a plan that is longer than the screen scrolls', () => {
	const plan: Dialog = { kind: 'confirm-change', plan: PLAN, blockers: [], notes: [] }
	const down = press(opened(plan), 'j')
	expect(down).toEqual([{ type: 'help-scroll', by: 1 }])
	const moved = stepped(opened(plan), 100_000, ...down, ...down, ...press(opened(plan), 'k'))
	expect(moved.dialog).toEqual({ dialog: { ...plan, top: 1 }, since: 0 })
})

test('more time is offered only for what logs more', () => {
	const able = (kind: 'logs-more' | 'treats-differently') => {
		const view = leaseView({ changes: [heldChange({ class: kind })] })
		const state = stepped(seenState(), 5, { type: 'lease', view })
		return commandsHere(state).find(({ command }) => command.id === 'extend')?.reason
	}
	expect(able('logs-more')).toBeUndefined()
	expect(able('treats-differently')).toBe('a change of packet handling cannot be extended')
})
