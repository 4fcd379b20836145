import type { Tone } from '../../words/line.ts'
import type { Verdict } from './reason.ts'

type Words = {
	readonly letter: string
	readonly tone: Tone
	/** Where there is little room. */
	readonly short: string
	/** Beside a packet in a capture file. */
	readonly noted: string
	/** What the letter stands for. */
	readonly word: string
	/** What it means for the packet. */
	readonly sentence: string
}

/** What each verdict is called. */
export const VERDICTS: Readonly<Record<Verdict, Words>> = {
	invalid: {
		letter: 'I',
		tone: 'plain',
		short: 'INVALID',
		noted: 'INVALID',
		word: 'INVALID',
		sentence:
			'INVALID. It goes on without an entry: ct state invalid matches it, NAT leaves it as it is. Only a rule drops it.',
	},
	accepted: {
		letter: 'A',
		tone: 'dim',
		short: 'accepted',
		noted: 'accepted, only logged',
		word: 'accepted, only logged: not an INVALID packet',
		sentence: 'accepted, only logged. It keeps its entry: not an INVALID packet, whatever the words say.',
	},
	dropped: {
		letter: 'D',
		tone: 'bad',
		short: 'dropped',
		noted: 'dropped',
		word: 'dropped by conntrack itself',
		sentence: 'dropped by conntrack itself. No rule of a filter table sees it.',
	},
	'second-line': {
		letter: '+',
		tone: 'dim',
		short: 'same packet',
		noted: 'same packet as before',
		word: 'belongs to the line before',
		sentence: 'belongs to the packet of the line before. Do not count it twice.',
	},
	depends: {
		letter: 'i',
		tone: 'plain',
		short: 'depends',
		noted: 'INVALID or accepted, depending on the kernel',
		word: 'INVALID on some kernels and only logged on others: this one has not shown yet which it is',
		sentence: 'INVALID with some kernels, accepted with others that print the same text.',
	},
	unknown: {
		letter: '?',
		tone: 'attention',
		short: 'unknown',
		noted: 'not in the catalogue',
		word: 'not in the list of known reasons',
		sentence: 'unknown. The text is not in the catalogue.',
	},
}
