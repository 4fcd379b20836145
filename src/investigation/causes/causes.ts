import type { Evidence } from '../evidence.ts'
import type { Cause, CauseRule } from './cause.ts'
import { PACKET_CAUSES } from './packet-causes.ts'
import { STATE_CAUSES } from './state-causes.ts'
import { TABLE_CAUSES } from './table-causes.ts'

export type { Cause } from './cause.ts'

const WEIGHT = { high: 3, medium: 2, low: 1 } as const

const RULES: readonly CauseRule[] = [...TABLE_CAUSES, ...PACKET_CAUSES, ...STATE_CAUSES]

/** The causes that the evidence speaks for, the best founded first; of equal ones that with most packets. */
export function findCauses(evidence: Evidence): readonly Cause[] {
	return RULES.flatMap(({ id, title, remedies, judge }): Cause[] => {
		const found = judge(evidence)
		return found === undefined
			? []
			: [{ id, title, remedies, lasting: [], excluded: [], flows: [], ...found }]
	}).toSorted((one, other) => WEIGHT[other.confidence] + other.share - WEIGHT[one.confidence] - one.share)
}
