import { spawnSync } from 'node:child_process'
import { closeSync, constants, existsSync, openSync, readFileSync, writeSync } from 'node:fs'
import type { Knob } from '../changes/knob.ts'
import { canonical } from '../changes/knobs.ts'
import type { Reading } from '../changes/verdict.ts'
import { INITIAL_NETNS } from './find-netns.ts'
import { netnsInode } from './identity.ts'
import { errorCode } from './proc-fs.ts'
import { endStartingReaders } from './starting-readers.ts'
import { createToolPath } from './tool-path.ts'
import { createCallSites } from './write-call-site.ts'
import { createModules } from './write-module.ts'
import { createMounts } from './write-mount.ts'
import { createTables } from './write-table.ts'

export type Written =
	| { readonly ok: true }
	/** errno name. `at` tells a file that is not there from a value that the kernel refuses: nf_log gives ENOENT for both. */
	| {
			readonly ok: false
			readonly code: string
			readonly at: 'open' | 'write'
			/** What a tool or a look at the host says about it. */
			readonly words?: string
	  }

/** What a write has to know besides the value. */
export type ForWrite = {
	/** What the knob was judged by; of a call site only the flags that differ from it are written. */
	readonly now: string
	/** What was recorded of the change: see `detail`. */
	readonly detail: readonly string[]
}

/** The kernel's files as the guard sees them. Everything is synchronous, so nothing of our own can come in between. */
export interface KernelFiles {
	/**
	 * With what was recorded of a change (`detail`): a module is `loaded` as long as one of those is that loading it
	 * added, debugfs is `mounted` as long as our mount is there.
	 */
	read(knob: Knob, detail?: readonly string[]): Reading
	/**
	 * One open without O_CREAT and O_TRUNC, one write(); for a module one run of modprobe, or of rmmod for each;
	 * for debugfs one of mount(8) or umount(8); for a table of ours one transaction of nft.
	 */
	write(knob: Knob, value: string, more: ForWrite): Written
	/** Opens for writing and closes again: proves the way, changes nothing. */
	probe(knob: Knob): Written
	/**
	 * Ends what is about to write the knob on behalf of this program (see starting-readers.ts), and answers how many
	 * processes that were. After it, and after it once more behind a write, what the knob reads is what stays.
	 */
	settle(knob: Knob): number
	/** Reading it costs a process, or a long file: not to be done every second. */
	isFar(knob: Knob): boolean
	/**
	 * To be recorded before a change, for its undo: of a module what loading it would add, itself first; of a call site
	 * the words of a query that name it, and a piece of its text; of debugfs the name of our mount, and its mount
	 * namespace. Of other knobs nothing.
	 */
	detail(knob: Knob): readonly string[]
}

/** The network namespace that `netns` knobs belong to: that of this process, or one that exists no more. */
export type Home = { readonly inode: number } | 'gone'

/** `programPid`: the program that asks; where it is, debugfs is mounted. */
export function createKernelFiles(home: Home, programPid?: () => number | undefined): KernelFiles {
	const mounts = createMounts(undefined, programPid)
	/** Why a knob of a namespace must not be touched from here; looked at before each access, not once. */
	const astray = (knob: Knob): string | undefined => {
		if (knob.scope !== 'netns') return undefined
		if (home === 'gone') return 'its network namespace is gone, and the value with it'
		return netnsInode() === home.inode ? undefined : 'this process is in another network namespace'
	}
	const isElsewhere = (knob: Knob): boolean => knob.scope === 'initial-netns' && !existsSync(knob.path)
	return {
		isFar: (knob) =>
			knob.kind.type === 'flags' ||
			knob.kind.type === 'mount' ||
			knob.kind.type === 'table' ||
			isElsewhere(knob),
		settle: (knob) => (knob.id === BOUND_BY_READERS && astray(knob) === undefined ? endStartingReaders() : 0),
		read(knob, detail) {
			const why = astray(knob)
			if (why !== undefined)
				return home === 'gone' ? { kind: 'gone', why } : { kind: 'unreadable', code: 'EXDEV' }
			if (knob.kind.type === 'mount') return mounts.read(detail)
			if (knob.kind.type === 'table') return TABLES.read(knob, detail !== undefined)
			return isElsewhere(knob) ? readFar(knob) : readKnob(knob, detail)
		},
		write(knob, value, { now, detail }) {
			if (astray(knob) !== undefined) return { ok: false, code: 'EXDEV', at: 'open' }
			if (knob.kind.type === 'flags') return SITES.write(knob, value, now)
			if (knob.kind.type === 'module') return MODULES.write(knob, value, detail)
			if (knob.kind.type === 'mount') return mounts.write(value, detail)
			if (knob.kind.type === 'table') return TABLES.write(knob, value)
			return isElsewhere(knob) ? writeFar(knob, value) : writeHere(knob, value)
		},
		probe(knob) {
			if (astray(knob) !== undefined) return { ok: false, code: 'EXDEV', at: 'open' }
			if (knob.kind.type === 'flags') return SITES.probe(knob)
			if (knob.kind.type === 'module') return MODULES.probe(knob)
			if (knob.kind.type === 'mount') return mounts.probe()
			if (knob.kind.type === 'table') return TABLES.probe(knob)
			return isElsewhere(knob) ? writeFar(knob, undefined) : writeHere(knob, undefined)
		},
		detail(knob) {
			if (knob.kind.type === 'flags') return SITES.detail(knob)
			if (knob.kind.type === 'mount') return mounts.detail()
			return knob.kind.type === 'module' ? MODULES.detail(knob) : []
		},
	}
}

const SITES = createCallSites()
const MODULES = createModules()
const TABLES = createTables()
/** libpcap binds a logger for IPv4 and no other family. */
const BOUND_BY_READERS = 'nf_log.2'

/** What the knob reads from where this process is. */
export function readKnob(knob: Knob, detail?: readonly string[]): Reading {
	if (knob.kind.type === 'flags') return SITES.read(knob)
	if (knob.kind.type === 'module') return MODULES.read(knob, detail)
	if (knob.kind.type === 'table') return TABLES.read(knob, detail !== undefined)
	try {
		return readingOf(knob, readFileSync(knob.path, 'utf8'))
	} catch (error) {
		const code = errorCode(error)
		return code === 'ENOENT' ? gone : { kind: 'unreadable', code }
	}
}

const gone: Reading = { kind: 'gone', why: 'its file is gone (module unloaded?), and the value with it' }

function readingOf(knob: Knob, text: string): Reading {
	const value = canonical(knob, text)
	return value === undefined ? { kind: 'unreadable', code: 'EBADMSG' } : { kind: 'value', value }
}

/** Without a value: only opens. */
function writeHere(knob: Knob, value: string | undefined): Written {
	let file: number
	try {
		file = openSync(knob.path, constants.O_WRONLY | constants.O_NOFOLLOW)
	} catch (error) {
		return { ok: false, code: errorCode(error), at: 'open' }
	}
	try {
		if (value !== undefined) writeSync(file, `${value}\n`)
		return { ok: true }
	} catch (error) {
		return { ok: false, code: errorCode(error), at: 'write' }
	} finally {
		closeSync(file)
	}
}

const TOOLS = createToolPath()
const ENTER_MS = 3000

/** What only the initial network namespace has is reached by entering it with a child: a process cannot switch back and forth. */
function enter(place: string, command: readonly string[], input: string) {
	return spawnSync(TOOLS.find('nsenter') ?? 'nsenter', [`--net=${place}`, '--', ...command], {
		input,
		encoding: 'utf8',
		timeout: ENTER_MS,
		cwd: '/',
		env: TOOLS.env,
	})
}

/** A way is accepted only when the file is there at its end: pid 1 of a container is not in the initial namespace. */
function readFar(knob: Knob): Reading {
	let last = 'ENOENT'
	for (const place of INITIAL_NETNS) {
		const { status, stdout, stderr, error } = enter(place, ['cat', knob.path], '')
		if (status === 0) return readingOf(knob, stdout)
		last = error === undefined ? errnoOf(stderr) : errorCode(error)
	}
	// Never `gone`: the value of the whole host does not vanish because we lost the way to it.
	return { kind: 'unreadable', code: last }
}

function writeFar(knob: Knob, value: string | undefined): Written {
	let last: Written = { ok: false, code: 'ENOENT', at: 'open' }
	for (const place of INITIAL_NETNS) {
		// count=0 opens the file and writes nothing.
		const how = value === undefined ? ['count=0'] : []
		const command = ['dd', `of=${knob.path}`, 'conv=nocreat,notrunc', 'status=none', ...how]
		const { status, stderr, error } = enter(place, command, value === undefined ? '' : `${value}\n`)
		if (status === 0) return { ok: true }
		const code = error === undefined ? errnoOf(stderr) : errorCode(error)
		last = { ok: false, code, at: /error writing/.test(stderr) ? 'write' : 'open' }
		if (last.at === 'write') return last
	}
	return last
}

/** The C library's words, as cat, dd and nsenter print them with LC_ALL=C. */
const WORDS: readonly (readonly [string, string])[] = [
	['No such file or directory', 'ENOENT'],
	['Permission denied', 'EACCES'],
	['Operation not permitted', 'EPERM'],
	['Invalid argument', 'EINVAL'],
	['Read-only file system', 'EROFS'],
	['Device or resource busy', 'EBUSY'],
]

export function errnoOf(stderr: string): string {
	return WORDS.find(([words]) => stderr.includes(words))?.[1] ?? 'EIO'
}
