import { ANSWERS } from '../app/dialogs/keys.ts'
import { SCREENS } from '../app/screens/screens.ts'
import type { ActionBody } from '../app/state/actions.ts'
import type { AnswerId, CommandId, ScreenId } from '../app/state/bindings.ts'
import type { Dialog, State } from '../app/state/state.ts'
import { STEP_IDS } from '../investigation/step.ts'
import * as english from '../words/english/plain/plain.ts'
import { dialogText } from './text.ts'

/** What a typed line means. */
export type Asked =
	/** A command of Steps, or an answer of the open question. */
	| { readonly kind: 'run'; readonly id: CommandId | AnswerId }
	| { readonly kind: 'actions'; readonly actions: readonly ActionBody[] }
	/** Nothing is changed: the step, the state in short, a whole screen as lines, all words. */
	| { readonly kind: 'step' }
	| { readonly kind: 'status' }
	| { readonly kind: 'show'; readonly screen: ScreenId }
	| { readonly kind: 'help' }
	/** Until the step has its answer. */
	| { readonly kind: 'wait' }
	/** The open question once more, with all of its details. */
	| { readonly kind: 'details' }
	| { readonly kind: 'quit' }
	/** Not understood: what would have been. */
	| { readonly kind: 'wrong'; readonly says: string }

type Word = { readonly words: readonly string[]; readonly asks: Asked; readonly says: string }

const run = (id: CommandId | AnswerId): Asked => ({ kind: 'run', id })

/** Words of the prompt. */
const WORDS: readonly Word[] = [
	{ words: ['next', 'n'], asks: run('step-next'), says: english.keepTheAnswerAndGo },
	{ words: ['do', 'd'], asks: run('step-do'), says: english.whatTheStepOffersWhat },
	{ words: ['back', 'b'], asks: run('step-back'), says: english.theStepBefore },
	{ words: ['skip', 's'], asks: run('step-skip'), says: english.leaveTheQuestionOpen },
	{ words: ['again', 'repeat', 'r'], asks: run('step-repeat'), says: english.askTheQuestionAgain },
	{ words: ['wait', 'w'], asks: { kind: 'wait' }, says: english.untilTheStepHasIts },
	{ words: ['step'], asks: { kind: 'step' }, says: english.theStepAsItIs },
	{ words: ['status'], asks: { kind: 'status' }, says: english.countsAndChanges },
	{ words: ['undo'], asks: run('undo-all'), says: english.putEverythingBack },
	{ words: ['keep'], asks: run('keep'), says: english.keepAChangeThatWaits },
	{
		words: ['more'],
		asks: run('extend'),
		says: english.n10MoreMinutesForWhat,
	},
	{ words: ['report'], asks: run('report'), says: english.writeWhatWasFoundReport },
	{
		words: ['namespaces'],
		asks: { kind: 'actions', actions: [{ type: 'list-namespaces' }] },
		says: english.allNetworkNamespacesOfThis,
	},
	{ words: ['help', '?'], asks: { kind: 'help' }, says: english.theseWords },
	{ words: ['quit', 'q', 'exit'], asks: { kind: 'quit' }, says: english.putEverythingBackAndLeave },
]

/** `show rules` and so on, and what is not a word of its own. */
const MORE = english.showNameAWholeScreen(SCREENS.map(({ id }) => id).join(', '))

export const helpLines = (): readonly string[] => [
	...WORDS.map(({ words, says }) => `${words[0]}: ${says}.`),
	`${MORE}.`,
]

/** The line that was typed, in a state: a question that is open takes its own words only. */
export function understood(state: State, typed: string): Asked {
	const line = typed.trim().toLowerCase().replaceAll(/\s+/g, ' ')
	const dialog = state.dialog?.dialog
	if (dialog !== undefined && line !== 'help' && line !== 'status') return inDialog(state, line)
	const word = WORDS.find(({ words }) => words.includes(line))
	if (word !== undefined) return word.asks
	if (line === 'undo all') return run('undo-all')
	if (line === 'report anonymous') return run('report-anonymous')
	const [, number] = /^(?:step|go)(?: to)? ([1-9])$/.exec(line) ?? []
	const id = STEP_IDS[Number(number) - 1]
	if (number !== undefined && id !== undefined)
		return {
			kind: 'actions',
			actions: [
				{ type: 'move-to', where: 'first' },
				{ type: 'move', by: Number(number) - 1 },
			],
		}
	const [, name] = /^show (\w+)$/.exec(line) ?? []
	const screen = SCREENS.find((one) => one.id === name)
	if (screen !== undefined) return { kind: 'show', screen: screen.id }
	if (line === '') return { kind: 'step' }
	return { kind: 'wrong', says: english.isNoWordHere(typed.trim().slice(0, 40), promptWords(state)) }
}

function inDialog(state: State, line: string): Asked {
	const dialog = state.dialog?.dialog
	if (/^(?:no|n|back|cancel)$/.test(line)) return run('no')
	if (line === 'undo') return run('undo-all')
	if (line === 'quit') return { kind: 'quit' }
	if (line === 'details') return { kind: 'details' }
	if (dialog?.kind === 'namespaces') return namespaceChosen(state, line, dialog.selected)
	if (dialog?.kind === 'choose') {
		const chosen = Number(line)
		const at = /^\d+$/.test(line)
			? chosen - 1
			: dialog.choices.findIndex(({ label, value }) => label.toLowerCase() === line || value === line)
		if (dialog.choices[at] === undefined || line === '')
			return { kind: 'wrong', says: english.typeANumberFrom1(dialog.choices.length) }
		return {
			kind: 'actions',
			actions: [{ type: 'choose-move', by: at - dialog.selected }, { type: 'accept' }],
		}
	}
	if (dialog?.kind === 'number')
		return { kind: 'actions', actions: [{ type: 'number-text', text: line }, { type: 'accept' }] }
	const answer = answersNow(state).find(({ word }) => word === line)
	if (answer !== undefined) return run(answer.id)
	return { kind: 'wrong', says: english.aQuestionIsOpen(promptWords(state)) }
}

function namespaceChosen(state: State, line: string, selected: number): Asked {
	const rows = state.namespaces.value?.rows ?? []
	const at = Number(line) - 1
	if (line === '') return { kind: 'details' }
	if (!/^\d+$/.test(line) || rows[at] === undefined)
		return { kind: 'wrong', says: english.typeANumberFrom1(rows.length) }
	return {
		kind: 'actions',
		actions: [{ type: 'namespaces-move', by: at - selected }, { type: 'accept' }],
	}
}

type Answer = { readonly word: string; readonly id: AnswerId; readonly says: string }

/**
 * Words for the answers of a question. Not "y" but the whole word, since a screen reader may say the question long after
 * it was asked.
 */
const WORDS_OF_ANSWERS: Readonly<Partial<Record<Dialog['kind'], readonly Answer[]>>> = {
	'confirm-change': [
		{ word: 'yes', id: 'yes', says: english.yesToDoIt },
		{ word: 'quiet', id: 'console-off', says: english.quietToKeepTheLines },
		{ word: 'quiet', id: 'console-on', says: english.quietToShowTheLines },
		{ word: 'source', id: 'other-source', says: english.sourceForTheOtherSource },
	],
	leftover: [{ word: 'yes', id: 'yes', says: english.yesToUndoIt }],
	flood: [
		{ word: 'nflog', id: 'nflog', says: english.nflogToLogThroughNflog },
		{
			word: 'protocol',
			id: 'one-protocol',
			says: english.protocolToLogOnlyThe,
		},
	],
}

/** The answers that work at this moment. */
function answersNow(state: State): readonly Answer[] {
	const kind = state.dialog?.dialog.kind
	if (kind === undefined) return []
	return (WORDS_OF_ANSWERS[kind] ?? []).filter(({ id }) =>
		ANSWERS[kind].some((entry) => entry.id === id && entry.disabledReason(state) === undefined),
	)
}

const NO: Readonly<Partial<Record<Dialog['kind'], string>>> = {
	leftover: english.noToLookFirst,
	flood: english.noToLeaveItOff,
	failure: english.noToCloseThis,
	help: english.noToCloseThis,
}

/** What can be typed now, one sentence without its full stop. */
export function promptWords(state: State): string {
	if (state.dialog === undefined) return english.typeNextDoBackSkip
	switch (state.dialog.dialog.kind) {
		case 'choose':
			return english.typeTheNumberOfYour
		case 'number':
			return english.typeANumberOrNo
		case 'namespaces':
			return english.typeTheNumberOfA
		default: {
			const { kind } = state.dialog.dialog
			const answers = answersNow(state).map(({ says }) => says)
			const isCut = dialogText(state, true).length > dialogText(state).length
			const more = isCut ? [english.detailsForTheSameBy] : []
			const all = [...answers, ...more]
			return english.type(all.join(', '), all.length > 0 ? ', or ' : '', NO[kind] ?? 'no')
		}
	}
}
