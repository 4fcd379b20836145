import * as english from '../../words/english/investigation/steps.ts'
import { capital } from '../../words/numbers.ts'
import { ladderAsks, ladderSays } from '../ladder/ladder.ts'
import type { Step } from '../step.ts'

/** So long they are waited for. */
const LOOK_SECONDS = 10

/** Is the kernel logging reasons? */
export const telling: Step = {
	id: 'telling',
	question: english.canTheKernelSayWhy,
	title: english.isTheReasonTold,
	why: english.forMostInvalidPacketsThe,
	answer({ rungs, isTold, whyNotTell, reasons, seconds }) {
		const { sentence } = ladderSays(rungs)
		const shut = rungs.filter(({ ok }) => !ok)
		const read = rungs
			.filter(({ ordinary }) => ordinary !== true)
			.slice(0, 5)
			.map(({ question, answer }) => [question, answer] as const)
		const base = {
			read:
				shut.length > 0 ? shut.slice(0, 4).map(({ question, answer }) => [question, answer] as const) : read,
			notChecked: [english.whetherSomebodyElseReadsOr],
		}
		const isReading = seconds < LOOK_SECONDS
		if (rungs.length === 0)
			return {
				...base,
				state: isReading ? 'reading' : 'open',
				short: isReading ? 'reading' : english.cannotBeRead,
				headline: isReading ? english.theSettingsAreBeingRead : english.theSettingsCannotBeRead,
				confidence: 'none',
				says: '',
				does: '',
				next: 'collect',
			}
		if (isTold)
			return {
				...base,
				state: 'answered',
				short: english.yesItIsOn,
				headline: reasons.length > 0 ? english.yesReasonsCome : english.yesButNoneCame,
				confidence: reasons.length > 0 ? 'high' : 'medium',
				says: reasons.length > 0 ? '' : sentence.replace(/\.?$/, '.'),
				does: '',
				next: 'collect',
			}
		const asks = ladderAsks(rungs)
		return {
			...base,
			state: 'open',
			short: whyNotTell === undefined ? english.noButItCan : 'no',
			headline: whyNotTell === undefined ? english.noReasonIsLogged : english.noReasonCanBeLogged,
			confidence: 'high',
			says: sentence.replace(/\.?$/, '.'),
			does:
				whyNotTell === undefined
					? english.switchTheLogOnFor
					: english.itCannotBeSwitchedOn(whyNotTell, asks === '' ? '' : ` ${capital(asks)}.`),
			...(whyNotTell === undefined ? { offer: 'log-why' as const } : {}),
			next: whyNotTell === undefined ? 'collect' : 'directions',
		}
	},
}
