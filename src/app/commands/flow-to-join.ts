import type { FlowQuery } from '../../kernel/conntrack/flow-facts.ts'
import { logFlow } from '../screens/log/rows.ts'
import { keyOfFlow } from '../screens/parts/join-lines.ts'
import { watchFlow } from '../screens/watch/rows.ts'
import type { State } from '../state/state.ts'

/** The flow whose details are open: the most frequent one of a reason, or that of a packet line. */
export function flowToJoin(state: State): { readonly key: string; readonly query: FlowQuery } | undefined {
	const query =
		state.screen === 'watch' ? watchFlow(state) : state.screen === 'log' ? logFlow(state) : undefined
	return query === undefined ? undefined : { key: keyOfFlow(query), query }
}
