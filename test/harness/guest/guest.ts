import { spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../../..')
const lab = join(root, 'scripts/lab')

/** Series of Debian kernels that guests run; see scripts/lab. */
export const GUEST_KERNELS = ['6.1', '6.12'] as const

/** The newest kernel that a newer suite of Debian has, 6.16 or later: not everywhere, and for few tests. */
export const NEWEST_KERNEL = 'newest'

export type GuestKernel = (typeof GUEST_KERNELS)[number] | typeof NEWEST_KERNEL

const CANNOT_RUN = 77

/**
 * True when guests with this kernel cannot run here; prints why. Gets everything ready that takes long for the first
 * time, so that it counts for no test.
 */
export const skipWithoutGuest = (kernel: GuestKernel): boolean => cannotRun([kernel])

/** The same for guests with systemd. */
export const skipWithoutSystemd = (kernel: GuestKernel): boolean => cannotRun([kernel, '--systemd'])

/** The same for a Debian as a server has it, without Node and without ctscope. */
export const skipWithoutServer = (kernel: GuestKernel, suite: string): boolean =>
	cannotRun([kernel, '--server', suite])

function cannotRun(wanted: readonly string[]): boolean {
	const args = [...wanted, '--check']
	const { status, stderr } = spawnSync(lab, args, { encoding: 'utf8', timeout: 900_000 })
	if (status === 0) return false
	// Anything but 77 is a failure, which the tests must show.
	if (status !== CANNOT_RUN) return false
	console.warn(`skipped: ${stderr.trim()}`)
	return true
}

export type GuestRan = {
	readonly exitCode: number | null
	readonly signal: NodeJS.Signals | null
	readonly stdout: string
	readonly stderr: string
}

type GuestOptions = {
	/** Of scripts/lab. */
	readonly options?: readonly string[]
	readonly input?: string
	/** Called with the pid of scripts/lab. */
	readonly started?: (pid: number) => void
}

/** An idle machine needs a tenth of that for the longest of these commands. */
const LIMIT_S = '900'

/** Runs a command in a guest, which is killed after 15 minutes at the latest. */
export function inGuest(
	kernel: GuestKernel,
	command: readonly string[],
	{ options = [], input = '', started }: GuestOptions = {},
): Promise<GuestRan> {
	const child = spawn(lab, [kernel, '--timeout', LIMIT_S, ...options, '--', ...command], { cwd: root })
	started?.(child.pid ?? -1)
	let stdout = ''
	let stderr = ''
	child.stdout.setEncoding('utf8').on('data', (text) => {
		stdout += text
	})
	child.stderr.setEncoding('utf8').on('data', (text) => {
		stderr += text
	})
	child.stdin.on('error', () => {})
	child.stdin.end(input)
	return new Promise((resolve, reject) => {
		child.once('error', reject)
		child.once('close', (exitCode, signal) => {
			resolve({ exitCode, signal, stdout, stderr })
		})
	})
}

/** As `inGuest`, for a command that has to end with 0. */
export async function inGuestWell(
	kernel: GuestKernel,
	command: readonly string[],
	options: readonly string[],
): Promise<GuestRan> {
	const started = performance.now()
	const ran = await inGuest(kernel, command, { options })
	if (ran.exitCode !== 0) throw new Error(`the guest ended with ${ran.exitCode}: ${ran.stderr}`)
	console.log(`guest ${kernel}: ${((performance.now() - started) / 1000).toFixed(0)} s`)
	return ran
}
