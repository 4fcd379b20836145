import { spawn } from 'node:child_process'
import { notStarted } from '../tools/proc-fs.ts'
import { createToolPath } from '../tools/tool-path.ts'
import { startChild } from './child.ts'
import type { Ran } from './launch.ts'

const TOOLS = createToolPath()

export type Detached = {
	readonly pid: number | undefined
	/** Resolves when it ends, with the first 4000 characters of its stderr. */
	readonly ended: Promise<Ran>
	/** From here on it is on its own: we hold nothing of it. */
	release(): void
}

/** In the place of an exit status: there was no process for it. */
export const NOT_STARTED = -1

/**
 * Starts a program that lives on when we end, and answers with the first line that it prints, or with how it ended before
 * that. It is never ended by us: after `limitMs` only the waiting is.
 */
export function firstLine(argv: readonly string[], limitMs: number): Promise<Ran> {
	const [file = '', ...args] = argv
	const child = startChild(() =>
		spawn(TOOLS.find(file) ?? file, args, {
			detached: true,
			stdio: ['ignore', 'pipe', 'pipe'],
			env: { ...TOOLS.env },
			cwd: '/',
		}),
	)
	if (typeof child === 'string') return Promise.resolve({ exitCode: NOT_STARTED, stdout: '', stderr: child })
	let stdout = ''
	let stderr = ''
	return new Promise((resolve) => {
		const done = (exitCode: number | undefined) => {
			clearTimeout(timer)
			// Without descriptors for pipes Node makes none.
			child.stdout?.destroy()
			child.stderr?.destroy()
			child.unref()
			resolve({ exitCode, stdout, stderr })
		}
		const timer = setTimeout(() => done(undefined), limitMs)
		child.stdout?.setEncoding('utf8').on('data', (text: string) => {
			stdout += text
			if (stdout.includes('\n')) done(undefined)
		})
		child.stderr?.setEncoding('utf8').on('data', (text: string) => {
			stderr = (stderr + text).slice(0, 4000)
		})
		child.once('error', (error) => {
			stderr = notStarted(error)
			done(NOT_STARTED)
		})
		child.once('close', (code) => done(code ?? undefined))
	})
}

/** Starts a program in a session of its own, without a terminal, that lives on when we end in whatever way. */
export function startDetached(argv: readonly string[], env: Readonly<Record<string, string>> = {}): Detached {
	const [file = '', ...args] = argv
	const child = startChild(() =>
		spawn(TOOLS.find(file) ?? file, args, {
			detached: true,
			stdio: ['ignore', 'ignore', 'pipe'],
			env: { ...TOOLS.env, ...env },
			cwd: '/',
		}),
	)
	if (typeof child === 'string')
		return {
			pid: undefined,
			ended: Promise.resolve({ exitCode: undefined, stdout: '', stderr: child }),
			release() {},
		}
	let stderr = ''
	child.stderr?.setEncoding('utf8').on('data', (text: string) => {
		stderr = (stderr + text).slice(0, 4000)
	})
	const ended = new Promise<Ran>((resolve) => {
		child.once('error', (error) => resolve({ exitCode: undefined, stdout: '', stderr: notStarted(error) }))
		child.once('close', (code) => resolve({ exitCode: code ?? undefined, stdout: '', stderr }))
	})
	return {
		pid: child.pid,
		ended,
		release() {
			child.stderr?.destroy()
			child.unref()
		},
	}
}
