import { rateText } from '../../words/words.ts'
import type { Experiment } from '../evidence.ts'
import { type Judgement, judge } from './chance.ts'

/** What one of our trials says, over INVALID packets as counted. */
export const judged = ({ before, during, after }: Experiment): Judgement => judge(before, during, after)

/** Lines a second of the reason in question before, with and after it; undefined where no reason was told. */
export function linesJudged({ lines }: Experiment): (Judgement & { readonly says: string }) | undefined {
	if (lines === undefined) return undefined
	const judgement = judge(lines.before, lines.during, lines.after)
	const { before, during, after } = judgement
	return {
		...judgement,
		says: `Lines of "${lines.reason}": ${rateText(before)}/s, ${rateText(during)}/s, ${rateText(after)}/s.`,
	}
}

/** All that is to be said of one trial: packets, lines of the reason, and what cut it short. */
export function trialSays(trial: Experiment): string {
	const lines = linesJudged(trial)
	return [
		judged(trial).sentence,
		...(lines === undefined ? [] : [lines.says]),
		...(trial.cut === '' ? [] : [`Measured shorter: ${trial.cut}.`]),
	].join(' ')
}
