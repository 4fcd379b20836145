import type { Line } from '../../../words/line.ts'
import { visible } from '../../../words/visible.ts'
import type { State } from '../../state/state.ts'
import { paragraph } from '../parts/failure-lines.ts'
import { flowToJoin, joinNow } from './joined.ts'

/** What this host knows of the flow whose details are open, and the sentence that follows. */
export function joinLines(state: State, columns: number): readonly Line[] {
	if (flowToJoin(state) === undefined) return []
	const join = joinNow(state)
	if (join === undefined) return paragraph('Looking for entry and socket of this flow.', columns, 'dim')
	return [
		...join.sentences.flatMap((text) => paragraph(visible(text), columns, 'attention')),
		...join.evidence.flatMap((text) => paragraph(visible(text), columns)),
		...paragraph(visible(`Not checked: ${join.notChecked.join('; ')}.`), columns, 'dim'),
	]
}
