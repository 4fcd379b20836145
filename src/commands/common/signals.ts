import { constants } from 'node:os'

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

/** 128 + the number of the signal, as shells tell it. */
export function exitOfSignal(signal: NodeJS.Signals): number {
	return 128 + (constants.signals[signal] ?? 0)
}
