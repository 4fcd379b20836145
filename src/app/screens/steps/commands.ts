import type { Offer } from '../../../investigation/step.ts'
import type { ActionBody } from '../../state/actions.ts'
import { command } from '../../state/command.ts'
import type { State } from '../../state/state.ts'
import { presentStep, presentStepOf, stepEvidence } from './evidence.ts'

/** What the key of an offer does; each that writes shows the exact writes first. */
const DOES: Readonly<Record<Offer, { readonly word: string; readonly action: ActionBody }>> = {
	'log-why': { word: 'switch the log on', action: { type: 'log-why' } },
	'go-rules': { word: 'go to Rules', action: { type: 'go', screen: 'rules' } },
	'go-printk': { word: 'go to Printk', action: { type: 'go', screen: 'printk' } },
	'go-watch': { word: 'go to Watch', action: { type: 'go', screen: 'watch' } },
	'go-table': { word: 'go to Table', action: { type: 'go', screen: 'table' } },
	namespaces: { word: 'list the namespaces', action: { type: 'list-namespaces' } },
	'count-ways': { word: 'count both directions', action: { type: 'count-ways' } },
	experiment: { word: 'try it', action: { type: 'try' } },
	'undo-all': { word: 'undo all', action: { type: 'undo-all' } },
	report: { word: 'write the report', action: { type: 'report', anonymous: false } },
}

/** What the program can do for the present step, if anything. */
export function offerNow(state: State): { readonly word: string; readonly action: ActionBody } | undefined {
	const { offer } = presentStepOf(state).answer(stepEvidence(state))
	return offer === undefined ? undefined : DOES[offer]
}

/** The investigation question by question. */
export const STEPS_COMMANDS = [
	command('step-next', {
		title: 'Keep the answer of this step, and go to the question that follows from it',
		short: 'next',
		rank: 10,
		importance: 4,
		unless: (state) => (presentStep(state) === 'report' ? 'this is the last step' : undefined),
		does: { type: 'step-next' },
	}),
	command('step-do', {
		title: 'Do what this step offers; what it writes is shown first',
		short: 'do it',
		rank: 11,
		importance: 5,
		unless: (state) => (offerNow(state) === undefined ? 'there is nothing to do in this step' : undefined),
		does: (state) => offerNow(state)?.action,
	}),
	command('step-back', {
		title: 'Go back to the step before',
		short: 'back',
		rank: 12,
		importance: 30,
		unless: (state) => (presentStep(state) === 'rising' ? 'this is the first step' : undefined),
		does: { type: 'step-back' },
	}),
	command('step-skip', {
		title: 'Leave this question open, and go to the next one',
		short: 'skip',
		rank: 13,
		importance: 31,
		unless: (state) => (presentStep(state) === 'report' ? 'this is the last step' : undefined),
		does: { type: 'step-skip' },
	}),
	command('step-repeat', {
		title: 'Ask this question again: look from now on',
		short: 'repeat',
		rank: 14,
		importance: 32,
		does: { type: 'step-repeat' },
	}),
	command('report', {
		title: 'Write what was found so far as Markdown and JSON into the working directory',
		short: 'report',
		rank: 15,
		importance: 33,
		does: { type: 'report', anonymous: false },
	}),
	command('report-anonymous', {
		title: 'Write the report with addresses and host name replaced, each always by the same word',
		does: { type: 'report', anonymous: true },
	}),
]
