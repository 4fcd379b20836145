import { spawn } from 'node:child_process'
import { execa } from 'execa'
import { createToolPath, type ToolPath } from './tool-path.ts'

export type Ran = {
	/** undefined when a signal or the time-out ended it, or it could not be started. */
	readonly exitCode: number | undefined
	readonly stdout: string
	/** At most 4000 characters. */
	readonly stderr: string
}

const OUTPUT_LIMIT = 1_000_000
const TOOLS = createToolPath()

/** Runs a program to its end; found where it is looked for, never where PATH of somebody says. */
export type Run = (
	argv: readonly string[],
	timeoutMs: number,
	env?: Readonly<Record<string, string>>,
) => Promise<Ran>

/** What is run inherits no terminal and no environment but a path, the locale C and `env`. */
export function createRun(tools: ToolPath = TOOLS): Run {
	return async (argv, timeoutMs, env = {}) => {
		const [file = '', ...args] = argv
		const { exitCode, stdout, stderr, originalMessage } = await execa(tools.find(file) ?? file, args, {
			stdin: 'ignore',
			timeout: timeoutMs,
			maxBuffer: OUTPUT_LIMIT,
			reject: false,
			extendEnv: false,
			env: { ...tools.env, ...env },
			cwd: '/',
		})
		return { exitCode, stdout, stderr: (stderr === '' ? (originalMessage ?? '') : stderr).slice(0, 4000) }
	}
}

export type Detached = {
	readonly pid: number | undefined
	/** Resolves when it ends, with the first 4000 characters of its stderr. */
	readonly ended: Promise<Ran>
	/** From here on it is on its own: we hold nothing of it. */
	release(): void
}

/** Starts a program in a session of its own, without a terminal, that lives on when we end in whatever way. */
export function startDetached(argv: readonly string[], env: Readonly<Record<string, string>> = {}): Detached {
	const [file = '', ...args] = argv
	const child = spawn(file, args, {
		detached: true,
		stdio: ['ignore', 'ignore', 'pipe'],
		env: { ...TOOLS.env, ...env },
		cwd: '/',
	})
	let stderr = ''
	child.stderr.setEncoding('utf8').on('data', (text: string) => {
		stderr = (stderr + text).slice(0, 4000)
	})
	const ended = new Promise<Ran>((resolve) => {
		child.once('error', (error) => resolve({ exitCode: undefined, stdout: '', stderr: error.message }))
		child.once('close', (code) => resolve({ exitCode: code ?? undefined, stdout: '', stderr }))
	})
	return {
		pid: child.pid,
		ended,
		release() {
			child.stderr.destroy()
			child.unref()
		},
	}
}
