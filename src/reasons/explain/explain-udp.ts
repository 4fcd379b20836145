import { CHECKSUM, CHECKSUM_HIDES } from '../shape/knob-effects.ts'
import type { ExplanationText } from '../shape/reason.ts'
import { BROKEN_SENDER, CHECKSUM_NEXT, SHORT_NEXT } from './explain-words.ts'

export const UDP_EXPLANATIONS: Readonly<Record<string, ExplanationText>> = {
	'udp-short': {
		meaning: 'Fewer than 8 bytes are left for the UDP header.',
		causes: BROKEN_SENDER,
		next: SHORT_NEXT,
	},
	'udp-trunc': {
		meaning: 'The length in the UDP header is below 8 or larger than the packet that carries it.',
		causes: ['packets that were cut on the path', 'a sender or tunnel that writes a wrong length'],
		next: ['compare the two lengths of the line', 'check the MTU along the path and the ends of its tunnels'],
	},
	'udp-csum': {
		meaning:
			'The checksum is there and wrong. It is verified for packets that arrive, and only while nf_conntrack_checksum is 1.',
		causes: [
			'VXLAN, Geneve or a virtual interface that hands packets over before their checksum is finished',
			'a NAT on the path that did not correct it',
			'real damage',
		],
		next: CHECKSUM_NEXT,
		settings: [CHECKSUM],
		hides: CHECKSUM_HIDES,
	},
	'udplite-short': {
		meaning: 'Fewer than 8 bytes are left for the UDP-Lite header.',
		causes: BROKEN_SENDER,
		next: SHORT_NEXT,
	},
	'udplite-cov': {
		meaning: 'The checksum of UDP-Lite claims to cover 1 to 7 bytes, or more than the packet has.',
		causes: BROKEN_SENDER,
		next: ['look at the program on the sender; drop otherwise'],
	},
	'udplite-nocsum': {
		meaning: 'UDP-Lite must have a checksum, and this packet has none.',
		causes: BROKEN_SENDER,
		next: ['look at the program on the sender; drop otherwise'],
	},
	'udplite-csum': {
		meaning: 'The part that the checksum of UDP-Lite covers does not match it.',
		causes: ['a checksum that offload left unfinished', 'real damage'],
		next: CHECKSUM_NEXT,
		settings: [CHECKSUM],
		hides: CHECKSUM_HIDES,
	},
}
