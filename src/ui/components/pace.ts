import type { State } from '../../app/state/state.ts'

/** Where components read: the state of the store, at most as often as frames are drawn. */
export type Frames = {
	getState(): State
	/** Calls back for each frame, and says whether what happened by itself made it, and no key; the answer ends it. */
	subscribe(listener: (isQuiet: boolean) => void): () => void
	/** Shows the newest state now: after a key, so that its answer is not delayed. */
	flush(): void
	stop(): void
}

type Source = { getState(): State; subscribe(listener: () => void): () => void }

export type Pace = {
	/** What changes together is drawn together: so long after a change the frame comes. */
	readonly gatherMs: number
	/** After a reading that comes every second, and nothing else: until the tick has moved the rest. */
	readonly routineMs: number
	/** Frames of what happens by itself come no closer than this. */
	readonly intervalMs: number
	/** The frame after a key comes at once, unless the one after another key was less than this ago. */
	readonly keyMs: number
}

/** What readings change that come again and again. Time goes on with each of them. */
const ROUTINE = new Set<string>([
	'counters',
	'settings',
	'others',
	'leftovers',
	'unbalanced',
	'now',
	'wall',
] satisfies (keyof State)[])

function isRoutine(shown: State, next: State): boolean {
	if (shown.counters.value === undefined || shown.settings.value === undefined) return false
	for (const key in next) {
		const part = key as keyof State
		if (shown[part] !== next[part] && !ROUTINE.has(key)) return false
	}
	return true
}

/** Log records can change the store hundreds of times a second; the screen follows at a pace that people can read. */
export function createFrames(store: Source, { gatherMs, routineMs, intervalMs, keyMs }: Pace): Frames {
	let shown = store.getState()
	let last = Number.NEGATIVE_INFINITY
	let lastKey = Number.NEGATIVE_INFINITY
	let timer: NodeJS.Timeout | undefined
	let dueAt = Number.POSITIVE_INFINITY
	let keyTimer: NodeJS.Timeout | undefined
	const listeners = new Set<(isQuiet: boolean) => void>()

	const draw = (isQuiet: boolean): void => {
		clearTimeout(timer)
		clearTimeout(keyTimer)
		dueAt = Number.POSITIVE_INFINITY
		keyTimer = undefined
		last = performance.now()
		const next = store.getState()
		if (shown === next) return
		shown = next
		for (const listener of [...listeners]) listener(isQuiet)
	}
	const flush = (): void => {
		const wait = lastKey + keyMs - performance.now()
		if (wait > 0) {
			// A key that is held down.
			keyTimer ??= setTimeout(flush, wait)
			return
		}
		lastKey = performance.now()
		draw(false)
	}
	const end = store.subscribe(() => {
		const now = performance.now()
		const gather = isRoutine(shown, store.getState()) ? routineMs : gatherMs
		const due = Math.max(now + gather, last + intervalMs)
		if (due >= dueAt) return
		clearTimeout(timer)
		dueAt = due
		timer = setTimeout(draw, due - now, true)
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
