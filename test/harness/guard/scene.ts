import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { afterAll, expect } from 'vitest'
import { leaseOf } from '../../../src/changes/fold.ts'
import { decodeJournal } from '../../../src/changes/journal.ts'
import type { Lease } from '../../../src/changes/lease.ts'
import { netnsInode } from '../../../src/host/process/identity.ts'
import { kernelRouteSocket } from '../../../src/kernel/nflog/netlink-sockets.ts'
import type { LeaseView, Plan } from '../../../src/model/change.ts'
import type { Result } from '../../../src/words/failure.ts'
import { tempFolder } from '../folders.ts'
import { processOf } from '../process-of.ts'
import { IN_VAIN_MS, until } from '../until.ts'
import { guardBundle } from './build-guard.ts'
import type { ClientCommand, ClientConfig, ClientLine } from './client.ts'

const run = promisify(execFile)
const NETFILTER = '/proc/sys/net/netfilter'
export const LOG_INVALID = `${NETFILTER}/nf_conntrack_log_invalid`
export const LIBERAL = `${NETFILTER}/nf_conntrack_tcp_be_liberal`
export const ACCT = `${NETFILTER}/nf_conntrack_acct`

type Ran = { readonly code: number; readonly stdout: string; readonly stderr: string }

type Client = {
	readonly pid: number
	send(command: ClientCommand): Promise<Result<unknown>>
	/** The newest view that fits, waiting for it. */
	view(fits: (view: LeaseView) => boolean): Promise<LeaseView>
	signal(name: NodeJS.Signals): void
	/** Resolves when the process has ended. */
	readonly ended: Promise<void>
}

/** A network namespace and a state directory of its own: whatever a test does there, nobody else sees it. */
export type Scene = {
	readonly netns: string
	readonly path: string
	readonly stateDir: string
	client(config?: Partial<ClientConfig>): Promise<Client>
	read(path: string): string
	write(path: string, value: string): void
	/** Runs the test's program inside the namespace; `before` goes in front of node. */
	program(args: readonly string[], before?: readonly string[]): Promise<Ran>
	/** Where the tests run, as a timer of PID 1 would. */
	revert(...args: readonly string[]): Promise<Ran>
	/** The leases of the state directory as their journals tell them. */
	leases(): readonly Lease[]
	claims(): readonly string[]
	/** Throws where no lease is. */
	guardPid(): number
	/** A process that is to be ended with the scene. */
	adopt(pid: number): void
	/** Every knob of the namespace and the two of the host. */
	snapshot(): string
	/** Compares with the snapshot taken at the start, looks for what is left, and clears up. */
	end(expected?: {
		readonly left?: Readonly<Record<string, string>>
		readonly records?: number
	}): Promise<void>
}

let made = 0

/** How to clear up after tests that did not come to their end. */
const unfinished = new Set<() => void>()
afterAll(() => {
	for (const clear of unfinished) clear()
})

/** What tells the namespace of a scene from any other. */
export const netnsOf = (scene: Pick<Scene, 'path' | 'read'>) => ({
	inode: netnsInode(scene.path) ?? 0,
	rtnl: kernelRouteSocket(scene.read('/proc/net/netlink')) ?? 0,
})

export async function createScene(label: string): Promise<Scene> {
	const bundle = await guardBundle()
	made += 1
	const netns = `cts-${label}-${process.pid}-${made}`
	const path = `/run/netns/${netns}`
	const stateDir = tempFolder('state')
	execFileSync('ip', ['netns', 'add', netns])
	const clients: ChildProcess[] = []
	const guards = new Set<number>()
	const helpers = new Set<number>()
	const enter = (args: readonly string[], input?: string) =>
		execFileSync('nsenter', [`--net=${path}`, '--', ...args], { input, encoding: 'utf8' })
	const snapshot = () => enter(['grep', '-r', '.', NETFILTER]).split('\n').toSorted().join('\n')

	const leases = (): Lease[] => {
		const folder = join(stateDir, 'leases')
		if (!existsSync(folder)) return []
		return readdirSync(folder).flatMap((name) => {
			try {
				const lease = leaseOf(
					decodeJournal(readFileSync(join(folder, name, 'journal.jsonl'), 'utf8')).records,
				)
				if (lease !== undefined) guards.add(lease.guard.pid)
				return lease === undefined ? [] : [lease]
			} catch {
				return []
			}
		})
	}
	const start = async (argv: readonly string[]): Promise<Ran> => {
		const [file = '', ...args] = argv
		try {
			const { stdout, stderr } = await run(file, args)
			return { code: 0, stdout, stderr }
		} catch (error) {
			const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string }
			return { code, stdout, stderr }
		}
	}

	const before = snapshot()
	const scene: Scene = {
		netns,
		path,
		stateDir,
		async client(config = {}) {
			const whole: ClientConfig = { stateDir, netnsPath: path, initial: false, ttlMs: 60_000, ...config }
			const child = spawn(
				'nsenter',
				[`--net=${path}`, '--', ...mounts(whole), process.execPath, bundle, 'client', JSON.stringify(whole)],
				{ stdio: ['pipe', 'pipe', 'ignore'], detached: whole.ownGroup === true },
			)
			clients.push(child)
			return clientOf(child, leases)
		},
		read: (file) => enter(['cat', file]).trim(),
		write(file, value) {
			enter(['dd', `of=${file}`, 'conv=nocreat,notrunc', 'status=none'], `${value}\n`)
		},
		program: (args, before = []) =>
			start(['nsenter', `--net=${path}`, '--', ...before, process.execPath, bundle, ...args]),
		revert: (...args) => start([process.execPath, bundle, 'revert', '--state-dir', stateDir, ...args]),
		leases,
		claims: () => (existsSync(join(stateDir, 'knobs')) ? readdirSync(join(stateDir, 'knobs')) : []),
		adopt: (pid) => helpers.add(pid),
		guardPid: () => processOf(leases().at(-1)?.guard.pid, 'guard'),
		snapshot,
		async end({ left = {}, records = 0 } = {}) {
			for (const child of clients) child.kill('SIGKILL')
			await until(() => [...guards].every((pid) => !isRunning(pid)), 'the guards to end')
			if (existsSync(path)) {
				for (const [file, value] of Object.entries(left)) {
					expect(scene.read(file)).toBe(value)
					scene.write(file, valueIn(before, file))
				}
				expect(snapshot()).toBe(before)
			}
			expect(scene.claims()).toEqual([])
			const folder = join(stateDir, 'leases')
			expect(existsSync(folder) ? readdirSync(folder).length : 0).toBe(records)
			clear()
		},
	}
	function clear(): void {
		unfinished.delete(clear)
		for (const child of clients) child.kill('SIGKILL')
		for (const pid of guards) if (isRunning(pid)) process.kill(pid, 'SIGKILL')
		for (const pid of helpers) if (isRunning(pid)) process.kill(pid, 'SIGKILL')
		if (existsSync(path)) execFileSync('ip', ['netns', 'del', netns])
		rmSync(stateDir, { recursive: true, force: true })
	}
	unfinished.add(clear)
	return scene
}

/** What to put in front of a program so that it sees mounts of its own. */
function mounts({ ownMounts, readOnly, over }: ClientConfig): readonly string[] {
	if (over !== undefined)
		return ['unshare', '-m', 'sh', '-c', 'mount --bind "$0" "$1" && shift && exec "$@"', ...over]
	if (readOnly !== undefined) {
		const script = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"'
		return ['unshare', '-m', 'sh', '-c', script, readOnly]
	}
	return ownMounts === true ? ['unshare', '-m'] : []
}

const valueIn = (snapshot: string, file: string) =>
	snapshot
		.split('\n')
		.find((line) => line.startsWith(`${file}:`))
		?.slice(file.length + 1) ?? ''

/** A zombie has ended. */
export function isRunning(pid: number): boolean {
	try {
		const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
		return !stat.slice(stat.lastIndexOf(')')).startsWith(') Z')
	} catch {
		return false
	}
}

async function clientOf(child: ChildProcess, look: () => unknown): Promise<Client> {
	const answers: ((result: Result<unknown>) => void)[] = []
	const views: LeaseView[] = []
	const watchers = new Set<() => void>()
	const ready = Promise.withResolvers<number>()
	const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
	if (child.stdout === null || child.stdin === null) throw new Error('no pipes')
	createInterface({ input: child.stdout }).on('line', (text) => {
		const line = JSON.parse(text) as ClientLine
		// Remembers the pid of the guard while there is a journal that tells it.
		look()
		if (line.is === 'ready') ready.resolve(line.pid)
		else if (line.is === 'answer') answers.shift()?.(line.result)
		else {
			views.push(line.view)
			for (const watcher of watchers) watcher()
		}
	})
	const input = child.stdin
	input.on('error', () => {})
	const pid = await ready.promise
	return {
		pid,
		ended,
		send(command) {
			const { promise, resolve } = Promise.withResolvers<Result<unknown>>()
			answers.push(resolve)
			input.write(`${JSON.stringify(command)}\n`)
			return promise
		},
		view(fits) {
			return new Promise((resolve, reject) => {
				const timer = setTimeout(
					() => reject(new Error(`no such view; the last one: ${JSON.stringify(views.at(-1))}`)),
					IN_VAIN_MS,
				)
				const watcher = () => {
					const found = views.findLast(fits)
					if (found === undefined) return
					clearTimeout(timer)
					watchers.delete(watcher)
					resolve(found)
				}
				watchers.add(watcher)
				watcher()
			})
		},
		signal: (name) => process.kill(pid, name),
	}
}

export const logTcp: Plan = {
	purpose: 'log why TCP packets are INVALID',
	changes: [{ knob: 'log_invalid', from: '0', to: '6' }],
}

/** Three knobs in one step. */
export const three: Plan = {
	purpose: 'three knobs',
	changes: [
		{ knob: 'acct', from: '0', to: '1' },
		{ knob: 'tcp_be_liberal', from: '0', to: '1' },
		{ knob: 'log_invalid', from: '0', to: '6' },
	],
}

/** Why a real kernel cannot be used here, or undefined. */
function kernelMissing(): string | undefined {
	if (process.getuid?.() !== 0) return 'network namespaces need root'
	try {
		statSync(LOG_INVALID)
		return undefined
	} catch {
		return 'conntrack is not in this kernel'
	}
}

/** True when the tests cannot run; prints why, once a file. */
export function skipWithoutKernel(): boolean {
	const why = kernelMissing()
	if (why !== undefined) console.warn(`skipped: ${why}`)
	return why !== undefined
}
