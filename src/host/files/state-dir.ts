import {
	closeSync,
	constants,
	fstatSync,
	lstatSync,
	mkdirSync,
	openSync,
	readdirSync,
	readFileSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import type { NetnsName } from '../../changes/lease.ts'
import type { Knob } from '../../model/knob.ts'
import * as english from '../../words/english/host/files.ts'
import { type Failure, fail, ok, type Result } from '../../words/failure.ts'
import { isAlive } from '../process/identity.ts'
import { errorCode } from '../tools/proc-fs.ts'

/**
 * /run/ctscope: one directory a lease, one claim file a knob. /run is memory on most systems, so it has the lifetime of
 * the kernel values that it tells about. Where it is not (containers, other --state-dir), nothing changes: each record
 * carries the boot_id, and records of another boot mean that nothing is to be undone; they go at the next start.
 * No fsync: a record is safe from the death of processes as soon as write() returns.
 */
export type StateDir = {
	readonly path: string
	readonly leases: string
	readonly knobs: string
	/** Readers of NFLOG that begin: see starting-readers.ts. */
	readonly readers: string
}

export const READERS = 'readers'

export const DEFAULT_STATE_DIR = '/run/ctscope'

const LEASE_ID = /^[A-Z0-9]{4,12}$/
const CLOSING = /^([A-Z0-9]{4,12})\.closing-(\d+)-(\d+)$/
/** Longest journal that is read: thousands of changes. */
const JOURNAL_LIMIT = 8 * 1024 * 1024

export function isLeaseId(text: string): boolean {
	return LEASE_ID.test(text)
}

/** Where the knob is held: the same knob of two namespaces is two claims, also when one of them has the inode of the other. */
export function claimName(knob: Knob, { inode, rtnl }: Pick<NetnsName, 'inode' | 'rtnl'>): string {
	return `${knob.id.replaceAll('/', '.')}@${knob.scope === 'netns' ? `${inode}-${rtnl}` : 'host'}`
}

/** The directory must be ours alone, or others could make us write. Undefined: it is not there. */
export function privateDir(path: string): Result<boolean> {
	try {
		const { uid, mode } = lstatSync(path)
		const self = process.geteuid?.()
		// The usual case for whoever forgot sudo, and no fault of the directory.
		if (uid === 0 && self !== 0)
			return fail({ kind: 'not-permitted', what: english.lookingInto(path), need: 'root' })
		const why =
			(mode & constants.S_IFMT) !== constants.S_IFDIR
				? english.isNoDirectory
				: uid !== self
					? english.belongsToUid2(uid)
					: (mode & 0o077) !== 0
						? english.isOpenToOthersMode((mode & 0o777).toString(8))
						: undefined
		if (why === undefined) return ok(true)
		return fail({
			kind: 'unsupported',
			what: english.theStateDirectory(path),
			why: english.itSoItIsNot(why),
		})
	} catch (error) {
		const code = errorCode(error)
		if (code === 'ENOENT') return ok(false)
		if (code === 'EACCES')
			return fail({ kind: 'not-permitted', what: english.lookingInto(path), need: 'root' })
		return fail({ kind: 'unsupported', what: english.theStateDirectory(path), why: code })
	}
}

function makePrivateDir(path: string): Failure | undefined {
	try {
		mkdirSync(path, { mode: 0o700 })
	} catch (error) {
		const code = errorCode(error)
		if (code === 'EACCES' || code === 'EPERM')
			return { kind: 'not-permitted', what: english.makingTheDirectory(path), need: 'root' }
		if (code !== 'EEXIST') return { kind: 'unsupported', what: english.theDirectory(path), why: code }
	}
	const checked = privateDir(path)
	return checked.ok ? undefined : checked.failure
}

const under = (path: string): StateDir => ({
	path,
	leases: join(path, 'leases'),
	knobs: join(path, 'knobs'),
	readers: join(path, READERS),
})

/** Makes what is missing; refuses what is not private. */
export function makeStateDir(path: string): Result<StateDir> {
	const dir = under(path)
	for (const part of [dir.path, dir.leases, dir.knobs, dir.readers]) {
		const failure = makePrivateDir(part)
		if (failure !== undefined) return fail(failure)
	}
	return ok(dir)
}

/** For looking: undefined when there is none yet. Makes nothing. */
export function findStateDir(path: string): Result<StateDir | undefined> {
	const dir = under(path)
	for (const part of [dir.path, dir.leases, dir.knobs]) {
		const checked = privateDir(part)
		if (!checked.ok) return checked
		if (!checked.value) return ok(undefined)
	}
	return ok(dir)
}

export type LeaseDir = {
	readonly id: string
	readonly path: string
	/** It is being removed, or its remover died. */
	readonly closing: { readonly alive: boolean } | null
}

/** The socket of the guard, in the directory of its lease. */
export const socketIn = (dir: string): string => join(dir, SOCKET)
export const SOCKET = 'guard.sock'

/** Leases of the directory by name, strange names left out. */
export function leaseDirs(state: StateDir): readonly LeaseDir[] {
	return readdirSync(state.leases).flatMap((name): LeaseDir[] => {
		const path = join(state.leases, name)
		if (LEASE_ID.test(name)) return [{ id: name, path, closing: null }]
		const found = CLOSING.exec(name)
		if (found === null) return []
		const [, id = '', pid = '', start = ''] = found
		return [{ id, path, closing: { alive: isAlive(Number(pid), start) } }]
	})
}

export type JournalText =
	| { readonly ok: true; readonly text: string }
	/** In words: not ours, too large, cannot be read. */
	| { readonly ok: false; readonly problem: string }

/** Text of the journal of a lease; empty when its guard has not written any. */
export function readJournal(dir: LeaseDir): JournalText {
	const checked = privateDir(dir.path)
	if (!checked.ok)
		return {
			ok: false,
			problem: checked.failure.kind === 'unsupported' ? checked.failure.why : english.needsRoot,
		}
	// Closed by another process a moment ago: as empty as it will be.
	if (!checked.value) return { ok: true, text: '' }
	const path = join(dir.path, 'journal.jsonl')
	try {
		// Without waiting: a FIFO would keep us until somebody writes into it.
		const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
		try {
			const stats = fstatSync(file)
			const { uid, size } = stats
			if (!stats.isFile()) return { ok: false, problem: english.itsJournalIsNoFile }
			if (uid !== process.geteuid?.()) return { ok: false, problem: english.itsJournalBelongsToUid(uid) }
			if (size > JOURNAL_LIMIT) return { ok: false, problem: english.itsJournalIsTooLarge(size) }
			return { ok: true, text: readFileSync(file, 'utf8') }
		} finally {
			closeSync(file)
		}
	} catch (error) {
		const code = errorCode(error)
		if (code === 'ENOENT') return { ok: true, text: '' }
		return { ok: false, problem: english.itsJournalCannotBeRead(basename(path), code) }
	}
}
