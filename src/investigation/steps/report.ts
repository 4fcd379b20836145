import { counted } from '../../words/numbers.ts'
import { findCauses } from '../causes/causes.ts'
import type { Step } from '../step.ts'

/** What it comes to, and everything put back. */
export const report: Step = {
	id: 'report',
	question: 'What is the cause? Undo, and write it down.',
	title: 'Undo and report',
	why: 'What was found is worth most to who can mend it: with its evidence, and with proof that nothing is left changed.',
	answer(evidence) {
		const causes = findCauses(evidence)
		const [first, second] = causes
		const { inForce, undone, left } = evidence.changes
		const read: [string, string][] = [
			...causes.slice(0, 3).map(({ title, confidence }): [string, string] => [title, confidence]),
			['changes', `${inForce} in force, ${undone} undone${left > 0 ? `, ${left} left to others` : ''}`],
		]
		return {
			state: 'answered',
			short: first?.title ?? 'no cause found',
			read,
			says:
				first === undefined
					? 'No cause is found with what was looked at so far. Go back to the steps that are not answered.'
					: `${first.sentence}${second !== undefined && second.confidence === 'high' ? ` Besides: ${second.title}.` : ''} ${first.remedies[0] ?? ''}`,
			confidence: first?.confidence ?? 'none',
			does:
				inForce === 0 && evidence.report !== undefined
					? `The report is in ${evidence.report}. q leaves.`
					: inForce > 0
						? `Undo ${counted(inForce, 'change')}; then write the report.`
						: 'Write the report (Markdown and JSON) into this directory.',
			offer: inForce > 0 ? 'undo-all' : 'report',
			notChecked: ['everything that the steps above name as not checked'],
			next: undefined,
		}
	},
}
