import { readdirSync, readlinkSync, statSync } from 'node:fs'
import { groupOf, tokenOf } from '../../changes/kinds/probes.ts'
import { secretIn } from '../../kernel/probes/probe-sets.ts'
import { type DefinedEvent, parseDefinedEvents } from '../../kernel/trace/tracefs-files.ts'
import { exists } from '../tools/proc-fs.ts'
import { FILES, fileOf, type TraceFiles } from './trace-files.ts'
import { mountedFolders } from './tracefs.ts'

/** The initial PID namespace (include/linux/proc_ns.h, PROC_PID_INIT_INO): from here every process is seen. */
const INITIAL_PIDS = 'pid:[4026531836]'

export type StraysHost = {
	readonly files: TraceFiles
	/** Where tracefs is mounted; looking at it mounts nothing. */
	readonly folders: () => readonly string[]
	/** Processes of this user that have a folder open, and which; undefined where not all of them can be seen. */
	readonly holders: (folder: string) => readonly number[] | undefined
}

/** Whose probes they may be, when no record here tells. */
export type Holder =
	/** No guard is left that could have made them. */
	| 'nobody'
	/** A process has tracefs open, as guards of sessions with another state directory have. */
	| { readonly pid: number }
	/** Not all processes can be seen from here. */
	| 'unknown'

export type StrayProbes = {
	/** Tokens of groups and instances that are named, and made, as ours are. */
	named(): readonly string[]
	/** `known`: guards that are on record, and hold tracefs for probes that are too. */
	holder(known: readonly number[]): Holder
}

/**
 * Groups of probes, and instances, that are ours by their names and by all that is in them. What merely looks alike is left
 * out: a definition without the number at its end that ours have, or an instance in which somebody else's event is on.
 */
export function createStrayProbes({ files, folders, holders }: StraysHost = HOST): StrayProbes {
	const folder = (): string | undefined =>
		folders().find((one) => files.exists(`${one}/kprobe_events`) || files.exists(`${one}/dynamic_events`))

	return {
		named() {
			const at = folder()
			if (at === undefined) return []
			try {
				const events = parseDefinedEvents(files.read(`${at}/${fileOf(files, at)}`))
				const names = [...events.map(({ group }) => group), ...files.names(`${at}/instances`)]
				const tokens = new Set(names.map(tokenOf).filter((token) => token !== undefined))
				return [...tokens].filter((token) => isOurs(files, at, groupOf(token), events)).toSorted()
			} catch {
				// It may not be looked into: then nothing can be said of it.
				return []
			}
		},
		holder(known) {
			const at = folder()
			const found = at === undefined ? [] : holders(at)
			if (found === undefined) return 'unknown'
			const pid = found.find((one) => !known.includes(one))
			return pid === undefined ? 'nobody' : { pid }
		},
	}
}

function isOurs(files: TraceFiles, folder: string, group: string, events: readonly DefinedEvent[]): boolean {
	if (!events.filter((event) => event.group === group).every(({ text }) => secretIn(text) !== undefined))
		return false
	const instance = `${folder}/instances/${group}`
	if (!files.exists(instance)) return true
	return files
		.read(`${instance}/set_event`)
		.split('\n')
		.every((line) => line === '' || line.startsWith(`${group}:`))
}

const HOST: StraysHost = { files: FILES, folders: mountedFolders, holders: holdersOf }

function holdersOf(folder: string): readonly number[] | undefined {
	try {
		if (readlinkSync('/proc/self/ns/pid') !== INITIAL_PIDS || !isWholeProc()) return undefined
		const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
		return pids.filter((pid) => isOfUser(pid) && holds(pid, folder)).map(Number)
	} catch {
		return undefined
	}
}

/** Mounted without hidepid, or for somebody whom that hides nothing from. */
const isWholeProc = (): boolean => process.geteuid?.() === 0 && exists('/proc/1/stat')

/** tracefs opens for root alone: what others have open is something else. */
function isOfUser(pid: string): boolean {
	try {
		return statSync(`/proc/${pid}`).uid === process.geteuid?.()
	} catch {
		return false
	}
}

/** By the names of what it has open: nothing of it is opened, or asked, so nobody can hold us up. */
function holds(pid: string, folder: string): boolean {
	try {
		return readdirSync(`/proc/${pid}/fd`).some((fd) => {
			try {
				return readlinkSync(`/proc/${pid}/fd/${fd}`) === folder
			} catch {
				return false
			}
		})
	} catch {
		return false
	}
}
