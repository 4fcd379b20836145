import type { Knob } from '../../model/knob.ts'
import * as english from '../../words/english/changes/kinds.ts'
import { siteOfKnob } from './call-site.ts'
import type { Kind } from './kind.ts'

const PREFIX = 'mount:'

/** Where debugfs belongs (Documentation/filesystems/debugfs.rst). */
export const DEBUGFS_FOLDER = '/sys/kernel/debug'
/** Without a mode: there is one debugfs for all its mounts, and root alone may enter it by default (fs/debugfs/inode.c). */
export const DEBUGFS_OPTIONS = 'nosuid,nodev,noexec'

export const DEBUGFS: Knob = {
	id: `${PREFIX}debugfs`,
	sysctl: 'debugfs',
	path: DEBUGFS_FOLDER,
	class: 'logs-more',
	scope: 'host',
	kind: { type: 'mount', fileSystem: 'debugfs' },
}

/** debugfs, mounted for a while: older kernels have the file of call sites there. */
export const MOUNT: Kind<'mount'> = {
	named: { prefix: PREFIX, knob: (name) => (name === 'debugfs' ? DEBUGFS : undefined) },
	by: 'tool',
	shownIn: 'sites',
	canonical: (text) => (text === 'absent' || text === 'mounted' ? text : undefined),
	problem: ({ sysctl }, value) => (value === 'mounted' ? undefined : english.isUnmountedOnlyWhenThe(sysctl)),
	title: ({ kind }) => english.mount(kind.fileSystem),
	effect: () => [english.showsTheFileOfCall(DEBUGFS_FOLDER), english.undoneByUnmountingItAs],
	inWords: (value) => (value === 'absent' ? english.notMounted : value),
	shellLine: (_, value) =>
		value === 'absent'
			? english.umount(DEBUGFS_FOLDER)
			: `mount -t debugfs -o ${DEBUGFS_OPTIONS} debugfs ${DEBUGFS_FOLDER}`,
	attempt: ({ sysctl }) => english.mounting(sysctl),
	carries: 'flags',
	reliedOn(_, { isInForce, isHeld }) {
		// Without the file nobody could put back the flags of call sites: neither we what was refused, nor another lease.
		if (isInForce('flags')) return { code: 'EAGAIN', words: '' }
		return isHeld((claim) => siteOfKnob(claim) !== undefined)
			? { code: 'EBUSY', words: english.anotherSessionOfCtscopeHas }
			: undefined
	},
	stays({ sysctl, path }, words) {
		const why = words === '' ? english.isInUseFuserVm(sysctl, path) : words
		return english.soItStaysMounted(why)
	},
	stayed: { value: 'mounted', result: english.staysMounted },
}
