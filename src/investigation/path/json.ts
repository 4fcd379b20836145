import type { TraceConntrack } from '../../kernel/rules/trace.ts'
import { visible } from '../../words/visible.ts'
import { decisionText, untold } from './decision.ts'
import type { Path, PathStep, Stage } from './path.ts'

/** A path with all that is known of it; every text is safe to print. */
export function pathJson(path: Path) {
	const { packet, flow, reason, state, stages, ending, decision, again } = path
	return {
		id: packet.id,
		flow: visible(flow),
		headers: Object.fromEntries(Object.entries(packet.fields).map((pair) => pair.map(visible))),
		reason: reason === undefined ? null : visible(reason.body),
		state: state === null ? null : visible(state),
		again: again ?? null,
		steps: stages.flatMap((stage) =>
			stage.steps.map((step, index) => stepJson(path, stage, step, index === 0)),
		),
		chains: stages.map(
			({ hook, priority, family, table, chain, ends, from, to, changed, conntrack, steps }) => ({
				hook: hook === '' ? null : hook,
				priority,
				family,
				table: visible(table),
				chain: visible(chain),
				flow: ends === '' ? null : visible(ends),
				in: from === '' ? null : visible(from),
				out: to === '' ? null : visible(to),
				changed:
					changed === undefined
						? null
						: { before: visible(changed.before), after: visible(changed.after), by: changed.by },
				conntrack: conntrackJson(conntrack),
				steps: steps.length,
			}),
		),
		verdict: decision?.word ?? null,
		ending,
		decision: visible(decisionText(path)),
		untold: untold(path).map((text) => visible(text)),
	}
}

function stepJson({ decision }: Path, stage: Stage, of: PathStep, isFirst: boolean) {
	const { step, rule, text, word, owner, depth, doubt } = of
	return {
		hook: stage.hook === '' ? null : stage.hook,
		priority: stage.priority,
		family: step.family,
		table: visible(step.table),
		chain: visible(step.chain),
		kind: step.kind,
		backend: rule?.backend ?? null,
		number: rule?.number ?? step.number ?? null,
		handle: step.handle,
		text: visible(text),
		verdict: visible(word),
		owner,
		depth,
		decides: decision?.by === of,
		doubt: doubt ?? null,
		conntrack: isFirst ? conntrackJson(stage.conntrack) : null,
	}
}

/** Null: nothing is known there. `invalid` is concluded from the lines of other packets, the other states are nft's own words. */
function conntrackJson(conntrack: TraceConntrack | null) {
	if (conntrack === null) return null
	const { state, direction, status, id } = conntrack
	return {
		state: visible(state),
		direction: direction === null ? null : visible(direction),
		status: status.map((bit) => visible(bit)),
		id: id === null ? null : visible(id),
	}
}
