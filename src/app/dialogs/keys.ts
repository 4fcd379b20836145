import * as english from '../../words/english/app/dialogs.ts'
import { changesInForce, NOTHING_ON } from '../changing/changes-in-force.ts'
import { consoleOffer, whyNotQuiet } from '../changing/console-quiet.ts'
import { whyNotWrite } from '../changing/may-write.ts'
import { whyNotEnter } from '../changing/netns-choice.ts'
import { matchingCommands } from '../commands/commands.ts'
import { whyNotApply } from '../commands/requests.ts'
import type { ActionBody } from '../state/actions.ts'
import { type AnswerId, type AnswersOf, answerKeys } from '../state/bindings.ts'
import type { Dialog, State } from '../state/state.ts'
import { hadSites, oneProtocol, throughNflog } from './flood-choice.ts'

export type Answer = {
	readonly id: AnswerId
	/** Those that are printed; empty where the answer is not: the arrows in a list. */
	readonly shown: readonly string[]
	/** All that give it. */
	readonly keys: readonly string[]
	/** What the dialog and the footer print beside the keys. */
	readonly word: string
	/** Why the key does nothing now; undefined when it works. */
	disabledReason(state: State): string | undefined
	/** In their order. */
	actions(state: State): readonly ActionBody[]
}

type Does = ActionBody | ((state: State) => readonly ActionBody[])
type Rule = {
	readonly word: string
	readonly does: Does
	readonly unless?: (state: State) => string | undefined
}

const DISMISS: ActionBody = { type: 'dismiss' }
const ACCEPT: ActionBody = { type: 'accept' }

const WAY_OUT = {
	leave: { word: 'leave', does: { type: 'quit', keepScreen: false } },
} as const satisfies Rules

const UNDO_ALL = {
	'undo-all': {
		word: english.undoAll,
		does: { type: 'undo-all' },
		unless: ({ lease }) => (changesInForce(lease).length === 0 ? NOTHING_ON : undefined),
	},
} as const satisfies Rules

const TO_FILE = {
	'copy-to-file': { word: english.copyToAFile, does: { type: 'copy-to-file' } },
} as const satisfies Rules

/** A page leaves one line of the last one in sight. */
const paging = ({ dialog }: State['reach'], pages: 1 | -1): ActionBody => ({
	type: 'help-scroll',
	by: pages * Math.max(1, dialog.shown - 1),
})

/** Printed where it is of use: on the line that says how much is not in view. */
const SCROLL = {
	'scroll-down': { word: english.scrollDown, does: { type: 'help-scroll', by: 1 } },
	'scroll-up': { word: english.scrollUp, does: { type: 'help-scroll', by: -1 } },
	'page-down': { word: english.pageDown, does: ({ reach }) => [paging(reach, 1)] },
	'page-up': { word: english.pageUp, does: ({ reach }) => [paging(reach, -1)] },
	'to-top': { word: english.toTheTop, does: ({ reach }) => [{ type: 'help-scroll', by: -reach.dialog.all }] },
	'to-end': { word: english.toTheEnd, does: ({ reach }) => [{ type: 'help-scroll', by: reach.dialog.all }] },
} as const satisfies Rules

type Rules = Readonly<Record<string, Rule>>

/** How far each key of a list moves in it. */
const moving = (type: 'choose-move' | 'namespaces-move' | 'commands-move') => ({
	next: { word: 'next', does: { type, by: 1 } as const },
	previous: { word: english.oneBefore, does: { type, by: -1 } as const },
})

const whyNotPersist = ({ lease, busy }: State): string | undefined => {
	if (lease === undefined || changesInForce(lease).length === 0) return NOTHING_ON
	if (busy === 'applying') return english.aChangeIsBeingWritten
	return lease.timer ? undefined : english.needsSystemdWithoutItsTimer
}

const whyNotRun = (state: State): string | undefined => {
	const dialog = state.dialog?.dialog
	if (dialog?.kind !== 'commands') return english.noCommandIsSelected
	const listed = matchingCommands(state, dialog.query)[dialog.selected]
	return listed === undefined ? english.noCommandMatches : listed.reason
}

const whyNotOther = (state: State): string | undefined => {
	const dialog = state.dialog?.dialog
	const other = dialog?.kind === 'confirm-change' ? dialog.source?.other : undefined
	return other === undefined ? english.thereIsNoOtherSource : undefined
}

const whyNotKeepOff = (state: State): string | undefined =>
	whyNotQuiet(state) ?? (consoleOffer(state)?.taken === true ? english.thePlanDoesThatAlready : undefined)

const whyNotShow = (state: State): string | undefined =>
	whyNotQuiet(state) ?? (consoleOffer(state)?.taken === true ? undefined : english.thePlanLeavesTheConsole)

const reasonIn =
	(answer: typeof throughNflog) =>
	(state: State): string | undefined => {
		const found = answer(state)
		return 'reason' in found ? found.reason : undefined
	}

const whyNotSites = (state: State): string | undefined => {
	const dialog = state.dialog?.dialog
	return dialog?.kind === 'flood' && hadSites(dialog) ? undefined : english.noCallSiteWasSwitched
}

/** The list closes first, so that a command that opens a dialog has it to itself. */
const runSelected = (state: State): readonly ActionBody[] => {
	const dialog = state.dialog?.dialog
	if (dialog?.kind !== 'commands') return []
	const action = matchingCommands(state, dialog.query)[dialog.selected]?.command.action(state)
	return action === undefined ? [DISMISS] : [DISMISS, action]
}

const RULES: { readonly [Kind in Dialog['kind']]: Readonly<Record<AnswersOf<Kind>, Rule>> } = {
	'confirm-change': {
		yes: { word: english.yesDoIt, does: ACCEPT, unless: whyNotApply },
		no: { word: english.noGoBackDefault, does: DISMISS },
		copy: { word: english.copyTheCommand, does: { type: 'copy' } },
		...TO_FILE,
		'console-off': {
			word: english.andKeepItOffThe,
			does: { type: 'console-quiet' },
			unless: whyNotKeepOff,
		},
		'console-on': { word: english.letTheConsoleShowIt, does: { type: 'console-quiet' }, unless: whyNotShow },
		'other-source': { word: english.theOtherSource, does: { type: 'other-source' }, unless: whyNotOther },
		...SCROLL,
		...UNDO_ALL,
		...WAY_OUT,
	},
	choose: {
		choose: { word: 'choose', does: ACCEPT },
		no: { word: 'back', does: DISMISS },
		...moving('choose-move'),
		...UNDO_ALL,
		...WAY_OUT,
	},
	namespaces: {
		choose: { word: english.lookThere, does: ACCEPT, unless: whyNotEnter },
		no: { word: 'back', does: DISMISS },
		...moving('namespaces-move'),
		...UNDO_ALL,
		...WAY_OUT,
	},
	decorate: {
		toggle: { word: english.onOrOff, does: { type: 'decoration-toggle' } },
		choose: { word: english.goOn, does: ACCEPT },
		no: { word: 'back', does: DISMISS },
		...moving('choose-move'),
		...UNDO_ALL,
		...WAY_OUT,
	},
	tap: {
		choose: { word: english.goOn, does: ACCEPT },
		no: { word: 'back', does: DISMISS },
		next: { word: english.nextLine, does: { type: 'tap-move', by: 1 } },
		previous: { word: english.lineBefore, does: { type: 'tap-move', by: -1 } },
		'next-value': { word: english.anotherValue, does: { type: 'tap-cycle', by: 1 } },
		'previous-value': { word: english.valueBefore, does: { type: 'tap-cycle', by: -1 } },
		...WAY_OUT,
	},
	number: {
		choose: { word: english.goOn, does: ACCEPT },
		no: { word: 'back', does: DISMISS },
		...UNDO_ALL,
		...WAY_OUT,
	},
	quit: {
		'undo-and-leave': { word: english.undoAndLeave, does: { type: 'leave', how: 'undo' } },
		no: { word: 'stay', does: DISMISS },
		'leave-on': {
			word: english.leaveThemOnUntilTheir,
			does: { type: 'leave', how: 'persist' },
			unless: whyNotPersist,
		},
		...SCROLL,
	},
	leftover: {
		yes: { word: english.undoItDefault, does: ACCEPT, unless: whyNotWrite },
		no: { word: english.lookFirst, does: DISMISS },
		...SCROLL,
		...WAY_OUT,
	},
	flood: {
		nflog: {
			word: english.logThroughNflogInstead,
			does: { type: 'flood-answer', how: 'nflog' },
			unless: reasonIn(throughNflog),
		},
		'one-protocol': {
			word: english.logOnlyTheProtocolThat,
			does: { type: 'flood-answer', how: 'one-protocol' },
			unless: reasonIn(oneProtocol),
		},
		// Said where there is something to choose.
		'other-sites': {
			word: english.chooseOtherCallSites,
			does: () => [DISMISS, { type: 'go', screen: 'printk' }],
			unless: whyNotSites,
		},
		no: { word: english.leaveItOffDefault, does: DISMISS },
		...SCROLL,
		...UNDO_ALL,
		...WAY_OUT,
	},
	help: {
		...SCROLL,
		commands: { word: 'run a command', does: { type: 'commands' } },
		no: { word: 'close', does: DISMISS },
		...UNDO_ALL,
		...WAY_OUT,
	},
	commands: {
		run: { word: english.runIt, does: runSelected, unless: whyNotRun },
		...moving('commands-move'),
		no: { word: 'close', does: DISMISS },
		...WAY_OUT,
	},
	failure: {
		no: { word: 'close', does: DISMISS },
		copy: { word: 'copy', does: { type: 'copy' } },
		...TO_FILE,
		...SCROLL,
		...UNDO_ALL,
		...WAY_OUT,
	},
}

function answersFor<Kind extends Dialog['kind']>(kind: Kind): readonly Answer[] {
	const rules: Readonly<Record<AnswersOf<Kind>, Rule>> = RULES[kind]
	return answerKeys(kind).map(([id, shown, keys]) => {
		const { word, does, unless } = rules[id]
		return {
			id: id as AnswerId,
			shown,
			keys,
			word,
			disabledReason: (state) => unless?.(state),
			actions: typeof does === 'function' ? does : () => [does],
		}
	})
}

/**
 * The answers of each dialog, in the order of bindings.ts. What the dialog prints, what the footer says then and what the
 * keys do all come from here. The first one that works now gets the key.
 */
export const ANSWERS: Readonly<Record<Dialog['kind'], readonly Answer[]>> = {
	'confirm-change': answersFor('confirm-change'),
	choose: answersFor('choose'),
	namespaces: answersFor('namespaces'),
	decorate: answersFor('decorate'),
	tap: answersFor('tap'),
	number: answersFor('number'),
	quit: answersFor('quit'),
	leftover: answersFor('leftover'),
	flood: answersFor('flood'),
	help: answersFor('help'),
	commands: answersFor('commands'),
	failure: answersFor('failure'),
}
