import type { State } from '../../app/state/state.ts'
import type { Store } from '../../app/store/store.ts'
import type { Clock } from '../../model/clock.ts'

export type Waiting = {
	/** Until it is so, at most so long, and never longer than until somebody ends the whole. Whether it is so then. */
	until(isSo: (state: State) => boolean, ms: number): Promise<boolean>
	/** Somebody wants an end now. */
	readonly isEnded: () => boolean
}

/** Waits for states of the store, by the clock of the program. */
export function createWaiting(
	store: Pick<Store, 'getState' | 'subscribe'>,
	clock: Pick<Clock, 'after'>,
	ended: Promise<unknown>,
): Waiting {
	let isEnded = false
	const wake = new Set<() => void>()
	void ended.then(() => {
		isEnded = true
		for (const one of [...wake]) one()
	})
	return {
		isEnded: () => isEnded,
		until: (isSo, ms) =>
			new Promise<boolean>((resolve) => {
				const look = () => isSo(store.getState())
				if (isEnded || ms <= 0 || look()) {
					resolve(look())
					return
				}
				const done = () => {
					unsubscribe()
					cancel()
					wake.delete(done)
					resolve(look())
				}
				const unsubscribe = store.subscribe(() => {
					if (look()) done()
				})
				const cancel = clock.after(ms, done)
				wake.add(done)
			}),
	}
}
