import type { Recorder } from '../../host/ports.ts'
import type { NflogMessage } from '../../kernel/nflog/nflog-message.ts'
import { describe } from '../../words/failure.ts'
import { capturedPackets, captureName } from '../commands/capture.ts'
import type { ActionBody } from '../state/actions.ts'
import type { State } from '../state/state.ts'
import { BYTES_KEPT, PACKETS_KEPT } from './packet-ring.ts'

const BOUND = `the newest ${PACKETS_KEPT} packets are kept, up to ${BYTES_KEPT / 1024 / 1024} MB`

/** Writes the packets of the selected reason, or those that pass the filter, into the working directory, and says what came of it. */
export async function captureToFile(
	recorder: Pick<Recorder, 'save'>,
	state: State,
	kept: readonly NflogMessage[],
	dispatch: (body: ActionBody) => void,
): Promise<void> {
	const packets = capturedPackets(state, kept)
	if (packets.length === 0) {
		const text = `no packet that is kept belongs to it: ${BOUND}`
		dispatch({ type: 'say', notice: { text, tone: 'attention' } })
		return
	}
	const saved = await recorder.save(captureName(state), packets)
	const count = packets.length === 1 ? '1 packet' : `${packets.length} packets`
	if (saved.ok) {
		dispatch({ type: 'say', notice: { text: `${count} in ${saved.value} (${BOUND})`, tone: 'good' } })
		return
	}
	const { title, detail } = describe(saved.failure)
	dispatch({ type: 'say', notice: { text: `${title}: ${detail}`, tone: 'bad' } })
}
