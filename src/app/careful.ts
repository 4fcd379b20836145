import type { ActionBody } from './actions.ts'
import { keysToActions } from './keys.ts'
import type { State } from './state.ts'

/** What changes something, or its time, at once and without a question. */
const CAREFUL: ReadonlySet<ActionBody['type']> = new Set(['extend', 'keep', 'undo-all', 'undo-selected'])

/** Whether a key does such a thing now: it counts only when nothing else came with it. */
export const isCareful = (state: State, key: string): boolean =>
	keysToActions(state, key, Number.POSITIVE_INFINITY).some(({ type }) => CAREFUL.has(type))
