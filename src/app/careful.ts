import { requestOf } from './commands/requests.ts'
import type { State } from './state/state.ts'
import { keysToActions } from './store/keys.ts'

/** Whether a key asks the guard for something, at whatever time: it counts only when nothing else came with it. */
export const isCareful = (state: State, key: string): boolean =>
	keysToActions(state, key, Number.POSITIVE_INFINITY).some(
		(body) => requestOf(state, { ...body, at: Number.POSITIVE_INFINITY }) !== undefined,
	)
