import type { Step, StepId } from '../../../investigation/step.ts'
import { stepById } from '../../../investigation/steps/steps.ts'
import { paneRows } from '../../commands/screens.ts'
import type { State } from '../../state/state.ts'

/** The step that is being looked at. */
export function presentStep(state: State): StepId {
	const { rows, selected } = paneRows(state, 'steps')
	return rows[selected]?.item.id ?? 'rising'
}

export const presentStepOf = (state: State): Step => stepById(presentStep(state))
