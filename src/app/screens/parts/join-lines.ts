import { joinFlow } from '../../../investigation/join/join.ts'
import type { SeenLine } from '../../../investigation/join/view.ts'
import type { FlowQuery } from '../../../kernel/conntrack/flow-facts.ts'
import * as english from '../../../words/english/app/parts.ts'
import type { Line } from '../../../words/line.ts'
import { visible } from '../../../words/visible.ts'
import type { State } from '../../state/state.ts'
import { paragraph } from './failure-lines.ts'

/** By what the answer about a flow is found again. */
export const keyOfFlow = ({
	protocol,
	source,
	sourcePort,
	destination,
	destinationPort,
	icmp,
}: FlowQuery): string =>
	`${protocol} ${source} ${sourcePort} ${destination} ${destinationPort} ${icmp?.type} ${icmp?.id}`

/** What this host knows of a flow whose details are open: entry, socket and rule together, and the sentence that follows. `line`: the reason of the line that was seen of it. */
export function joinLines(
	state: State,
	flow: FlowQuery | undefined,
	columns: number,
	line: SeenLine | undefined,
): readonly Line[] {
	if (flow === undefined) return []
	if (state.joined?.key !== keyOfFlow(flow))
		return paragraph(english.lookingForEntryAndSocket, columns, 'dim')
	const join = joinFlow(state.joined.facts, state.rules.value, line)
	return [
		...join.sentences.flatMap((text) => paragraph(visible(text), columns, 'attention')),
		...join.evidence.flatMap((text) => paragraph(visible(text), columns)),
		...paragraph(visible(english.notChecked(join.notChecked.join('; '))), columns, 'dim'),
	]
}
