import { changesInForce } from '../changing/changes-in-force.ts'
import { consoleOffer, whyNotQuiet } from '../changing/console-quiet.ts'
import { whyNotWrite } from '../changing/may-write.ts'
import { whyNotEnter } from '../changing/netns-choice.ts'
import { matchingCommands } from '../commands/commands.ts'
import { whyNotApply } from '../commands/requests.ts'
import { NOTHING_ON } from '../screens/changes/undo-target.ts'
import type { ActionBody } from '../state/actions.ts'
import type { Dialog, State } from '../state/state.ts'
import { hadSites, oneProtocol, throughNflog } from './flood-choice.ts'

export type DialogKey = {
	readonly keys: readonly string[]
	/** What the dialog and the footer print beside the keys. */
	readonly word: string
	/** False for keys that work without being printed: the arrows in a list, the second key of an answer. */
	readonly shown: boolean
	/** Why the key does nothing now; undefined when it works. */
	disabledReason(state: State): string | undefined
	/** In their order. */
	actions(state: State): readonly ActionBody[]
}

type Does = ActionBody | ((state: State) => readonly ActionBody[])

function key(
	keys: readonly string[],
	word: string,
	does: Does,
	rest: { readonly hidden?: boolean; readonly unless?: (state: State) => string | undefined } = {},
): DialogKey {
	return {
		keys,
		word,
		shown: rest.hidden !== true,
		disabledReason: (state) => rest.unless?.(state),
		actions: typeof does === 'function' ? does : () => [does],
	}
}

const hidden = { hidden: true }
const DISMISS: ActionBody = { type: 'dismiss' }
const QUIT: ActionBody = { type: 'quit', keepScreen: false }

/** Works in every dialog but that of leaving, where it means enter: nobody must be shut in. */
const WAY_OUT = key(['ctrl-c'], 'leave', QUIT, hidden)

const UNDO_ALL = key(
	['U'],
	'undo all',
	{ type: 'undo-all' },
	{
		unless: ({ lease }) => (changesInForce(lease).length === 0 ? NOTHING_ON : undefined),
	},
)

/** Printed where it is of use: on the line that says how much is not in view. */
const SCROLL = [
	key(['j', 'down'], 'scroll down', { type: 'help-scroll', by: 1 }, hidden),
	key(['k', 'up'], 'scroll up', { type: 'help-scroll', by: -1 }, hidden),
]

const whyNotPersist = ({ lease, busy }: State): string | undefined => {
	if (lease === undefined || changesInForce(lease).length === 0) return NOTHING_ON
	if (busy === 'applying') return 'a change is being written'
	return lease.timer ? undefined : 'needs systemd: without its timer nobody would undo them'
}

const whyNotRun = (state: State): string | undefined => {
	const dialog = state.dialog?.dialog
	if (dialog?.kind !== 'commands') return 'no command is selected'
	const listed = matchingCommands(state, dialog.query)[dialog.selected]
	return listed === undefined ? 'no command matches' : listed.reason
}

const whyNotOther = (state: State): string | undefined => {
	const dialog = state.dialog?.dialog
	const other = dialog?.kind === 'confirm-change' ? dialog.source?.other : undefined
	return other === undefined ? 'there is no other source for it here' : undefined
}

const whyNotKeepOff = (state: State): string | undefined =>
	whyNotQuiet(state) ?? (consoleOffer(state)?.taken === true ? 'the plan does that already' : undefined)

const whyNotShow = (state: State): string | undefined =>
	whyNotQuiet(state) ??
	(consoleOffer(state)?.taken === true ? undefined : 'the plan leaves the console as it is')

const reasonIn =
	(answer: typeof throughNflog) =>
	(state: State): string | undefined => {
		const found = answer(state)
		return 'reason' in found ? found.reason : undefined
	}

const whyNotSites = (state: State): string | undefined => {
	const dialog = state.dialog?.dialog
	return dialog?.kind === 'flood' && hadSites(dialog) ? undefined : 'no call site was switched off'
}

/** The list closes first, so that a command that opens a dialog has it to itself. */
const runSelected = (state: State): readonly ActionBody[] => {
	const dialog = state.dialog?.dialog
	if (dialog?.kind !== 'commands') return []
	const action = matchingCommands(state, dialog.query)[dialog.selected]?.command.action(state)
	return action === undefined ? [DISMISS] : [DISMISS, action]
}

/**
 * In a dialog only these keys work, and plain typing where it has a line of text. What the dialog prints, what the
 * footer says then and what the keys do all come from here. The first one that works now gets the key.
 */
export const DIALOG_KEYS: Readonly<Record<Dialog['kind'], readonly DialogKey[]>> = {
	'confirm-change': [
		key(['y'], 'yes, do it', { type: 'accept' }, { unless: whyNotApply }),
		key(['n', 'esc'], 'no, go back (default)', DISMISS),
		key(['enter'], 'no, go back', DISMISS, hidden),
		key(['c'], 'copy the command', { type: 'copy' }),
		key(['l'], 'and keep it off the console meanwhile', { type: 'console-quiet' }, { unless: whyNotKeepOff }),
		key(['l'], 'let the console show it', { type: 'console-quiet' }, { unless: whyNotShow }),
		key(['s'], 'the other source', { type: 'other-source' }, { unless: whyNotOther }),
		...SCROLL,
		UNDO_ALL,
		WAY_OUT,
	],
	choose: [
		key(['enter'], 'choose', { type: 'accept' }),
		key(['esc'], 'back', DISMISS),
		key(['j', 'down'], 'next', { type: 'choose-move', by: 1 }, hidden),
		key(['k', 'up'], 'one before', { type: 'choose-move', by: -1 }, hidden),
		UNDO_ALL,
		WAY_OUT,
	],
	namespaces: [
		key(['enter'], 'look there', { type: 'accept' }, { unless: whyNotEnter }),
		key(['esc'], 'back', DISMISS),
		key(['j', 'down'], 'next', { type: 'namespaces-move', by: 1 }, hidden),
		key(['k', 'up'], 'one before', { type: 'namespaces-move', by: -1 }, hidden),
		UNDO_ALL,
		WAY_OUT,
	],
	decorate: [
		key(['space'], 'on or off', { type: 'decoration-toggle' }),
		key(['enter'], 'go on', { type: 'accept' }),
		key(['esc'], 'back', DISMISS),
		key(['j', 'down'], 'next', { type: 'choose-move', by: 1 }, hidden),
		key(['k', 'up'], 'one before', { type: 'choose-move', by: -1 }, hidden),
		UNDO_ALL,
		WAY_OUT,
	],
	tap: [
		key(['enter'], 'go on', { type: 'accept' }),
		key(['esc'], 'back', DISMISS),
		key(['down', 'tab'], 'next line', { type: 'tap-move', by: 1 }, hidden),
		key(['up', 'shift-tab'], 'line before', { type: 'tap-move', by: -1 }, hidden),
		key(['right'], 'another value', { type: 'tap-cycle', by: 1 }),
		key(['left'], 'value before', { type: 'tap-cycle', by: -1 }, hidden),
		WAY_OUT,
	],
	number: [key(['enter'], 'go on', { type: 'accept' }), key(['esc'], 'back', DISMISS), UNDO_ALL, WAY_OUT],
	quit: [
		key(['enter'], 'undo and leave', { type: 'leave', how: 'undo' }),
		key(['ctrl-c'], 'undo and leave', { type: 'leave', how: 'undo' }, hidden),
		key(['s', 'esc'], 'stay', DISMISS),
		key(
			['l'],
			'leave them on until their time is over',
			{ type: 'leave', how: 'persist' },
			{ unless: whyNotPersist },
		),
	],
	leftover: [
		key(['u'], 'undo it (default)', { type: 'accept' }, { unless: whyNotWrite }),
		key(['enter'], 'undo it', { type: 'accept' }, { hidden: true, unless: whyNotWrite }),
		key(['w', 'esc'], 'look first', DISMISS),
		key(['enter'], 'look first', DISMISS, hidden),
		WAY_OUT,
	],
	flood: [
		key(
			['n'],
			'log through NFLOG instead',
			{ type: 'flood-answer', how: 'nflog' },
			{ unless: reasonIn(throughNflog) },
		),
		key(
			['o'],
			'log only the protocol that most lines were about',
			{ type: 'flood-answer', how: 'one-protocol' },
			{ unless: reasonIn(oneProtocol) },
		),
		// Said where there is something to choose.
		key(['4'], 'choose other call sites', () => [DISMISS, { type: 'go', screen: 'printk' }], {
			hidden: true,
			unless: whyNotSites,
		}),
		key(['esc'], 'leave it off (default)', DISMISS),
		key(['enter'], 'leave it off', DISMISS, hidden),
		...SCROLL,
		{ ...UNDO_ALL, shown: false },
		WAY_OUT,
	],
	help: [
		...SCROLL,
		key(
			['pgdn', 'ctrl-d', 'space'],
			'page down',
			({ size }) => [{ type: 'help-scroll', by: helpPage(size.rows) }],
			hidden,
		),
		key(
			['pgup', 'ctrl-u'],
			'page up',
			({ size }) => [{ type: 'help-scroll', by: -helpPage(size.rows) }],
			hidden,
		),
		key([':'], 'run a command', { type: 'commands' }),
		key(['esc', '?'], 'close', DISMISS),
		key(['enter', 'q'], 'close', DISMISS, hidden),
		UNDO_ALL,
		WAY_OUT,
	],
	commands: [
		key(['enter'], 'run it', runSelected, { unless: whyNotRun }),
		key(['down'], 'next', { type: 'commands-move', by: 1 }),
		key(['up'], 'one before', { type: 'commands-move', by: -1 }),
		key(['esc'], 'close', DISMISS),
		WAY_OUT,
	],
	failure: [key(['enter', 'esc'], 'close', DISMISS), key(['c'], 'copy', { type: 'copy' }), UNDO_ALL, WAY_OUT],
}

function helpPage(rows: number): number {
	return Math.max(1, rows - 10)
}
