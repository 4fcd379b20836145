import { loadExeca } from './command.ts'
import type { ToolPath } from './tool-path.ts'

const TIMEOUT_MS = 30_000
const KILL_AFTER_MS = 500
const STDERR_LIMIT = 65_536

export type StreamAnswer = {
	readonly failed: boolean
	/** Undefined when a signal or the time-out ended it. */
	readonly exitCode: number | undefined
	readonly stderr: string
}

/** Runs a tool whose output may be long, and hands it over as text while it comes; nothing of it is kept. */
export async function streamTool(
	tools: ToolPath,
	program: string,
	args: readonly string[],
	onText: (text: string) => void,
): Promise<StreamAnswer> {
	const execa = await loadExeca()
	const child = execa(program, args, {
		env: tools.env,
		extendEnv: false,
		stdin: 'ignore',
		reject: false,
		timeout: TIMEOUT_MS,
		forceKillAfterDelay: KILL_AFTER_MS,
		buffer: { stdout: false, stderr: true },
		maxBuffer: { stderr: STDERR_LIMIT },
	})
	child.stdout.setEncoding('utf8')
	child.stdout.on('data', onText)
	const { failed, exitCode, stderr, shortMessage } = await child
	const said = typeof stderr === 'string' ? stderr : ''
	return { failed, exitCode, stderr: failed && said === '' ? (shortMessage ?? '') : said }
}
