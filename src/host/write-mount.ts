import { spawnSync } from 'node:child_process'
import { closeSync, existsSync, openSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { DEBUGFS_FOLDER, DEBUGFS_OPTIONS } from '../changes/dynamic-knobs.ts'
import type { Reading } from '../changes/verdict.ts'
import { type Mount, parseMountInfo } from '../kernel/proc-mounts.ts'
import { nodeCrypto } from './node-parts.ts'
import { ownProcesses } from './own-processes.ts'
import { errorCode } from './proc-fs.ts'
import { createToolPath, type ToolPath } from './tool-path.ts'
import type { Written } from './write.ts'

const DEBUGFS = 'debugfs'
const TOOL_MS = 10_000

/** A process whose mount namespace is meant: its number, or `self`. */
type Place = string

export type MountHost = {
	readonly tools: ToolPath
	/** mountinfo of the process; throws when it cannot be read. */
	mounts(place: Place): string
	/** Number of its mount namespace; undefined for a process that is gone. */
	namespaceOf(place: Place): string | undefined
	/** Number of the mount that the process finds at a path; undefined when there is no such folder. */
	mountAt(place: Place, path: string): number | undefined
	processes(): readonly string[]
	/** Those that run as this user. */
	ownProcesses(): readonly string[]
	commandOf(pid: string): readonly string[]
	run(argv: readonly string[]): { readonly status: number | null; readonly stderr: string }
	/** A name that no other mount has. */
	newName(): string
}

export type Mounts = {
	/** With what was recorded of a mount of ours: whether that one is there; without: whether any debugfs is. */
	read(detail?: readonly string[]): Reading
	/** `absent` takes away the mount that was recorded, and no other. EBUSY: somebody uses it, or what `words` say. */
	write(value: string, detail: readonly string[]): Written
	probe(): Written
	/** The name that the mount is to have, and the mount namespace it belongs to. */
	detail(): readonly string[]
}

/**
 * debugfs, mounted for a while. A mount has a source, which for debugfs is any text: ours is a name used once, recorded
 * before the mount is made, so that it is told from one of somebody else even after a crash in the middle. It is made in
 * the mount namespace of the program, which may be another one than that of the guard: systemd gives a service its own,
 * and nothing that is mounted there is seen outside.
 */
export function createMounts(
	host: MountHost = createMountHost(),
	programPid: () => number | undefined = () => undefined,
): Mounts {
	const ofProgram = (): Place => {
		const pid = programPid()
		const namespace = pid === undefined ? undefined : host.namespaceOf(`${pid}`)
		return namespace === undefined || namespace === host.namespaceOf('self') ? 'self' : `${pid}`
	}

	/** Somebody who is in that namespace. */
	const placeOf = (namespace: string | undefined): Place | undefined => {
		if (namespace === undefined || namespace === '') return ofProgram()
		const isThere = (place: Place) => host.namespaceOf(place) === namespace
		return ['self', '1'].find(isThere) ?? host.processes().find(isThere)
	}

	const mountsOf = (place: Place): readonly Mount[] | string => {
		try {
			return parseMountInfo(host.mounts(place)).filter(({ type }) => type === DEBUGFS)
		} catch (error) {
			return errorCode(error)
		}
	}

	const run = (place: Place, tool: string, args: readonly string[]): Written => {
		const file = host.tools.find(tool)
		const nsenter = place === 'self' ? undefined : host.tools.find('nsenter')
		if (file === undefined) return noTool(tool)
		if (place !== 'self' && nsenter === undefined) return noTool('nsenter')
		const way = nsenter === undefined ? [] : [nsenter, `--mount=/proc/${place}/ns/mnt`, '--']
		const ran = host.run([...way, file, ...args])
		return ran.status === 0 ? { ok: true } : toolFailure(ran)
	}

	const unmount = (place: Place, name: string | undefined): Written => {
		const mounts = mountsOf(place)
		if (typeof mounts === 'string') return { ok: false, code: mounts, at: 'open' }
		const ours = mounts.find(isNamed(name))
		if (ours === undefined) return { ok: true }
		// umount(8) takes what it finds at the path.
		if (host.mountAt(place, ours.point) !== ours.id)
			return { ok: false, code: 'EBUSY', at: 'write', words: 'something else is mounted over it' }
		return run(place, 'umount', [ours.point])
	}

	return {
		read([name, namespace] = []) {
			const place = placeOf(namespace)
			if (place === undefined)
				return { kind: 'gone', why: 'its mount namespace is gone, and the mount with it' }
			const mounts = mountsOf(place)
			if (typeof mounts === 'string') return { kind: 'unreadable', code: mounts }
			const isThere = name === undefined ? mounts.length > 0 : mounts.some(isNamed(name))
			// A mount(8) that a dead guard has left behind may still be about to do it.
			const isComing = !isThere && name !== undefined && isRunning(host, name)
			if (isComing) return { kind: 'unreadable', code: 'EAGAIN' }
			return { kind: 'value', value: isThere ? 'mounted' : 'absent' }
		},
		write(value, [name = DEBUGFS, namespace]) {
			const place = placeOf(namespace)
			if (place === undefined) return { ok: false, code: 'ENOENT', at: 'open' }
			if (value === 'absent') return unmount(place, name)
			return run(place, 'mount', ['-t', DEBUGFS, '-o', DEBUGFS_OPTIONS, name, DEBUGFS_FOLDER])
		},
		probe() {
			const place = ofProgram()
			const needed = ['mount', 'umount', ...(place === 'self' ? [] : ['nsenter'])]
			const missing = needed.find((tool) => host.tools.find(tool) === undefined)
			if (missing !== undefined) return noTool(missing)
			if (host.mountAt(place, DEBUGFS_FOLDER) !== undefined) return { ok: true }
			const words = `there is no folder ${DEBUGFS_FOLDER}: this kernel has no debugfs, or sysfs is not mounted`
			return { ok: false, code: 'ENOENT', at: 'open', words }
		},
		detail: () => [host.newName(), host.namespaceOf(ofProgram()) ?? ''],
	}
}

const isNamed =
	(name: string | undefined) =>
	({ source, point }: Mount): boolean =>
		source === name && point === DEBUGFS_FOLDER

const isRunning = (host: MountHost, name: string): boolean =>
	host.ownProcesses().some((pid) => host.commandOf(pid).includes(name))

const noTool = (tool: string): Written => ({
	ok: false,
	code: 'ENOENT',
	at: 'open',
	words: `${tool} is not installed (apt install ${tool === 'nsenter' ? 'util-linux' : 'mount'})`,
})

/** The words of mount(8) and umount(8), of util-linux and of busybox, with LC_ALL=C. */
const WORDS: readonly (readonly [RegExp, string])[] = [
	[/busy/i, 'EBUSY'],
	[/permission denied|not permitted|must be superuser/i, 'EPERM'],
	[/unknown filesystem type|no such device/i, 'ENODEV'],
	[/no such file|does not exist|can't find/i, 'ENOENT'],
]

function toolFailure({
	status,
	stderr,
}: {
	readonly status: number | null
	readonly stderr: string
}): Written {
	const words = (stderr.split('\n')[0] ?? '').slice(0, 200)
	if (status === null) return { ok: false, code: 'ETIMEDOUT', at: 'write', words }
	const code = WORDS.find(([said]) => said.test(stderr))?.[1] ?? 'EIO'
	// What umount(8) says of that tells nothing more.
	return { ok: false, code, at: 'write', words: code === 'EBUSY' ? '' : words }
}

function createMountHost(tools: ToolPath = createToolPath()): MountHost {
	const orNothing = <T>(look: () => T): T | undefined => {
		try {
			return look()
		} catch {
			return undefined
		}
	}
	return {
		tools,
		mounts: (place) => readFileSync(`/proc/${place}/mountinfo`, 'utf8'),
		namespaceOf: (place) => orNothing(() => /\[(\d+)\]/.exec(readlinkSync(`/proc/${place}/ns/mnt`))?.[1]),
		mountAt: (place, path) =>
			orNothing(() => {
				const folder = `/proc/${place}/root${path}`
				if (!existsSync(folder)) return undefined
				const file = openSync(folder, 'r')
				try {
					const id = /^mnt_id:\s*(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${file}`, 'utf8'))?.[1]
					return id === undefined ? undefined : Number(id)
				} finally {
					closeSync(file)
				}
			}),
		processes: () => readdirSync('/proc').filter((name) => /^\d+$/.test(name)),
		ownProcesses,
		commandOf: (pid) => orNothing(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8'))?.split('\0') ?? [],
		run([file = '', ...args]) {
			const { status, stderr } = spawnSync(file, args, {
				stdio: ['ignore', 'ignore', 'pipe'],
				encoding: 'utf8',
				timeout: TOOL_MS,
				cwd: '/',
				env: tools.env,
			})
			return { status, stderr: stderr ?? '' }
		},
		newName: () => `ctscope-${nodeCrypto().randomBytes(4).toString('hex')}`,
	}
}
