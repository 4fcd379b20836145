import type { Clock } from '../../model/clock.ts'
import { cut, safe } from '../../words/text.ts'
import { width } from '../../words/width.ts'

/** Where the line stands: standard error. */
type Stream = {
	readonly isTTY?: boolean
	readonly columns?: number
	write(text: string): unknown
}

export type Progress = {
	/** What is done now, and how far it is; said once it has taken longer than a moment, and not more often than one can read. */
	tell(text: string): void
	/** Takes the line away, before anything else is written; it comes back with the next `tell`. */
	clear(): void
	/** It is done: nothing is told any more. */
	end(): void
}

/** What is over sooner needs no word, ms. */
const PATIENCE_MS = 1_000
/** Between two texts, ms. */
const APART_MS = 250
const ERASE = '\r\u001B[K'

const SILENT: Progress = { tell() {}, clear() {}, end() {} }

/**
 * One line on a terminal that is rewritten while something takes its time. In a pipe, in a file and on a terminal that cannot
 * erase a line nothing is written.
 */
export function createProgress(
	clock: Pick<Clock, 'monotonic'>,
	stream: Stream = process.stderr,
	env: Readonly<Record<string, string | undefined>> = process.env,
): Progress {
	if (stream.isTTY !== true || env.TERM === 'dumb' || (env.CTSCOPE_PLAIN ?? '') !== '') return SILENT
	const began = clock.monotonic()
	let toldAt = Number.NEGATIVE_INFINITY
	let isShown = false
	let isOver = false
	const clear = (): void => {
		if (isShown) stream.write(ERASE)
		isShown = false
	}
	return {
		tell(text) {
			const now = clock.monotonic()
			if (isOver || now - began < PATIENCE_MS || now - toldAt < APART_MS) return
			toldAt = now
			const columns = Math.max(10, (stream.columns ?? 80) - 1)
			const line = safe(text)
			stream.write(`${ERASE}${width(line) > columns ? cut(line, columns, '...') : line}`)
			isShown = true
		},
		clear,
		end() {
			clear()
			isOver = true
		},
	}
}

/** The line once a second by itself, for what does not say how far it is; `text` is given the seconds so far. */
export function tellWhile(
	clock: Pick<Clock, 'monotonic' | 'after'>,
	progress: Progress,
	text: (seconds: number) => string,
): { stop(): void } {
	const began = clock.monotonic()
	let cancel = () => {}
	const next = () => {
		cancel = clock.after(1_000, () => {
			progress.tell(text(Math.round((clock.monotonic() - began) / 1000)))
			next()
		})
	}
	next()
	return {
		stop() {
			cancel()
			progress.clear()
		},
	}
}
