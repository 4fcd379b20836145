import type { DrawnProbes } from '../../changes/kinds/probes.ts'
import { TRACEFS_FOLDER } from '../../changes/kinds/probes.ts'
import { lockdownMode } from '../../kernel/proc/kernel-config.ts'
import type { ProbesHere } from '../../model/host-facts.ts'
import * as english from '../../words/english/host/trace.ts'
import { exists, nodeCrypto, textOf } from '../tools/proc-fs.ts'

/** Where tracefs may be: a mount of its own, or the one that the kernel makes inside of debugfs for whoever looks. */
const FOLDERS = [TRACEFS_FOLDER, '/sys/kernel/debug/tracing']

/** The file that lists and takes definitions; older kernels have only that of kprobes. */
export const DEFINITIONS = ['dynamic_events', 'kprobe_events'] as const

/** Undefined where it is not mounted, or is without kernel probes. */
export const tracefsFolder = (root = ''): string | undefined =>
	FOLDERS.map((folder) => `${root}${folder}`).find((folder) => exists(`${folder}/kprobe_events`))

/** It is mounted, whatever it can do. */
export const isTracefsMounted = (root = ''): boolean =>
	FOLDERS.some((folder) => exists(`${root}${folder}/trace`))

/** Names that nobody can guess: of a group, and of the end of its events. */
export function drawProbes(): DrawnProbes {
	const bytes = nodeCrypto().randomBytes(8)
	return { token: bytes.toString('hex', 0, 4), secret: bytes.readUInt32BE(4) }
}

/** Looks at what is there, and sets nothing. */
export function probesHere(root = '', uid = process.geteuid?.()): ProbesHere {
	const lockdown = lockdownMode(textOf(`${root}/sys/kernel/security/lockdown`))
	const cannot = [
		...(uid === 0 ? [] : [english.needsRoot]),
		...(tracefsFolder(root) !== undefined
			? []
			: [isTracefsMounted(root) ? english.noKprobeEvents : english.tracefsIsNotMounted]),
		...(lockdown === 'confidentiality' ? [english.isLockedDown] : []),
		...(textOf(`${root}/sys/kernel/debug/kprobes/enabled`).trim() === '0' ? [english.areSwitchedOff] : []),
	]
	const hasTypes = exists(`${root}/sys/kernel/btf/vmlinux`)
	return {
		canBe: cannot.length === 0,
		tellsPackets: hasTypes,
		says: cannot.length > 0 || hasTypes ? cannot : [english.noPacketsWithoutTypes],
	}
}
