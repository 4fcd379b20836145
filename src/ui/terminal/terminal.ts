import { farewell } from '../../app/frame/farewell.ts'
import { plainView } from '../../app/frame/plain-view.ts'
import type { State } from '../../app/state/state.ts'
import type { TerminalPort } from '../../app/state/terminal-port.ts'
import type { Store } from '../../app/store/store.ts'
import type { LeaseView } from '../../model/change.ts'
import * as english from '../../words/english/ui/terminal.ts'
import { visible } from '../../words/visible.ts'
import { pageRows } from '../components/body.ts'
import { createFrames } from '../components/pace.ts'
import { reachOf } from '../components/place.ts'
import { pointed } from '../components/pointed.ts'
import { share } from '../components/share.ts'
import { createInput } from '../keys/input.ts'
import { createKeyboard } from '../keys/keyboard.ts'
import { clipOf, hasNoStrings } from './clipboard.ts'
import type { Drawing, draw } from './drawing.ts'
import { type End, watchEnds } from './ends.ts'
import { createFirstScreen } from './first-screen.ts'
import { createQuietFrames, type QuietFrames } from './quiet-frames.ts'
import { createSuspension } from './suspension.ts'

/** At most ten frames a second: two of what happens by itself, one while nothing happens, the others after keys. */
const PACE = { gatherMs: 100, routineMs: 450, intervalMs: 500, keyMs: 100 }
/** How long the undo may take after a signal; the guard goes on by itself when our socket closes. */
const CLOSE_MS = 2000
/** Whatever hangs: a program without a terminal must not stay. */
const LAST_RESORT_MS = 4000

/** Ink writes text then, and no screen (node_modules/ink/build/ink.js). */
const isInksText = process.env.INK_SCREEN_READER === 'true'

export type TerminalStreams = {
	readonly stdin: NodeJS.ReadStream
	readonly stdout: NodeJS.WriteStream
	/** The controlling terminal, for the clipboard. */
	readonly tty: { write(text: string): boolean }
	readonly env: { readonly TERM?: string; readonly TMUX?: string }
}

export type TerminalOptions = TerminalStreams & {
	/** False: stay on the normal screen. */
	readonly alternateScreen: boolean
	/** Loads Ink, and what is drawn with it. */
	readonly load: () => Promise<{ readonly draw: typeof draw }>
	/** The terminal reports the mouse to us, instead of selecting text with it. */
	readonly mouse?: boolean
	/** Undoes what is in force and ends the guard. */
	readonly close: () => Promise<LeaseView | undefined>
	/** One line for an error while drawing that is not the program's; without it that is told with its stack. */
	readonly failed?: string
	/** Ends the process; given by tests only. */
	readonly exit?: (code: number) => void
}

export type Terminal = {
	readonly port: TerminalPort
	readonly size: () => State['size']
	/** Draws the store until the program is to end; the exit status. */
	run(store: Store): Promise<number>
}

/** Owns the terminal: the screen, the keys, the signals, and the way out in every case. */
export function createTerminal(options: TerminalOptions): Terminal {
	const { stdin, stdout, tty, env, exit = (code) => process.exit(code) } = options
	const titled = !hasNoStrings(env.TERM)
	const size = (): State['size'] => ({ columns: stdout.columns || 80, rows: stdout.rows || 24 })
	const write = (text: string): void => {
		if (!stdout.destroyed && stdout.writable) stdout.write(text)
	}
	let input: ReturnType<typeof createInput> | undefined
	const keyboard = createKeyboard(
		{ stdin, write },
		(keys) => input?.take(keys),
		// Pastes have a channel of their own, so that pasted text can run no command.
		(keys) => input?.paste(keys),
		options.mouse === true ? (mouse) => input?.point(mouse) : undefined,
	)
	let quiet: QuietFrames | undefined
	const suspension = createSuspension(stdout, keyboard, () => quiet?.forget())

	const port: TerminalPort = {
		copy(text) {
			const { sequence, bytes, through } = clipOf(text, env)
			if (through !== 'none' && !tty.write(sequence)) write(sequence)
			return { bytes, through }
		},
		suspend: suspension.suspend,
		lofi: suspension.lofi,
		title(text) {
			if (titled) write(`\x1b]2;${visible(text)}\x07`)
		},
	}

	async function run(store: Store): Promise<number> {
		const paged = (): void => {
			const state = store.getState()
			const rows = pageRows(state)
			const reach = share(state.reach, reachOf(state))
			if (rows !== state.pageRows || reach !== state.reach) store.dispatch({ type: 'page', rows, reach })
		}
		paged()
		const frames = createFrames(store, PACE)
		const endPaging = frames.subscribe(paged)
		if (titled) write('\x1b[22;0t')
		input = createInput(store, frames.flush, (mouse) => pointed(frames.getState(), mouse))
		const ends = watchEnds(store, { stdin, stdout })
		const first = createFirstScreen(stdout, write, frames)
		let drawing: Drawing | undefined
		quiet = createQuietFrames(
			stdout,
			frames,
			() => drawing !== undefined && options.alternateScreen && !suspension.isAway() && !isInksText,
		)
		const { forInk } = quiet

		// Before Ink's own listener, so that it never draws a frame of the old width.
		const resized = (): void => {
			store.dispatch({ type: 'resized', ...size() })
			quiet?.forget()
			drawing?.clear()
			if (drawing !== undefined && options.alternateScreen) write('\x1b[H\x1b[2J')
			frames.flush()
			if (drawing !== undefined) drawing.redraw()
			else if (options.alternateScreen) first.redraw()
		}
		stdout.prependListener('resize', resized)
		try {
			if (options.alternateScreen) first.begin()
		} catch (error) {
			// The terminal is given back before it is told.
			ends.fail(error)
		}
		suspension.watch()
		keyboard.start()

		let isOver = false
		const drawn = loaded().then((view) => {
			if (isOver) return
			const begin = () =>
				view.draw({
					frames: forInk,
					stdin,
					stdout,
					alternateScreen: options.alternateScreen,
					onReady: suspension.ready,
					onFailed: ends.fail,
				})
			drawing = options.alternateScreen ? first.handOver(begin) : begin()
		})
		drawn.catch(ends.fail)

		const end = await ends.next
		isOver = true
		ends.stop()
		endPaging()
		quiet.stop()
		frames.stop()
		suspension.stop()
		keyboard.stop()
		stdout.off('resize', resized)
		const last = store.getState()
		drawing?.end()
		first.end()
		// On the normal screen the last frame stays; what follows begins on a line of its own.
		if (!options.alternateScreen) write('\n')
		if (titled) write('\x1b[23;0t')
		return leave(end, last, store)
	}

	/** After the first readings have been asked for: they go on while Ink is loaded, which keeps this thread busy. */
	const loaded = async () => {
		await turn()
		await turn()
		return options.load()
	}

	/** The normal screen is back: what is left to do, and what is left to say. */
	async function leave(end: End, last: State, store: Store): Promise<number> {
		if (end.kind === 'error') {
			write(`${options.failed ?? english.anErrorOfTheProgram(errorText(end.error))}\n`)
			await drained(stdout)
			exit(1)
			return 1
		}
		setTimeout(() => exit(exitOf(end)), LAST_RESORT_MS).unref()
		if (end.kind === 'left') {
			// As it was, not as it is while it leaves.
			const kept = end.keepScreen ? [...plainView({ ...last, busy: undefined, leaving: undefined }), ''] : []
			write([...kept, ...farewell(store.getState())].map((line) => `${visible(line)}\n`).join(''))
			return end.exitCode
		}
		const view = await Promise.race([options.close(), after(CLOSE_MS)])
		// Nobody reads the terminal of a connection that is gone.
		if (end.signal !== 'SIGHUP') {
			const state = view === undefined ? store.getState() : { ...store.getState(), lease: view }
			write(
				farewell(state)
					.map((line) => `${visible(line)}\n`)
					.join(''),
			)
		}
		return exitOf(end)
	}

	return { port, size, run }
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

const SIGNALS: Readonly<Record<string, number>> = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 }

function exitOf(end: End): number {
	if (end.kind === 'left') return end.exitCode
	return end.kind === 'signal' ? 128 + (SIGNALS[end.signal] ?? 1) : 1
}

const errorText = (error: unknown): string =>
	(error instanceof Error ? (error.stack ?? error.message) : String(error))
		.split('\n')
		.map(visible)
		.join('\n')

const after = (ms: number): Promise<undefined> =>
	new Promise((resolve) => {
		setTimeout(() => resolve(undefined), ms).unref()
	})

const drained = (stdout: NodeJS.WriteStream): Promise<unknown> =>
	Promise.race([new Promise<void>((resolve) => stdout.write('', () => resolve())), after(500)])
