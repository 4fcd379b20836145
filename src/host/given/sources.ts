import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { constants, createReadStream } from 'node:fs'
import { lstat, open, readdir, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable, type Writable } from 'node:stream'
import { type FileKind, fileKind, MAGIC_BYTES } from '../../kernel/given/magic.ts'
import * as english from '../../words/english/host/given.ts'
import type { Failure } from '../../words/failure.ts'
import { visible } from '../../words/visible.ts'
import { errorCode, nodeZlib } from '../tools/proc-fs.ts'
import type { ToolPath } from '../tools/tool-path.ts'
import { ByteQueue, peeked } from './byte-queue.ts'
import { type Budget, bounded, DEEPEST, LARGEST_ZIP, MOST_FILES, Refused, refusal } from './limits.ts'
import { type Member, tarMembers } from './tar.ts'
import { through } from './through.ts'
import { zipMembers } from './zip.ts'

const CHUNK = 262_144

/** One thing to read, unpacked. `chunks` is to be read, or left, before the next thing is asked for. */
export type GivenThing = {
	/** As it was given, and within an archive behind its name: `bundle.tar.gz: sos_commands/kernel/dmesg`. Untrusted. */
	readonly name: string
	readonly kind: FileKind
	/** Its path within the folder or the archive that was given; '' for a file that was named. Untrusted. */
	readonly inside: string
	/** ms since 1970; undefined where nobody says so. */
	readonly modifiedAt: number | undefined
	/** The admin has named it, not found in a folder or an archive. */
	readonly isNamed: boolean
	readonly chunks: AsyncIterable<Uint8Array>
}

export type GivenOrRefused = GivenThing | { readonly name: string; readonly refused: Failure }

type Place = Pick<GivenThing, 'name' | 'inside' | 'modifiedAt' | 'isNamed'>

export type GivenReader = {
	readonly tools: ToolPath
	readonly budget: Budget
	readonly stdin: AsyncIterable<Uint8Array>
}

/**
 * Everything in these files, folders and archives, `-` for standard input, one after another: gzip, zstd, tar, zip, and xz and bzip2
 * where their tools are there, also one in another. Nothing is written; names in archives are never opened; links in folders are not followed.
 */
export async function* givenThings(
	paths: readonly string[],
	reader: GivenReader,
): AsyncGenerator<GivenOrRefused> {
	for (const path of paths) {
		try {
			if (path === '-')
				yield* unpacked(
					{ name: '-', inside: '', modifiedAt: undefined, isNamed: true },
					reader.stdin,
					reader,
					0,
				)
			else if ((await stat(path)).isDirectory()) yield* inFolder(path, '', await realpath(path), reader)
			else yield* ofFile(path, undefined, reader)
		} catch (error) {
			yield { name: path, refused: failureOf(error) }
		}
	}
}

async function* inFolder(
	folder: string,
	inside: string,
	/** The folder that was given, without links in its path. */
	root: string,
	reader: GivenReader,
): AsyncGenerator<GivenOrRefused> {
	const names = (await readdir(folder)).toSorted((one, other) =>
		one.localeCompare(other, 'en', { numeric: true }),
	)
	for (const name of names) {
		const path = join(folder, name)
		try {
			const found = await lstat(path)
			if (found.isDirectory()) yield* inFolder(path, `${inside}${name}/`, root, reader)
			else if (found.isFile()) yield* ofFile(path, `${inside}${name}`, reader)
			// What leads out of the folder, and what would keep us waiting, is named and left.
			else if (!(found.isSymbolicLink() && (await leadsWithin(path, root))))
				yield { name: path, refused: refusal(english.isNoFile).failure }
		} catch (error) {
			yield { name: path, refused: failureOf(error) }
		}
	}
}

/** What such a link leads to is read where it is. */
async function leadsWithin(path: string, root: string): Promise<boolean> {
	const target = await realpath(path).catch(() => undefined)
	return target?.startsWith(`${root}/`) === true
}

async function* ofFile(
	path: string,
	/** Undefined for a file that was named. */
	inside: string | undefined,
	reader: GivenReader,
): AsyncGenerator<GivenOrRefused> {
	countFile(reader.budget)
	if (inside === undefined) {
		const { mtimeMs } = await stat(path)
		const stream = createReadStream(path, { highWaterMark: CHUNK })
		yield* unpacked(
			{ name: path, inside: '', modifiedAt: mtimeMs, isNamed: true },
			counted(stream, reader.budget),
			reader,
			0,
		)
		return
	}
	// Nobody may put a link in its place meanwhile.
	const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
	try {
		const { mtimeMs } = await file.stat()
		const stream = file.createReadStream({ highWaterMark: CHUNK, autoClose: false })
		yield* unpacked(
			{ name: path, inside, modifiedAt: mtimeMs, isNamed: false },
			counted(stream, reader.budget),
			reader,
			0,
		)
	} finally {
		await file.close().catch(() => {})
	}
}

async function* counted(stream: AsyncIterable<Uint8Array>, budget: Budget): AsyncGenerator<Uint8Array> {
	for await (const chunk of stream) {
		budget.read += chunk.length
		yield chunk
	}
}

function countFile(budget: Budget): void {
	budget.files += 1
	if (budget.files > MOST_FILES) throw refusal(english.tooManyFiles(MOST_FILES))
}

type Unpack = (chunks: AsyncIterable<Uint8Array>, tools: ToolPath) => AsyncIterable<Uint8Array>

/** Of zlib what Node has; the rest by its tool. */
const UNPACK: Readonly<Record<'gzip' | 'zstd' | 'xz' | 'bzip2', Unpack>> = {
	gzip: (chunks) => through(chunks, nodeZlib().createGunzip({ chunkSize: CHUNK })),
	zstd: (chunks) => through(chunks, nodeZlib().createZstdDecompress({ chunkSize: CHUNK })),
	xz: (chunks, tools) =>
		byTool(chunks, tools, 'xz', ['--decompress', '--stdout', '--memlimit-decompress=1GiB']),
	bzip2: (chunks, tools) => byTool(chunks, tools, 'bzip2', ['--decompress', '--stdout']),
}

async function* unpacked(
	place: Place,
	chunks: AsyncIterable<Uint8Array>,
	reader: GivenReader,
	depth: number,
): AsyncGenerator<GivenOrRefused> {
	const { budget } = reader
	let packed = 0
	const tally = async function* () {
		for await (const chunk of chunks) {
			packed += chunk.length
			yield chunk
		}
	}
	const { head, whole } = await peeked(tally(), MAGIC_BYTES)
	const kind = fileKind(head)
	if (depth > DEEPEST && (kind in UNPACK || kind === 'tar' || kind === 'zip'))
		throw refusal(english.tooDeep(DEEPEST))
	switch (kind) {
		case 'gzip':
		case 'zstd':
		case 'xz':
		case 'bzip2':
			yield* unpacked(
				place,
				bounded(undamaged(kind, UNPACK[kind](whole, reader.tools)), budget, () => packed),
				reader,
				depth + 1,
			)
			return
		case 'tar':
			yield* members(place, tarMembers(whole), reader, depth, (body) => body)
			return
		case 'zip': {
			const zip = await wholeZip(whole)
			yield* members(place, zipMembers(zip), reader, depth, (body) => bounded(body, budget, () => zip.length))
			return
		}
		default:
			yield { ...place, kind, chunks: whole }
	}
}

/** Both libraries have errors of one kind: whose it is, is said here. */
async function* undamaged(kind: string, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
	try {
		yield* chunks
	} catch (error) {
		throw isOfZlib(error) ? refusal(english.isDamaged(kind)) : error
	}
}

const isOfZlib = (error: unknown): boolean =>
	error instanceof Error && 'code' in error && /^Z(?:STD)?_/.test(errorCode(error))

async function* members(
	{ name, modifiedAt }: Place,
	all: AsyncIterable<Member>,
	reader: GivenReader,
	depth: number,
	body: (chunks: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>,
): AsyncGenerator<GivenOrRefused> {
	for await (const member of all) {
		if (!member.isFile) continue
		countFile(reader.budget)
		const place = {
			name: `${name}: ${member.name}`,
			inside: member.name,
			modifiedAt: member.modifiedAt ?? modifiedAt,
			isNamed: false,
		}
		try {
			yield* unpacked(place, body(member.chunks), reader, depth + 1)
		} catch (error) {
			// An archive that is cut ends; one member that is damaged does not end the others.
			yield { name: place.name, refused: failureOf(error) }
			if (reader.budget.unpacked > reader.budget.most) return
		}
	}
}

async function wholeZip(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
	const queue = new ByteQueue(chunks)
	const parts: Uint8Array[] = []
	let length = 0
	for (;;) {
		const piece = await queue.piece(Number.MAX_SAFE_INTEGER)
		if (piece === undefined) break
		length += piece.length
		if (length > LARGEST_ZIP)
			throw refusal(english.zipTooLarge(LARGEST_ZIP / 1024 ** 2), english.unpackFirst('unzip'))
		parts.push(piece)
	}
	const zip = new Uint8Array(length)
	let at = 0
	for (const part of parts) {
		zip.set(part, at)
		at += part.length
	}
	return zip
}

/** The tool gets bytes and gives bytes: neither a name nor a shell. */
async function* byTool(
	chunks: AsyncIterable<Uint8Array>,
	tools: ToolPath,
	name: 'xz' | 'bzip2',
	args: readonly string[],
): AsyncGenerator<Uint8Array> {
	const tool = tools.find(name)
	if (tool === undefined) throw refusal(english.packedIn(name), english.unpackFirst(`${name} -d`))
	const child: ChildProcessByStdio<Writable, Readable, null> = spawn(tool, args, {
		stdio: ['pipe', 'pipe', 'ignore'],
		env: { ...tools.env },
	})
	const ended = new Promise<number | null>((resolve) => {
		child.on('error', () => resolve(null))
		child.on('close', (code) => resolve(code))
	})
	// What it does not take any more is no error of ours.
	child.stdin.on('error', () => {})
	Readable.from(chunks, { objectMode: false })
		.on('error', () => child.stdin.end())
		.pipe(child.stdin)
	try {
		yield* child.stdout
		if ((await ended) !== 0) throw refusal(english.isDamaged(name))
	} finally {
		child.kill('SIGKILL')
	}
}

/** Why a thing could not be read on, in words. */
export function failureOf(error: unknown): Failure {
	if (error instanceof Refused) return error.failure
	// Whatever has no code is an error of the program.
	if (!(error instanceof Error && 'code' in error)) throw error
	const code = errorCode(error)
	if (isOfZlib(error)) return refusal(english.isDamaged('zip')).failure
	if (code === 'ENOENT') return refusal(english.isNotThere).failure
	if (code === 'EACCES' || code === 'EPERM') return refusal(english.mayNotBeRead).failure
	return refusal(english.cannotBeRead(visible(code))).failure
}
