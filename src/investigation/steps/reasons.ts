import { explain } from '../../reasons/explain/explain.ts'
import * as english from '../../words/english/investigation/steps.ts'
import { grouped, percent } from '../../words/numbers.ts'
import { type Evidence, invalidReasons, listed, type SeenReason, sumOf } from '../evidence.ts'
import type { Step, StepId } from '../step.ts'

/** So long a line is waited for. */
const LOOK_SECONDS = 10

/** Where the packet itself is wrong, neither entries nor sockets tell more; only the checksum is a matter of a setting. */
const afterReason = (id: string): StepId =>
	/csum|checksum/.test(id) ? 'setting' : /-(?:flags|trunc|short)$/.test(id) ? 'report' : 'directions'

/** Which reasons, which flows? */
export const reasonsStep: Step = {
	id: 'reasons',
	question: english.whichReasonsWhichFlows,
	title: english.whichReasons,
	why: english.whatIsFrequentComesFirst,
	answer(evidence) {
		const { reasons, meantSilent: silent, seconds, tracking, counts, isTold } = evidence
		const rows = invalidReasons(evidence)
		const lines = sumOf(rows.map(({ count }) => count))
		const accepted = sumOf(reasons.filter(({ reason }) => reason.verdict === 'accepted').map(listed))
		const [top] = rows
		const share = shareIn(evidence)
		const shareRead = (part: Parameters<typeof share>[0]) =>
			evidence.shared === undefined || isTold ? share(part) : english.whileItWasLogged(share(part))
		const read: [string, string][] = [
			...rows
				.slice(0, 3)
				.map((row): [string, string] => [
					`${row.reason.protocol} ${row.reason.title}`,
					`${grouped(listed(row))}, ${shareRead(row)}`,
				]),
			...(silent > 0
				? ([[english.noLine, `${grouped(silent)}, ${shareRead({ count: silent })}`]] as [string, string][])
				: []),
			...(accepted > 0
				? ([[english.notInvalid, english.loggedAndAccepted(grouped(accepted))]] as [string, string][])
				: []),
			...(top?.flows[0] === undefined ? [] : ([[english.topFlow, top.flows[0].flow]] as [string, string][])),
		]
		const notChecked = [english.packetsOfOtherNamespaces]
		if (top === undefined && silent === 0 && (counts?.since ?? 0) === 0 && tracking?.answer === 'no')
			return {
				state: 'answered',
				short: english.notTracked,
				headline: english.conntrackDoesNotTrackHere,
				confidence: 'high',
				says: english.because(tracking.because),
				read,
				does: '',
				notChecked: [english.whatTracksWithoutARule],
				next: 'directions',
			}
		if (top === undefined)
			return {
				state: silent > 0 ? 'answered' : seconds < LOOK_SECONDS ? 'reading' : 'open',
				short: silent > 0 ? english.noneIsTold : english.noLineSoFar,
				headline: silent > 0 ? english.theKernelTellsNoReason : english.noLineSoFar2,
				confidence: silent > 0 ? 'high' : 'none',
				says: '',
				read,
				does: '',
				notChecked,
				next: silent > 0 ? 'printk' : 'directions',
			}
		const { reason, count, detail } = top
		const meaning = explain(reason.id)?.meaning ?? english.noMeaningIsKnown
		return {
			state: 'answered',
			short: `${share(top)} ${reason.title}`,
			headline: english.mostAre(share(top), reason.title),
			confidence: count >= 10 ? 'high' : 'medium',
			says: `${meaning}${detail === '' ? '' : english.last(detail)}`,
			read,
			does: english.watchExplainsEachReason,
			offer: 'go-watch',
			notChecked,
			next: silent > lines ? 'printk' : afterReason(reason.id),
		}
	},
}

/** What the part is of all INVALID packets, as lists of reasons say it; once the way is shut, of those that passed while it was open. */
function shareIn(evidence: Evidence): (part: Pick<SeenReason, 'count' | 'listed'>) => string {
	const { shared, meantSilent, isTold } = evidence
	if (shared !== undefined && isTold) return (part) => percent(listed(part), shared.packets)
	const all = meantSilent + sumOf(invalidReasons(evidence).map(({ count }) => count))
	return ({ count }) => percent(count, all)
}
