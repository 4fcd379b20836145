import {
	closeSync,
	constants,
	fstatSync,
	linkSync,
	lstatSync,
	mkdirSync,
	openSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmdirSync,
	rmSync,
	unlinkSync,
	writeFileSync,
	writeSync,
} from 'node:fs'
import { join } from 'node:path'
import * as english from '../../words/english/host/files.ts'
import { type Failure, fail, ok, type Result } from '../../words/failure.ts'
import { processStart } from '../process/identity.ts'
import { errorCode } from '../tools/proc-fs.ts'
import { type LeaseDir, privateDir, SOCKET, type StateDir, socketIn } from './state-dir.ts'

type Claimed =
	| { readonly ok: true }
	| { readonly ok: false; readonly holder: string | null; readonly code: string }

/** `closed`: the lease is closed or its directory is gone. Else the id of the lease that holds the knob. */
type Standing = 'ours' | 'closed' | { readonly holder: string }

/** The directory of one lease, open for writing records. Everything is synchronous. */
export interface LeaseStore {
	readonly id: string
	readonly socketPath: string
	/** One write(); the errno name when it did not get whole onto the file. */
	append(text: string): string | undefined
	/** The lease has not been closed, and its directory is where it was. */
	exists(): boolean
	/** Takes the knob when nobody has it. */
	claim(name: string): Claimed
	/** To be asked before each write to the kernel. Takes a claim again that somebody removed by hand. */
	standing(name: string): Standing
	/** Another lease holds a knob whose claim has such a name. */
	heldByOthers(isMeant: (name: string) => boolean): boolean
	/** Gives back a claim before anything was written. */
	unclaim(name: string): void
	/**
	 * Ends the lease: exactly one of several processes does it, and only that one gets true. Claims are removed, then
	 * the directory, unless its record is to be kept for somebody to read.
	 */
	close(keepRecord: boolean): boolean
	/** Closes the journal: nothing is recorded any more, and the lease stays what it is. */
	release(): void
}

export function createLeaseStore(state: StateDir, id: string): Result<LeaseStore> {
	const dir = join(state.leases, id)
	try {
		mkdirSync(dir, { mode: 0o700 })
		writeFileSync(join(dir, 'claim'), id, { flag: 'wx', mode: 0o600 })
	} catch (error) {
		const code = errorCode(error)
		if (code === 'EEXIST')
			return fail({ kind: 'busy', knob: english.lease(id), holder: english.anotherGuard, leaseId: id })
		rmSync(dir, { recursive: true, force: true })
		return fail({ kind: 'unsupported', what: english.theDirectory(dir), why: code })
	}
	const opened = openLeaseStore(state, id)
	if (!opened.ok) {
		rmSync(dir, { recursive: true, force: true })
		return opened
	}
	return opened.value === undefined ? fail(noJournal(dir, 'ENOENT')) : ok(opened.value)
}

const noJournal = (dir: string, why: string): Failure => ({
	kind: 'unsupported',
	what: english.theJournalIn(dir),
	why,
})

/** A lease that is there, to undo it; undefined when another process has just closed it. */
export function openLeaseStore(state: StateDir, id: string): Result<LeaseStore | undefined> {
	const dir = join(state.leases, id)
	const checked = privateDir(dir)
	if (!checked.ok) return checked
	const { O_WRONLY, O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = constants
	const flags = O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK
	try {
		const file = openSync(join(dir, 'journal.jsonl'), flags, 0o600)
		const { uid } = fstatSync(file)
		if (uid === process.geteuid?.()) return ok(leaseStore(state, id, dir, file))
		closeSync(file)
		return fail(noJournal(dir, english.itBelongsToUid(uid)))
	} catch (error) {
		const code = errorCode(error)
		return code === 'ENOENT' ? ok(undefined) : fail(noJournal(dir, code))
	}
}

function leaseStore(state: StateDir, id: string, dir: string, journal: number): LeaseStore {
	let isReleased = false
	const pathOf = (name: string) => join(state.knobs, name)
	const claimed = new Set<string>()
	/** A hard link is as exclusive as O_EXCL, and appears with its content. It fails once the lease is being closed. */
	const link = (name: string): string | undefined =>
		errnoOfCall(() => {
			linkSync(join(dir, 'claim'), pathOf(name))
			claimed.add(name)
		})
	return {
		id,
		socketPath: socketIn(dir),
		append(text) {
			// Its number may be that of another file by now.
			if (isReleased) return 'EBADF'
			try {
				const bytes = Buffer.from(text)
				return writeSync(journal, bytes) === bytes.length ? undefined : 'ENOSPC'
			} catch (error) {
				return errorCode(error)
			}
		},
		exists: () => errnoOfCall(() => lstatSync(join(dir, 'claim'))) === undefined,
		claim(name) {
			const code = link(name)
			if (code === undefined) return { ok: true }
			const holder = code === 'EEXIST' ? holderOf(pathOf(name)) : null
			return holder === id ? { ok: true } : { ok: false, holder, code }
		},
		standing(name) {
			// Twice: between the reading and the link somebody may take it, or give it back.
			for (let attempt = 0; attempt < 2; attempt++) {
				const holder = holderOf(pathOf(name))
				if (holder !== null) return holder === id ? 'ours' : { holder }
				const code = link(name)
				if (code === undefined) return 'ours'
				if (code !== 'EEXIST') return 'closed'
			}
			return 'closed'
		},
		heldByOthers(isMeant) {
			try {
				return readdirSync(state.knobs).some((name) => {
					const holder = isMeant(name) ? holderOf(pathOf(name)) : null
					return holder !== null && holder !== id
				})
			} catch {
				return false
			}
		},
		unclaim(name) {
			if (holderOf(pathOf(name)) === id) errnoOfCall(() => unlinkSync(pathOf(name)))
		},
		close: (keepRecord) => closeLease(state, id, dir, keepRecord, claimed),
		release() {
			if (!isReleased) errnoOfCall(() => closeSync(journal))
			isReleased = true
		},
	}
}

/** The id in a claim file; null when there is none. */
function holderOf(path: string): string | null {
	try {
		return readFileSync(path, 'utf8').trim()
	} catch {
		return null
	}
}

function errnoOfCall(call: () => unknown): string | undefined {
	try {
		call()
		return undefined
	} catch (error) {
		return errorCode(error)
	}
}

/**
 * A rename has one winner, so only one process removes the claims of a lease, and no late second one can remove the
 * claim that a new lease has taken meanwhile. The name tells who it is, for the case that it dies on the way.
 */
function closeLease(
	state: StateDir,
	id: string,
	from: string,
	keepRecord: boolean,
	claimed: Iterable<string> = [],
): boolean {
	const closing = join(state.leases, `${id}.closing-${process.pid}-${processStart(process.pid) ?? 0}`)
	if (errnoOfCall(() => renameSync(from, closing)) !== undefined) return false
	for (const name of namesIn(state.knobs) ?? claimed) {
		const path = join(state.knobs, name)
		const isOurs = (holderOf(path) ?? (isSameFile(path, join(closing, 'claim')) ? id : null)) === id
		if (isOurs) errnoOfCall(() => unlinkSync(path))
	}
	if (keepRecord) {
		// Without it nobody can take a claim for this lease again: see `standing`.
		errnoOfCall(() => unlinkSync(join(closing, 'claim')))
		errnoOfCall(() => renameSync(closing, join(state.leases, id)))
	} else if (errnoOfCall(() => rmSync(closing, { recursive: true, force: true })) !== undefined) {
		for (const name of FILES) errnoOfCall(() => unlinkSync(join(closing, name)))
		errnoOfCall(() => rmdirSync(closing))
	}
	return true
}

/** What a lease directory has in it: taking these away needs no descriptor. */
const FILES = ['claim', SOCKET, 'journal.jsonl'] as const

/** Undefined where the folder cannot be opened. */
function namesIn(folder: string): readonly string[] | undefined {
	try {
		return readdirSync(folder)
	} catch {
		return undefined
	}
}

/** A claim is a hard link, so it can be told without being opened. */
function isSameFile(one: string, other: string): boolean {
	try {
		return lstatSync(one).ino === lstatSync(other).ino
	} catch {
		return false
	}
}

/** Ends a lease by its directory: one of an earlier boot, or one whose remover died. */
export function removeLeaseDir(state: StateDir, dir: LeaseDir, keepRecord: boolean): boolean {
	return closeLease(state, dir.id, dir.path, keepRecord)
}
