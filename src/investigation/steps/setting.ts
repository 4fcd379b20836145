import * as english from '../../words/english/investigation/steps.ts'
import { capital, rate } from '../../words/numbers.ts'
import type { Evidence } from '../evidence.ts'
import type { Confidence, Step, StepAnswer } from '../step.ts'
import { harmfulTrials, judged, linesJudged, trialSays, untried } from '../trial/experiments.ts'
import { compared, forecastOf, forecastSays, settingSays } from '../trial/forecast.ts'
import { lastingOfTrials, lastingText } from '../trial/lasting.ts'

/** A rate that was seen for so long is known well enough. */
const LONG_SECONDS = 20

/** Does one setting explain it? */
export const setting: Step = {
	id: 'setting',
	question: english.doesOneSettingExplainIt,
	title: english.testOneSetting,
	why: english.ifTheRateFallsWhile,
	answer(evidence) {
		const { experiments, whyNotWrite, counts } = evidence
		const last = experiments.at(-1)
		const isExplained = experiments.some((trial) => judged(trial).verdict === 'explains')
		const files = lastingOfTrials(evidence)
		const offered = untried(evidence)
		const [first] = offered
		const forecast = forecastOf(evidence)
		if (evidence.trying !== undefined) return underWay(evidence, evidence.trying)
		const notChecked = [english.whatTheSettingDoesTo]
		const read: [string, string][] = [
			...experiments
				.slice(-2)
				.map((trial): [string, string] => [
					`${trial.knob} ${trial.from} to ${trial.to}`,
					judged(trial).verdict,
				]),
			...(last?.lines === undefined
				? []
				: [[last.lines.reason, linesJudged(last)?.verdict ?? ''] as [string, string]]),
			...offered.slice(0, 3).map(({ knob, from, to }): [string, string] => {
				const says = settingSays(knob, to, forecast)
				return [knob, [english.isTry(from, to), ...(says === undefined ? [] : [says])].join('; ')]
			}),
			...harmfulTrials(evidence).map(({ knob, why }): [string, string] => [knob, why]),
		]
		// A trial compares rates: where none has come since we look there is nothing to compare.
		const isQuiet = counts?.since === 0
		const offer =
			first === undefined || whyNotWrite !== undefined || isQuiet ? {} : { offer: 'experiment' as const }
		const does =
			whyNotWrite !== undefined
				? english.nothingCanBeTriedNow(whyNotWrite)
				: first === undefined
					? english.thereIsNothingLeftTo
					: isQuiet
						? english.tryWhileTheyCome
						: isExplained
							? english.anotherOneCanBeTried(first.knob, first.to)
							: english.tryForHalfAMinute(first.knob, first.to, first.because)
		const byHand = files.length === 0 ? [] : [english.toMakeItLastNever(lastingText(files))]
		if (last !== undefined)
			return {
				state: 'answered',
				short: `${last.knob}: ${judged(last).verdict}`,
				headline: english.trialCameTo[judged(last).verdict](last.knob),
				confidence: sureOf(judged(last).verdict, last.before.length),
				says: [capital(trialSays(last)), compared(last)?.says ?? ''].filter(Boolean).join(' '),
				read,
				does,
				byHand,
				...offer,
				notChecked,
				next: 'report',
			}
		return {
			state: 'open',
			short: english.notTried,
			headline: (counts?.rate ?? 0) === 0 ? english.nothingIsInvalidAtThis : english.noSettingWasTried,
			confidence: 'none',
			says: [
				...(forecast === undefined ? [] : [forecastSays(forecast)]),
				(counts?.rate ?? 0) === 0 ? english.aTestWouldMeasureNothing : english.thisIsOptional,
			].join(' '),
			read,
			does,
			...offer,
			notChecked,
			next: 'report',
		}
	},
}

/** While it is measured there is nothing to decide but to keep it. */
const underWay = (
	{ counts }: Evidence,
	{ knob, to, phase }: NonNullable<Evidence['trying']>,
): StepAnswer => ({
	state: 'reading',
	short: phase === 'during' ? 'trying' : english.measuringAfterIt,
	headline: english.invalidIsAtSNow(rate(counts?.rate ?? 0)),
	confidence: 'none',
	says: '',
	read: [[`${knob} ${to}`, phase === 'during' ? english.inForce : 'undone']],
	does: phase === 'during' ? english.waitItIsUndoneBy : english.waitTheRateAfterIt,
	notChecked: [english.otherTrafficThatChangesMeanwhile],
	next: 'report',
})

/** How sure a trial makes: what moves by itself, or was hardly measured, proves little, however long it was looked at. */
function sureOf(verdict: ReturnType<typeof judged>['verdict'], seconds: number): Confidence {
	if (verdict === 'too-few' || verdict === 'drifts') return 'low'
	return verdict !== 'part' && seconds >= LONG_SECONDS ? 'high' : 'medium'
}
