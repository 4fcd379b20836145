import { rate } from '../../words/numbers.ts'
import type { Evidence } from '../evidence.ts'
import type { Step, StepAnswer } from '../step.ts'
import { judged, linesJudged, trialSays, trials } from '../trial/experiments.ts'
import { lastingOfTrials, lastingText } from '../trial/lasting.ts'

/** Does one setting explain it? */
export const setting: Step = {
	id: 'setting',
	question: 'Does one setting explain it?',
	title: 'Test one setting',
	why: 'If the rate falls while one behaviour is changed, and comes back afterwards, that behaviour is the cause, or hides it.',
	answer(evidence) {
		const { experiments, whyNotWrite, counts } = evidence
		const last = experiments.at(-1)
		const isExplained = experiments.some((trial) => judged(trial).verdict === 'explains')
		const files = lastingOfTrials(evidence)
		const toLast =
			files.length === 0 ? '' : `To make it last (never written by this program), ${lastingText(files)}.`
		const offered = trials(evidence).filter(
			({ knob, to }) => !experiments.some((one) => one.knob === knob && one.to === to),
		)
		const [first] = offered
		if (evidence.trying !== undefined) return underWay(evidence, evidence.trying)
		const notChecked = ['what the setting does to traffic that is right today']
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
			...offered.slice(0, 3).map(({ knob, from, to }): [string, string] => [knob, `is ${from}; try ${to}`]),
		]
		const offer = first === undefined || whyNotWrite !== undefined ? {} : { offer: 'experiment' as const }
		const does =
			whyNotWrite !== undefined
				? `Nothing can be tried now: ${whyNotWrite}.`
				: first === undefined
					? toLast === ''
						? 'There is nothing left to try on this kernel.'
						: toLast
					: isExplained
						? `${toLast} Another one can be tried: ${first.knob} ${first.to}.`
						: `Try ${first.knob} ${first.to} for half a minute: ${first.because}. It TREATS PACKETS DIFFERENTLY; you are asked first, and it is undone by itself.`
		if (last !== undefined)
			return {
				state: 'answered',
				short: `${last.knob}: ${judged(last).verdict}`,
				read,
				says: `${last.knob}: ${trialSays(last)}`,
				confidence: last.before.length >= 20 ? 'high' : 'medium',
				does,
				...offer,
				notChecked,
				next: 'report',
			}
		return {
			state: 'open',
			short: 'not tried',
			read,
			says:
				(counts?.rate ?? 0) === 0
					? 'Nothing is INVALID at this moment, so a test would measure nothing.'
					: 'Not tried. This is optional: the steps before often say enough.',
			confidence: 'none',
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
	short: phase === 'during' ? 'trying' : 'measuring after it',
	read: [[`${knob} ${to}`, phase === 'during' ? 'in force' : 'undone']],
	says: `INVALID is at ${rate(counts?.rate ?? 0)}/s now.`,
	confidence: 'none',
	does:
		phase === 'during'
			? 'Wait: it is undone by itself. K keeps it for up to 2 minutes, for a longer measurement; u undoes it now.'
			: 'Wait: the rate after it is measured for as long.',
	notChecked: ['other traffic that changes meanwhile: that is why it is measured again afterwards'],
	next: 'report',
})
