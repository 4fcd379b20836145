import { createReasoning } from '../../app/log/classifying.ts'
import type { NflogMessage } from '../../kernel/nflog/nflog-message.ts'
import { parsePacketLine } from '../../kernel/packet/packet-line.ts'
import type { LogEvent } from '../../model/log-event.ts'
import type { CapturedPacket, OpenCapture, Recorder } from '../../ports/recorder.ts'
import { packetComment } from '../../reasons/packet-comment.ts'
import { NO_TRAITS } from '../../reasons/traits.ts'
import * as english from '../../words/english/commands/run.ts'
import { fail, ok, type Result } from '../../words/failure.ts'
import { inShort } from './sources.ts'
import type { Chosen } from './switch.ts'

/** What became of the file: its figures, or what went wrong with it. */
export type Captured = {
	readonly path: string
	readonly packets: number
	readonly bytes: number
	readonly trouble: string
}

export type RunCapture = {
	/** Refuses, before anything is changed, what cannot become a file of packets. */
	open(chosen: Chosen): Promise<Result<void>>
	/** Writes the packets that conntrack has told of, each with its reason. */
	take(events: readonly LogEvent[]): void
	/** Null when none was asked for, or none was opened. */
	close(): Promise<Captured | null>
	/** Nobody waits for a report any more: packets stay, an empty file does not. */
	abandon(): Promise<void>
}

/** The pcapng file of `run --capture`; does nothing when `path` is undefined. */
export function createRunCapture(recorder: Recorder, path: string | undefined, force: boolean): RunCapture {
	let file: OpenCapture | undefined
	let written = 0
	const captured = createCaptured()
	return {
		async open({ source, why }) {
			if (path === undefined) return ok(undefined)
			if (source !== 'nflog') {
				return fail({
					kind: 'usage',
					message: english.theKernelLogHasNo(why),
					next: english.sourceNflogAndTcpdumpGive,
				})
			}
			const opened = await recorder.open(path, { force, option: '--capture' })
			if (!opened.ok) return opened
			file = opened.value
			return ok(undefined)
		},
		take(events) {
			if (file === undefined) return
			const packets = events.flatMap((event) =>
				event.kind === 'nflog' ? (captured(event.message) ?? []) : [],
			)
			if (packets.length === 0) return
			written += packets.length
			file.write(packets)
		},
		async close() {
			const open = file
			if (open === undefined) return null
			file = undefined
			const closed = await open.close()
			if (closed.ok) return { path: open.path, ...closed.value, trouble: '' }
			const trouble = english.couldNotBeWrittenTo(open.path, inShort(closed.failure))
			return { path: open.path, ...open.written(), trouble }
		},
		async abandon() {
			await (written > 0 ? file?.close() : file?.discard())
			file = undefined
		},
	}
}

/**
 * Says for each message, in the order in which they came, what is to stand beside its packet. Undefined where there is
 * no packet, or conntrack did not send it: rules of the firewall may use the same netlink group.
 */
function createCaptured(): (message: NflogMessage) => CapturedPacket | undefined {
	const reasoning = createReasoning({ traits: NO_TRAITS })
	return (message) => {
		if (message.packet.length === 0) return undefined
		const line = parsePacketLine(message.text)
		if (line === undefined || line.kind === 'rule') return undefined
		return { message, comment: packetComment(line, reasoning.reasonOf(line, message.at)) }
	}
}
