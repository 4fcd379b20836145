import * as english from '../../words/english/investigation/steps.ts'
import { counted, grouped } from '../../words/numbers.ts'
import { findCauses } from '../causes/causes.ts'
import { halvesOf } from '../causes/window-context.ts'
import type { Evidence } from '../evidence.ts'
import { joinFlow } from '../join/join.ts'
import type { Cause } from '../proof/cause.ts'
import { flowsSampled, lineOf } from '../proof/sampled.ts'
import { surroundingRows, surroundingsNotChecked } from '../proof/surroundings.ts'
import { viewOf } from '../proof/view.ts'
import type { Step } from '../step.ts'

/** So long a flow is looked for, and packets are counted that do not come. */
const LOOK_SECONDS = 15
const COUNTING_SECONDS = 60

/** Does this host see both directions, and does it still know the connection? */
export const directions: Step = {
	id: 'directions',
	question: english.doesThisHostKnowThese,
	title: english.bothDirections,
	why: english.conntrackJudgesByWhatPassed,
	answer(evidence) {
		const { sampled, rules, bothWays, reasons, seconds } = evidence
		const flows = flowsSampled(evidence)
		const halves = halvesOf(viewOf(evidence), evidence).length
		const notChecked = [
			english.flowsInOtherNamespaces,
			...(bothWays === undefined ? [english.countedPacketsOfBothDirections] : []),
			...surroundingsNotChecked(evidence.surroundings),
		]
		if (reasons.length === 0)
			return {
				state: 'open',
				short: english.noFlowIsKnown,
				headline: english.withoutALineNoFlow,
				confidence: 'none',
				says: english.theyHaveToBeFoundAnotherWay,
				read: [],
				does: '',
				notChecked,
				next: 'printk',
			}
		if (sampled.length === 0)
			return {
				state: seconds < LOOK_SECONDS ? 'reading' : 'open',
				short: seconds < LOOK_SECONDS ? 'looking' : english.noFlowIsKnown,
				headline: seconds < LOOK_SECONDS ? english.entriesAndSocketsOfThese : english.noFlowOfTheseCould,
				confidence: 'none',
				says: seconds < LOOK_SECONDS ? '' : english.theyNameNoAddresses,
				read: [],
				does: '',
				notChecked,
				next: 'setting',
			}
		const read: (readonly [string, string])[] = [
			[english.flowsLookedAt, grouped(sampled.length)],
			[
				english.withAnEntry,
				english.ofWord(
					flows.known,
					sampled.length,
					flows.madeSince > 0 ? english.madeSince(flows.madeSince) : '',
				),
			],
			[english.localSocket, `${flows.withSocket} of ${sampled.length}`],
			...(bothWays === undefined
				? []
				: ([['there / back', english.packets(grouped(bothWays.there), grouped(bothWays.back))]] as [
						string,
						string,
					][])),
			...surroundingRows(evidence.surroundings)
				.filter(({ isTelling }) => isTelling)
				.map(({ name, is }) => [name, is] as const),
		]
		const isCounting = Math.max(bothWays?.seconds ?? 0, seconds) < COUNTING_SECONDS
		if (bothWays !== undefined && !flows.isCounted)
			return {
				state: isCounting ? 'reading' : 'open',
				short: isCounting ? english.countingBothWays : english.tooFewPackets,
				headline: isCounting ? english.packetsOfBothDirectionsAre : english.tooFewPacketsPassed,
				confidence: 'none',
				says: isCounting ? '' : english.toTellWhetherBothPass,
				read,
				does: '',
				notChecked,
				next: 'setting',
			}
		const first = flows.telling ?? sampled[0]
		const join = first === undefined ? undefined : joinFlow(first.facts, rules, lineOf(first, evidence))
		const cause = flows.oneWay ? findCauses(evidence).find(({ id }) => ONE_WAY.includes(id)) : undefined
		const counts = flows.oneWay || ((flows.known > 0 || halves > 0) && bothWays === undefined)
		return {
			state: 'answered',
			short: shortOf(evidence, flows, cause),
			headline: headlineOf(evidence, flows, cause),
			confidence: flows.oneWay
				? (cause?.confidence ?? 'medium')
				: join?.confidence === 'sure'
					? 'high'
					: 'medium',
			says: flows.oneWay
				? saidOfOneWay(evidence, flows, cause)
				: `${saidOfWays(evidence)}${join?.sentences.join(' ') ?? ''}${saidOfEntries(flows)}`,
			read,
			does: counts && bothWays === undefined ? english.countPacketsOfBothDirections : '',
			...(counts && bothWays === undefined ? { offer: 'count-ways' as const } : {}),
			notChecked,
			next: 'setting',
		}
	},
}

/** Why conntrack may see one direction only: whether that is so, and which of them it is, are two questions. */
const ONE_WAY: readonly string[] = ['one-direction', 'notrack-one-way', 'zone-mismatch']

function saidOfOneWay(evidence: Evidence, { isCountedOneWay }: Sampled, cause: Cause | undefined): string {
	const seen = isCountedOneWay
		? `${saidOfWays(evidence)}${isOneOnly(evidence, cause) ? english.onlyOneDirectionPassesHere : english.hardlyAnythingComesBack}`
		: english.noEntryOfTheseHasAReply
	if (cause === undefined) return `${seen}.`
	const { title, confidence, open } = cause
	if (confidence === 'high') return `${seen}${english.forThisReason(title)}`
	// What would tell stands beside the cause; here it is said what is left.
	const left = open.map((one) => one.replace(/: .*$/s, ''))
	const because = confidence === 'low' ? english.perhapsForThisReason : english.likelyForThisReason
	return `${seen}${because(title)}${left.length === 0 ? '' : english.notExcluded(left.join('; '))}`
}

type Sampled = ReturnType<typeof flowsSampled>

/** Where what comes here is dropped, hardly anything is answered, whichever way that would take. */
const isOneOnly = ({ bothWays }: Evidence, cause: Cause | undefined): boolean =>
	(cause !== undefined && cause.confidence !== 'low') ||
	Math.min(bothWays?.there ?? 1, bothWays?.back ?? 1) === 0

function headlineOf(
	evidence: Evidence,
	{ oneWay, known, withSocket, isCountedOneWay }: Sampled,
	cause: Cause | undefined,
): string {
	if (cause !== undefined) return cause.headline
	if (oneWay)
		return isCountedOneWay && !isOneOnly(evidence, cause)
			? english.hardlyAnyPacketComesBack
			: english.thisHostSeesOneDirection
	if (known === 0) return withSocket > 0 ? english.entriesAreGoneSocketsAreNot : english.noEntryOfThese
	return english.conntrackKnows(known, counted(evidence.sampled.length, 'flow'))
}

function shortOf(
	evidence: Evidence,
	{ oneWay, known, withSocket, isCountedOneWay }: Sampled,
	cause: Cause | undefined,
): string {
	const { sampled } = evidence
	if (oneWay)
		return isCountedOneWay && !isOneOnly(evidence, cause) ? english.hardlyAnyBack : english.oneDirectionOnly
	if (known === 0) return withSocket > 0 ? english.entryGoneSocketNot : english.noEntry
	return english.ofKnown(known, counted(sampled.length, 'flow'))
}

/** Where the reason says that there was no entry, the one that is there proves nothing else. */
const saidOfEntries = ({ madeSince }: Sampled): string =>
	madeSince === 0
		? ''
		: english.theReasonSaysThatThere(counted(madeSince, 'entry', 'entries'), madeSince === 1 ? 'was' : 'were')

function saidOfWays({ bothWays }: Evidence): string {
	if (bothWays === undefined) return ''
	const { there, back, seconds } = bothWays
	return english.inSPassedOneWay(Math.round(seconds), counted(there, 'packet'), grouped(back))
}
