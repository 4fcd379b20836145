import type { Knob } from '../../model/knob.ts'
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
	problem: ({ sysctl }, value) =>
		value === 'mounted' ? undefined : `${sysctl} is unmounted only when the change that mounted it is undone`,
	title: ({ kind }) => `mount ${kind.fileSystem}`,
	effect: () => [
		`Shows the file of call sites below ${DEBUGFS_FOLDER}, where older kernels have it. Only root can look into it. Packets are treated as before.`,
		'Undone by unmounting it, as long as nobody uses it; then it stays, and is said. Call sites that were switched on are put back before that.',
	],
	inWords: (value) => (value === 'absent' ? 'not mounted' : value),
	shellLine: (_, value) =>
		value === 'absent'
			? `umount ${DEBUGFS_FOLDER}`
			: `mount -t debugfs -o ${DEBUGFS_OPTIONS} debugfs ${DEBUGFS_FOLDER}`,
	attempt: ({ sysctl }) => `mounting ${sysctl}`,
	carries: 'flags',
	reliedOn(_, { isInForce, isHeld }) {
		// Without the file nobody could put back the flags of call sites: neither we what was refused, nor another lease.
		if (isInForce('flags')) return { code: 'EAGAIN', words: '' }
		return isHeld((claim) => siteOfKnob(claim) !== undefined)
			? { code: 'EBUSY', words: 'another session of ctscope has call sites switched on' }
			: undefined
	},
	stays({ sysctl, path }, words) {
		const why = words === '' ? `${sysctl} is in use (fuser -vm ${path} tells by whom)` : words
		return `${why}, so it stays mounted`
	},
	stayed: { value: 'mounted', result: 'stays mounted' },
}
