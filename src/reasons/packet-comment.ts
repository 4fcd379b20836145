import type { PacketLine } from '../kernel/packet/packet-line.ts'
import type { Reason } from './shape/reason.ts'
import { VERDICTS } from './shape/verdicts.ts'

/**
 * What a capture file says beside a packet: the kernel's own words, then verdict and id in brackets, then what the
 * numbers mean. One line, safe to print.
 */
export function packetComment(line: PacketLine, reason: Reason): string {
	const kernel = [line.prefix, line.body].filter((part) => part !== '').join(' ')
	const { noted } = VERDICTS[reason.verdict]
	const verdict = reason.answer === true ? `${noted}, this host's own answer` : noted
	const detail = reason.detail === '' ? '' : ` ${reason.detail}`
	return `${kernel} [${verdict}; ${reason.id}]${detail}`
}
