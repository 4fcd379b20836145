import type { PacketLine } from '../kernel/packet/packet-line.ts'
import type { Reason, Verdict } from './shape/reason.ts'

const WORDS: Readonly<Record<Verdict, string>> = {
	invalid: 'INVALID',
	accepted: 'accepted, only noted',
	dropped: 'dropped',
	'second-line': 'same packet as before',
	depends: 'INVALID or accepted, depending on the kernel',
	unknown: 'not in the catalogue',
}

/**
 * What a capture file says beside a packet: the kernel's own words, then verdict and id in brackets, then what the
 * numbers mean. One line, safe to print.
 */
export function packetComment(line: PacketLine, reason: Reason): string {
	const kernel = [line.prefix, line.body].filter((part) => part !== '').join(' ')
	const verdict =
		reason.answer === true ? `${WORDS[reason.verdict]}, this host's own answer` : WORDS[reason.verdict]
	const detail = reason.detail === '' ? '' : ` ${reason.detail}`
	return `${kernel} [${verdict}; ${reason.id}]${detail}`
}
