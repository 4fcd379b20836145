import { DEBUGFS_FOLDER } from '../../changes/kinds/mount.ts'
import {
	type ControlEvidence,
	PROC_CONTROL,
	readableControl,
	readControlEvidence,
} from './dyndbg-evidence.ts'

/** Where dynamic debug is read and asked, or why nowhere. */
export type ControlPlace = {
	/** Absolute path of a control file that this process can read; null when there is none. */
	readonly path: string | null
	/** One sentence: why there is none; empty when there is. */
	readonly why: string
	/** What can be done about it, or used instead; may be empty. */
	readonly next: string
	/** Mounting debugfs would probably show the file, and this process may do that. */
	readonly canMount: boolean
}

export function findControl(evidence: ControlEvidence = readControlEvidence()): ControlPlace {
	const path = readableControl(evidence)
	if (path !== undefined) return { path, why: '', next: '', canMount: false }
	return { path: null, canMount: false, ...whyNone(evidence) }
}

const INSTEAD =
	'the reasons that nf_conntrack_log_invalid prints need no dynamic debug: switch those on; kernels of distributions have both'

type Why = Pick<ControlPlace, 'why' | 'next'>

function whyNone(evidence: ControlEvidence): Why & Partial<Pick<ControlPlace, 'canMount'>> {
	const { proc, mounted, built, debugfs, debugfsOption, lockdown, root, mayMount } = evidence
	if (proc !== 'ENOENT') return refused(PROC_CONTROL, proc, root)
	if (built?.isIn === false) {
		return {
			why: `this kernel was built without dynamic debug (CONFIG_DYNAMIC_DEBUG), as ${built.saidBy} shows`,
			next: INSTEAD,
		}
	}
	const closed = mounted.find(({ access }) => access !== 'ENOENT')
	if (closed !== undefined && closed.access !== 'EPERM') return refused(closed.path, closed.access, root)
	const isLocked = lockdown !== undefined && lockdown !== 'none'
	if (closed !== undefined || isLocked) {
		const mode = isLocked ? ` (${lockdown})` : ', as far as can be told,'
		return {
			why: `the kernel is locked down${mode}, which closes debugfs, and it shows the control file nowhere else: ${PROC_CONTROL} does not exist`,
			next: `lockdown ends only with a boot without secure boot; ${INSTEAD}`,
		}
	}
	if (mounted.length > 0) {
		const place = mounted.map(({ path }) => path).join(' nor ')
		return {
			why: `neither ${PROC_CONTROL} nor ${place} exists: this kernel was built without dynamic debug (CONFIG_DYNAMIC_DEBUG), or it is hidden here`,
			next: INSTEAD,
		}
	}
	if (debugfsOption === 'off' || debugfsOption === 'no-mount') {
		return {
			why: `debugfs is switched off on the kernel's command line (debugfs=${debugfsOption}), and this kernel shows the control file nowhere else`,
			next: `boot without debugfs=${debugfsOption}; ${INSTEAD}`,
		}
	}
	if (!debugfs) {
		return {
			why: `${PROC_CONTROL} does not exist, and this kernel offers no debugfs, where older kernels have the control file`,
			next: INSTEAD,
		}
	}
	const doubt = built === undefined ? '; whether this kernel has dynamic debug shows only then' : ''
	return {
		why: `${PROC_CONTROL} does not exist, as in older kernels, and debugfs, which has the file too, is not mounted${doubt}`,
		next: mayMount
			? `mount -t debugfs none ${DEBUGFS_FOLDER}`
			: root
				? `on the host, not in a container: mount -t debugfs none ${DEBUGFS_FOLDER}`
				: `as root: mount -t debugfs none ${DEBUGFS_FOLDER}`,
		canMount: mayMount,
	}
}

function refused(path: string, code: string, root: boolean): Why {
	if (code !== 'EACCES' && code !== 'EPERM') return { why: `${path} cannot be read (${code})`, next: '' }
	return root
		? {
				why: `${path} may not be read here, although this is root (${code}): a container or a security module says no`,
				next: 'run it on the host, outside of the container',
			}
		: { why: `reading ${path} needs root`, next: 'run it with sudo' }
}
