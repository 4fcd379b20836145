import { createContext, useContext, useRef, useSyncExternalStore } from 'react'
import type { State } from '../app/state.ts'
import { share } from './share.ts'

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
	/** Frames of what happens by itself come no closer than this; those after a key come at once. */
	readonly intervalMs: number
}

/** Log records can change the store hundreds of times a second; the screen follows at a pace that people can read. */
export function createFrames(store: Source, { gatherMs, intervalMs }: Pace): Frames {
	let shown = store.getState()
	let last = Number.NEGATIVE_INFINITY
	let timer: NodeJS.Timeout | undefined
	const listeners = new Set<() => void>()

	const flush = (): void => {
		clearTimeout(timer)
		timer = undefined
		last = performance.now()
		if (shown === store.getState()) return
		shown = store.getState()
		for (const listener of [...listeners]) listener()
	}
	const end = store.subscribe(() => {
		timer ??= setTimeout(flush, Math.max(gatherMs, last + intervalMs - performance.now()))
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
			end()
		},
	}
}

export const FramesContext = createContext<Frames | undefined>(undefined)

/**
 * What `select` makes of the present state. The answer keeps its identity while it is equal, and the component is
 * drawn again only when it is not. `select` may differ from call to call (it closes over sizes).
 */
export function useModel<T>(select: (state: State) => T): T {
	const frames = useContext(FramesContext)
	if (frames === undefined) throw new Error('useModel needs a FramesContext')
	const model = useRef<T | undefined>(undefined)
	return useSyncExternalStore(frames.subscribe, () => {
		model.current = share(model.current, select(frames.getState()))
		return model.current
	})
}
