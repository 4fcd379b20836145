import type { Frames } from '../components/pace.ts'
import { painted, rowsOf, TOGETHER } from './paint.ts'

/** The same bytes as Ink's. */
const ENTER = '\x1b[?1049h'
const LEAVE = '\x1b[?1049l'
const HIDE_CURSOR = '\x1b[?25l'
const SHOW_CURSOR = '\x1b[?25h'
const HOME_AND_CLEAR = '\x1b[H\x1b[2J'

/** Signals that end a process and that nobody else here listens to. Ink does the same once it draws. */
const DEADLY = [
	'SIGALRM',
	'SIGABRT',
	'SIGQUIT',
	'SIGSYS',
	'SIGTRAP',
	'SIGUSR2',
	'SIGVTALRM',
	'SIGXCPU',
	'SIGXFSZ',
] as const

export type FirstScreen = {
	/** Enters the alternate screen and shows the present state, and each one that follows. */
	begin(): void
	/** Draws all of it again, in a new size. */
	redraw(): void
	/**
	 * Lets somebody else draw, who enters the alternate screen and writes a whole frame at once: the frame is put over
	 * what is there. From then on the screen is theirs.
	 */
	handOver<T>(draw: () => T): T
	/** Gives the terminal back, unless it was handed over. */
	end(): void
}

/**
 * The screen until Ink is loaded, which takes longer than all the rest of a start. Whatever ends the process meanwhile,
 * the normal screen comes back.
 */
export function createFirstScreen(
	stdout: NodeJS.WriteStream,
	write: (text: string) => void,
	frames: Pick<Frames, 'getState' | 'subscribe'>,
): FirstScreen {
	let isMine = false
	let shown: readonly string[] = []
	let unsubscribe = (): void => {}

	const paint = (): void => {
		const state = frames.getState()
		const rows = rowsOf(state)
		const text = painted(rows, state.size.columns, shown)
		shown = rows
		if (text !== '') write(`${TOGETHER[0]}${text}${TOGETHER[1]}`)
	}
	const end = (): void => {
		if (!isMine) return
		release()
		write(LEAVE + SHOW_CURSOR)
	}
	const release = (): void => {
		isMine = false
		unsubscribe()
		process.off('exit', end)
		for (const signal of DEADLY) process.off(signal, killed)
	}
	/** As if nobody had listened. */
	const killed = (signal: NodeJS.Signals): void => {
		end()
		process.kill(process.pid, signal)
	}

	return {
		begin() {
			isMine = true
			process.on('exit', end)
			for (const signal of DEADLY) process.on(signal, killed)
			write(ENTER + HIDE_CURSOR)
			paint()
			unsubscribe = frames.subscribe(paint)
		},
		redraw() {
			write(HOME_AND_CLEAR)
			shown = []
			paint()
		},
		handOver(draw) {
			let written = ''
			const { write: ownWrite } = stdout
			stdout.write = (chunk: string | Uint8Array) => {
				written += chunk
				return true
			}
			let drawn: ReturnType<typeof draw>
			try {
				drawn = draw()
			} finally {
				stdout.write = ownWrite
			}
			release()
			for (const known of [ENTER, HIDE_CURSOR, ...TOGETHER]) written = written.replaceAll(known, '')
			const { columns } = frames.getState().size
			write(`${TOGETHER[0]}${painted(written.split('\n'), columns)}${TOGETHER[1]}`)
			return drawn
		},
		end,
	}
}
