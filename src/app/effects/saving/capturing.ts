import type { NflogMessage } from '../../../kernel/nflog/nflog-message.ts'
import type { Recorder } from '../../../ports/recorder.ts'
import * as english from '../../../words/english/app/effects.ts'
import { describe } from '../../../words/failure.ts'
import { capturedPackets, captureName } from '../../commands/capture.ts'
import type { ActionBody } from '../../state/actions.ts'
import type { State } from '../../state/state.ts'

/** How many packets are kept for a capture file, and how much memory they may take. */
export const PACKETS_KEPT = 2000
export const BYTES_KEPT = 4 * 1024 * 1024
/** What an object costs beside its packet, roughly. */
const OVERHEAD = 400

export type PacketRing = {
	put(message: NflogMessage): void
	/** Oldest first. */
	kept(): readonly NflogMessage[]
}

/** The newest packets of NFLOG. They stay out of the state: nothing on the screen needs more of them than their line. */
export function createPacketRing(most = PACKETS_KEPT, mostBytes = BYTES_KEPT): PacketRing {
	let messages: (NflogMessage | undefined)[] = []
	/** Where the oldest one is: what is in front of it was let go. */
	let first = 0
	let bytes = 0
	const sizeOf = ({ packet, link, text }: NflogMessage): number =>
		packet.length + (link?.length ?? 0) + text.length + OVERHEAD

	return {
		put(message) {
			messages.push(message)
			bytes += sizeOf(message)
			while (messages.length - first > most || (bytes > mostBytes && messages.length - first > 1)) {
				const oldest = messages[first]
				if (oldest !== undefined) bytes -= sizeOf(oldest)
				messages[first++] = undefined
			}
			// The part that was let go is cut off now and then, so that each message is moved less than once.
			if (first > most) {
				messages = messages.slice(first)
				first = 0
			}
		},
		kept: () => messages.slice(first).filter((one) => one !== undefined),
	}
}

const BOUND = english.theNewestPacketsAreKept(PACKETS_KEPT, BYTES_KEPT / 1024 / 1024)

/** Writes the packets of the selected reason, or those that pass the filter, into the working directory, and says what came of it. */
export async function captureToFile(
	recorder: Pick<Recorder, 'save'>,
	state: State,
	kept: readonly NflogMessage[],
	dispatch: (body: ActionBody) => void,
): Promise<void> {
	const packets = capturedPackets(state, kept)
	if (packets.length === 0) {
		const text = english.noPacketThatIsKept(BOUND)
		dispatch({ type: 'say', notice: { text, tone: 'attention' } })
		return
	}
	const saved = await recorder.save(captureName(state), packets)
	const count = packets.length === 1 ? '1 packet' : english.packets(packets.length)
	if (saved.ok) {
		dispatch({ type: 'say', notice: { text: `${count} in ${saved.value} (${BOUND})`, tone: 'good' } })
		return
	}
	const { title, detail } = describe(saved.failure)
	dispatch({ type: 'say', notice: { text: `${title}: ${detail}`, tone: 'bad' } })
}
