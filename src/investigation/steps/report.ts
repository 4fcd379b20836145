import * as english from '../../words/english/investigation/steps.ts'
import { counted } from '../../words/numbers.ts'
import { findCauses } from '../causes/causes.ts'
import type { Cause } from '../proof/cause.ts'
import type { Step } from '../step.ts'

/** More look-alikes than this stand among what was not checked. */
const LOOKS = 2

/** What it comes to, and everything put back. */
export const report: Step = {
	id: 'report',
	question: english.whatIsTheCauseUndo,
	title: english.undoAndReport,
	why: english.whatWasFoundIsWorth,
	answer(evidence) {
		const causes = findCauses(evidence)
		const [first, second] = causes
		const { inForce, undone, left } = evidence.changes
		const read: [string, string][] = [
			...causes.slice(0, 3).map(({ title, confidence }): [string, string] => [title, confidence]),
			['changes', english.inForceUndone(inForce, undone, left > 0 ? english.leftToOthers(left) : '')],
		]
		return {
			state: 'answered',
			short: first?.title ?? english.noCauseFound,
			headline: first?.headline ?? english.noCauseIsFoundWith,
			confidence: first?.confidence ?? 'none',
			says: first === undefined ? english.goBackToTheSteps : saidOf(first, second),
			read,
			does:
				inForce === 0 && evidence.report !== undefined
					? english.theReportIsInQ(evidence.report)
					: inForce > 0
						? english.undoThenWriteTheReport(counted(inForce, 'change'))
						: english.writeTheReportMarkdownAnd,
			offer: inForce > 0 ? 'undo-all' : 'report',
			byHand: first === undefined ? [] : byHandFor(first),
			notChecked: [...(first?.open ?? []), english.everythingThatTheStepsAbove],
			next: undefined,
		}
	},
}

/** A second one is named where it is certain; one that is not would only stand in the way of the first. */
function saidOf({ sentence, confidence }: Cause, second: Cause | undefined): string {
	const said = confidence === 'high' ? sentence : english.ifSo(sentence)
	return second?.confidence === 'high' ? `${said} ${english.besides(second.title)}` : said
}

/** What is not certain is looked into before anything is mended. */
function byHandFor({ confidence, open, remedies }: Cause): readonly string[] {
	if (confidence === 'high') return remedies
	return [...open.slice(0, LOOKS).map(english.toExclude), ...remedies.map(english.ifSo)]
}
