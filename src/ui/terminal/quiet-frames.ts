import type { State } from '../../app/state/state.ts'
import type { Frames } from '../components/pace.ts'
import { painted, rowsOf, TOGETHER } from './paint.ts'

/** Ink writes a frame within a sixtieth of a second, or has nothing to write. */
const WRITTEN_MS = 100

export type QuietFrames = {
	/** What Ink draws by: it hears of all frames but the quiet ones. */
	readonly forInk: Pick<Frames, 'getState' | 'subscribe'>
	/** What is on the screen counts no more: Ink draws all of it anew. */
	forget(): void
	stop(): void
}

/**
 * Frames of what happens by itself, once or twice a second for as long as the program is open: they are put over the cells
 * of Ink, for a fraction of what a frame of Ink costs. Those that answer a key are Ink's. Before Ink draws again, the rows that it remembers are
 * put back, since it writes only those that differ from them; both reach the terminal together.
 */
export function createQuietFrames(
	stdout: NodeJS.WriteStream,
	frames: Pick<Frames, 'getState' | 'subscribe'>,
	/** Ink draws, on a screen of its own. */
	isInks: () => boolean,
): QuietFrames {
	const listeners = new Set<() => void>()
	let last = frames.getState()
	/** What Ink has drawn, and the rows that are there instead; undefined: its own. */
	let over: { readonly inks: State; readonly shown: readonly string[] } | undefined
	let putBack = (): void => {}

	/** Ink goes on from the last row; a saved cursor is the alternate screen's, and some terminals have one for both. */
	const withCursor = (text: string, { rows }: State['size']): string => `${text}\x1b[${rows};1H`
	const paint = (state: State): void => {
		const inks = over?.inks ?? last
		const rows = rowsOf(state)
		const text = painted(rows, state.size.columns, over?.shown ?? rowsOf(inks))
		over = { inks, shown: rows }
		if (text !== '') stdout.write(TOGETHER[0] + withCursor(text, state.size) + TOGETHER[1])
	}

	/** The next that is written has the rows of Ink before it. */
	const restore = (): void => {
		if (over === undefined) return
		const { inks, shown } = over
		over = undefined
		const text = painted(rowsOf(inks), inks.size.columns, shown)
		if (text === '') return
		const { write } = stdout
		const restored = TOGETHER[0] + withCursor(text, inks.size)
		const timer = setTimeout(() => {
			putBack()
			stdout.write(restored + TOGETHER[1])
		}, WRITTEN_MS)
		putBack = () => {
			clearTimeout(timer)
			stdout.write = write
			putBack = () => {}
		}
		stdout.write = ((chunk: string | Uint8Array, ...rest: []) => {
			putBack()
			// A frame of Ink begins so too, and ends it.
			stdout.write(chunk === TOGETHER[0] ? restored : restored + TOGETHER[1])
			return stdout.write(chunk, ...rest)
		}) as typeof write
	}

	const tellInk = (): void => {
		for (const listener of [...listeners]) listener()
	}
	const unsubscribe = frames.subscribe((isQuiet) => {
		const state = frames.getState()
		if (isQuiet && isInks()) paint(state)
		else {
			restore()
			tellInk()
		}
		last = state
	})
	return {
		forInk: {
			getState: () => over?.inks ?? frames.getState(),
			subscribe(listener) {
				const heard = () => listener(false)
				listeners.add(heard)
				return () => listeners.delete(heard)
			},
		},
		forget() {
			putBack()
			if (over === undefined) return
			over = undefined
			tellInk()
		},
		stop() {
			putBack()
			unsubscribe()
		},
	}
}
