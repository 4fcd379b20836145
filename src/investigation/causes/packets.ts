import * as english from '../../words/english/investigation/causes.ts'
import { counted, grouped } from '../../words/numbers.ts'
import { visible } from '../../words/visible.ts'
import { type Evidence, invalidReasons, sumOf } from '../evidence.ts'
import type { CauseRule, Suspicion } from '../proof/cause.ts'
import { unless } from '../proof/proof.ts'
import { countOf, entriesOf, namesOf, packetsOf, type Seen, tally, type View } from '../proof/view.ts'
import { judged, trialSays } from '../trial/experiments.ts'
import { backscatter, probesOf, scans, targetOf } from './scans.ts'
import { likeOffload } from './window-look-alikes.ts'

const CHECKSUM = /csum|checksum|^sctp-3$/
const MALFORMED =
	/^(?:tcp|udp|udplite|icmp6?|icmp6-redir)-(?:short|trunc|cov|flags|type)|^icmp6-redir|^sctp-(?:1|2|basic)/

/** Causes that stand in the packets themselves: the kernel has looked at them, and nothing else says so. */
export const packetCauses: CauseRule = (view, evidence) => [
	...byReason(view, evidence, CHECKSUM, checksum),
	...byReason(view, evidence, MALFORMED, malformed),
	...scans(view, evidence),
	...backscatter(view, evidence),
	...outsideResets(view, evidence),
	...helperDrops(view, evidence),
	...bridgedTwice(view, evidence),
	...reversePathDrops(evidence),
	...overAllowance(evidence),
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

function malformed({ says, rows, ...begun }: Begun, evidence: Evidence, view: View): Suspicion | undefined {
	// Odd flags to many targets are a scan, and are told there.
	const flags = rows.filter(({ reasonId }) => reasonId === 'tcp-flags')
	const probes = probesOf(view, evidence)
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

/** An RST outside of the window says nothing about the data of its connection: only where nothing else is beside it. */
function outsideResets(view: View, { values }: Evidence): readonly Suspicion[] {
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
					// With tcp_be_liberal data outside the window passes, and RSTs alone are left.
					ruledOut: unless(
						values.tcp_be_liberal === '0' &&
							!flows.some(
								({ reasonId, segments }) =>
									/^tcp-(?:win|overshot)/.test(reasonId) && segments.data + segments.ack > 0,
							),
						english.noDataOutsideTheWindow,
					),
					tells: english.countBothDirectionsTells,
				},
				likeOffload({
					offloaded: view.shaping('offload'),
					entries: resets.flatMap((one) => entriesOf(one) ?? []),
				}),
			],
		},
	]
}

/** With br_netfilter a packet that is routed between two ports of a bridge goes through the hooks of IP on each of its ways over it. */
function bridgedTwice(view: View, { surroundings }: Evidence): readonly Suspicion[] {
	const flows = view.flows.filter(({ ports, segments }) => ports.length > 0 && segments.twice > 0)
	const twice = sumOf(flows.map(({ segments }) => segments.twice))
	const ports = tally(flows.flatMap((flow) => flow.ports))
	if (twice === 0) return []
	const bridges = surroundings?.last.bridges
	const isV6 = flows.every(({ query }) => query?.source.includes(':') === true)
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
				{
					says: english.bridgeNfCallIs1(isV6 ? 'bridge-nf-call-ip6tables' : 'bridge-nf-call-iptables'),
					isSeen:
						bridges === undefined ? undefined : (isV6 ? bridges?.ipv6 : bridges?.ipv4) === true || undefined,
				},
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

/** Forged addresses are on every host; a connection that is not let in tries again for a minute. */
const MANY_DROPS = 10
const DROPS_PER_SECOND = 0.5

/** What a cloud drops over its limit of tracked connections never comes here: neither INVALID nor counted by conntrack. */
function overAllowance({ surroundings }: Evidence): readonly Suspicion[] {
	const { first, last } = surroundings ?? {}
	const seconds = ((last?.at ?? 0) - (first?.at ?? 0)) / 1000
	return (last?.cards ?? []).flatMap(({ name, overAllowance: now }) => {
		const before = first?.cards?.find((card) => card.name === name)?.overAllowance
		const drops = (now ?? 0) - (before ?? now ?? 0)
		if (drops < MANY_DROPS || drops < DROPS_PER_SECOND * seconds) return []
		return [
			{
				id: 'cloud-limit',
				title: english.theCloudDropsPackets,
				sentence: english.packetsOverTheAllowance(
					grouped(drops),
					grouped(Math.round(seconds)),
					visible(name),
				),
				remedies: [english.takeALargerInstance, english.trackFewerConnections],
				packets: 0,
				flows: [],
				signs: [{ says: english.allowanceMoved(visible(name), grouped(drops)), isSeen: true }],
				lookAlikes: [],
			},
		]
	})
}

/** Packets whose sender this host would answer by another interface: not INVALID, and gone all the same. */
function reversePathDrops({ surroundings }: Evidence): readonly Suspicion[] {
	if (surroundings === undefined) return []
	const { first, last } = surroundings
	const { strict, loose, dropped = 0 } = last.reversePath
	const drops = dropped - (first.reversePath.dropped ?? dropped)
	const seconds = (last.at - first.at) / 1000
	if (drops < MANY_DROPS || drops < DROPS_PER_SECOND * seconds) return []
	const names = [...strict, ...loose].slice(0, 4).map(visible).join(', ')
	return [
		{
			id: 'reverse-path',
			title: english.reversePathDropsPackets,
			sentence: english.theReversePathFilterDrops(grouped(drops), grouped(Math.round(seconds))),
			remedies: [english.routeTheirSourcesBack, english.setTheReversePathFilterLoose],
			packets: 0,
			flows: [],
			signs: [
				{ says: english.reversePathCounterMoved(grouped(drops)), isSeen: true },
				{ says: english.reversePathIsOn(names), isSeen: names !== '' || undefined },
			],
			lookAlikes: [{ title: english.forgedAddresses, ruledOut: undefined, tells: english.logMartians }],
		},
	]
}
