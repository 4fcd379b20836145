import type { Step } from '../../../investigation/step.ts'
import { STEPS } from '../../../investigation/steps/steps.ts'
import { listOf, type PaneList } from '../../state/pane-list.ts'
import type { State } from '../../state/state.ts'

/** The questions of the investigation. */
export const stepsRows = ({ panes }: State): PaneList<Step> =>
	listOf(
		STEPS.map((step) => ({ key: step.id, text: `${step.title} ${step.question}`, item: step })),
		panes.steps,
	)
