import { constants, existsSync } from 'node:fs'
import { type FileHandle, open, unlink } from 'node:fs/promises'
import { release, type } from 'node:os'
import { dirname, resolve } from 'node:path'
import { type Failure, fail, ok, type Result } from '../failure.ts'
import { createPcapngWriter } from '../kernel/pcapng.ts'
import { visible } from '../kernel/visible.ts'
import type { CapturedPacket, OpenCapture, Recorder } from './ports.ts'
import { errorCode } from './proc-fs.ts'

/** Blocks of packets are put together up to this size before they are written, bytes. */
const PIECE_BYTES = 1 << 20
/** What a disk that is too slow may leave waiting; then the capture ends. */
const WAITING_BYTES = 128 << 20

/** Writes capture files for Wireshark, tshark and tcpdump, and reports. Relative paths are of the working directory. */
export function createRecorder(): Recorder {
	return {
		open: openCapture,
		async saveText(asked, text) {
			const path = resolve(asked)
			const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants
			let file: FileHandle
			try {
				file = await open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600)
			} catch (error) {
				return fail(openFailure(path, errorCode(error)))
			}
			try {
				await file.writeFile(text)
				return ok(path)
			} catch (error) {
				await unlink(path).catch(() => {})
				return fail(writeFailure(path, errorCode(error)))
			} finally {
				await file.close()
			}
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

async function openCapture(asked: string): Promise<Result<OpenCapture>> {
	const path = resolve(asked)
	const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants
	try {
		return ok(captureInto(path, await open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600)))
	} catch (error) {
		return fail(openFailure(path, errorCode(error)))
	}
}

function captureInto(path: string, file: FileHandle): OpenCapture {
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
			// Ours alone: it did not exist before.
			await unlink(path).catch(() => {})
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

const OTHER_NAME = 'give another file'

function openFailure(path: string, code: string): Failure {
	const file = visible(path)
	const folder = visible(dirname(path))
	switch (code) {
		case 'EEXIST':
		case 'ELOOP':
			return usage(`${file} exists already, and is not written over`)
		case 'ENOENT':
			// Some file systems answer this for a name that they do not make, as /proc does.
			return existsSync(dirname(path))
				? usage(`no file may be made in ${folder} (${code})`)
				: usage(`there is no folder ${folder}`, `make it, or ${OTHER_NAME}`)
		case 'ENOTDIR':
			return usage(`${folder} is not a folder`)
		case 'ENAMETOOLONG':
			return usage(`the name ${file.slice(0, 60)}... is too long`)
		case 'EROFS':
			return usage(`${folder} is on a file system that is mounted read-only`)
		case 'EACCES':
		case 'EPERM':
			return usage(`no file may be made in ${folder} (${code})`)
		default:
			return writeFailure(path, code)
	}
}

const usage = (message: string, next = OTHER_NAME): Failure => ({ kind: 'usage', message, next })

const NO_ROOM: Readonly<Record<string, string>> = {
	ENOSPC: 'the disk is full',
	EDQUOT: 'the quota of the disk is used up',
	EFBIG: 'the file is as large as a file may be here',
}

const writeFailure = (path: string, code: string): Failure => ({
	kind: 'unsupported',
	what: `writing ${visible(path)}`,
	why: `${NO_ROOM[code] ?? 'it failed'} (${code})`,
})

const tooSlow = (path: string): Failure => ({
	kind: 'unsupported',
	what: `writing ${visible(path)}`,
	why: `the disk is slower than the packets come: the capture ended with ${WAITING_BYTES >> 20} MiB waiting`,
})
