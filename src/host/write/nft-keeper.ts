import { spawn } from 'node:child_process'
import { startChild } from '../process/child.ts'
import type { Announce } from '../process/hand.ts'
import { hasEnded, processStart } from '../process/identity.ts'
import type { ToolPath } from '../tools/tool-path.ts'

/** An `nft -i` that reads commands from us, one a line, and ends with us. */
export type Keeper = {
	say(command: string): void
	/** It has ended, and what it owned in the kernel is gone: its socket is closed before it is a zombie (kernel/exit.c). */
	isOver(): boolean
	/** Ends it: by its input, which ends, and by a signal. */
	end(): void
}

/** Undefined when there is no process for it, or when it could not be recorded. */
export function startKeeper(
	nft: string,
	tools: Pick<ToolPath, 'env'>,
	announce: Announce | undefined,
): Keeper | undefined {
	const child = startChild(() =>
		spawn(nft, ['-i'], {
			stdio: ['pipe', 'ignore', 'ignore'],
			cwd: '/',
			// With its own folder as home it would leave a file of its history behind on a disk.
			env: { ...tools.env, HOME: '/dev/null' },
		}),
	)
	if (typeof child === 'string') return undefined
	child.stdin.on('error', () => {})
	const { pid } = child
	if (pid === undefined) return undefined
	child.stdin.on('error', () => {})
	// It must not keep this process alive; this process keeps it.
	child.unref()
	const name = { pid, pidStart: processStart(pid) ?? '' }
	if (announce !== undefined && !announce(name)) {
		child.kill('SIGKILL')
		return undefined
	}
	return {
		say: (command) => void child.stdin.write(command.endsWith('\n') ? command : `${command}\n`),
		isOver: () => child.exitCode !== null || child.signalCode !== null || hasEnded(pid, name.pidStart),
		end() {
			child.stdin.destroy()
			child.kill('SIGKILL')
		},
	}
}
