import { spawn } from 'node:child_process'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { errorCode, readText } from './proc-fs.ts'
import { isExecutable } from './tool-path.ts'

/** Set in the program that was started again inside: what the namespace was called when it was asked for. */
export const ENTERED = 'CTSCOPE_NETNS'

export type CommandEnd = {
	/** null when a signal ended it, or when it could not be started. */
	readonly exitCode: number | null
	readonly signal: NodeJS.Signals | null
	/** errno name when it could not be started. */
	readonly error: string | null
}

export type RunningCommand = {
	readonly ended: Promise<CommandEnd>
	kill(signal: NodeJS.Signals): void
}

/** Runs a program with our own input, output, environment and process group: it is the admin's, not ours. */
export function startCommand([program = '', ...args]: readonly string[]): RunningCommand {
	const { [ENTERED]: _entered, ...env } = process.env
	const child = spawn(program, args, { stdio: 'inherit', env })
	const ended = new Promise<CommandEnd>((resolve) => {
		child.once('error', (error) => {
			resolve({ exitCode: null, signal: null, error: errorCode(error) })
		})
		child.once('exit', (exitCode, signal) => resolve({ exitCode, signal, error: null }))
	})
	return { ended, kill: (signal) => void child.kill(signal) }
}

/** Looks a program up as execvp(3) does. `ENOENT`: not there; `EACCES`, `EISDIR`: there, and not to be run. */
export function commandProblem(program: string): 'ENOENT' | 'EACCES' | 'EISDIR' | undefined {
	if (program.includes('/') && isDirectory(program)) return 'EISDIR'
	const candidates = program.includes('/')
		? [program]
		: (process.env.PATH ?? '/usr/bin:/bin').split(':').map((folder) => join(folder || '.', program))
	let problem: 'ENOENT' | 'EACCES' = 'ENOENT'
	for (const path of candidates) {
		if (!isFile(path)) continue
		if (isExecutable(path)) return undefined
		problem = 'EACCES'
	}
	return problem
}

function isDirectory(path: string): boolean {
	return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}

function isFile(path: string): boolean {
	try {
		return statSync(path).isFile()
	} catch {
		return false
	}
}

/**
 * Whether keys of the terminal (ctrl-c) send their signals to our process group, and so to our children too: field 8
 * of /proc/PID/stat is the foreground group of the terminal, field 5 our own (proc_pid_stat(5)).
 */
export function isInForeground(): boolean {
	const stat = readText('/proc/self/stat')
	if (!stat.ok) return false
	// The name in parentheses may contain blanks and parentheses.
	const fields = stat.value.slice(stat.value.lastIndexOf(')') + 2).split(' ')
	const [, , group, , , foreground] = fields
	return group !== undefined && group === foreground
}
