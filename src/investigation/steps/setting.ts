import { judge } from '../chance.ts'
import { trials } from '../experiments.ts'
import type { Step } from './step.ts'

/** Does one setting explain it? */
export const setting: Step = {
	id: 'setting',
	question: 'Does one setting explain it?',
	title: 'Test one setting',
	why: 'If the rate falls while one behaviour is changed, and comes back afterwards, that behaviour is the cause, or hides it.',
	answer(evidence) {
		const { experiments, whyNotWrite, counts } = evidence
		const offered = trials(evidence)
		const [first] = offered
		const last = experiments.at(-1)
		const notChecked = ['what the setting does to traffic that is right today']
		const read: [string, string][] = [
			...experiments
				.slice(-2)
				.map(({ knob, from, to, before, during, after }): [string, string] => [
					`${knob} ${from} to ${to}`,
					judge(before, during, after).verdict,
				]),
			...offered.slice(0, 3).map(({ knob, from, to }): [string, string] => [knob, `is ${from}; try ${to}`]),
		]
		const offer = first === undefined || whyNotWrite !== undefined ? {} : { offer: 'experiment' as const }
		const does =
			whyNotWrite !== undefined
				? `Nothing can be tried now: ${whyNotWrite}.`
				: first === undefined
					? 'There is nothing left to try on this kernel.'
					: `Try ${first.knob} ${first.to} for half a minute: ${first.because}. It TREATS PACKETS DIFFERENTLY; you are asked first, and it is undone by itself.`
		if (last !== undefined)
			return {
				state: 'answered',
				short: `${last.knob}: ${judge(last.before, last.during, last.after).verdict}`,
				read,
				says: `${last.knob}: ${judge(last.before, last.during, last.after).sentence}${last.cut === '' ? '' : ` It was cut short: ${last.cut}.`}`,
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
