import * as english from '../../words/english/changes/kinds.ts'
import { grouped } from '../../words/numbers.ts'

/** What is looked at for each packet may cost so much of one core. */
const MOST = 0.1
/**
 * What one packet costs where it was not measured, ns. `npm run bench probe-guest` measured 8 to 15 µs in a guest without
 * KVM, which is ten times as slow as hardware and more.
 */
const ASSUMED_NS = 2_000

export type ProbeCost = {
	/** Packets that pass connection tracking. */
	readonly perSecond: number
	/** What the probes of one packet cost, ns; undefined where that could not be measured. */
	readonly packetNs: number | undefined
}

/** As a part of one core. */
const shareOf = ({ perSecond, packetNs = ASSUMED_NS }: ProbeCost): number => (perSecond * packetNs) / 1e9

/** What it costs, in words: `12 000 packets/s pass conntrack here, at 0.8 µs each (measured): 1.0 % of a core`. */
export function costInWords(cost: ProbeCost): string {
	const { perSecond, packetNs = ASSUMED_NS } = cost
	return english.packetsCost(
		grouped(perSecond),
		(packetNs / 1000).toFixed(1),
		cost.packetNs !== undefined,
		(shareOf(cost) * 100).toFixed(1),
	)
}

/** Why probes that look at each packet must not be set; undefined when they may. */
export const costProblem = (cost: ProbeCost): string | undefined =>
	shareOf(cost) > MOST ? english.costsTooMuch(costInWords(cost), MOST * 100) : undefined
