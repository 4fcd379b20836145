import { spawn } from 'node:child_process'
import type { LogFollower } from '../../ports/observer.ts'
import { fail, ok, type Result } from '../../words/failure.ts'
import type { ToolPath } from '../tools/tool-path.ts'

/** nft says nothing when it has begun to listen; its socket is open long before. */
const STARTED_MS = 250
const STOP_MS = 500

/** `nft -a monitor trace`: what the kernel tells about packets that a rule has marked for tracing. Reads, marks nothing. */
export async function followTrace(
	tools: ToolPath,
	onText: (text: string) => void,
): Promise<Result<LogFollower>> {
	const nft = tools.find('nft')
	if (nft === undefined) return fail({ kind: 'missing-tool', tool: 'nft', debianPackage: 'nftables' })
	// Should this program die, it must not stay: it writes only when a packet is traced, and would not notice.
	const setpriv = tools.find('setpriv')
	const [file = nft, ...before] = setpriv === undefined ? [] : [setpriv, '--pdeathsig', 'KILL', nft]
	const child = spawn(file, [...before, '-a', 'monitor', 'trace'], {
		stdio: ['ignore', 'pipe', 'pipe'],
		env: tools.env,
		cwd: '/',
	})
	let stderr = ''
	child.stderr?.setEncoding('utf8').on('data', (text: string) => {
		stderr = (stderr + text).slice(0, 1_000)
	})
	child.stdout?.setEncoding('utf8').on('data', onText)
	const ended = new Promise<void>((resolve) => {
		child.once('close', () => resolve())
		child.once('error', () => resolve())
	})
	const isUp = await Promise.race([ended.then(() => false), later(STARTED_MS).then(() => true)])
	if (!isUp)
		return fail({
			kind: 'tool-failed',
			command: ['nft', '-a', 'monitor', 'trace'],
			exitCode: child.exitCode ?? undefined,
			stderr,
		})
	return ok({
		async stop() {
			child.kill('SIGTERM')
			await Promise.race([ended, later(STOP_MS).then(() => child.kill('SIGKILL'))])
		},
	})
}

const later = (ms: number) =>
	new Promise<void>((resolve) => {
		setTimeout(resolve, ms)
	})
