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
		title: 'bad checksums',
		remedies: [
			'Capture at the sender and here, and compare: where the checksum is right before a hop and wrong behind it, that hop breaks it.',
			'On a virtual machine or a bad NIC: ethtool -K INTERFACE rx off tx off, and look again.',
			'With nf_conntrack_checksum 0 conntrack no longer looks; the receiver still throws such packets away.',
		],
		judge(evidence) {
			const rows = withId(evidence, /csum|checksum/)
			const share = shareOf(rows, evidence)
			if (rows.length === 0) return undefined
			return {
				share,
				confidence: share >= 0.5 ? 'high' : 'low',
				sentence: `The packets arrive with a wrong checksum: something on their way changed them, or their sender did not fill it in.`,
				evidence: saidBy(rows),
			}
		},
	},
	{
		id: 'scan',
		title: 'a port scan',
		remedies: [
			'Nothing is broken: a rule that drops INVALID does what it is for.',
			'If it is one source, block it before conntrack (a raw or prerouting -300 chain), so that it costs less.',
		],
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
				sentence: `Somebody scans: ${grouped(targets.size)} addresses and ports get a packet or two each, and belong to no connection.`,
				evidence: [
					...saidBy(rows),
					`${grouped(targets.size)} targets, ${(packets / flows.length).toFixed(1)} packets for each flow`,
					`most come from ${top}`,
				],
			}
		},
	},
	{
		id: 'window',
		title: 'windows that conntrack reads otherwise than the ends do',
		remedies: [
			'Look for a middlebox that takes the window scale option away or rewrites sequence numbers, and for offloads (ethtool -k): conntrack then computes another window than the ends have.',
			'nf_conntrack_tcp_be_liberal 1 lets packets outside the window keep their entry; only an RST outside of it is still INVALID.',
		],
		judge(evidence) {
			const rows = withId(evidence, /^tcp-(?:win|overshot)/)
			const share = shareOf(rows, evidence)
			if (rows.length === 0 || share < 0.2) return undefined
			const { isCountedOneWay, isCountedBothWays: isBothWays } = flowsSampled(evidence)
			if (isCountedOneWay) return undefined
			return {
				share,
				confidence: isBothWays ? 'high' : 'low',
				sentence: isBothWays
					? 'Both directions pass, and yet packets lie outside the window that conntrack has computed.'
					: 'Packets lie outside the window that conntrack has computed; whether both directions pass is not known.',
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
