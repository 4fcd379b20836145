import { counted, grouped, rate } from '../../words/numbers.ts'
import type { Step } from '../step.ts'

/** So long the counters are looked at before "no" is said. */
const LOOK_SECONDS = 10

/** Is it INVALID at all, and now? */
export const rising: Step = {
	id: 'rising',
	question: 'Is INVALID rising?',
	title: 'Is it rising?',
	why: 'Only packets that are INVALID now can be explained. The counter of the kernel knows them all, whether or not somebody logs or drops them.',
	answer({ counts, countsProblem, seconds, elsewhere }) {
		const notChecked = ['other network namespaces']
		if (counts === undefined)
			return {
				state: countsProblem === '' ? 'reading' : 'open',
				short: countsProblem === '' ? 'reading' : 'cannot be read',
				read: [],
				says:
					countsProblem === ''
						? 'The counters are being read.'
						: `The counters cannot be read: ${countsProblem}.`,
				confidence: 'none',
				does: '',
				notChecked,
				next: 'acting',
			}
		const { total, since, watched, rate: now, byCpu } = counts
		const busy = byCpu.filter((one) => one > 0).length
		const read: [string, string][] = [
			['INVALID, all', grouped(total)],
			[`in ${grouped(watched)} s`, `${grouped(since)} (now ${rate(now)}/s)`],
			['CPUs', `${busy} of ${byCpu.length} have counted some`],
		]
		if (since > 0) {
			const perSecond = now > 0 ? `${rate(now)}/s` : `${rate(since / Math.max(1, watched))}/s on average`
			return {
				state: 'answered',
				short: `yes, ${perSecond}`,
				read,
				says: `Yes: ${counted(since, 'packet')} since watching began, ${perSecond}.`,
				confidence: 'high',
				does: '',
				notChecked,
				next: 'acting',
			}
		}
		if (watched < LOOK_SECONDS && seconds < LOOK_SECONDS)
			return {
				state: 'reading',
				short: 'looking for 10 s',
				read,
				says: 'None so far.',
				confidence: 'none',
				does: '',
				notChecked,
				next: 'acting',
			}
		const [first] = elsewhere
		return {
			state: 'answered',
			short: first === undefined ? 'no, not now' : 'not here',
			read,
			says:
				first !== undefined
					? `Not here, but it rises in ${first.name}: ${rate(first.rate)}/s. Look there.`
					: total === 0
						? 'No packet was ever INVALID here. Look in the network namespace of the container, or at another host of the way.'
						: `Not now: the ${grouped(total)} are from earlier. Make the trouble happen while this program watches.`,
			confidence: 'high',
			does: 'Look into the other network namespaces of this host.',
			offer: 'namespaces',
			notChecked: first === undefined ? notChecked : ['other hosts on the way'],
			next: 'acting',
		}
	},
}
