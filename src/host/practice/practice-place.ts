import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { promisify } from 'node:util'
import * as english from '../../words/english/host/host.ts'
import { definedEnv } from '../netns/netns-enter.ts'

const run = promisify(execFile)

export type PracticePlace = {
	readonly pid: number
	/** Runs shell lines in the network namespace; rejects with what the first failing one printed. */
	run(lines: readonly string[]): Promise<void>
	/** Lets its programs begin. */
	begin(): void
	/** Ends its programs; the namespace goes with the last process in it. */
	end(): Promise<void>
}

/**
 * A network namespace without a name, which lives as long as its one process: this program again, with `args`. The
 * process ends when its standard input ends, so nothing is left however we end ourselves.
 */
export async function createPlace(args: readonly string[]): Promise<PracticePlace> {
	const script = process.argv[1]
	const inside = [process.execPath, ...process.execArgv, ...(script === undefined ? [] : [script]), ...args]
	const child = spawn('unshare', ['--net', '--', ...inside], {
		stdio: ['pipe', 'pipe', 'pipe'],
		env: definedEnv(),
		// ctrl-c belongs to the program on the screen.
		detached: true,
	})
	let said = ''
	child.stderr?.on('data', (data) => {
		said = `${said}${data}`.slice(-2_000)
	})
	// Ending it closes the pipe under a write that may be on its way.
	child.stdin?.on('error', () => {})
	await isReady(child, () => said)
	const pid = child.pid ?? 0
	return {
		pid,
		async run(lines) {
			await run('nsenter', [`--net=/proc/${pid}/ns/net`, '--', 'sh', '-eu', '-c', lines.join('\n')], {
				timeout: 20_000,
			})
		},
		begin: () => void child.stdin.write('go\n'),
		async end() {
			if (child.exitCode !== null || child.signalCode !== null) return
			const ended = once(child, 'exit')
			child.stdin.end()
			const kill = setTimeout(() => child.kill('SIGKILL'), 2_000)
			await ended
			clearTimeout(kill)
		},
	}
}

/** It says so when it is in its namespace: before that, /proc/PID/ns/net may still be ours. */
async function isReady(child: ChildProcess, said: () => string): Promise<void> {
	await new Promise<void>((resolve, reject) => {
		child.stdout?.once('data', () => resolve())
		child.once('error', (error) => reject(error))
		child.once('exit', () => reject(new Error(said().trim() || english.theNamespaceCouldNotBe)))
	})
}
