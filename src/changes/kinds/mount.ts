import type { Knob } from '../../model/knob.ts'
import * as english from '../../words/english/changes/kinds.ts'
import { siteOfKnob } from './call-site.ts'
import type { Kind, KnobType } from './kind.ts'

const PREFIX = 'mount:'
/** How ids of probes begin (probes.ts): what they are set in carries them. */
export const PROBES_PREFIX = 'probes:'

export type MountedFileSystem = 'debugfs' | 'tracefs'

type Place = {
	/** Where it belongs. */
	readonly folder: string
	readonly options: string
	/** What can be reached only there. */
	readonly carries: KnobType
	/** Whether a claim is one of those. */
	readonly isCarried: (claim: string) => boolean
	readonly effect: readonly string[]
}

/** Without a mode: there is one of each for all its mounts, and root alone may enter it by default (fs/debugfs/inode.c, fs/tracefs/inode.c). */
const OPTIONS = 'nosuid,nodev,noexec'

/** Where debugfs belongs (Documentation/filesystems/debugfs.rst). */
export const DEBUGFS_FOLDER = '/sys/kernel/debug'
/** Where tracefs belongs (Documentation/trace/ftrace.rst). */
export const TRACEFS_FOLDER = '/sys/kernel/tracing'

export const MOUNTS: { readonly [name in MountedFileSystem]: Place } = {
	debugfs: {
		folder: DEBUGFS_FOLDER,
		options: OPTIONS,
		carries: 'flags',
		isCarried: (claim) => siteOfKnob(claim) !== undefined,
		effect: [english.showsTheFileOfCall(DEBUGFS_FOLDER), english.undoneByUnmountingItAs],
	},
	tracefs: {
		folder: TRACEFS_FOLDER,
		options: OPTIONS,
		carries: 'probes',
		isCarried: (claim) => claim.startsWith(PROBES_PREFIX),
		effect: [english.showsTheFilesOfProbes(TRACEFS_FOLDER), english.undoneByUnmountingTracefs],
	},
}

const knobOf = (fileSystem: MountedFileSystem): Knob => ({
	id: `${PREFIX}${fileSystem}`,
	sysctl: fileSystem,
	path: MOUNTS[fileSystem].folder,
	class: 'logs-more',
	scope: 'host',
	kind: { type: 'mount', fileSystem },
})

export const DEBUGFS: Knob = knobOf('debugfs')
export const TRACEFS: Knob = knobOf('tracefs')

/** A file system of the kernel, mounted for a while: older kernels have the file of call sites in debugfs, probes are set in tracefs. */
export const MOUNT: Kind<'mount'> = {
	named: {
		prefix: PREFIX,
		knob: (name) => (name === 'debugfs' ? DEBUGFS : name === 'tracefs' ? TRACEFS : undefined),
	},
	by: 'tool',
	shownIn: 'sites',
	canonical: (text) => (text === 'absent' || text === 'mounted' ? text : undefined),
	problem: ({ sysctl }, value) => (value === 'mounted' ? undefined : english.isUnmountedOnlyWhenThe(sysctl)),
	title: ({ kind }) => english.mount(kind.fileSystem),
	effect: ({ kind }) => MOUNTS[kind.fileSystem].effect,
	inWords: (value) => (value === 'absent' ? english.notMounted : value),
	shellLine({ kind: { fileSystem } }, value) {
		const { folder, options } = MOUNTS[fileSystem]
		return value === 'absent'
			? english.umount(folder)
			: `mount -t ${fileSystem} -o ${options} ${fileSystem} ${folder}`
	},
	attempt: ({ sysctl }) => english.mounting(sysctl),
	carries: ({ kind }) => MOUNTS[kind.fileSystem].carries,
	reliedOn({ kind }, _, { isInForce, isHeld }) {
		const { fileSystem } = kind
		const { carries, isCarried } = MOUNTS[fileSystem]
		// Without it nobody could put those back: neither we what was refused, nor another lease.
		if (isInForce(carries)) return { code: 'EAGAIN', words: '' }
		return isHeld(isCarried) ? { code: 'EBUSY', words: english.anotherSessionHas(fileSystem) } : undefined
	},
	stays({ sysctl, path }, words) {
		const why = words === '' ? english.isInUseFuserVm(sysctl, path) : words
		return english.soItStaysMounted(why)
	},
	stayed: { value: 'mounted', result: english.staysMounted },
}
