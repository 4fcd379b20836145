import type { NetnsName, ProcessName } from '../../changes/lease.ts'
import type { Reading } from '../../changes/verdict.ts'
import type { Knob } from '../../model/knob.ts'
import { endStartingReaders } from '../nflog/starting-readers.ts'
import { killAll } from '../process/hand.ts'
import { isOwnNetns, netnsInode } from '../process/identity.ts'
import type { Later } from '../process/later.ts'
import { createToolPath } from '../tools/tool-path.ts'
import { createCallSites } from './call-site.ts'
import { createFarFiles } from './far.ts'
import { readHere, writeHere } from './file.ts'
import { createHeldFiles } from './held.ts'
import { createModules } from './module.ts'
import { createMounts } from './mount.ts'
import { createTables } from './nft-table.ts'
import type { ForWrite, Written } from './written.ts'

/**
 * The kernel's files as the guard sees them. What is a file answers at once, so that nothing of our own can come in
 * between; what needs a tool is waited for outside of our thread, and within HAND_MS.
 */
export interface KernelFiles {
	/**
	 * With what was recorded of a change (`detail`, `hands`): a module is `loaded` as long as one of those is that
	 * loading it added, debugfs is `mounted` as long as our mount is there, and EAGAIN is said as long as a tool lives
	 * that may still make the change.
	 */
	read(knob: Knob, detail?: readonly string[], hands?: readonly ProcessName[]): Later<Reading>
	/**
	 * One open without O_CREAT and O_TRUNC, one write(); for a module one run of modprobe, or of rmmod for each;
	 * for debugfs one of mount(8) or umount(8); for a table of ours one transaction of nft.
	 */
	write(knob: Knob, value: string, more: ForWrite): Later<Written>
	/** Opens for writing and closes again: proves the way, changes nothing. */
	probe(knob: Knob): Later<Written>
	/**
	 * Before the first write: opens or starts what the undo of this change will need, so that it needs no new process:
	 * the file itself, also that of the initial network namespace, or a tool that waits at its gate.
	 */
	equip(knob: Knob, detail: readonly string[]): Later<Written>
	/** What was opened and started for undos, and is not needed any more. */
	release(): void
	/**
	 * Ends what is about to write the knob on behalf of a program of ours (see starting-readers.ts), and answers how many
	 * processes that were. After it, and after it once more behind a write, what the knob reads is what stays.
	 */
	settle(knob: Knob): number
	/** Kills tools that were recorded of a change and may still make it: it is being undone. */
	endHands(hands: readonly ProcessName[]): void
	/** Somebody else decides how long it takes: a tool, its locks, a new process. Undone after everything that is a file. */
	isSlow(knob: Knob): boolean
	/** Reading it costs a process, or a long file: not to be done every second. */
	isFar(knob: Knob): boolean
	/**
	 * To be recorded before a change, for its undo: of a module what loading it would add, itself first; of a call site
	 * the words of a query that name it, and a piece of its text; of debugfs the name of our mount, and its mount
	 * namespace. Of other knobs nothing.
	 */
	detail(knob: Knob): Later<readonly string[]>
}

/** The network namespace that `netns` knobs belong to: that of this process, or one that exists no more. */
export type Home =
	| (Pick<NetnsName, 'inode' | 'rtnl' | 'initial'> & { readonly members?: readonly ProcessName[] })
	| 'gone'

export type KernelFilesOptions = {
	readonly home: Home
	/** Where readers that begin are on record. */
	readonly stateDir: string
	/** The program that asks; where it is, debugfs is mounted. */
	readonly program?: () => ProcessName | undefined
}

export function createKernelFiles({ home, stateDir, program }: KernelFilesOptions): KernelFiles {
	const mounts = createMounts(undefined, program)
	const modules = createModules()
	const tables = createTables()
	const far = createFarFiles(TOOLS)
	const held = createHeldFiles()
	const isHome = home !== 'gone' && isOwnNetns(home, home.members) === true
	/** Why a knob of a namespace must not be touched from here; the inode is looked at before each access, not once. */
	const astray = (knob: Knob): string | undefined => {
		if (knob.scope !== 'netns') return undefined
		if (home === 'gone') return NETNS_GONE.why
		return isHome && netnsInode() === home.inode ? undefined : 'this process is in another network namespace'
	}
	return {
		isSlow: (knob) => ['module', 'mount', 'table'].includes(knob.kind.type) || far.isOutOfReach(knob),
		isFar: (knob) => ['flags', 'mount', 'table'].includes(knob.kind.type) || far.isOutOfReach(knob),
		settle: (knob) =>
			knob.id === BOUND_BY_READERS && astray(knob) === undefined ? endStartingReaders(stateDir) : 0,
		endHands: killAll,
		read(knob, detail, hands) {
			const why = astray(knob)
			if (why !== undefined) return home === 'gone' ? NETNS_GONE : { kind: 'unreadable', code: 'EXDEV' }
			if (knob.kind.type === 'flags') return SITES.read(knob)
			if (knob.kind.type === 'module') return modules.read(knob, detail, hands)
			if (knob.kind.type === 'mount') return mounts.read(detail, hands)
			if (knob.kind.type === 'table') return tables.read(knob, hands)
			return far.isElsewhere(knob) ? far.read(knob) : held.read(knob)
		},
		write(knob, value, more) {
			if (astray(knob) !== undefined) return { ok: false, code: 'EXDEV', at: 'open' }
			if (knob.kind.type === 'flags') return SITES.write(knob, value, more.now)
			if (knob.kind.type === 'module') return modules.write(knob, value, more)
			if (knob.kind.type === 'mount') return mounts.write(value, more)
			if (knob.kind.type === 'table') return tables.write(knob, value, more)
			return far.isElsewhere(knob) ? far.write(knob, value) : held.write(knob, value)
		},
		probe(knob) {
			if (astray(knob) !== undefined) return { ok: false, code: 'EXDEV', at: 'open' }
			if (knob.kind.type === 'flags') return SITES.probe(knob)
			if (knob.kind.type === 'module') return modules.probe(knob)
			if (knob.kind.type === 'mount') return mounts.probe()
			if (knob.kind.type === 'table') return tables.probe(knob)
			return far.isElsewhere(knob) ? far.probe(knob) : writeHere(knob, undefined)
		},
		equip(knob, detail) {
			if (knob.kind.type === 'module') return modules.equip(detail)
			if (knob.kind.type === 'mount') return mounts.equip(detail)
			if (knob.kind.type === 'flags' || knob.kind.type === 'table') return { ok: true }
			return far.isElsewhere(knob) ? far.probe(knob) : held.equip(knob)
		},
		release() {
			for (const one of [modules, mounts, tables, far, held]) one.release()
		},
		detail(knob) {
			if (knob.kind.type === 'flags') return SITES.detail(knob)
			if (knob.kind.type === 'mount') return mounts.detail()
			return knob.kind.type === 'module' ? modules.detail(knob) : []
		},
	}
}

export const NETNS_GONE = {
	kind: 'gone',
	why: 'its network namespace is gone, and the value with it',
} as const satisfies Reading

const TOOLS = createToolPath()
const SITES = createCallSites()
/** libpcap binds a logger for IPv4 and no other family. */
const BOUND_BY_READERS = 'nf_log.2'

/** What a knob reads from where this process is, whichever network namespace that is. */
export function readKnob(knob: Knob): Later<Reading> {
	if (knob.kind.type === 'flags') return SITES.read(knob)
	if (knob.kind.type === 'module') return createModules().read(knob)
	if (knob.kind.type === 'table') return createTables().read(knob)
	return readHere(knob)
}
