import type { State } from '../../app/state/state.ts'

/** Where components read: the state of the store, at most as often as frames are drawn. */
export type Frames = {
	getState(): State
	subscribe(listener: () => void): () => void
	/** Shows the newest state now: after a key, so that its answer is not delayed. */
	flush(): void
	stop(): void
}

type Source = Pick<Frames, 'getState' | 'subscribe'>

export type Pace = {
	/** What changes together is drawn together: so long after a change the frame comes. */
	readonly gatherMs: number
	/** Frames of what happens by itself come no closer than this. */
	readonly intervalMs: number
	/** The frame after a key comes at once, unless the one after another key was less than this ago. */
	readonly keyMs: number
}

/** Log records can change the store hundreds of times a second; the screen follows at a pace that people can read. */
export function createFrames(store: Source, { gatherMs, intervalMs, keyMs }: Pace): Frames {
	let shown = store.getState()
	let last = Number.NEGATIVE_INFINITY
	let lastKey = Number.NEGATIVE_INFINITY
	let timer: NodeJS.Timeout | undefined
	let keyTimer: NodeJS.Timeout | undefined
	const listeners = new Set<() => void>()

	const draw = (): void => {
		clearTimeout(timer)
		clearTimeout(keyTimer)
		timer = undefined
		keyTimer = undefined
		last = performance.now()
		if (shown === store.getState()) return
		shown = store.getState()
		for (const listener of [...listeners]) listener()
	}
	const flush = (): void => {
		const wait = lastKey + keyMs - performance.now()
		if (wait > 0) {
			// A key that is held down.
			keyTimer ??= setTimeout(flush, wait)
			return
		}
		lastKey = performance.now()
		draw()
	}
	const end = store.subscribe(() => {
		timer ??= setTimeout(draw, Math.max(gatherMs, last + intervalMs - performance.now()))
	})
	return {
		getState: () => shown,
		subscribe(listener) {
			listeners.add(listener)
			return () => listeners.delete(listener)
		},
		flush,
		stop() {
			clearTimeout(timer)
			clearTimeout(keyTimer)
			end()
		},
	}
}
