import * as english from '../../words/english/investigation/steps.ts'
import { counted, grouped, rate } from '../../words/numbers.ts'
import type { Evidence } from '../evidence.ts'
import type { Step, StepAnswer } from '../step.ts'
import { isPressed } from '../table/fill.ts'
import { fillBrief, fillSays, roomRemedies } from '../table/fill-words.ts'

/** So long the counters are looked at before "no" is said. */
const LOOK_SECONDS = 10

/** Is it INVALID at all, and now? */
export const rising: Step = {
	id: 'rising',
	question: english.isInvalidRising,
	title: english.isItRising,
	why: english.onlyPacketsThatAreInvalid,
	answer: (evidence) => withTable(rise(evidence), evidence),
}

/** A full table drops connections whether or not anything is INVALID: that comes first. */
function withTable(answer: StepAnswer, { table, values, counts }: Evidence): StepAnswer {
	if (table === undefined || !isPressed(table)) return answer
	const [remedy = ''] = roomRemedies(table, values)
	return {
		...answer,
		short:
			table.fullness === 'nearly-full'
				? english.tableNearlyFullAnd(answer.short)
				: english.tableFullAnd(answer.short),
		read: [[english.conntrackTable, fillBrief(table)], ...answer.read],
		says: `${fillSays(table)} ${counts?.since === 0 ? english.noPacketIsInvalidBesides : answer.says}`,
		does: remedy,
		offer: 'go-table',
	}
}

function rise({ counts, countsProblem, seconds, elsewhere, tracking }: Evidence): StepAnswer {
	const notChecked = [english.otherNetworkNamespaces]
	const isReading = countsProblem === '' && seconds < LOOK_SECONDS
	if (counts === undefined)
		return {
			state: isReading ? 'reading' : 'open',
			short: isReading ? 'reading' : english.cannotBeRead,
			read: [],
			says: isReading
				? english.theCountersAreBeingRead
				: english.theCountersCannotBeRead(countsProblem || english.noAnswerYet),
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
	if (tracking?.answer === 'no')
		return {
			state: 'answered',
			short: english.notTracked,
			read,
			says: english.conntrackDoesNotTrackHere(tracking.because),
			confidence: 'high',
			does: first === undefined ? english.lookIntoTheOtherNetwork : english.lookThere(first.name),
			offer: 'namespaces',
			notChecked: [english.whatTracksWithoutARule],
			next: 'acting',
		}
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
}
