import { findCauses } from '../../investigation/causes/causes.ts'
import type { PracticeResult } from '../../investigation/report/report.ts'
import { scenarioById } from '../../practice/scenarios.ts'
import * as english from '../../words/english/app/store.ts'
import { stepEvidence } from '../screens/steps/evidence.ts'
import type { State } from '../state/state.ts'

/** What the evidence of a practice has led to, against what was set up; undefined where nothing is practised. */
export function practiceResult(state: State): PracticeResult | undefined {
	const scenario = scenarioById(state.modes.practice ?? '')
	if (scenario === undefined) return undefined
	const [first] = findCauses(stepEvidence(state))
	const found = first !== undefined && scenario.causes.includes(first.id)
	const led =
		first === undefined
			? english.theStepsThatWereTaken
			: english.theStepsThatWereTakenLed(first.title, first.confidence)
	return {
		wasSetUp: scenario.title,
		found,
		sentence: english.practiceItWas(found ? 'FOUND' : english.notFound, scenario.title, led),
	}
}
