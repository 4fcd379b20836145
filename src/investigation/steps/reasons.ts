import { explain } from '../../reasons/explain/explain.ts'
import * as english from '../../words/english/investigation/steps.ts'
import { grouped, percent } from '../../words/numbers.ts'
import { invalidReasons, sumOf } from '../evidence.ts'
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
		const { reasons, meantSilent: silent, seconds } = evidence
		const rows = invalidReasons(evidence)
		const lines = sumOf(rows.map(({ count }) => count))
		const all = lines + silent
		const accepted = sumOf(
			reasons.filter(({ reason }) => reason.verdict === 'accepted').map(({ count }) => count),
		)
		const [top] = rows
		const read: [string, string][] = [
			...rows
				.slice(0, 3)
				.map(({ reason, count }): [string, string] => [
					`${reason.protocol} ${reason.title}`,
					`${grouped(count)}, ${percent(count, all)}`,
				]),
			...(silent > 0
				? ([[english.noLine, `${grouped(silent)}, ${percent(silent, all)}`]] as [string, string][])
				: []),
			...(accepted > 0
				? ([[english.notInvalid, english.loggedAndAccepted(grouped(accepted))]] as [string, string][])
				: []),
			...(top?.flows[0] === undefined ? [] : ([[english.topFlow, top.flows[0].flow]] as [string, string][])),
		]
		const notChecked = [english.packetsOfOtherNamespaces]
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
			short: `${percent(count, all)} ${reason.title}`,
			headline: english.mostAre(percent(count, all), reason.title),
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
