import type { Tone } from '../../../words/line.ts'
import type { ReasonRow } from '../../state/state.ts'

/** One letter a verdict, and what it stands for. */
export const VERDICTS = {
	invalid: { letter: 'I', word: 'INVALID', tone: 'plain' },
	accepted: { letter: 'A', word: 'accepted, only noted: not an INVALID packet', tone: 'dim' },
	dropped: { letter: 'D', word: 'dropped by conntrack itself', tone: 'bad' },
	'second-line': { letter: '+', word: 'belongs to the line before', tone: 'dim' },
	depends: {
		letter: 'i',
		word: 'INVALID on some kernels and only noted on others: this one has not shown yet which it is',
		tone: 'plain',
	},
	unknown: { letter: '?', word: 'not in the list of known reasons', tone: 'attention' },
} as const satisfies Record<ReasonRow['reason']['verdict'], { letter: string; word: string; tone: Tone }>
