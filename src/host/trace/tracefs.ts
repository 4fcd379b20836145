import { TRACEFS_FOLDER } from '../../changes/kinds/mount.ts'
import type { DrawnProbes } from '../../changes/kinds/probes.ts'
import { lockdownMode } from '../../kernel/proc/kernel-config.ts'
import { knowsFileSystem, mountPoints } from '../../kernel/proc/proc-mounts.ts'
import type { ProbesHere } from '../../model/host-facts.ts'
import * as english from '../../words/english/host/trace.ts'
import { hasCapability } from '../netns/netns-enter.ts'
import { kernelOptions } from '../tools/kernel-option.ts'
import { exists, nodeCrypto, textOf } from '../tools/proc-fs.ts'

/** Where tracefs may be: a mount of its own, or the one that the kernel makes inside of debugfs for whoever looks. */
const FOLDERS = [TRACEFS_FOLDER, '/sys/kernel/debug/tracing']
const CAP_SYS_ADMIN = 21

/** The file that lists and takes definitions; older kernels have only that of kprobes. */
export const DEFINITIONS = ['dynamic_events', 'kprobe_events'] as const

/** The usual places, and those where somebody has mounted it. */
const foldersIn = (root: string): readonly string[] => [
	...FOLDERS.map((folder) => `${root}${folder}`),
	...mountedFolders(root),
]

/** Where it is mounted already. Asking for the one in debugfs would have the kernel mount it. */
export const mountedFolders = (root = ''): readonly string[] =>
	mountPoints(textOf(`${root}/proc/mounts`), 'tracefs').map((point) => `${root}${point}`)

/** Undefined where it is not mounted, or is without kernel probes. */
export const tracefsFolder = (root = ''): string | undefined =>
	foldersIn(root).find((folder) => exists(`${folder}/kprobe_events`))

/** It is mounted, whatever it can do. */
const isTracefsMounted = (root = ''): boolean => foldersIn(root).some((folder) => exists(`${folder}/trace`))

/** Names that nobody can guess: of a group, and of the end of its events. And whether tracefs has to be mounted for them. */
export function drawProbes(): DrawnProbes {
	const bytes = nodeCrypto().randomBytes(8)
	return {
		token: bytes.toString('hex', 0, 4),
		secret: bytes.readUInt32BE(4),
		needsMount: tracefsFolder() === undefined && whyNotMountable('') === undefined,
	}
}

/** Looks at what is there, and sets nothing. */
export function probesHere(
	root = '',
	uid = process.geteuid?.(),
	mayMount = hasCapability(CAP_SYS_ADMIN),
): ProbesHere {
	const lockdown = lockdownMode(textOf(`${root}/sys/kernel/security/lockdown`))
	const isThere = tracefsFolder(root) !== undefined
	const noFiles = isThere ? undefined : whyNotMountable(root, mayMount)
	const cannot = [
		...(uid === 0 ? [] : [english.needsRoot]),
		...(noFiles === undefined ? [] : [noFiles]),
		...(lockdown === 'confidentiality' ? [english.isLockedDown] : []),
		...(textOf(`${root}/sys/kernel/debug/kprobes/enabled`).trim() === '0' ? [english.areSwitchedOff] : []),
	]
	const hasTypes = exists(`${root}/sys/kernel/btf/vmlinux`)
	if (cannot.length > 0) return { canBe: false, needsMount: false, tellsPackets: hasTypes, says: cannot }
	return {
		canBe: true,
		needsMount: !isThere,
		tellsPackets: hasTypes,
		says: [
			...(isThere ? [] : [english.tracefsIsMountedWithThem(TRACEFS_FOLDER)]),
			...(hasTypes ? [] : [english.noPacketsWithoutTypes]),
		],
	}
}

/** Why there are no files of kernel probes, with what helps where something does. */
export const whyNoProbeFiles = (root = '', mayMount = hasCapability(CAP_SYS_ADMIN)): string =>
	whyNotMountable(root, mayMount) ?? english.tracefsIsNotMounted

/** Why mounting tracefs would not show the files of kernel probes; undefined where it may. */
function whyNotMountable(root: string, mayMount = hasCapability(CAP_SYS_ADMIN)): string | undefined {
	if (isTracefsMounted(root)) return english.noKprobeEvents
	const [option] = kernelOptions(['CONFIG_KPROBE_EVENTS'], root) ?? []
	if (option?.value === null) return english.noKprobeEvents
	if (!knowsFileSystem(textOf(`${root}/proc/filesystems`), 'tracefs')) return english.noTracefs
	if (!exists(`${root}${TRACEFS_FOLDER}`)) return english.noFolderForTracefs(TRACEFS_FOLDER)
	return mayMount ? undefined : english.tracefsMayNotBeMounted(TRACEFS_FOLDER)
}
