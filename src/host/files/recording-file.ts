import { createReadStream } from 'node:fs'
import { resolve } from 'node:path'
import { pipeline } from 'node:stream'
import { createGunzip, createGzip, constants as zlib } from 'node:zlib'
import * as english from '../../words/english/host/files.ts'
import { errnoWords } from '../../words/errno.ts'
import { fail, ok, type Result } from '../../words/failure.ts'
import { visible } from '../../words/visible.ts'
import { errorCode } from '../tools/proc-fs.ts'
import { makeFile } from './made-file.ts'

/** Of text, before it is compressed. What an hour takes stands in docs/performance.md. */
const MOST_BYTES = 512 * 1024 * 1024
/** Of text that waits to be compressed and written: a disk that stands still must not fill the memory. */
const MOST_WAITING = 16 * 1024 * 1024
/** So much is on the disk at the latest when the program is killed. */
const FLUSH_MS = 1_000
/** A longer line is no action of ours. */
const LONGEST_LINE = 16 * 1024 * 1024

export type RecordingFile = {
	readonly path: string
	write(line: string): void
	/** Why nothing more is written; empty while it is. */
	trouble(): string
	close(): Promise<void>
}

/** A new file, readable by its owner only: a recording holds what was seen on the host. Over an existing one only with `force`. */
export async function createRecordingFile(asked: string, force = false): Promise<Result<RecordingFile>> {
	const made = await makeFile(asked, { force, option: '--record' })
	if (!made.ok) return made
	const { path, handle: file } = made.value
	const gzip = createGzip({ level: 6 })
	const out = file.createWriteStream()
	let trouble = ''
	let bytes = 0
	let isOver = false
	let isClosing = false
	const failed = (error: Error): void => {
		trouble ||= english.theRecordingEndsHereCannot(visible(path), errorCode(error))
	}
	out.on('error', failed)
	out.on('close', () => {
		isOver = true
	})
	gzip.on('error', (error) => {
		failed(error)
		// Or nobody would end the file.
		out.destroy()
	})
	gzip.pipe(out)
	const flushing = setInterval(() => gzip.flush(zlib.Z_SYNC_FLUSH), FLUSH_MS)
	flushing.unref()
	return ok({
		path,
		write(line) {
			// What is told once it ends is in no recording; written all the same, it would be an error, and the end never come.
			if (isClosing || trouble !== '') return
			bytes += line.length + 1
			if (bytes > MOST_BYTES) {
				trouble = english.theRecordingEndsHereIt(MOST_BYTES / 1024 / 1024)
				return
			}
			if (gzip.writableLength > MOST_WAITING) {
				trouble = english.theRecordingEndsHereThe
				return
			}
			gzip.write(`${line}\n`)
		},
		trouble: () => trouble,
		async close() {
			clearInterval(flushing)
			isClosing = true
			if (isOver) return
			await new Promise<void>((done) => {
				out.once('close', () => done())
				gzip.end()
			})
		},
	})
}

/** The lines of a recording. One that was cut off gives what is there. */
export async function* readRecording(asked: string): AsyncGenerator<Result<string>> {
	const path = resolve(asked)
	const gunzip = createGunzip({ finishFlush: zlib.Z_SYNC_FLUSH })
	// An error of the file becomes one of the stream that is read below.
	const file = pipeline(createReadStream(path), gunzip, () => {})
	const decoder = new TextDecoder()
	let failure: unknown
	let pieces: string[] = []
	/** Characters of a line that has not ended. */
	let open = 0
	let any = false
	let tooMuch = ''
	let bytes = 0
	try {
		for await (const chunk of gunzip as AsyncIterable<Uint8Array>) {
			bytes += chunk.length
			const text = decoder.decode(chunk, { stream: true })
			const end = text.lastIndexOf('\n')
			// A line may come in thousands of pieces: they are put together once.
			if (end >= 0) {
				for (const line of `${pieces.join('')}${text.slice(0, end)}`.split('\n')) {
					any = true
					// A file of nothing but ends of lines unpacks to a thousand million of them.
					if (line !== '') yield ok(line)
				}
				pieces = []
				open = 0
			}
			pieces.push(text.slice(end + 1))
			open += text.length - end - 1
			if (open > LONGEST_LINE) tooMuch = english.aLineOfItHas(LONGEST_LINE / 1024 / 1024)
			if (bytes > 2 * MOST_BYTES) tooMuch = english.itHoldsMoreThanMb((2 * MOST_BYTES) / 1024 / 1024)
			if (tooMuch !== '') break
		}
	} catch (error) {
		failure = error
	}
	file.destroy()
	if (tooMuch !== '')
		yield fail({
			kind: 'usage',
			message: english.cannotBePlayedAndNo(visible(path), tooMuch),
			next: english.giveAFileThatCtscope,
		})
	if (any || tooMuch !== '') return
	yield fail({
		kind: 'usage',
		message: english.cannotBeReadAsA(
			visible(path),
			failure === undefined ? '' : `: ${errnoWords(errorCode(failure))}`,
		),
		next: english.giveAFileThatCtscope,
	})
}
