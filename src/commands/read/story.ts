import { decisionText } from '../../investigation/path/decision.ts'
import { pathJson } from '../../investigation/path/json.ts'
import { pathLines, textOf } from '../../investigation/path/lines.ts'
import type { Path } from '../../investigation/path/path.ts'

/** One traced packet as a story. Untrusted text. */
export type Story = {
	readonly id: string
	readonly flow: string
	/** Its way, hook by hook: one line a fact, the rule that decided with an arrow. */
	readonly steps: readonly string[]
	/** What decided, in words. */
	readonly decision: string
	/** The state that the packet had, as the trace or a rule that it matched tells it; null where neither does. */
	readonly state: string | null
	/** Why conntrack calls it INVALID, where the log has a line about it. */
	readonly reason: string | null
	readonly path: ReturnType<typeof pathJson>
}

export function storyOf(path: Path): Story {
	const { packet, flow, reason, state } = path
	return {
		id: packet.id,
		flow,
		steps: pathLines(path).map(textOf),
		decision: decisionText(path),
		state,
		reason: reason === undefined || reason.body === '' ? null : reason.body,
		path: pathJson(path),
	}
}
