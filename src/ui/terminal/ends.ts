import type { State } from '../../app/state/state.ts'
import type { Store } from '../../app/store/store.ts'

/** Why the program ends. */
export type End =
	/** The admin left, and everything that was to be undone is undone. */
	| { readonly kind: 'left'; readonly exitCode: number; readonly keepScreen: boolean }
	| { readonly kind: 'signal'; readonly signal: (typeof SIGNALS)[number] }
	| { readonly kind: 'error'; readonly error: unknown }

export type Ends = {
	/** The first end that comes. */
	readonly next: Promise<End>
	fail(error: unknown): void
	stop(): void
}

const SIGNALS = ['SIGHUP', 'SIGINT', 'SIGTERM'] as const
const ignore = (): void => {}

/**
 * Listens for every way in which the program can end. A terminal that is gone counts as SIGHUP: its streams then end or
 * fail, and a program that goes on without a terminal would turn in circles.
 */
export function watchEnds(
	store: Pick<Store, 'getState' | 'subscribe'>,
	{ stdin, stdout }: { stdin: NodeJS.ReadStream; stdout: NodeJS.WriteStream },
): Ends {
	const { promise, resolve } = Promise.withResolvers<End>()
	const stops: (() => void)[] = []
	const on = (
		source: {
			on(name: string, run: (value?: unknown) => void): unknown
			off(name: string, run: (value?: unknown) => void): unknown
		},
		name: string,
		end: (value?: unknown) => End,
	): void => {
		const run = (value?: unknown): void => resolve(end(value))
		source.on(name, run)
		stops.push(() => source.off(name, run))
	}

	for (const signal of SIGNALS) on(process, signal, () => ({ kind: 'signal', signal }))
	const gone = (): End => ({ kind: 'signal', signal: 'SIGHUP' })
	for (const name of ['end', 'close', 'error']) on(stdin, name, gone)
	for (const name of ['close', 'error']) on(stdout, name, gone)
	const failed = (error?: unknown): End => ({ kind: 'error', error })
	on(process, 'uncaughtException', failed)
	on(process, 'unhandledRejection', failed)

	const look = (state: State): void => {
		if (state.leaving !== undefined) resolve({ kind: 'left', ...state.leaving })
	}
	stops.push(store.subscribe(() => look(store.getState())))
	look(store.getState())

	return {
		next: promise,
		fail: (error) => resolve({ kind: 'error', error }),
		/** The listeners for errors of the streams stay: without one, such an error would end the process in the middle. */
		stop() {
			for (const stop of stops) stop()
			for (const stream of [stdin, stdout]) stream.on('error', ignore)
			for (const signal of SIGNALS)
				if (!process.listeners(signal).includes(ignore)) process.on(signal, ignore)
		},
	}
}
