import { join } from 'node:path'
import { type IPty, spawn } from '@lydell/node-pty'
import headless from '@xterm/headless'
import { IN_VAIN_MS, pause, until } from '../until.ts'

const root = join(import.meta.dirname, '../../..')
/** The program as an admin starts it. */
export const CTSCOPE = join(root, 'scripts/ctscope')

/** Nobody reads a screen and types again sooner, ms: what follows faster is no key of its own (APART_MS of ui/keys/keymap.ts). */
const BY_HAND_MS = 50

export type Ended = { readonly exitCode: number; readonly signal: number }

/** Synchronized output: nothing is to be shown between them. */
const TOGETHER_BEGINS = '\u001B[?2026h'
const TOGETHER_ENDS = '\u001B[?2026l'

/** A program in a real pseudo-terminal, with a terminal emulator at the other end that reads the screen. */
export type Terminal = {
	readonly pid: number
	/** The lines of the screen as they stand now, without trailing blanks. */
	lines(): string[]
	text(): string
	/** True while the alternate screen is shown. */
	alternate(): boolean
	/** All that the program wrote, raw. */
	raw(): string
	/** Waits until the screen shows it; throws with the screen when it does not. */
	until(what: string | RegExp | ((text: string) => boolean), ms?: number): Promise<string>
	/** Types it, as one chunk. */
	type(keys: string | Uint8Array): void
	resize(columns: number, rows: number): void
	/** Closes the terminal's side, as a lost connection does: the program gets SIGHUP. */
	hangUp(): void
	readonly ended: Promise<Ended>
	/** Ends what is left of the program. */
	dispose(): Promise<void>
}

export const KEYS = {
	enter: '\r',
	escape: '\u001B',
	up: '\u001B[A',
	down: '\u001B[B',
	ctrlC: '\u0003',
	ctrlL: '\u000C',
	ctrlZ: '\u001A',
	tab: '\t',
} as const

export function openTerminal(
	file: string,
	args: readonly string[],
	options: { columns?: number; rows?: number; env?: Record<string, string | undefined>; cwd?: string } = {},
): Terminal {
	const { columns = 80, rows = 24, cwd = root } = options
	const emulator = new headless.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 200 })
	const env: Record<string, string> = { TERM: 'xterm-256color', LANG: 'C.UTF-8' }
	for (const [name, value] of Object.entries({ ...process.env, ...env, ...options.env }))
		if (value !== undefined && !name.startsWith('VITEST')) env[name] = value
	const pty: IPty = spawn(file, [...args], { name: 'xterm-256color', cols: columns, rows, cwd, env })
	let written = ''
	let waiting = 0
	let over: Ended | undefined
	let overAt = 0
	let typedAt = 0
	pty.onData((chunk) => {
		written += chunk
		waiting += 1
		emulator.write(chunk, () => {
			waiting -= 1
		})
	})
	const ended = new Promise<Ended>((resolve) => {
		pty.onExit(({ exitCode, signal }) => {
			over = { exitCode, signal: signal ?? 0 }
			overAt = Date.now()
			// What was written last may still be on its way into the emulator.
			setTimeout(() => resolve(over as Ended), 20)
		})
	})

	const lines = () => {
		const { active } = emulator.buffer
		return Array.from({ length: emulator.rows }, (_, row) =>
			(active.getLine(active.baseY + row)?.translateToString(true) ?? '').trimEnd(),
		)
	}
	const text = () => lines().join('\n')
	/** What is written together is looked at together. */
	const isWhole = () =>
		waiting === 0 && written.lastIndexOf(TOGETHER_BEGINS) <= written.lastIndexOf(TOGETHER_ENDS)

	return {
		pid: pty.pid,
		lines,
		text,
		alternate: () => emulator.buffer.active.type === 'alternate',
		raw: () => written,
		async until(what, ms = IN_VAIN_MS) {
			const fits = (screen: string) =>
				typeof what === 'function'
					? what(screen)
					: typeof what === 'string'
						? screen.includes(what)
						: what.test(screen)
			let screen = ''
			const isShown = () => {
				// Asked before the screen is read: a program that ends has shown all that it will.
				const wasOver = over !== undefined && Date.now() - overAt > 50
				screen = text()
				if (isWhole() && fits(screen)) return true
				if (wasOver) throw new Error(`the program ended (${over?.exitCode}) without: ${what}\n${screen}`)
				return false
			}
			await until(isShown, () => `${what} on the screen:\n${screen}`, ms)
			await pause(Math.max(0, typedAt + BY_HAND_MS - performance.now()))
			return screen
		},
		// It takes bytes as well, which its types do not say.
		type(keys) {
			typedAt = performance.now()
			pty.write((typeof keys === 'string' ? keys : Buffer.from(keys)) as string)
		},
		resize(cols, newRows) {
			emulator.resize(cols, newRows)
			pty.resize(cols, newRows)
		},
		hangUp: () => (pty as IPty & { destroy(): void }).destroy(),
		ended,
		async dispose() {
			if (over === undefined) {
				try {
					process.kill(pty.pid, 'SIGKILL')
				} catch {}
				await Promise.race([ended, pause(1000)])
			}
			emulator.dispose()
		},
	}
}
