import { failureOf } from '../../host/given/sources.ts'
import { captureLine } from '../../kernel/given/capture-line.ts'
import { createCaptureReader } from '../../kernel/given/capture-reader.ts'
import * as english from '../../words/english/commands/read.ts'
import type { Failure } from '../../words/failure.ts'
import type { GivenCase } from './given-case.ts'

export type CaptureTally = {
	readonly packets: number
	/** Packets of NFLOG with a prefix: lines as the kernel log would have them. */
	readonly told: number
	/** Packets of links that are not read. */
	readonly unread: number
}

/** Reads pcap and pcapng: what was copied by NFLOG goes to the log lines, of plain packets none says that it was INVALID. */
export async function readCapture(
	chunks: AsyncIterable<Uint8Array>,
	all: GivenCase,
): Promise<{ readonly tally: CaptureTally; readonly failure: Failure | undefined }> {
	let packets = 0
	let told = 0
	let unread = 0
	const reader = createCaptureReader((record) => {
		packets += 1
		const line = captureLine(record)
		if (line === undefined) unread += 1
		else if (line.isTold && all.logs.take(line.text, 0)) told += 1
	})
	let failure: Failure | undefined
	try {
		for await (const chunk of chunks) if (!reader.feed(chunk)) break
		if (reader.isCut()) failure = { kind: 'usage', message: english.captureIsCut(reader.why()), next: '' }
	} catch (error) {
		failure = failureOf(error)
	}
	return { tally: { packets, told, unread }, failure }
}
