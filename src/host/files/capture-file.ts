import { release, type } from 'node:os'
import { resolve } from 'node:path'
import { createPcapngWriter } from '../../kernel/nflog/pcapng.ts'
import type { CapturedPacket, OpenCapture, Recorder } from '../../ports/recorder.ts'
import * as english from '../../words/english/host/files.ts'
import { type Failure, fail, ok, type Result } from '../../words/failure.ts'
import { visible } from '../../words/visible.ts'
import { errorCode } from '../tools/proc-fs.ts'
import { type MadeFile, type MakingFile, makeFile, writeFailure } from './made-file.ts'
import { openReport } from './report-file.ts'

/** Blocks of packets are put together up to this size before they are written, bytes. */
const PIECE_BYTES = 1 << 20
/** What a disk that is too slow may leave waiting; then the capture ends. */
const WAITING_BYTES = 128 << 20

/** Writes capture files for Wireshark, tshark and tcpdump, and reports. Relative paths are of the working directory. */
export function createRecorder(): Recorder {
	return {
		open: openCapture,
		async saveText(asked, text) {
			const file = await openReport(asked, {})
			if (!file.ok) return file
			const written = await file.value.write(text)
			return written.ok ? ok(resolve(asked)) : written
		},
		async save(path, packets) {
			const capture = await openCapture(path)
			if (!capture.ok) return capture
			capture.value.write(packets)
			const closed = await capture.value.close()
			if (closed.ok) return ok(capture.value.path)
			// Half of what was asked for is not worth its name.
			await capture.value.discard()
			return closed
		},
	}
}

async function openCapture(asked: string, making: MakingFile = {}): Promise<Result<OpenCapture>> {
	const file = await makeFile(asked, making)
	return file.ok ? ok(captureInto(file.value)) : file
}

function captureInto({ path, handle: file, remove }: MadeFile): OpenCapture {
	const pcapng = createPcapngWriter(`${type()} ${release()}`)
	let failure: Failure | undefined
	let packets = 0
	let bytes = 0
	let waiting = 0
	let last: Promise<void> = Promise.resolve()

	const put = async (piece: Uint8Array, count: number): Promise<void> => {
		waiting -= piece.length
		if (failure !== undefined) return
		try {
			for (let at = 0; at < piece.length; )
				at += (await file.write(piece, at, piece.length - at, bytes + at)).bytesWritten
			bytes += piece.length
			packets += count
		} catch (error) {
			failure = writeFailure(path, errorCode(error))
			// A block that is cut off in its middle makes readers complain about the whole file.
			await file.truncate(bytes).catch(() => {})
		}
	}

	const queue = (piece: Uint8Array, count: number): void => {
		waiting += piece.length
		if (waiting > WAITING_BYTES) failure ??= tooSlow(path)
		last = last.then(() => put(piece, count))
	}

	const close = async (): Promise<Result<{ readonly packets: number; readonly bytes: number }>> => {
		await last
		try {
			if (failure === undefined) await file.sync()
		} catch (error) {
			// A file without a disk behind it cannot be synchronised: nothing is wrong with it.
			const code = errorCode(error)
			if (code !== 'EINVAL' && code !== 'ENOTSUP') failure ??= writeFailure(path, code)
		}
		await file.close().catch((error: unknown) => {
			failure ??= writeFailure(path, errorCode(error))
		})
		return failure === undefined ? ok({ packets, bytes }) : fail(failure)
	}

	queue(pcapng.start(), 0)
	let closed: ReturnType<typeof close> | undefined
	return {
		path,
		write(captured) {
			if (failure !== undefined || closed !== undefined) return
			for (const { piece, count } of pieces(captured, pcapng.packet)) queue(piece, count)
		},
		close() {
			closed ??= close()
			return closed
		},
		written: () => ({ packets, bytes }),
		async discard() {
			closed ??= close()
			await closed
			await remove()
		},
	}
}

type Encode = ReturnType<typeof createPcapngWriter>['packet']

function* pieces(captured: readonly CapturedPacket[], encode: Encode) {
	let blocks: Uint8Array[] = []
	let size = 0
	for (const { message, comment } of captured) {
		const block = encode(message, comment)
		blocks.push(block)
		size += block.length
		if (size < PIECE_BYTES) continue
		yield { piece: Buffer.concat(blocks, size), count: blocks.length }
		blocks = []
		size = 0
	}
	if (size > 0) yield { piece: Buffer.concat(blocks, size), count: blocks.length }
}

const tooSlow = (path: string): Failure => ({
	kind: 'unsupported',
	what: english.writing(visible(path)),
	why: english.theDiskIsSlowerThan(WAITING_BYTES >> 20),
})
