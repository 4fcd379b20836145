import { actingRules } from '../../../investigation/join/acting-rules.ts'
import { flowFromLine, flowFromText } from '../../../investigation/join/flow-words.ts'
import { type Join, joinFlow } from '../../../investigation/join/join.ts'
import type { FlowQuery } from '../../../kernel/conntrack/flow-facts.ts'
import type { State } from '../../state/state.ts'
import { watchPane } from '../watch/rows.ts'
import { logPane } from './rows.ts'

/** The flow whose details are open: the most frequent one of a reason, or that of a packet line. */
export function flowToJoin(state: State): { readonly key: string; readonly query: FlowQuery } | undefined {
	if (!state.panes[state.screen].detail) return undefined
	const query = queryOf(state)
	if (query === undefined) return undefined
	const { protocol, source, sourcePort, destination, destinationPort } = query
	return { key: `${protocol} ${source} ${sourcePort} ${destination} ${destinationPort}`, query }
}

function queryOf(state: State): FlowQuery | undefined {
	if (state.screen === 'watch' && !state.panes.watch.checks) {
		const { rows, selected } = watchPane(state)
		const item = rows[selected]?.item
		const flow = item?.kind === 'reason' ? item.row.flows[0]?.flow : undefined
		return item?.kind === 'reason' && flow !== undefined
			? flowFromText(item.row.reason.protocol, flow)
			: undefined
	}
	// Without a chosen row the newest line is meant, which is another one all the time.
	if (state.screen !== 'log' || state.panes.log.selectedKey === undefined) return undefined
	const { rows, selected } = logPane(state)
	const entry = rows[selected]?.item.entry
	return entry === undefined || entry.lost > 0 ? undefined : flowFromLine(entry.text)
}

/** What entry, socket and rule say together of the flow whose details are open; undefined while it is being looked at. */
export function joinNow(state: State): Join | undefined {
	const wanted = flowToJoin(state)
	if (wanted === undefined || state.joined?.key !== wanted.key) return undefined
	const rows = state.rules.value?.rows
	return joinFlow(state.joined.facts, rows === undefined ? undefined : actingRules(rows))
}
