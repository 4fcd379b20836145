import { spawn } from 'node:child_process'
import { Duplex } from 'node:stream'
import { definedEnv, ENTERED } from './netns-enter.ts'

export type Inside = {
	/** A socket to the file descriptor 3 of the child; each side sees the end of the other. */
	readonly channel: Duplex
	/** It could not be started: errno name, and the channel has ended. */
	readonly problem?: string
	/** Resolves with the exit status, or null after a signal. */
	readonly ended: Promise<number | null>
}

/** The number of the file descriptor that the child finds its end of the channel at. */
export const CHANNEL_FD = 3

/**
 * Starts a second ctscope in another network namespace. In a session of its own, so that ctrl-c reaches the command
 * that is being watched and not the process that puts the settings back.
 */
export function startInside([program, ...args]: readonly [string, ...string[]], asked: string): Inside {
	const child = spawn(program, args, {
		detached: true,
		stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
		env: { ...definedEnv(), [ENTERED]: asked },
	})
	const channel = child.stdio?.[CHANNEL_FD] as Duplex | undefined
	if (channel === undefined) {
		child.on('error', () => {})
		const none = Duplex.from([])
		none.destroy()
		return { channel: none, ended: Promise.resolve(null), problem: 'EMFILE' }
	}
	const ended = new Promise<number | null>((resolve) => {
		child.once('error', () => resolve(null))
		child.once('close', (code) => resolve(code))
	})
	return { channel, ended }
}
