import { toldBy } from '../../../investigation/step.ts'
import * as english from '../../../words/english/app/steps.ts'
import type { State } from '../../state/state.ts'
import type { Screen } from '../parts/screen.ts'
import { STEPS_COMMANDS } from './commands.ts'
import { stepDetail, stepRelated, stepsGrid } from './detail.ts'
import { presentStepOf, stepEvidence } from './evidence.ts'
import { stepsPane } from './rows.ts'

export const stepsScreen: Screen = {
	id: 'steps',
	title: 'Steps',
	shows: english.theInvestigationQuestionByQuestion,
	pane: stepsPane,
	grid: stepsGrid,
	detail: stepDetail,
	related: stepRelated,
	share: 0.8,
	commands: STEPS_COMMANDS,
	copyText,
}

function copyText(state: State): string {
	const { question, answer } = presentStepOf(state)
	const said = answer(stepEvidence(state))
	return [question, toldBy(said), ...said.read.map(([what, value]) => `${what}: ${value}`)].join('\n')
}
