import { closeSync, existsSync, openSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs'
import { MOUNTS, type MountedFileSystem } from '../../changes/kinds/mount.ts'
import type { ProcessName } from '../../changes/lease.ts'
import type { Reading } from '../../changes/verdict.ts'
import { type Mount, parseMountInfo } from '../../kernel/proc/proc-mounts.ts'
import type { Knob } from '../../model/knob.ts'
import * as english from '../../words/english/host/write.ts'
import { type Announce, anyAlive, type Hand, type Ran, runHand, startHand } from '../process/hand.ts'
import { isAlive } from '../process/identity.ts'
import { after, type Later } from '../process/later.ts'
import { errorCode, nodeCrypto } from '../tools/proc-fs.ts'
import { createToolPath, type ToolPath } from '../tools/tool-path.ts'
import type { ForWrite, KindWriter, WriterOf, Written } from './written.ts'

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
	/** Processes whose files may be looked at: of this user, in this user namespace. What a stranger has at its root may hold us for ever. */
	processes(): readonly Place[]
	/** Whoever it is, somebody is in that mount namespace. */
	isInhabited(namespace: string): boolean
	isAlive(process: ProcessName): boolean
	anyAlive(hands: readonly ProcessName[]): boolean
	run(argv: readonly string[], announce?: Announce): Later<Ran>
	/** A tool that waits until it is told to begin; the errno name when there is no process for it. */
	standBy(argv: readonly string[]): Pick<Hand, 'go' | 'drop'> | string
	/** A name that no other mount has. */
	newName(): string
}

export type Mounts = {
	/** With what was recorded of a mount of ours: whether that one is there; without: whether any of that file system is. */
	read(detail?: readonly string[], hands?: readonly ProcessName[]): Reading
	/** `absent` takes away the mount that was recorded, and no other. EBUSY: somebody uses it, or what `words` say. */
	write(value: string, more: Pick<ForWrite, 'detail' | 'announce'>): Later<Written>
	probe(): Written
	/** Starts the umount that will take it away. */
	equip(detail: readonly string[]): Written
	release(): void
	/** The name that the mount is to have, and the mount namespace it belongs to. */
	detail(): readonly string[]
}

/**
 * debugfs or tracefs, mounted for a while. A mount has a source, which for these is any text: ours is a name used once,
 * recorded before the mount is made, so that it is told from one of somebody else even after a crash in the middle. It is
 * made in the mount namespace of the program, which may be another one than that of the guard: systemd gives a service its
 * own, and nothing that is mounted there is seen outside.
 */
export function createMounts(
	fileSystem: MountedFileSystem,
	host: MountHost = createMountHost(),
	program: () => ProcessName | undefined = () => undefined,
): Mounts {
	const { folder, options } = MOUNTS[fileSystem]
	const isNamed =
		(name: string | undefined) =>
		({ source, point }: Mount): boolean =>
			source === name && point === folder
	const ofProgram = (): Place => {
		const named = program()
		const place = named !== undefined && host.isAlive(named) ? `${named.pid}` : 'self'
		const namespace = host.namespaceOf(place)
		return namespace === undefined || namespace === host.namespaceOf('self') ? 'self' : place
	}

	/** Somebody who is in that namespace. */
	const placeOf = (namespace: string | undefined): Place | undefined => {
		if (namespace === undefined || namespace === '') return ofProgram()
		const isThere = (place: Place) => host.namespaceOf(place) === namespace
		return ['self', ofProgram(), '1'].find(isThere) ?? host.processes().find(isThere)
	}

	const mountsOf = (place: Place): readonly Mount[] | string => {
		try {
			return parseMountInfo(host.mounts(place)).filter(({ type }) => type === fileSystem)
		} catch (error) {
			return errorCode(error)
		}
	}

	/** Waits at its gate to take our mount away. */
	let standing: Pick<Hand, 'go' | 'drop'> | undefined

	/** The command line for it there, or the tool that is missing. */
	const commandFor = (place: Place, tool: string, args: readonly string[]): readonly string[] | Written => {
		const file = host.tools.find(tool)
		const nsenter = place === 'self' ? undefined : host.tools.find('nsenter')
		if (file === undefined) return noTool(tool)
		if (place !== 'self' && nsenter === undefined) return noTool('nsenter')
		const way = nsenter === undefined ? [] : [nsenter, `--mount=/proc/${place}/ns/mnt`, '--']
		return [...way, file, ...args]
	}

	const run = (place: Place, tool: string, args: readonly string[], announce?: Announce): Later<Written> => {
		const command = commandFor(place, tool, args)
		if ('ok' in command) return command
		return after(host.run(command, announce), answerOf)
	}

	const unmount = (place: Place, name: string | undefined): Later<Written> => {
		const mounts = mountsOf(place)
		if (typeof mounts === 'string') return { ok: false, code: mounts, at: 'open' }
		const ours = mounts.find(isNamed(name))
		if (ours === undefined) return { ok: true }
		// umount(8) takes what it finds at the path.
		if (host.mountAt(place, ours.point) !== ours.id)
			return { ok: false, code: 'EBUSY', at: 'write', words: english.somethingElseIsMountedOver }
		const hand = standing
		standing = undefined
		return hand === undefined ? run(place, 'umount', [ours.point]) : after(hand.go(), answerOf)
	}

	return {
		read([name, namespace] = [], hands = []) {
			const place = placeOf(namespace)
			if (place === undefined)
				return host.isInhabited(namespace ?? '')
					? { kind: 'unreadable', code: 'EXDEV' }
					: { kind: 'gone', why: english.itsMountNamespaceIsGone }
			const mounts = mountsOf(place)
			if (typeof mounts === 'string') return { kind: 'unreadable', code: mounts }
			const isThere = name === undefined ? mounts.length > 0 : mounts.some(isNamed(name))
			// A mount(8) that a dead guard has left behind may still be about to do it.
			if (!isThere && host.anyAlive(hands)) return { kind: 'unreadable', code: 'EAGAIN' }
			return { kind: 'value', value: isThere ? 'mounted' : 'absent' }
		},
		write(value, { detail: [name = fileSystem, namespace], announce }) {
			const place = placeOf(namespace)
			if (place === undefined) return { ok: false, code: 'ENOENT', at: 'open' }
			if (value === 'absent') return unmount(place, name)
			return run(place, 'mount', ['-t', fileSystem, '-o', options, name, folder], announce)
		},
		equip([, namespace]) {
			const place = placeOf(namespace)
			if (place === undefined) return { ok: false, code: 'ENOENT', at: 'open' }
			const command = commandFor(place, 'umount', [folder])
			if ('ok' in command) return command
			const hand = host.standBy(command)
			if (typeof hand === 'string') return { ok: false, code: hand, at: 'open' }
			standing?.drop()
			standing = hand
			return { ok: true }
		},
		release() {
			standing?.drop()
			standing = undefined
		},
		probe() {
			const place = ofProgram()
			const needed = ['mount', 'umount', ...(place === 'self' ? [] : ['nsenter'])]
			const missing = needed.find((tool) => host.tools.find(tool) === undefined)
			if (missing !== undefined) return noTool(missing)
			if (host.mountAt(place, folder) !== undefined) return { ok: true }
			const words = english.thereIsNoFolderThis(folder, fileSystem)
			return { ok: false, code: 'ENOENT', at: 'open', words }
		},
		detail: () => [host.newName(), host.namespaceOf(ofProgram()) ?? ''],
	}
}

export function mountWriter({ program }: WriterOf): KindWriter {
	const all: { readonly [name in MountedFileSystem]: Mounts } = {
		debugfs: createMounts('debugfs', undefined, program),
		tracefs: createMounts('tracefs', undefined, program),
	}
	const of = ({ kind }: Knob): Mounts => all[kind.type === 'mount' ? kind.fileSystem : 'debugfs']
	return {
		isSlow: () => true,
		isFar: () => true,
		read: (knob, detail, hands) => of(knob).read(detail, hands),
		// Only its guard knows in which mount namespace it is.
		look: () => ({ kind: 'unreadable', code: 'EXDEV' }),
		write: (knob, value, more) => of(knob).write(value, more),
		probe: (knob) => of(knob).probe(),
		equip: (knob, detail) => of(knob).equip(detail),
		detail: (knob) => of(knob).detail(),
		release() {
			for (const one of Object.values(all)) one.release()
		},
	}
}

const noTool = (tool: string): Written => ({
	ok: false,
	code: 'ENOENT',
	at: 'open',
	words: english.isNotInstalledAptInstall2(tool, tool === 'nsenter' ? 'util-linux' : 'mount'),
})

/** The words of mount(8) and umount(8), of util-linux and of busybox, with LC_ALL=C. */
const WORDS: readonly (readonly [RegExp, string])[] = [
	[/busy/i, 'EBUSY'],
	[/permission denied|not permitted|must be superuser/i, 'EPERM'],
	[/unknown filesystem type|no such device/i, 'ENODEV'],
	[/no such file|does not exist|can't find/i, 'ENOENT'],
]

function answerOf({ status, stderr, code: noProcess }: Ran): Written {
	if (status === 0) return { ok: true }
	const words = (stderr.split('\n')[0] ?? '').slice(0, 200)
	if (status === null) return { ok: false, code: noProcess ?? 'ETIMEDOUT', at: 'write', words }
	const code = WORDS.find(([said]) => said.test(stderr))?.[1] ?? 'EIO'
	// What umount(8) says of that tells nothing more.
	return { ok: false, code, at: 'write', words: code === 'EBUSY' ? '' : words }
}

/** Nobody but this user can have made it what it is: in another user namespace its root may be anything. */
function isOurs(pid: string): boolean {
	try {
		return (
			statSync(`/proc/${pid}`).uid === process.geteuid?.() &&
			readlinkSync(`/proc/${pid}/ns/user`) === readlinkSync('/proc/self/ns/user')
		)
	} catch {
		return false
	}
}

function createMountHost(tools: ToolPath = createToolPath()): MountHost {
	const orNothing = <T>(look: () => T): T | undefined => {
		try {
			return look()
		} catch {
			return undefined
		}
	}
	const pids = () => readdirSync('/proc').filter((name) => /^\d+$/.test(name))
	const namespaceOf = (place: Place) =>
		orNothing(() => /\[(\d+)\]/.exec(readlinkSync(`/proc/${place}/ns/mnt`))?.[1])
	return {
		tools,
		mounts: (place) => readFileSync(`/proc/${place}/mountinfo`, 'utf8'),
		namespaceOf,
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
		processes: () => pids().filter(isOurs),
		isInhabited: (namespace) => pids().some((pid) => namespaceOf(pid) === namespace),
		isAlive: ({ pid, pidStart }) => isAlive(pid, pidStart),
		anyAlive,
		run: (argv, announce) => runHand(argv, tools, { announce }),
		standBy: (argv) => startHand(argv, tools),
		newName: () => `ctscope-${nodeCrypto().randomBytes(4).toString('hex')}`,
	}
}
