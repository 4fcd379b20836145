import * as english from '../../words/english/investigation/steps.ts'
import { capital, counted, grouped, rate } from '../../words/numbers.ts'
import type { Evidence } from '../evidence.ts'
import { type Step, type StepAnswer, toldBy } from '../step.ts'
import { isPressed } from '../table/fill.ts'
import { fillBanner, fillBrief, fillSays, roomRemedies } from '../table/fill-words.ts'

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
		headline: `${capital(fillBanner(table) ?? '')}.`,
		confidence: 'high',
		says: `${fillSays(table)} ${counts?.since === 0 ? english.noPacketIsInvalidBesides : toldBy(answer)}`,
		does: '',
		byHand: remedy === '' ? [] : [remedy],
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
			headline: isReading ? english.theCountersAreBeingRead : english.theCountersCannotBeRead,
			confidence: 'none',
			says: isReading ? '' : english.because(countsProblem || english.noAnswerYet),
			read: [],
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
			headline: english.yesSinceWatchingBegan(counted(since, 'packet'), perSecond),
			confidence: 'high',
			says: '',
			read,
			does: '',
			notChecked,
			next: 'acting',
		}
	}
	if (watched < LOOK_SECONDS && seconds < LOOK_SECONDS)
		return {
			state: 'reading',
			short: english.lookingFor10S,
			headline: english.noneSoFar,
			confidence: 'none',
			says: '',
			read,
			does: '',
			notChecked,
			next: 'acting',
		}
	const [first] = elsewhere
	if (tracking?.answer === 'no')
		return {
			state: 'answered',
			short: english.notTracked,
			headline: english.conntrackDoesNotTrackHere,
			confidence: 'high',
			says: english.because(tracking.because),
			read,
			does: first === undefined ? english.lookIntoTheOtherNetwork : english.lookThere(first.name),
			offer: 'namespaces',
			notChecked: [english.whatTracksWithoutARule],
			next: 'acting',
		}
	return {
		state: 'answered',
		short: first === undefined ? english.noNotNow : english.notHere,
		headline:
			first !== undefined
				? english.notHereButItRises(first.name, rate(first.rate))
				: total === 0
					? english.noPacketWasEverInvalid
					: english.notNowTheAreFrom(grouped(total)),
		confidence: 'high',
		says:
			first !== undefined
				? english.lookIntoThatOne
				: total === 0
					? english.lookElsewhere
					: english.reproduceTheProblem,
		read,
		does: english.lookIntoTheOtherNetwork,
		offer: 'namespaces',
		notChecked: first === undefined ? notChecked : [english.otherHostsOnTheWay],
		next: 'acting',
	}
}
