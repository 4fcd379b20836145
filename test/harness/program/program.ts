import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { IN_VAIN_MS } from '../until.ts'

const root = join(import.meta.dirname, '../../..')
const bundle = join(root, 'dist/cli.js')
const source = join(root, 'src/cli.ts')

/** The bundle when it is newer than everything in src/; else the source itself, which Node runs as well. */
function programArgs(): readonly string[] {
	return ['--disable-warning=ExperimentalWarning', isFresh() ? bundle : source]
}

function isFresh(): boolean {
	if (!existsSync(bundle)) return false
	const built = statSync(bundle).mtimeMs
	return (readdirSync(join(root, 'src'), { recursive: true }) as string[]).every(
		(name) => statSync(join(root, 'src', name)).mtimeMs <= built,
	)
}

export type Ran = {
	readonly exitCode: number | null
	readonly signal: NodeJS.Signals | null
	readonly stdout: string
	readonly stderr: string
}

export type Running = {
	readonly child: ChildProcess
	/** Both outputs so far. */
	said(): string
	readonly ended: Promise<Ran>
}

export type StartOptions = {
	readonly env?: Record<string, string | undefined>
	readonly cwd?: string
	/** Program in front, such as `strace -o FILE`. */
	readonly under?: readonly string[]
	readonly detached?: boolean
	readonly timeoutMs?: number
	/** `open`: the caller writes to the standard input of the child, and ends it. */
	readonly input?: 'open'
}

/** Starts ctscope without a terminal. It is killed after `timeoutMs`, IN_VAIN_MS unless told. */
export function startCtscope(args: readonly string[], options: StartOptions = {}): Running {
	const [file = '', ...rest] = [...(options.under ?? []), process.execPath, ...programArgs(), ...args]
	const child = spawn(file, rest, {
		cwd: options.cwd ?? root,
		env: { ...withoutVitest(), ...options.env },
		stdio: [options.input === 'open' ? 'pipe' : 'ignore', 'pipe', 'pipe'],
		detached: options.detached ?? false,
	})
	let stdout = ''
	let stderr = ''
	child.stdout?.setEncoding('utf8').on('data', (text) => {
		stdout += text
	})
	child.stderr?.setEncoding('utf8').on('data', (text) => {
		stderr += text
	})
	const killer = setTimeout(() => child.kill('SIGKILL'), options.timeoutMs ?? IN_VAIN_MS)
	const ended = new Promise<Ran>((resolve, reject) => {
		child.once('error', reject)
		child.once('close', (exitCode, signal) => {
			clearTimeout(killer)
			resolve({ exitCode, signal, stdout, stderr })
		})
	})
	return { child, said: () => stdout + stderr, ended }
}

export function ctscope(args: readonly string[], options: StartOptions = {}): Promise<Ran> {
	return startCtscope(args, options).ended
}

function withoutVitest(): Record<string, string | undefined> {
	return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('VITEST')))
}
