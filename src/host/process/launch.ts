import { execa } from 'execa'
import { createToolPath, type ToolPath } from '../tools/tool-path.ts'

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

/**
 * What is run inherits no terminal and no environment but a path, the locale C and `env`. `outlives`: it is in a session of
 * its own and goes on when we end, in whatever way.
 */
export function createRun(tools: ToolPath = TOOLS, outlives = false): Run {
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
			detached: outlives,
			cleanup: !outlives,
		})
		return { exitCode, stdout, stderr: (stderr === '' ? (originalMessage ?? '') : stderr).slice(0, 4000) }
	}
}
