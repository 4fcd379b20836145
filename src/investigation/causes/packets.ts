import * as english from '../../words/english/investigation/causes.ts'
import { counted, grouped } from '../../words/numbers.ts'
import { visible } from '../../words/visible.ts'
import { type Evidence, invalidReasons, sumOf } from '../evidence.ts'
import { judged, trialSays } from '../trial/experiments.ts'
import type { CauseRule, Suspicion } from './cause.ts'
import { unless } from './proof.ts'
import { countOf, entriesOf, namesOf, packetsOf, reverseOf, type Seen, tally, type View } from './view.ts'

const CHECKSUM = /csum|checksum|^sctp-3$/
const MALFORMED =
	/^(?:tcp|udp|udplite|icmp6?|icmp6-redir)-(?:short|trunc|cov|flags|type)|^icmp6-redir|^sctp-(?:1|2|basic)/

/** So many distinct targets, of few packets each, are no connections. */
export const MANY = 15
const PACKETS_EACH = 4
/** SYN/ACKs are sent again some times before a server gives up. */
const ANSWERS_EACH = 8

/** Causes that stand in the packets themselves: the kernel has looked at them, and nothing else says so. */
export const packetCauses: CauseRule = (view, evidence) => [
	...byReason(view, evidence, CHECKSUM, checksum),
	...byReason(view, evidence, MALFORMED, malformed),
	...scans(view),
	...backscatter(view),
	...outsideResets(view),
	...helperDrops(view, evidence),
	...bridgedTwice(view),
]

type Begun = Pick<Suspicion, 'packets' | 'flows' | 'isUsual'> & {
	readonly says: string
	readonly rows: readonly Seen[]
}

function byReason(
	view: View,
	evidence: Evidence,
	ids: RegExp,
	make: (begun: Begun, evidence: Evidence, view: View) => Suspicion | undefined,
): readonly Suspicion[] {
	const rows = invalidReasons(evidence).filter(({ reason }) => ids.test(reason.id))
	const seen = view.flows.filter(({ reasonId }) => ids.test(reasonId))
	if (rows.length === 0 || seen.length === 0) return []
	const found = make(
		{
			packets: sumOf(rows.map(({ count }) => count)),
			flows: namesOf(seen),
			isUsual: true,
			rows: seen,
			says: rows
				.slice(0, 3)
				.map(({ reason, count }) => `${counted(count, 'line')} "${reason.title}" (${reason.protocol})`)
				.join('; '),
		},
		evidence,
		view,
	)
	return found === undefined ? [] : [found]
}

function checksum({ says, rows, ...begun }: Begun, { experiments }: Evidence): Suspicion {
	const trial = experiments.find(({ knob }) => knob === 'checksum')
	const senders = tally(rows.map(({ query }) => query?.source ?? '').filter((one) => one !== ''))
	return {
		...begun,
		id: 'checksum',
		title: english.badChecksums,
		sentence: english.thePacketsArriveWithA,
		remedies: [english.captureAtTheSenderAnd, english.onAVirtualMachineOr, english.withNfConntrackChecksum0],
		signs: [
			{ says, isSeen: true },
			...(senders.length === 1 ? [{ says: english.allFromOneSender(senders[0] ?? ''), isSeen: true }] : []),
			...(trial !== undefined && judged(trial).verdict === 'explains'
				? [{ says: english.whatStands('checksum 0', trialSays(trial)), isSeen: true }]
				: []),
		],
		lookAlikes: [],
	}
}

function malformed({ says, rows, ...begun }: Begun, _evidence: Evidence, view: View): Suspicion | undefined {
	// Odd flags to many targets are a scan, and are told there.
	const flags = rows.filter(({ reasonId }) => reasonId === 'tcp-flags')
	const probes = probesOf(view)
	const isScan = flags.some((flow) => probes.includes(flow))
	const packets = begun.packets - (isScan ? packetsOf(view, flags) : 0)
	if (packets <= 0) return undefined
	return {
		...begun,
		packets,
		id: 'malformed',
		title: english.malformedPackets,
		sentence: english.thePacketsThemselvesAreWrong,
		remedies: [english.captureThemAndLookAtSender, english.lookForASmallMtu],
		signs: [{ says, isSeen: true }],
		lookAlikes: [
			{
				title: english.aPortScan,
				ruledOut: unless(!isScan, english.fewTargets(new Set(flags.map(targetOf)).size)),
				tells: english.howManyTargets,
			},
		],
	}
}

const targetOf = ({ query }: Seen): string => `${query?.destination} ${query?.destinationPort}`
/** The packet goes to the end with the smaller port; clients draw theirs from above. */
export const isToService = ({ query }: Seen): boolean =>
	query?.sourcePort == null || query.destinationPort == null || query.sourcePort > query.destinationPort

/** Many targets of few packets each, none of which has an entry, and nobody waits for an answer. */
function isWide(
	flows: readonly Seen[],
	each = PACKETS_EACH,
	end: (flow: Seen) => string = targetOf,
): boolean {
	const known = flows.filter((flow) => (entriesOf(flow) ?? []).length > 0).length
	return (
		new Set(flows.map(end)).size >= MANY && countOf(flows) <= each * flows.length && known <= flows.length / 4
	)
}

/** FIN, NULL, Xmas and Maimon scans, ACK scans where nothing is picked up: to services, one packet or two to each. */
/** What a scan sends, as far as it is one. */
export function probesOf({ flows }: View): readonly Seen[] {
	const probes = flows.filter(
		(flow) =>
			/^(?:tcp-(?:flags|new|state|rst)|unlined-)/.test(flow.reasonId) &&
			isToService(flow) &&
			flow.segments.synAck === 0 &&
			flow.segments.again === 0 &&
			flow.way !== 'sent',
	)
	if (isWide(probes)) return probes
	// From many sources to one service: no two of them are a connection.
	const odd = probes.filter(({ segments }) => segments.odd > 0)
	return isWide(odd, PACKETS_EACH, ({ query }) => query?.source ?? '') ? odd : []
}

/** Somebody with many connections ends them at many addresses; nobody uses that many services of one. */
function mostPorts(probes: readonly Seen[]): number {
	const ports = new Map<string, Set<number | null>>()
	for (const { query } of probes)
		if (query !== undefined)
			ports.set(query.destination, (ports.get(query.destination) ?? new Set()).add(query.destinationPort))
	return Math.max(0, ...[...ports.values()].map(({ size }) => size))
}

/** What a probe is answered with has no entry either. */
function answersTo(probes: readonly Seen[], { flows }: View): readonly Seen[] {
	const back = new Set(probes.map(({ flow }) => reverseOf(flow)))
	return flows.filter(({ flow }) => back.has(flow))
}

function scans(view: View): readonly Suspicion[] {
	const probes = probesOf(view)
	if (probes.length === 0) return []
	const targets = new Set(probes.map(targetOf)).size
	const [top = ''] = tally(probes.map(({ query }) => query?.source ?? '?'))
	const sources = new Set(probes.map(({ query }) => query?.source)).size
	const odd = sumOf(probes.map(({ segments }) => segments.odd))
	const answers = answersTo(probes, view)
	const isOdd = odd >= countOf(probes) / 2
	return [
		{
			id: 'scan',
			title: english.aPortScan,
			sentence: english.somebodyScansAddressesAndPorts(grouped(targets)),
			remedies: [english.nothingIsBrokenARule, ...(sources <= 3 ? [english.ifItIsOneSource] : [])],
			packets: packetsOf(view, [...probes, ...answers]),
			flows: namesOf(probes),
			isUsual: true,
			signs: [
				{
					says: english.targetsPacketsForEachFlow(
						grouped(targets),
						(countOf(probes) / Math.max(1, probes.length)).toFixed(1),
					),
					isSeen: true,
				},
				{
					says: sources <= 3 ? english.mostComeFrom(top) : english.fromSources(grouped(sources)),
					isSeen: true,
				},
			],
			lookAlikes: [
				{
					title: english.endsOfConnectionsThatWereForgotten,
					ruledOut: unless(
						isOdd || mostPorts(probes) >= MANY,
						isOdd ? english.noTcpSendsSuchFlags : english.oneSourceManyTargets,
					),
					tells: english.whetherTheseTargetsHadConnections,
				},
			],
		},
	]
}

/** Addresses that answers go to: an attacker draws them at random, or takes one. */
export const MANY_ADDRESSES = 5

/** Answers to somebody who has sent under our addresses: SYN/ACK and RST of few services to ports that never asked. */
/** The answers, as far as they are such. */
export function strayAnswersOf({ flows }: View): readonly Seen[] {
	// Who has sent something is answered, whatever that was: a scan is.
	const seen = new Set(flows.map(({ flow }) => flow))
	const answers = flows.filter(
		({ flow, reasonId, segments: { synAck, rst, fin, data, syn, ack }, query, way }) => {
			if (seen.has(reverseOf(flow))) return false
			const isAnswer = synAck + rst > 0 && fin + data + syn + ack === 0
			const fromService = query?.sourcePort != null && query.sourcePort < (query.destinationPort ?? 0)
			return isAnswer && fromService && way !== 'sent' && /^(?:tcp-(?:new|state)|unlined-new)/.test(reasonId)
		},
	)
	return isWide(answers, ANSWERS_EACH) ? answers : []
}

function backscatter(view: View): readonly Suspicion[] {
	const answers = strayAnswersOf(view)
	if (answers.length === 0) return []
	const synAcks = sumOf(answers.map(({ segments }) => segments.synAck))
	const here = answers.filter(({ way, facts }) => way === 'received' && facts?.sockets !== undefined)
	const asked = here.filter(({ facts }) => (facts?.sockets ?? []).length > 0)
	const addresses = new Set(answers.map(({ query }) => query?.destination)).size
	const resets = countOf(answers) - synAcks
	return [
		{
			id: 'backscatter',
			title: english.backscatterOfAnAttack,
			sentence: english.answersToPacketsNobodyHere(grouped(answers.length)),
			remedies: [english.nothingIsBrokenARule, english.tellTheirAdmins],
			packets: packetsOf(view, answers),
			flows: namesOf(answers),
			isUsual: true,
			signs: [
				{ says: english.synAckAndRstOnly(grouped(synAcks), grouped(resets)), isSeen: true },
				{ says: english.noSocketHasAsked, isSeen: here.length === 0 ? undefined : asked.length === 0 },
				{
					says: english.toAddresses(grouped(addresses)),
					isSeen: addresses >= MANY_ADDRESSES ? true : undefined,
				},
			],
			lookAlikes: [
				{
					title: english.asymmetricRouting,
					// Who has asked here would have a socket that waits for just this answer.
					ruledOut: unless(here.length > 0 && asked.length === 0, english.noSocketHasAsked),
					tells: english.whetherDataFollows,
				},
			],
		},
	]
}

/** An RST outside of the window says nothing about the data of its connection: only where nothing else is beside it. */
function outsideResets(view: View): readonly Suspicion[] {
	const { flows } = view
	const resets = flows.filter(
		({ reasonId, segments: { rst, syn, synAck, fin, data, ack } }) =>
			/^tcp-(?:rst|win|overshot)/.test(reasonId) && rst > 0 && syn + synAck + fin + data + ack === 0,
	)
	if (resets.length === 0) return []
	return [
		{
			id: 'rst-outside-window',
			title: english.rstOutsideTheWindow,
			sentence: english.anRstMeetsALivingConnection,
			remedies: [english.findWhoSendsTheRst, english.ignoreInvalidRstOnlyWhen],
			packets: packetsOf(view, resets),
			flows: namesOf(resets),
			isUsual: true,
			signs: [{ says: english.rstPackets(grouped(countOf(resets))), isSeen: true }],
			lookAlikes: [
				{
					title: english.asymmetricRouting,
					ruledOut: unless(
						!flows.some(
							({ reasonId, segments }) =>
								/^tcp-(?:win|overshot)/.test(reasonId) && segments.data + segments.ack > 0,
						),
						english.noDataOutsideTheWindow,
					),
					tells: english.countBothDirectionsTells,
				},
			],
		},
	]
}

/** With br_netfilter a packet that is routed between two ports of a bridge goes through the hooks of IP on each of its ways over it. */
function bridgedTwice(view: View): readonly Suspicion[] {
	const flows = view.flows.filter(({ ports, segments }) => ports.length > 0 && segments.twice > 0)
	const twice = sumOf(flows.map(({ segments }) => segments.twice))
	const ports = tally(flows.flatMap((flow) => flow.ports))
	if (twice === 0) return []
	return [
		{
			id: 'bridged-twice',
			title: english.bridgedPacketsCountTwice,
			sentence: english.framesOfTheBridgePassTheHooks,
			remedies: [english.bridgeCallIptables],
			packets: twice,
			flows: namesOf(flows),
			isUsual: true,
			signs: [
				{ says: english.judgedTwice(counted(twice, 'packet')), isSeen: true },
				{ says: english.throughPorts(ports.slice(0, 4).map(visible).join(', ')), isSeen: true },
			],
			lookAlikes: [
				{
					title: english.framesThatComeTwice,
					ruledOut: unless(
						flows.some((flow) => flow.ports.length > 1),
						english.throughTwoPorts,
					),
					tells: english.captureOnThePorts,
				},
			],
		},
	]
}

/** Packets that a helper has thrown away: not INVALID, and gone all the same. */
function helperDrops({ shaping }: View, { reasons, values }: Evidence): readonly Suspicion[] {
	// Without a helper here, such lines are those of another namespace.
	if (shaping('helper')?.length === 0 && values.helper !== '1') return []
	const rows = reasons.filter(({ reason }) => reason.verdict === 'dropped')
	if (rows.length === 0) return []
	return [
		{
			id: 'helper-drop',
			title: english.aHelperDropsPackets,
			sentence: english.aHelperOfConntrackRefuses,
			remedies: [english.detachTheHelper],
			packets: 0,
			flows: namesOf(rows.flatMap(({ flows }) => flows)),
			signs: rows.slice(0, 3).map(({ reason, count }) => ({
				says: english.linesOfReason(counted(count, 'line'), reason.title),
				isSeen: true,
			})),
			lookAlikes: [],
		},
	]
}
