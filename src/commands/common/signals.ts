import { constants } from 'node:os'
import * as english from '../../words/english/commands/common.ts'
import { sayBeside } from './output.ts'

export type Ending = 'SIGINT' | 'SIGTERM' | 'SIGHUP'
const ENDINGS: readonly Ending[] = ['SIGINT', 'SIGTERM', 'SIGHUP']

export type Signals = {
	/** Resolves with the first signal that asks the program to end. */
	readonly first: Promise<Ending>
	/** Back to what the signals do by themselves. */
	release(): void
}

/** From here on these signals end nothing by themselves. `onSignal` hears each of them. */
export function catchSignals(onSignal: (signal: Ending) => void = () => {}): Signals {
	const heard = new Map<Ending, () => void>()
	const first = new Promise<Ending>((resolve) => {
		for (const signal of ENDINGS) {
			const listener = () => {
				resolve(signal)
				onSignal(signal)
			}
			heard.set(signal, listener)
			process.on(signal, listener)
		}
	})
	return {
		first,
		release() {
			for (const [signal, listener] of heard) process.off(signal, listener)
		},
	}
}

/** So long after a signal what is being switched on may come to its end, ms: half of what is promised for an undo. */
const STILL_MS = 1_000

/**
 * What is being switched on; or the signal, when that came a second ago and it still goes on. Whatever it waits for, the
 * program is to end then as it is: its guard sees that, and undoes at once.
 */
export async function unlessEnded<T extends object>(
	work: Promise<T>,
	{ first }: Pick<Signals, 'first'>,
): Promise<T | Ending> {
	let timer: NodeJS.Timeout | undefined
	let isOver = false
	const late = first.then(
		(signal) =>
			new Promise<Ending>((resolve) => {
				if (!isOver) timer = setTimeout(resolve, STILL_MS, signal)
			}),
	)
	const came = await Promise.race([work, late])
	isOver = true
	clearTimeout(timer)
	if (typeof came === 'string') sayBeside(english.itEndedWhileItWas)
	return came
}

/** 128 + the number of the signal, as shells tell it. */
export function exitOfSignal(signal: NodeJS.Signals): number {
	return 128 + (constants.signals[signal] ?? 0)
}
