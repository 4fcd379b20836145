import { closeSync, openSync } from 'node:fs'
import { DEBUGFS_FOLDER } from '../../changes/kinds/mount.ts'
import { lockdownMode } from '../../kernel/proc/kernel-config.ts'
import { knowsFileSystem, mountPoints } from '../../kernel/proc/proc-mounts.ts'
import { hasCapability } from '../netns/netns-enter.ts'
import { kernelOptions } from '../tools/kernel-option.ts'
import { errorCode, exists, readText } from '../tools/proc-fs.ts'

/** `readable`, or the name of the error that opening it gave. */
export type FileAccess = 'readable' | (string & {})

/** What the host says about dynamic debug's control file; read only, nothing is mounted for it. */
export type ControlEvidence = {
	readonly proc: FileAccess
	/** The file below every place where debugfs is mounted. */
	readonly mounted: readonly { readonly path: string; readonly access: FileAccess }[]
	/** Whether dynamic debug is in this kernel, and the file that says so. */
	readonly built: { readonly isIn: boolean; readonly saidBy: string } | undefined
	/** debugfs can be mounted, as far as the kernel's list of file systems says. */
	readonly debugfs: boolean
	/** `debugfs=` of the kernel's command line. */
	readonly debugfsOption: string | undefined
	/** `none`, `integrity`, `confidentiality`; undefined when the kernel does not say. */
	readonly lockdown: string | undefined
	readonly root: boolean
	/** CAP_SYS_ADMIN, and a folder to mount it on. */
	readonly mayMount: boolean
}

export const PROC_CONTROL = '/proc/dynamic_debug/control'
const BELOW_DEBUGFS = 'dynamic_debug/control'
const CAP_SYS_ADMIN = 21

/** `root` stands in front of every path. */
export function readControlEvidence(root = ''): ControlEvidence {
	const text = (path: string) => {
		const read = readText(`${root}${path}`)
		return read.ok ? read.value : ''
	}
	const cmdline = text('/proc/cmdline')
	return {
		proc: access(`${root}${PROC_CONTROL}`),
		mounted: mountedFiles(text('/proc/mounts'), root),
		built: builtIn(root),
		debugfs: knowsFileSystem(text('/proc/filesystems'), 'debugfs'),
		debugfsOption: /(?:^|\s)debugfs=([\w-]{1,20})/.exec(cmdline)?.[1],
		lockdown: lockdownMode(text('/sys/kernel/security/lockdown')),
		root: process.geteuid?.() === 0,
		mayMount: hasCapability(CAP_SYS_ADMIN) && exists(`${root}${DEBUGFS_FOLDER}`),
	}
}

/** The file below every place where debugfs is mounted. */
function mountedFiles(mounts: string, root: string): ControlEvidence['mounted'] {
	return mountPoints(mounts, 'debugfs').map((point) => {
		const path = `${point}/${BELOW_DEBUGFS}`
		return { path, access: access(`${root}${path}`) }
	})
}

type ControlFiles = Pick<ControlEvidence, 'proc' | 'mounted'>

/** /proc first: it needs no mount, and kernel lockdown closes debugfs only (fs/debugfs/file.c, debugfs_locked_down). */
export function readableControl({ proc, mounted }: ControlFiles): string | undefined {
	return [{ path: PROC_CONTROL, access: proc }, ...mounted].find(({ access }) => access === 'readable')?.path
}

/**
 * The control file that this process can read, and without one that it may not read; undefined when there is none.
 * Looks at files only, so it can be asked before each use: debugfs comes and goes.
 */
export function controlPath(root = ''): string | undefined {
	const mounts = readText(`${root}/proc/mounts`)
	const files = {
		proc: access(`${root}${PROC_CONTROL}`),
		mounted: mountedFiles(mounts.ok ? mounts.value : '', root),
	}
	const readable = readableControl(files)
	if (readable !== undefined) return readable
	if (files.proc !== 'ENOENT') return PROC_CONTROL
	return files.mounted.find((file) => file.access !== 'ENOENT')?.path
}

/** Opens it for reading, since lockdown and security modules say no at that moment and not before. */
function access(path: string): FileAccess {
	try {
		closeSync(openSync(path, 'r'))
		return 'readable'
	} catch (error) {
		const code = errorCode(error)
		return code === 'ENOTDIR' ? 'ENOENT' : code
	}
}

/** lib/dynamic_debug.c has a parameter (verbose), so its folder is there whenever its code is. */
function builtIn(root: string): ControlEvidence['built'] {
	const folder = '/sys/module/dynamic_debug'
	if (exists(`${root}${folder}`)) return { isIn: true, saidBy: folder }
	const options = kernelOptions(['CONFIG_DYNAMIC_DEBUG_CORE', 'CONFIG_DYNAMIC_DEBUG'], root)
	const [core] = options ?? []
	if (options !== undefined && core !== undefined)
		return { isIn: options.some(({ value }) => value !== null), saidBy: core.saidBy }
	// The code of printk has parameters in every kernel: a folder without it is no list of what is built in.
	return exists(`${root}/sys/module/printk`) ? { isIn: false, saidBy: '/sys/module' } : undefined
}
