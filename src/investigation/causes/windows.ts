import type { Evidence } from '../evidence.ts'
import type { CauseRule, Suspicion } from '../proof/cause.ts'
import { countOf, namesOf, packetsOf, type Seen, unproxied, type View } from '../proof/view.ts'
import { ofBefore, staleAnswers } from './late.ts'
import { answeredByAnother, notrackOneWay, oneDirection, zones } from './one-way.ts'
import { offload, rewritten, scale } from './other-numbers.ts'
import {
	type Context,
	contextOf,
	halvesOf,
	isOfTheConnection,
	otherHalvesOf,
	type Told,
	unseenOf,
} from './window-context.ts'

/** Causes in which conntrack follows the connection, or half of it, and computes something else than the ends. */
export const windowCauses: CauseRule = (view, evidence) => {
	const flows = unproxied(view)
	return [
		...found(
			[oneDirection, answeredByAnother],
			view,
			evidence,
			halvesOf(view, evidence),
			otherHalvesOf(view),
		),
		...found([notrackOneWay, zones], view, evidence, unseenOf(view, evidence), otherHalvesOf(view)),
		...ofBefore(staleAnswers(flows), view),
		...found([rewritten, scale, offload], view, evidence, flows.filter(isOfTheConnection)),
	]
}

function found(
	rules: readonly ((context: Context) => Told | undefined)[],
	view: View,
	evidence: Evidence,
	flows: readonly Seen[],
	/** Of the same connections, and explained with them. */
	more: readonly Seen[] = [],
): readonly Suspicion[] {
	// One row beyond the bound is an accident of one packet.
	if (countOf(flows) < 2) return []
	const context = contextOf(view, evidence, flows)
	return rules.flatMap((rule) => {
		const told = rule(context)
		return told === undefined
			? []
			: [{ packets: packetsOf(view, [...flows, ...more]), flows: namesOf([...flows, ...more]), ...told }]
	})
}
