import type { ActionBody } from '../../app/state/actions.ts'
import type { Store } from '../../app/store/store.ts'
import { counts, isTyping } from './keymap.ts'
import type { Mouse } from './mouse.ts'

type Meant = { readonly keys: readonly string[] } | { readonly actions: readonly ActionBody[] }

/** Keys of one moment are one piece: what came together is judged together. `meaning`: what the mouse means on what is drawn. */
export function createInput(store: Store, shown: () => void, meaning: (mouse: Mouse) => Meant) {
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
		/** Wheel and clicks only move. */
		point(mouse: Mouse): void {
			const meant = meaning(mouse)
			if ('keys' in meant) for (const key of meant.keys) store.press(key)
			else for (const body of meant.actions) store.dispatch(body)
			shown()
		},
	}
}
