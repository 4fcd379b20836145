import type { Store } from '../../app/store/store.ts'
import { counts, isTyping } from './keymap.ts'

/** Keys of one moment are one piece: what came together is judged together. */
export function createInput(store: Store, shown: () => void) {
	let piece: string[] = []
	let lastAt = Number.NEGATIVE_INFINITY

	const run = (): void => {
		const keys = piece
		piece = []
		const at = performance.now()
		const sinceLast = at - lastAt
		lastAt = at
		for (const key of keys) if (counts(store.getState(), key, keys, sinceLast)) store.press(key)
		shown()
	}
	return {
		take(keys: readonly string[]): void {
			if (piece.length === 0 && keys.length > 0) queueMicrotask(run)
			piece.push(...keys)
		},
		/** Pasted text only ever types, and only where there is a line of text. */
		paste(keys: readonly string[]): void {
			lastAt = performance.now()
			for (const key of keys) if (isTyping(store.getState())) store.press(key)
			shown()
		},
	}
}
