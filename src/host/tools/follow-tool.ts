import { spawn } from 'node:child_process'
import type { LogFollower } from '../../ports/observer.ts'
import { fail, ok, type Result } from '../../words/failure.ts'
import { notStarted } from './proc-fs.ts'
import type { ToolPath } from './tool-path.ts'

/** Tools that listen say nothing when they have begun; their sockets are open long before. */
const STARTED_MS = 250
const STOP_MS = 500

/** A tool that prints what it hears until it is stopped. Should this program die, it goes too. */
export async function followTool(
	tools: ToolPath,
	[name, ...args]: readonly [name: string, ...args: string[]],
	debianPackage: string,
	onText: (text: string) => void,
	complains?: (text: string) => void,
): Promise<Result<LogFollower>> {
	const tool = tools.find(name)
	if (tool === undefined) return fail({ kind: 'missing-tool', tool: name, debianPackage })
	// It writes only when something happens, and would not notice.
	const setpriv = tools.find('setpriv')
	const [file = tool, ...before] = setpriv === undefined ? [] : [setpriv, '--pdeathsig', 'KILL', tool]
	const child = spawn(file, [...before, ...args], {
		stdio: ['ignore', 'pipe', 'pipe'],
		env: tools.env,
		cwd: '/',
	})
	let stderr = ''
	child.stderr?.setEncoding('utf8').on('data', (text: string) => {
		stderr = (stderr + text).slice(0, 1_000)
		complains?.(text)
	})
	child.stdout?.setEncoding('utf8').on('data', onText)
	const ended = new Promise<void>((resolve) => {
		child.once('close', () => resolve())
		child.once('error', (error) => {
			stderr = notStarted(error)
			resolve()
		})
	})
	const isUp = await Promise.race([ended.then(() => false), later(STARTED_MS).then(() => true)])
	if (!isUp)
		return fail({
			kind: 'tool-failed',
			command: [name, ...args],
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
