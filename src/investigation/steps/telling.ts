import { ladderAsks, ladderSays } from '../ladder/ladder.ts'
import type { Step } from '../step.ts'

/** Can the kernel say why? */
export const telling: Step = {
	id: 'telling',
	question: 'Can the kernel say why?',
	title: 'Is the reason told?',
	why: 'For most INVALID packets the kernel can print a reason. By itself it prints none.',
	answer({ rungs, isTold, whyNotTell, reasons }) {
		const { sentence } = ladderSays(rungs)
		const shut = rungs.filter(({ ok }) => !ok)
		const read = rungs
			.filter(({ ordinary }) => ordinary !== true)
			.slice(0, 5)
			.map(({ question, answer }) => [question, answer] as const)
		const base = {
			read:
				shut.length > 0 ? shut.slice(0, 4).map(({ question, answer }) => [question, answer] as const) : read,
			notChecked: ['whether somebody else reads or filters the kernel log on its way'],
		}
		if (rungs.length === 0)
			return {
				...base,
				state: 'reading',
				short: 'reading',
				says: 'The settings are being read.',
				confidence: 'none',
				does: '',
				next: 'collect',
			}
		if (isTold)
			return {
				...base,
				state: 'answered',
				short: 'yes, it is on',
				says: reasons.length > 0 ? 'Yes: reasons come.' : `${sentence.replace(/\.?$/, '.')}`,
				confidence: reasons.length > 0 ? 'high' : 'medium',
				does: '',
				next: 'collect',
			}
		const asks = ladderAsks(rungs)
		return {
			...base,
			state: 'open',
			short: whyNotTell === undefined ? 'no, but it can' : 'no',
			says: `${sentence.replace(/\.?$/, '.')}`,
			confidence: 'high',
			does:
				whyNotTell === undefined
					? 'Switch the log on for 10 minutes. It logs more; packets are treated as before. The exact writes are shown first.'
					: `It cannot be switched on from here: ${whyNotTell}. ${asks}`,
			...(whyNotTell === undefined ? { offer: 'log-why' as const } : {}),
			next: whyNotTell === undefined ? 'collect' : 'directions',
		}
	},
}
