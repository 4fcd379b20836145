import { STEP_IDS } from '../../investigation/steps/step.ts'
import type { ActionBody } from '../actions.ts'
import { SCREENS, type ScreenId, type State } from '../state.ts'

/** What a typed line means. */
export type Asked =
	/** Keys of the screen, as if they were pressed one after the other. */
	| { readonly kind: 'keys'; readonly keys: readonly string[] }
	| { readonly kind: 'actions'; readonly actions: readonly ActionBody[] }
	/** Nothing is changed: the step, the state in short, a whole screen as lines, all words. */
	| { readonly kind: 'step' }
	| { readonly kind: 'status' }
	| { readonly kind: 'show'; readonly screen: ScreenId }
	| { readonly kind: 'help' }
	/** Until the step has its answer. */
	| { readonly kind: 'wait' }
	| { readonly kind: 'quit' }
	/** Not understood: what would have been. */
	| { readonly kind: 'wrong'; readonly says: string }

type Word = { readonly words: readonly string[]; readonly asks: Asked; readonly says: string }

const keys = (...pressed: readonly string[]): Asked => ({ kind: 'keys', keys: pressed })

/** Words of the prompt. */
const WORDS: readonly Word[] = [
	{ words: ['next', 'n'], asks: keys('enter'), says: 'keep the answer and go on' },
	{ words: ['do', 'd'], asks: keys('space'), says: 'what the step offers; what it writes is shown first' },
	{ words: ['back', 'b'], asks: keys('b'), says: 'the step before' },
	{ words: ['skip', 's'], asks: keys('s'), says: 'leave the question open' },
	{ words: ['again', 'repeat', 'r'], asks: keys('r'), says: 'ask the question again' },
	{ words: ['wait', 'w'], asks: { kind: 'wait' }, says: 'until the step has its answer' },
	{ words: ['step'], asks: { kind: 'step' }, says: 'the step as it is now; step 5 goes there' },
	{ words: ['status'], asks: { kind: 'status' }, says: 'counts and changes' },
	{ words: ['undo'], asks: keys('U'), says: 'put everything back' },
	{ words: ['keep'], asks: keys('K'), says: 'keep a change that waits to be confirmed' },
	{ words: ['more'], asks: keys('e'), says: '10 more minutes for what logs more' },
	{ words: ['report'], asks: keys('R'), says: 'write what was found; report anonymous hides addresses' },
	{ words: ['help', '?'], asks: { kind: 'help' }, says: 'these words' },
	{ words: ['quit', 'q', 'exit'], asks: { kind: 'quit' }, says: 'put everything back and leave' },
]

/** `show rules` and so on, and what is not a word of its own. */
const MORE = `show NAME (a whole screen: ${SCREENS.map(({ id }) => id).join(', ')})`

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
	if (line === 'undo all') return keys('U')
	if (line === 'report anonymous') return keys('A')
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
	return { kind: 'wrong', says: `"${typed.trim().slice(0, 40)}" is no word here: ${promptWords(state)}.` }
}

function inDialog(state: State, line: string): Asked {
	const dialog = state.dialog?.dialog
	if (/^(?:no|n|back|cancel)$/.test(line)) return keys('esc')
	if (line === 'undo') return keys('U')
	if (line === 'quit') return { kind: 'quit' }
	if (dialog?.kind === 'choose') {
		const chosen = Number(line)
		const at = /^\d+$/.test(line)
			? chosen - 1
			: dialog.choices.findIndex(({ label, value }) => label.toLowerCase() === line || value === line)
		if (dialog.choices[at] === undefined || line === '')
			return { kind: 'wrong', says: `Type a number from 1 to ${dialog.choices.length}, or no.` }
		return {
			kind: 'actions',
			actions: [{ type: 'choose-move', by: at - dialog.selected }, { type: 'accept' }],
		}
	}
	if (dialog?.kind === 'number')
		return { kind: 'actions', actions: [{ type: 'number-text', text: line }, { type: 'accept' }] }
	// Not "y": the whole word, since a screen reader may say it long after it was asked.
	if (line === 'yes')
		return dialog?.kind === 'confirm-change' ? keys('y') : { kind: 'actions', actions: [{ type: 'accept' }] }
	return { kind: 'wrong', says: `A question is open: ${promptWords(state)}.` }
}

/** What can be typed now, one sentence without its full stop. */
export function promptWords(state: State): string {
	switch (state.dialog?.dialog.kind) {
		case undefined:
			return 'Type next, do, back, skip, again, wait, undo, status, report, help or quit'
		case 'choose':
			return 'Type the number of your choice, or no'
		case 'number':
			return 'Type a number, or no'
		case 'failure':
		case 'help':
			return 'Type no to close this'
		default:
			return 'Type yes to do it, or no'
	}
}
