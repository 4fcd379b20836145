import * as english from '../../words/english/investigation/causes.ts'
import { counted, grouped } from '../../words/numbers.ts'
import { type Evidence, invalidReasons, type SeenReason, sumOf } from '../evidence.ts'
import type { CauseRule } from './cause.ts'
import { flowsSampled } from './sampled.ts'

/** So many distinct flows of few packets each are no connections. */
const SCAN_FLOWS = 15
const SCAN_PACKETS_PER_FLOW = 4

const linesOf = (rows: readonly SeenReason[]): number => sumOf(rows.map(({ count }) => count))

/** INVALID packets that a line tells of, and those without one. */
export const packetsOf = (evidence: Evidence): number =>
	linesOf(invalidReasons(evidence)) + (evidence.accounting?.silent ?? 0)

export const withId = (evidence: Evidence, pattern: RegExp): readonly SeenReason[] =>
	invalidReasons(evidence).filter(({ reason }) => pattern.test(reason.id))

export const shareOf = (rows: readonly SeenReason[], evidence: Evidence): number => {
	const all = packetsOf(evidence)
	return all === 0 ? 0 : Math.min(1, linesOf(rows) / all)
}

const saidBy = (rows: readonly SeenReason[]): readonly string[] =>
	rows
		.slice(0, 3)
		.map(({ reason, count }) => `${counted(count, 'line')} "${reason.title}" (${reason.protocol})`)

/** Causes that stand in the packets themselves. */
export const PACKET_CAUSES: readonly CauseRule[] = [
	{
		id: 'checksum',
		title: english.badChecksums,
		remedies: [english.captureAtTheSenderAnd, english.onAVirtualMachineOr, english.withNfConntrackChecksum0],
		judge(evidence) {
			const rows = withId(evidence, /csum|checksum/)
			const share = shareOf(rows, evidence)
			if (rows.length === 0) return undefined
			return {
				share,
				confidence: share >= 0.5 ? 'high' : 'low',
				sentence: english.thePacketsArriveWithA,
				evidence: saidBy(rows),
			}
		},
	},
	{
		id: 'scan',
		title: english.aPortScan,
		remedies: [english.nothingIsBrokenARule, english.ifItIsOneSource],
		judge(evidence) {
			const rows = withId(evidence, /^(?:tcp-flags|tcp-new|tcp-rst|tcp-state)/)
			// Replies of one service to many clients have many targets too.
			const flows = rows.flatMap((row) => row.flows).filter(({ flow }) => isToService(flow))
			const packets = sumOf(flows.map(({ count }) => count))
			const sources = tally(flows.map(({ flow }) => addressOf(flow.split(' > ')[0] ?? '')))
			const targets = new Set(flows.map(({ flow }) => flow.split(' > ')[1]))
			const [top] = sources
			const known = evidence.sampled.filter(({ facts }) => (facts.entries?.length ?? 0) > 0).length
			const isWide = targets.size >= SCAN_FLOWS && packets <= SCAN_PACKETS_PER_FLOW * flows.length
			if (!isWide || known > evidence.sampled.length / 2 || top === undefined) return undefined
			const oddFlags = shareOf(withId(evidence, /^tcp-flags/), evidence)
			return {
				share: shareOf(rows, evidence),
				confidence: oddFlags >= 0.3 ? 'high' : 'medium',
				sentence: english.somebodyScansAddressesAndPorts(grouped(targets.size)),
				evidence: [
					...saidBy(rows),
					english.targetsPacketsForEachFlow(grouped(targets.size), (packets / flows.length).toFixed(1)),
					english.mostComeFrom(top),
				],
			}
		},
	},
	{
		id: 'window',
		title: english.windowsThatConntrackReadsOtherwise,
		remedies: [english.lookForAMiddleboxThat, english.nfConntrackTcpBeLiberal],
		judge(evidence) {
			const rows = withId(evidence, /^tcp-(?:win|overshot)/)
			const share = shareOf(rows, evidence)
			if (rows.length === 0 || share < 0.2) return undefined
			const { isCountedOneWay, isCountedBothWays: isBothWays } = flowsSampled(evidence)
			if (isCountedOneWay) return undefined
			return {
				share,
				confidence: isBothWays ? 'high' : 'low',
				sentence: isBothWays ? english.bothDirectionsPassAndYet : english.packetsLieOutsideTheWindow,
				evidence: saidBy(rows),
			}
		},
	},
]

/** The higher port is that of who has begun. */
function isToService(flow: string): boolean {
	const [, from, to] = /:(\d+) > .*:(\d+)$/.exec(flow) ?? []
	return from === undefined || Number(from) > Number(to)
}

const addressOf = (end: string): string => end.replace(/:\d+$/, '')

/** Distinct values, most frequent first. */
function tally(values: readonly string[]): readonly string[] {
	const counts = new Map<string, number>()
	for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
	return [...counts].sort((one, other) => other[1] - one[1]).map(([value]) => value)
}
