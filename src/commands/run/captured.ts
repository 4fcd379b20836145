import { createReasoning } from '../../app/log/classifying.ts'
import type { CapturedPacket } from '../../host/ports.ts'
import type { NflogMessage } from '../../kernel/nflog/nflog-message.ts'
import { parsePacketLine } from '../../kernel/packet/packet-line.ts'
import { NO_ANSWERS } from '../../reasons/answers.ts'
import { packetComment } from '../../reasons/packet-comment.ts'
import { NO_TRAITS } from '../../reasons/traits.ts'

/**
 * Says for each message, in the order in which they came, what is to stand beside its packet. Undefined where there is
 * no packet, or conntrack did not send it: rules of the firewall may use the same netlink group.
 */
export function createCaptured(): (message: NflogMessage) => CapturedPacket | undefined {
	const reasoning = createReasoning({ traits: NO_TRAITS, answers: NO_ANSWERS })
	return (message) => {
		if (message.packet.length === 0) return undefined
		const line = parsePacketLine(message.text)
		if (line === undefined || line.kind === 'rule') return undefined
		return { message, comment: packetComment(line, reasoning.reasonOf(line, message.at)) }
	}
}
