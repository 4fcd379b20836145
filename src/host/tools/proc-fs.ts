import {
	accessSync,
	closeSync,
	constants,
	existsSync,
	openSync,
	readdirSync,
	readFileSync,
	readSync,
} from 'node:fs'
import * as english from '../../words/english/host/tools.ts'
import { type Failure, fail, ok, type Result } from '../../words/failure.ts'

/** Parts of Node that take 5 ms each to load, which is a tenth of a start, and that most runs need nothing of. */
export const nodeCrypto = () => process.getBuiltinModule('node:crypto')
export const nodeZlib = () => process.getBuiltinModule('node:zlib')

/**
 * A file of /proc, whole. Read in place: these files are made by the kernel in microseconds, and handing the read to
 * another thread costs more than the read.
 */
export function readText(path: string): Result<string> {
	try {
		return ok(readFileSync(path, 'utf8'))
	} catch (error) {
		return fail(readFailure(path, error))
	}
}

/** The same for a file that is no text. */
export function readBytes(path: string): Result<Buffer> {
	try {
		return ok(readFileSync(path))
	} catch (error) {
		return fail(readFailure(path, error))
	}
}

/** A file of /proc where it does not matter why there is none: '' then. */
export function textOf(path: string): string {
	const text = readText(path)
	return text.ok ? text.value : ''
}

/** The names in a folder; none where it cannot be read. */
export function entriesOf(folder: string): readonly string[] {
	try {
		return readdirSync(folder)
	} catch {
		return []
	}
}

export function exists(path: string): boolean {
	return existsSync(path)
}

/** Why this process may not write the file, in a few words; undefined when it may. Asks, opens nothing. */
export function notWritable(path: string): string | undefined {
	try {
		accessSync(path, constants.W_OK)
		return undefined
	} catch (error) {
		const code = errorCode(error)
		if (code === 'EROFS') return english.itIsMountedReadOnly
		if (code === 'ENOENT') return english.itDoesNotExist
		return process.getuid?.() === 0 ? english.thisProcessMayNotWrite : english.itNeedsRootRunWith
	}
}

/** What an error of a read means for the reader of it. */
export function readFailure(path: string, error: unknown): Failure {
	const code = errorCode(error)
	if (code === 'ENOENT' || code === 'ENOTDIR') {
		return { kind: 'unsupported', what: path, why: english.itDoesNotExist }
	}
	if (code === 'EACCES' || code === 'EPERM') {
		return { kind: 'not-permitted', what: english.reading(path), need: 'root' }
	}
	return { kind: 'unsupported', what: path, why: english.itCannotBeRead(code) }
}

/** The errno name of an error of node:fs; its message when it has none. */
export function errorCode(error: unknown): string {
	if (error instanceof Error) return (error as NodeJS.ErrnoException).code ?? error.message
	return String(error)
}

/** Why a program could not be started, of the error that spawn tells. */
export const notStarted = (error: unknown): string => english.couldNotBeStarted(errorCode(error))

const PIECE = 65_536

/**
 * What `find` finds in whole lines of a list that others can make long: it is read only up to there, and for `limitMs` at
 * most. Undefined when it is not there, or was not found in time.
 */
export function findInLines<T>(
	path: string,
	find: (lines: string) => T | undefined,
	limitMs = Number.POSITIVE_INFINITY,
): T | undefined {
	const begun = performance.now()
	let file: number | undefined
	try {
		file = openSync(path, 'r')
		const buffer = Buffer.alloc(PIECE)
		for (let rest = ''; performance.now() - begun < limitMs; ) {
			const count = readSync(file, buffer, 0, PIECE, null)
			rest += buffer.toString('latin1', 0, count)
			const whole = count === 0 ? rest.length : rest.lastIndexOf('\n') + 1
			const found = find(rest.slice(0, whole))
			if (found !== undefined || count === 0) return found
			rest = rest.slice(whole)
		}
		return undefined
	} catch {
		return undefined
	} finally {
		if (file !== undefined) closeSync(file)
	}
}
