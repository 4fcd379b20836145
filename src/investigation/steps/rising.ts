import * as english from '../../words/english/investigation/steps.ts'
import { counted, grouped, rate } from '../../words/numbers.ts'
import type { Step } from '../step.ts'

/** So long the counters are looked at before "no" is said. */
const LOOK_SECONDS = 10

/** Is it INVALID at all, and now? */
export const rising: Step = {
	id: 'rising',
	question: english.isInvalidRising,
	title: english.isItRising,
	why: english.onlyPacketsThatAreInvalid,
	answer({ counts, countsProblem, seconds, elsewhere }) {
		const notChecked = [english.otherNetworkNamespaces]
		if (counts === undefined)
			return {
				state: countsProblem === '' ? 'reading' : 'open',
				short: countsProblem === '' ? 'reading' : english.cannotBeRead,
				read: [],
				says:
					countsProblem === ''
						? english.theCountersAreBeingRead
						: english.theCountersCannotBeRead(countsProblem),
				confidence: 'none',
				does: '',
				notChecked,
				next: 'acting',
			}
		const { total, since, watched, rate: now, byCpu } = counts
		const busy = byCpu.filter((one) => one > 0).length
		const read: [string, string][] = [
			[english.invalidAll, grouped(total)],
			[`in ${grouped(watched)} s`, `${grouped(since)} (now ${rate(now)}/s)`],
			['CPUs', english.ofHaveCountedSome(busy, byCpu.length)],
		]
		if (since > 0) {
			const perSecond = now > 0 ? `${rate(now)}/s` : english.sOnAverage(rate(since / Math.max(1, watched)))
			return {
				state: 'answered',
				short: english.yes(perSecond),
				read,
				says: english.yesSinceWatchingBegan(counted(since, 'packet'), perSecond),
				confidence: 'high',
				does: '',
				notChecked,
				next: 'acting',
			}
		}
		if (watched < LOOK_SECONDS && seconds < LOOK_SECONDS)
			return {
				state: 'reading',
				short: english.lookingFor10S,
				read,
				says: english.noneSoFar,
				confidence: 'none',
				does: '',
				notChecked,
				next: 'acting',
			}
		const [first] = elsewhere
		return {
			state: 'answered',
			short: first === undefined ? english.noNotNow : english.notHere,
			read,
			says:
				first !== undefined
					? english.notHereButItRises(first.name, rate(first.rate))
					: total === 0
						? english.noPacketWasEverInvalid
						: english.notNowTheAreFrom(grouped(total)),
			confidence: 'high',
			does: english.lookIntoTheOtherNetwork,
			offer: 'namespaces',
			notChecked: first === undefined ? notChecked : [english.otherHostsOnTheWay],
			next: 'acting',
		}
	},
}
