import type { Offer } from '../../../investigation/step.ts'
import * as english from '../../../words/english/app/steps.ts'
import type { ActionBody } from '../../state/actions.ts'
import { command } from '../../state/command.ts'
import type { State } from '../../state/state.ts'
import { presentStep, presentStepOf, stepEvidence } from './evidence.ts'

/** What the key of an offer does; each that writes shows the exact writes first. */
const DOES: Readonly<Record<Offer, { readonly word: string; readonly action: ActionBody }>> = {
	'log-why': { word: english.switchTheLogOn, action: { type: 'log-why' } },
	'go-rules': { word: english.goToRules, action: { type: 'go', screen: 'rules' } },
	'go-printk': { word: english.goToPrintk, action: { type: 'go', screen: 'printk' } },
	'go-watch': { word: english.goToWatch, action: { type: 'go', screen: 'watch' } },
	'go-table': { word: english.goToTable, action: { type: 'go', screen: 'table' } },
	namespaces: { word: english.listTheNamespaces, action: { type: 'list-namespaces' } },
	'count-ways': { word: english.countBothDirections, action: { type: 'count-ways' } },
	experiment: { word: english.tryIt, action: { type: 'try' } },
	'undo-all': { word: english.undoAll, action: { type: 'undo-all' } },
	report: { word: english.writeTheReport, action: { type: 'report', anonymous: false } },
}

/** What the program can do for the present step, if anything. */
export function offerNow(state: State): { readonly word: string; readonly action: ActionBody } | undefined {
	const { offer } = presentStepOf(state).answer(stepEvidence(state))
	return offer === undefined ? undefined : DOES[offer]
}

/** The investigation question by question. */
export const STEPS_COMMANDS = [
	command('step-next', {
		title: english.keepTheAnswerOfThis,
		short: 'next',
		rank: 10,
		importance: 4,
		unless: (state) => (presentStep(state) === 'report' ? english.thisIsTheLastStep : undefined),
		does: { type: 'step-next' },
	}),
	command('step-do', {
		title: english.doWhatThisStepOffers,
		short: english.doIt,
		rank: 11,
		importance: 5,
		unless: (state) => (offerNow(state) === undefined ? english.thereIsNothingToDo : undefined),
		does: (state) => offerNow(state)?.action,
	}),
	command('step-back', {
		title: english.goBackToTheStep,
		short: 'back',
		rank: 12,
		importance: 30,
		unless: (state) => (presentStep(state) === 'rising' ? english.thisIsTheFirstStep : undefined),
		does: { type: 'step-back' },
	}),
	command('step-skip', {
		title: english.leaveThisQuestionOpenAnd,
		short: 'skip',
		rank: 13,
		importance: 31,
		unless: (state) => (presentStep(state) === 'report' ? english.thisIsTheLastStep : undefined),
		does: { type: 'step-skip' },
	}),
	command('step-repeat', {
		title: english.askThisQuestionAgainLook,
		short: 'repeat',
		rank: 14,
		importance: 32,
		does: { type: 'step-repeat' },
	}),
]
