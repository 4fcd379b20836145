import * as english from '../../words/english/investigation/steps.ts'
import { counted, grouped } from '../../words/numbers.ts'
import { type Evidence, invalidReasons, sumOf } from '../evidence.ts'
import type { Step, StepId } from '../step.ts'

const LONGEST_SECONDS = 60
/** So many lines, or packets without one, in so many seconds show what is frequent. */
const ENOUGH_LINES = 30
const LEAST_SECONDS = 10

const linesOf = (evidence: Evidence): number => sumOf(invalidReasons(evidence).map(({ count }) => count))

/** Packets without a line lead to the source of the kernel, all others to what the lines say. */
const afterCollect = (evidence: Evidence): StepId => {
	const lines = linesOf(evidence)
	return lines === 0 && evidence.meantSilent > 0 ? 'printk' : 'reasons'
}

/** Long enough to see what is frequent? */
export const collect: Step = {
	id: 'collect',
	question: english.areThereLinesEnough,
	title: 'Collect',
	why: english.oneLineIsAnAnecdote,
	answer(evidence) {
		const { accounting, lost, notUnderstood, seconds, isTold, counts, meantSilent, whyNotTell, shared } =
			evidence
		const lines = linesOf(evidence)
		const all = shared?.lines ?? lines
		const read: [string, string][] = [
			['lines', all === lines ? grouped(all) : english.ofThemInTheAccount(grouped(all), grouped(lines))],
			...(accounting === undefined ? [] : ([['account', accounting.sentence]] as [string, string][])),
			[english.lostLines, grouped(lost)],
			[english.notUnderstood, grouped(notUnderstood)],
		]
		const next = afterCollect(evidence)
		const notChecked = [english.whatHappensOnlyAtOther]
		const packets = lines + meantSilent
		const isOver = seconds >= LONGEST_SECONDS || (seconds >= LEAST_SECONDS && packets >= ENOUGH_LINES)
		if (!isTold)
			return {
				state: 'open',
				short: english.noWayForLines,
				headline: english.noReasonCanReachUs,
				confidence: 'high',
				says: english.theStepBeforeSaysWhy,
				read,
				does: whyNotTell === undefined ? english.switchTheLogOnFor : '',
				...(whyNotTell === undefined ? { offer: 'log-why' as const } : {}),
				notChecked,
				next: 'directions',
			}
		if (!isOver)
			return {
				state: 'reading',
				short: english.linesSoFar(counted(all, 'line')),
				headline: english.collectingSMoreOrLess(Math.max(0, Math.ceil(LONGEST_SECONDS - seconds))),
				confidence: 'none',
				says: english.youNeedNotWait,
				read,
				does: '',
				notChecked,
				next,
			}
		const silent = meantSilent
		return {
			state: 'answered',
			short: counted(all, 'line'),
			headline:
				lines > 0
					? `${counted(all, 'line')}${silent > 0 ? english.andWithoutOne(counted(silent, 'packet')) : ''}.`
					: silent > 0
						? english.noLineAndCountedThe(counted(silent, 'packet'))
						: (counts?.since ?? 0) > 0
							? english.noLineAndNoInvalid
							: english.noInvalidPacketCame,
			confidence: lines >= ENOUGH_LINES ? 'high' : lines + silent > 0 ? 'medium' : 'low',
			says: '',
			read,
			does: lines + silent === 0 ? english.makeTheTroubleHappenWhile : '',
			notChecked,
			next,
		}
	},
}
