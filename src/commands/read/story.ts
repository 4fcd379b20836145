import { decisionText, type Path, stepLines } from '../../investigation/join/traced.ts'
import { UNKNOWN } from '../../kernel/given/iptables-trace.ts'
import { readStates } from '../../kernel/rules/state-match.ts'
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

export function storyOf(path: Path): Story {
	const { packet, flow, decision, reason, steps } = path
	const ways = packet.ways ?? []
	const told = steps.findLast(({ conntrack }) => conntrack !== null)?.conntrack
	const isUnknown = decision?.word === UNKNOWN
	const last = decision?.by.step
	return {
		id: packet.id,
		flow,
		steps: stepLines(path),
		decision:
			isUnknown && last !== undefined
				? english.lastSeenAt(`${last.family} ${last.table} ${last.chain}, ${last.text || last.kind}`)
				: decisionText(path),
		state: told?.state ?? stateBy(packet.steps.map(({ text }) => text)),
		changed: ways.slice(1).map((way, index) => english.changedTo(ways[index] ?? '', way)),
		reason: reason === undefined || reason.body === '' ? null : reason.body,
	}
}

/** What it has matched on its way says which state it had. */
function stateBy(rules: readonly string[]): string | null {
	for (const text of rules) {
		const state = stateIn(text)
		if (state !== null) return state
	}
	return null
}

const ASKS = /(?<negated>! )?--(?:ct)?state (?<list>[\w,]+)|\bct state (?<not>!= )?(?<words>[\w,]+)/

/** The one state that a rule asks for, so that a packet which it has matched had it; null where it asks for none, or for several. */
function stateIn(text: string): string | null {
	const found = ASKS.exec(text.slice(0, 2_000))?.groups
	if (found === undefined || found.negated !== undefined || found.not !== undefined) return null
	const { states } = readStates((found.list ?? found.words ?? '').split(','))
	return states.length === 1 ? (states[0] ?? null) : null
}
