import type { CapturedPacket } from '../host/ports.ts'
import type { NflogMessage } from '../kernel/nflog-message.ts'
import { parsePacketLine } from '../kernel/packet-line.ts'
import { classify } from '../reasons/classify.ts'
import { packetComment } from '../reasons/packet-comment.ts'
import type { KernelTraits } from '../reasons/traits.ts'

/**
 * The packet of a message with what is said about it. None where conntrack did not send it: rules of the firewall may
 * use the same netlink group.
 */
export function captured(message: NflogMessage, traits: KernelTraits): readonly CapturedPacket[] {
	if (message.packet.length === 0) return []
	const line = parsePacketLine(message.text)
	if (line === undefined || line.kind === 'rule') return []
	return [{ message, comment: packetComment(line, classify(line, traits)) }]
}
