import { decisionText, type Path, stepLines } from '../../investigation/join/traced.ts'
import * as english from '../../words/english/commands/read.ts'

/** One traced packet as a story. Untrusted text. */
export type Story = {
	readonly id: string
	readonly flow: string
	/** Hook, chain, what matched, the verdict: one line a step. */
	readonly steps: readonly string[]
	/** What decided, in words. */
	readonly decision: string
	/** The state that the packet had, as the trace or the rule that decided tells it; null where neither does. */
	readonly state: string | null
	/** What NAT changed: its ends before and after; none where the trace shows no change. */
	readonly changed: readonly string[]
	/** Why conntrack calls it INVALID, where the log has a line about it. */
	readonly reason: string | null
}

export function storyOf(path: Path, ways: readonly string[]): Story {
	const { packet, flow, decision, reason, steps } = path
	const told = steps.findLast(({ conntrack }) => conntrack !== null)?.conntrack
	const asked = decision?.by.rule?.state
	const isOne = asked !== undefined && asked !== null && !asked.negated && asked.states.length === 1
	const last = steps.at(-1)
	return {
		id: packet.id,
		flow,
		steps: stepLines(path),
		decision:
			decision === undefined && last !== undefined && last.step.text === '' && last.step.kind !== 'return'
				? english.lastSeenAt(`${last.step.family} ${last.step.table} ${last.step.chain}`)
				: decisionText(path),
		state: told?.state ?? (isOne ? (asked.states[0] ?? null) : null),
		changed: ways.slice(1).map((way, index) => english.changedTo(ways[index] ?? '', way)),
		reason: reason === undefined ? null : reason.body,
	}
}
