import { type BigIntStats, closeSync, constants, fstatSync, lstatSync, openSync, readlinkSync } from 'node:fs'
import { type FileHandle, open, unlink } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import * as english from '../../words/english/host/files.ts'
import { type Failure, fail, ok, type Result } from '../../words/failure.ts'
import { visible } from '../../words/visible.ts'
import { errorCode } from '../tools/proc-fs.ts'

/**
 * Every file that this program makes is opened here: as root, in folders that others may write to as well. Its folder is
 * walked part by part with a descriptor of each, so that nobody can change the way while it is gone.
 */

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_NOCTTY, O_WRONLY, O_DIRECTORY } = constants
/** Of fcntl.h on x64 and arm64: a descriptor that stands for the file and opens nothing of it, so that no device notices. */
const O_PATH = 0o10000000
const NEW = O_CREAT | O_EXCL | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY
/** As the kernel does (MAXSYMLINKS). */
const MOST_LINKS = 40
const STICKY = 0o1000
const OTHERS_WRITE = 0o022

export type MakingFile = {
	/** Empties a plain file of ours that is there already, where it is safe to. */
	readonly force?: boolean
	/** The option that named the file, for the sentence that refuses it. */
	readonly option?: string
}

export type MadeFile = {
	/** Absolute. */
	readonly path: string
	/** Whatever becomes of the name, all is written through this. */
	readonly handle: FileHandle
	/** Takes the name away again, unless it has become that of another file. */
	remove(): Promise<void>
}

/** A sentence that refuses a file, thrown while its folder is walked. */
class Refused extends Error {}

/** A new file with mode 0600 at a path as somebody gave it. Never waits, never follows a link that others could have made. */
export async function makeFile(asked: string, making: MakingFile = {}): Promise<Result<MadeFile>> {
	const path = resolve(asked)
	let folder: number | undefined
	try {
		folder = openFolder(dirname(path))
		const here = `/proc/self/fd/${folder}/${basename(path)}`
		const handle = await openIn(here, path, making.force === true)
		const { dev, ino } = await handle.stat({ bigint: true })
		return ok({ path, handle, remove: () => removeName(path, { dev, ino }) })
	} catch (error) {
		return fail(openFailure(path, error, making))
	} finally {
		if (folder !== undefined) closeSync(folder)
	}
}

/** A new file that our own code has named, where no link is on the way. */
export function makeInFolder(path: string, flags: number): number {
	return openSync(path, NEW | flags, 0o600)
}

async function openIn(here: string, path: string, force: boolean): Promise<FileHandle> {
	try {
		return await open(here, NEW | O_WRONLY, 0o600)
	} catch (error) {
		if (!force || errorCode(error) !== 'EEXIST') throw error
	}
	// First what is there without opening it, then the same and nothing else.
	const there = openSync(here, O_PATH | O_NOFOLLOW)
	try {
		const why = whyNotOver(fstatSync(there, { bigint: true }))
		if (why !== undefined) throw new Refused(english.soItIsNotWritten(visible(path), why))
		const handle = await open(`/proc/self/fd/${there}`, O_WRONLY | O_NONBLOCK | O_NOCTTY)
		try {
			await handle.chmod(0o600)
			await handle.truncate(0)
			return handle
		} catch (error) {
			await handle.close()
			throw error
		}
	} finally {
		closeSync(there)
	}
}

/** Why what is there is not emptied, not even with --force. */
function whyNotOver(stats: BigIntStats): string | undefined {
	if (stats.isSymbolicLink()) return english.isASymbolicLink
	if (!stats.isFile()) return english.isNoPlainFile
	if (stats.uid !== BigInt(process.geteuid?.() ?? 0)) return english.belongsToUid(stats.uid)
	if (stats.nlink !== 1n) return english.hasNamesHardLinks(stats.nlink)
	return undefined
}

/**
 * The folder, link by link. A link is followed only when nobody but root and this user could have put it there: it
 * belongs to one of them and lies in a folder where others cannot exchange it. That is stricter than
 * fs.protected_symlinks, which looks at sticky folders that all may write to.
 */
function openFolder(path: string): number {
	const left = partsOf(path)
	const walked: string[] = []
	let links = 0
	let folder = openSync('/', O_PATH | O_DIRECTORY)
	try {
		for (let part = left.shift(); part !== undefined; part = left.shift()) {
			const here = `/proc/self/fd/${folder}/${part}`
			walked.push(part)
			const target = linkAt(here, folder, `/${walked.join('/')}`)
			if (target !== undefined) {
				if (++links > MOST_LINKS) throw new Refused(english.leadsThroughTooManyLinks(visible(path)))
				left.unshift(...partsOf(target))
				walked.pop()
			}
			if (target?.startsWith('/')) walked.length = 0
			else if (target !== undefined) continue
			const next = openSync(target === undefined ? here : '/', O_PATH | O_NOFOLLOW | O_DIRECTORY)
			closeSync(folder)
			folder = next
		}
		return folder
	} catch (error) {
		closeSync(folder)
		throw error
	}
}

/** Where the link leads; undefined for what is none. Throws for one that others could have made. */
function linkAt(here: string, folder: number, name: string): string | undefined {
	const there = lstatSync(here)
	if (!there.isSymbolicLink()) return undefined
	if (isTrusted(there.uid) && isSafe(folder)) return readlinkSync(here)
	throw new Refused(english.isALinkThatOthers(visible(name)))
}

const partsOf = (path: string) => path.split('/').filter((part) => part !== '' && part !== '.')

const isTrusted = (uid: number) => uid === 0 || uid === process.geteuid?.()

/** Others cannot exchange what lies in there and is not theirs. */
function isSafe(folder: number): boolean {
	const { uid, mode } = fstatSync(folder)
	return isTrusted(uid) && ((mode & OTHERS_WRITE) === 0 || (mode & STICKY) !== 0)
}

async function removeName(path: string, { dev, ino }: { dev: bigint; ino: bigint }): Promise<void> {
	let folder: number | undefined
	try {
		folder = openFolder(dirname(path))
		const here = `/proc/self/fd/${folder}/${basename(path)}`
		const found = lstatSync(here, { bigint: true })
		if (found.dev === dev && found.ino === ino) await unlink(here)
	} catch {
		// It is gone already, or its folder is.
	} finally {
		if (folder !== undefined) closeSync(folder)
	}
}

function openFailure(path: string, error: unknown, { force, option }: MakingFile): Failure {
	const other = english.giveAnotherFile(option === undefined ? '' : english.withWord(option))
	const usage = (message: string, next = other): Failure => ({ kind: 'usage', message, next })
	if (error instanceof Refused) return usage(error.message)
	const code = errorCode(error)
	const file = visible(path)
	const folder = visible(dirname(path))
	switch (code) {
		case 'EEXIST':
		case 'EISDIR':
		case 'ELOOP': {
			const next = force !== true && option !== undefined ? english.orWriteOverItWith(other) : other
			return usage(english.existsAlreadyAndIsNot(file), next)
		}
		case 'ENOENT':
			// Some file systems answer this for a name that they do not make, as /proc does.
			return isThere(dirname(path))
				? usage(english.noFileMayBeMade(folder, code))
				: usage(english.thereIsNoFolder(folder), english.makeItOr(other))
		case 'ENOTDIR':
			return usage(english.isNotAFolder(folder))
		case 'ENAMETOOLONG':
			return usage(english.theNameIsTooLong(file.slice(0, 60)))
		case 'EROFS':
			return usage(english.isOnAFileSystem(folder))
		case 'EACCES':
		case 'EPERM':
			return usage(english.noFileMayBeMade(folder, code))
		default:
			return writeFailure(path, code)
	}
}

function isThere(folder: string): boolean {
	try {
		closeSync(openFolder(folder))
		return true
	} catch {
		return false
	}
}

const NO_ROOM: Readonly<Record<string, string>> = {
	ENOSPC: english.theDiskIsFull,
	EDQUOT: english.theQuotaOfTheDisk,
	EFBIG: english.theFileIsAsLarge,
}

export const writeFailure = (path: string, code: string): Failure => ({
	kind: 'unsupported',
	what: english.writing(visible(path)),
	why: `${NO_ROOM[code] ?? english.itFailed} (${code})`,
})
