import type { Step } from '../../../investigation/step.ts'
import { STEPS } from '../../../investigation/steps/steps.ts'
import { listOf, type PaneList, paneOf } from '../../state/pane-list.ts'
import type { State } from '../../state/state.ts'

/** The questions of the investigation. */
const stepsRows = ({ panes }: State): PaneList<Step> =>
	listOf(
		STEPS.map((step) => ({ key: step.id, text: `${step.title} ${step.question}`, item: step })),
		panes.steps,
	)

/** The rows of Steps, and which of them is selected. */
export const stepsPane = paneOf('steps', stepsRows)
