import { createReadStream, statSync } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { fileKind } from '../../kernel/given/magic.ts'
import { FoldJoiner } from '../../kernel/log/fold-joiner.ts'
import { LineCutter, type LogText } from '../../kernel/log/log-text.ts'
import * as english from '../../words/english/host/log.ts'
import { type Failure, fail, ok, type Result } from '../../words/failure.ts'
import { visible } from '../../words/visible.ts'
import { errorCode, nodeZlib } from '../tools/proc-fs.ts'

const CHUNK = 262_144

/** What a file begins with when it is compressed in a way that is not undone here, and what undoes it. */
const OTHER_PACKERS: readonly { readonly magic: readonly number[]; readonly tool: string }[] = [
	{ magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], tool: 'xzcat' },
	{ magic: [0x28, 0xb5, 0x2f, 0xfd], tool: 'zstdcat' },
	{ magic: [0x42, 0x5a, 0x68], tool: 'bzcat' },
	{ magic: [0x4c, 0x50, 0x4b, 0x53, 0x48, 0x48, 0x52, 0x48], tool: 'journalctl -o json --file' },
]
const GZIP = [0x1f, 0x8b]
/** A tar has its magic behind the first name. */
const LONGEST_MAGIC = 512
const LONGEST_PACKER = 8

/**
 * Reads a log line by line, plain or gzip, never as a whole: `onLines` gets the lines of a chunk in their order (a
 * record that somebody has folded as one), and
 * the next chunk is read when what it returns has resolved. `-` is standard input. Ends early when `signal` says so.
 * `onBytes`: how much of the file itself was read by then, and its size where that is known.
 */
export async function readLog(
	path: string,
	onLines: (lines: readonly LogText[]) => Promise<void> | void,
	signal: AbortSignal,
	onBytes?: (read: number, all: number | undefined) => void,
): Promise<Result<void>> {
	const cutter = new LineCutter()
	const joiner = new FoldJoiner()
	return readLogBytes(
		path,
		{
			take(chunk) {
				const lines = joiner.push(cutter.push(chunk))
				return lines.length > 0 ? onLines(lines) : undefined
			},
			end: () => onLines([...joiner.push(cutter.end()), ...joiner.end()]),
		},
		signal,
		onBytes,
	)
}

/** Who takes the bytes of a log, and hears when no more come. */
export type TakesBytes = {
	take(chunk: Uint8Array): Promise<void> | void
	end(): Promise<void> | void
}

/** The same for who cuts the lines itself. */
export async function readLogBytes(
	path: string,
	taker: TakesBytes,
	signal: AbortSignal,
	onBytes?: (read: number, all: number | undefined) => void,
): Promise<Result<void>> {
	const source = path === '-' ? process.stdin : createReadStream(path, { highWaterMark: CHUNK })
	try {
		await pipeline(
			source,
			async function* (chunks: AsyncIterable<Buffer>) {
				yield* unpacked(onBytes === undefined ? chunks : toldBytes(chunks, path, onBytes), path)
			},
			async (chunks: AsyncIterable<Buffer>) => {
				for await (const chunk of chunks) await taker.take(chunk)
				await taker.end()
			},
			{ signal },
		)
		return ok(undefined)
	} catch (error) {
		if (signal.aborted) return ok(undefined)
		// What came before the trouble is told all the same.
		await taker.end()
		return fail(error instanceof Refused ? error.failure : readFailure(path, error))
	}
}

/** The same bytes, with how many of all they are: packed ones, as the size of the file is. */
async function* toldBytes(
	chunks: AsyncIterable<Buffer>,
	path: string,
	onBytes: (read: number, all: number | undefined) => void,
): AsyncGenerator<Buffer> {
	const all = path === '-' ? undefined : sizeOf(path)
	let read = 0
	for await (const chunk of chunks) {
		read += chunk.length
		yield chunk
		onBytes(read, all)
	}
}

/** Undefined for what has no size of its own: a pipe, a device. */
function sizeOf(path: string): number | undefined {
	const stat = statSync(path, { throwIfNoEntry: false })
	return stat?.isFile() === true && stat.size > 0 ? stat.size : undefined
}

class Refused extends Error {
	readonly failure: Failure
	constructor(failure: Failure) {
		super('refused')
		this.failure = failure
	}
}

const NEWLINE = 0x0a

/** No archive has a newline before its first NUL, and no other magic is longer. */
const isLine = (head: Buffer): boolean => {
	const end = head.length < LONGEST_PACKER ? -1 : head.indexOf(NEWLINE)
	return end >= 0 && !head.subarray(0, end).includes(0)
}

/** The first bytes, as far as there are so many, and all of it. */
async function beginning(
	chunks: AsyncIterable<Buffer>,
): Promise<{ readonly head: Buffer; readonly whole: AsyncGenerator<Buffer> }> {
	const all = chunks[Symbol.asyncIterator]()
	let head = Buffer.alloc(0)
	let more = true
	// A line that has come is told at once: it may be all that comes for a while.
	while (more && head.length < LONGEST_MAGIC && !isLine(head)) {
		const { value, done } = await all.next()
		if (done === true) more = false
		else head = Buffer.concat([head, value])
	}
	return { head, whole: withHead(head, more ? all : undefined) }
}

/** An archive has files, of which none may be the log. */
function refuseArchive(head: Buffer, path: string): void {
	const kind = fileKind(head)
	if (kind === 'tar' || kind === 'zip')
		throw new Refused({
			kind: 'usage',
			message: english.isAnArchive(nameOf(path), kind),
			next: english.lookInside(path === '-' ? '-' : visible(path)),
		})
}

async function* unpacked(chunks: AsyncIterable<Buffer>, path: string): AsyncGenerator<Buffer> {
	const { head, whole } = await beginning(chunks)
	const other = OTHER_PACKERS.find(({ magic }) => begins(head, magic))
	if (other !== undefined) throw new Refused(packedOtherwise(path, other.tool))
	refuseArchive(head, path)
	if (!begins(head, GZIP)) {
		yield* whole
		return
	}
	const gunzip = nodeZlib().createGunzip({ chunkSize: CHUNK })
	const fed = pipeline(whole, gunzip)
	// The reader of gunzip hears of the same error.
	fed.catch(() => {})
	const inner = await beginning(gunzip)
	refuseArchive(inner.head, path)
	yield* inner.whole
	await fed
}

async function* withHead(head: Buffer, rest: AsyncIterator<Buffer> | undefined): AsyncGenerator<Buffer> {
	if (head.length > 0) yield head
	if (rest === undefined) return
	for (;;) {
		const { value, done } = await rest.next()
		if (done === true) return
		yield value
	}
}

const begins = (head: Buffer, magic: readonly number[]) => magic.every((byte, index) => head[index] === byte)

function nameOf(path: string): string {
	return path === '-' ? english.standardInput : visible(path)
}

function packedOtherwise(path: string, tool: string): Failure {
	const file = path === '-' ? 'FILE' : visible(path)
	return {
		kind: 'usage',
		message: english.isPackedInAWay(nameOf(path)),
		next: english.unpackItOnTheWay(tool, file),
	}
}

function readFailure(path: string, error: unknown): Failure {
	const code = errorCode(error)
	const name = nameOf(path)
	if (code === 'EACCES' || code === 'EPERM') {
		return { kind: 'not-permitted', what: english.reading(name), need: english.theRightToReadIt }
	}
	const next = english.giveALogFileOr
	if (code === 'ENOENT') return { kind: 'usage', message: english.thereIsNoFile(name), next }
	if (code === 'EISDIR')
		return { kind: 'usage', message: english.isADirectory(name), next: english.lookInside(visible(path)) }
	if (code.startsWith('Z_')) {
		return {
			kind: 'usage',
			message: english.isDamagedGzipSays(name, visible(error instanceof Error ? error.message : code)),
			next: english.whatCouldBeReadWas,
		}
	}
	return { kind: 'usage', message: english.cannotBeRead(name, visible(code)), next }
}
