import type { useApp } from 'ink'
import * as english from '../../words/english/ui/terminal.ts'
import { visible } from '../../words/visible.ts'
import type { Keyboard } from '../keys/keyboard.ts'

type Suspend = ReturnType<typeof useApp>['suspendTerminal']

export type Suspension = {
	/** Ink's way to hand over the terminal, once the first frame is there. */
	ready(suspend: Suspend): void
	suspend(lines: readonly string[]): Promise<void>
	lofi(lines: readonly string[]): Promise<void>
	/** Draws all anew when the process is continued after a stop that we did not ask for. */
	watch(): void
	/** Somebody else has the terminal. */
	isAway(): boolean
	stop(): void
}

/** A process whose group has no shell above it is not stopped by SIGTSTP: then we simply go on. */
const STOP_MS = 300

/** Leaving the screen for a while: ctrl-z, and the view as plain lines. */
export function createSuspension(
	stdout: NodeJS.WriteStream,
	keyboard: Keyboard,
	/** Before Ink gives the screen away, and draws it anew. */
	onLeave: () => void,
): Suspension {
	const { promise: handOver, resolve: ready } = Promise.withResolvers<Suspend>()
	let away = false

	/** Runs `meanwhile` on the normal screen; afterwards Ink draws everything again. */
	const leaveScreen = async (meanwhile: () => Promise<void>): Promise<void> => {
		if (away) return
		away = true
		try {
			// Asked for before Ink is there, it is done then.
			const suspend = await handOver
			onLeave()
			await suspend(meanwhile)
		} finally {
			away = false
		}
	}
	const withoutKeyboard = (meanwhile: () => Promise<void>) => async (): Promise<void> => {
		keyboard.pause()
		try {
			await meanwhile()
		} finally {
			keyboard.resume()
		}
	}
	const print = (lines: readonly string[]): void => {
		stdout.write(lines.map((line) => `${visible(line)}\n`).join(''))
	}
	/** Stopped from outside (kill -STOP) the shell has changed the terminal's modes: take them back. */
	const continued = (): void => {
		leaveScreen(withoutKeyboard(async () => {}))
	}

	return {
		ready,
		suspend: (lines) =>
			leaveScreen(
				withoutKeyboard(async () => {
					print(lines)
					await stopped()
				}),
			),
		lofi: (lines) =>
			leaveScreen(async () => {
				print([...lines, '', english.anyKeyGoesBack])
				await keyboard.anyKey()
			}),
		watch() {
			process.on('SIGCONT', continued)
		},
		isAway: () => away,
		stop() {
			process.off('SIGCONT', continued)
		},
	}
}

/** Stops the whole process group, as the terminal driver does for ctrl-z; resolves when it is continued. */
function stopped(): Promise<void> {
	return new Promise((resolve) => {
		const done = (): void => {
			clearTimeout(timer)
			process.off('SIGCONT', done)
			resolve()
		}
		const timer = setTimeout(done, STOP_MS)
		process.on('SIGCONT', done)
		process.kill(0, 'SIGTSTP')
	})
}
