import * as english from '../../words/english/investigation/causes.ts'
import { counted, grouped } from '../../words/numbers.ts'
import type { Evidence } from '../evidence.ts'
import type { Suspicion } from '../proof/cause.ts'
import { rulesAbout } from '../proof/concerns.ts'
import { unless } from '../proof/proof.ts'
import { countOf, namesOf, packetsOf, type Seen, unproxied, type View } from '../proof/view.ts'
import { judged, smallTimeouts, trialSays, USUAL_TIMEOUTS } from '../trial/experiments.ts'
import { lastingFor } from '../trial/lasting.ts'
import {
	allEnded,
	byProgram,
	deletedBy,
	endsOf,
	likeTimedOut,
	likeTimeouts,
	nobodyDeleted,
	notDeleted,
	whoOf,
} from './ends.ts'
import { isToService } from './scans.ts'

/** Packets from the middle of connections, where nothing is picked up: who has taken the entries away? */
export function unopened(view: View, evidence: Evidence): readonly Suspicion[] {
	const taken = (evidence.ended ?? []).filter(
		({ portId, isClosed, protocol }) => protocol === 'tcp' && portId !== null && !isClosed,
	)
	if (!isMidStream(view, evidence)) return []
	if (taken.length === 0) return refusedOnes([], Math.min(view.silent, view.packets), view, evidence)
	const [most = taken] = byProgram(taken)
	const told = deletedBy(taken, evidence)
	return [
		{
			...told,
			sentence: english.somebodyDeletesMeanwhile(grouped(most.length), whoOf(most)),
			packets: view.silent,
			flows: [],
			signs: [
				{ says: english.packetsWithoutALine(grouped(view.silent)), isSeen: true },
				{ says: english.nfConntrackTcpLooseIs, isSeen: true },
				...told.signs,
			],
			// No line says whose packets these are.
			lookAlikes: [
				{
					...likeTimedOut,
					ruledOut: unless(noneEndedByItself(evidence), english.noneEndedByItself),
				},
				{ title: english.aPortScan, ruledOut: undefined, tells: english.howManyTargets },
			],
		},
	]
}

/** No connection that was open has lost its entry to the kernel itself, as far as all were told. */
const noneEndedByItself = (evidence: Evidence): boolean =>
	allEnded(evidence)?.some(
		({ portId, isClosed, protocol }) => protocol === 'tcp' && portId === null && !isClosed,
	) === false

const isMidStream = ({ silent, shaping }: View, { values, silent: paths }: Evidence): boolean =>
	silent > 0 &&
	values.tcp_loose === '0' &&
	(shaping('synproxy')?.length ?? 0) === 0 &&
	paths.some(({ id, standing }) => id === 'silent-tcp-loose' && standing === 'likely')

/** Packets from the middle of connections, as they were seen. */
export function notPickedUp(flows: readonly Seen[], view: View, evidence: Evidence): readonly Suspicion[] {
	return flows.length === 0 ? [] : refusedOnes(flows, packetsOf(view, flows), view, evidence)
}

/** From where Linux and others draw the ports of clients (net.ipv4.ip_local_port_range): a service may have one of these too. */
const FIRST_OF_CLIENTS = 32_768

const isRequest = (flow: Seen): boolean =>
	isToService(flow) && (flow.query?.destinationPort ?? 0) < FIRST_OF_CLIENTS

/** No kernel has a line for them. */
function refusedOnes(
	flows: readonly Seen[],
	packets: number,
	view: View,
	evidence: Evidence,
): readonly Suspicion[] {
	const proxies = view.shaping('synproxy')
	/** By a synproxy beside them: it wants tcp_loose at 0. */
	const isNeeded = (proxies?.length ?? 0) > 0
	const inUse = flows.filter(({ segments: { data, again } }) => data + again > 0).length
	const proved = evidence.experiments.find(
		(trial) => trial.knob === 'tcp_loose' && judged(trial).verdict === 'explains',
	)
	const small = smallTimeouts(evidence.values)
	return [
		{
			id: 'not-picked-up',
			title: english.connectionsFromBeforeAreNot,
			sentence: english.packetsFromTheMiddleOf,
			remedies: [english.afterARestartAFailover, ...(isNeeded ? [] : [english.nfConntrackTcpLoose1])],
			packets,
			flows: namesOf(flows),
			lasting: proved === undefined || isNeeded ? [] : lastingFor('tcp_loose', 1, evidence.conntrackBuiltIn),
			signs: [
				{
					says:
						flows.length === 0
							? english.packetsWithoutALine(grouped(view.silent))
							: english.packetsFromTheMiddle(grouped(packets), counted(flows.length, 'flow')),
					isSeen: true,
				},
				{ says: 'nf_conntrack_tcp_loose = 0', isSeen: true },
				...(proved === undefined
					? []
					: [{ says: english.whatStands('tcp_loose 1', trialSays(proved)), isSeen: true }]),
			],
			lookAlikes: [
				{
					title: english.synproxyByDesign,
					// None of these flows is one that a synproxy rule takes.
					ruledOut:
						proxies === undefined || (isNeeded && view.isPart)
							? undefined
							: isNeeded
								? english.noRuleForThemHas('synproxy')
								: english.noRuleDoes('synproxy'),
					tells: english.listRules,
				},
				{
					// A rule that takes out their SYNs alone leaves them without an entry as well.
					title: english.requestsThatAreNotTracked,
					ruledOut: unless(
						(['notrack', 'zone'] as const).every(
							(kind) =>
								(flows.length === 0 ? view.shaping(kind) : rulesAbout(view, kind, flows))?.length === 0,
						),
						english.noRuleForThemHas(english.NOTRACK_OR_ZONE),
					),
					tells: english.listTheRawRules,
				},
				{
					title: english.aPortScan,
					ruledOut: unless(
						proved !== undefined || inUse > 0,
						proved !== undefined
							? english.packetsPassWithLoose
							: english.theyCarryData(inUse, counted(flows.length, 'flow')),
					),
					tells: english.howManyTargets,
				},
				...(flows.length === 0
					? []
					: [
							{
								title: english.asymmetricRouting,
								// Whose requests pass here has made an entry with its SYN.
								ruledOut: unless(
									countOf(flows.filter(isRequest)) >= countOf(flows) / 2,
									english.requestsPassHere,
								),
								tells: english.countBothDirectionsTells,
							},
						]),
				{
					title: english.theEntryIsGoneWhile,
					// Whose flows are known have the ends of their own entries.
					ruledOut:
						small.length === 0 && (flows.length > 0 || noneEndedByItself(evidence))
							? nobodyDeleted(evidence)
							: undefined,
					tells: english.whoDeletesTells,
				},
			],
		},
	]
}

export function byDesign(view: View, { values }: Evidence): readonly Suspicion[] {
	const [rule] = view.shaping('synproxy') ?? []
	const proxied = view.flows.filter((flow) => !unproxied(view).includes(flow))
	const packets = countOf(proxied) + (proxied.length > 0 ? 0 : view.silent)
	if (rule === undefined || packets === 0) return []
	const isOff = values.tcp_loose === '0'
	return [
		{
			id: 'by-design',
			title: english.synproxyByDesign,
			sentence: english.synproxyAnswersWithInvalid,
			remedies: [english.nothingIsBrokenSynproxy],
			packets,
			flows: namesOf(proxied),
			isUsual: true,
			signs: [
				{ says: english.ruleSays(rule.text), isSeen: true },
				{ says: 'nf_conntrack_tcp_loose = 0', isSeen: isOff ? true : undefined },
			],
			lookAlikes: [],
		},
	]
}

/** Whether an entry that ended in this state had this timeout (tcp_timeouts of net/netfilter/nf_conntrack_proto_tcp.c). */
function isOfState(knob: string, state: string | null): boolean {
	if (state === null) return false
	// Both take the place of the longer timeout of any state.
	return /_(?:unacknowledged|max_retrans)$/.test(knob) || knob === `tcp_timeout_${state.toLowerCase()}`
}

/** Take the place of the timeout of a state where it is longer: data without an acknowledgement, or sent again and again, no window. */
const shorterOf = ({ tcp_timeout_unacknowledged, tcp_timeout_max_retrans }: Evidence['values']): number =>
	Math.min(Number(tcp_timeout_unacknowledged ?? 300), Number(tcp_timeout_max_retrans ?? 300))

/** A small value is not guilty by itself: something must have rested longer than that. */
export function smallTimeout(lost: readonly Seen[], view: View, evidence: Evidence): readonly Suspicion[] {
	const { silent } = view
	const { values, experiments } = evidence
	const proved = experiments.find(
		(trial) => /timeout/.test(trial.knob) && judged(trial).verdict === 'explains',
	)
	// Whose entry is known to have gone otherwise has not waited too long.
	const waiting = lost.filter((flow) => !isOfAnother(flow, evidence))
	const isAfter =
		evidence.silent.some(({ id, standing }) => id === 'silent-tcp-loose' && standing === 'likely') &&
		silent > 0
	const timedOutOf = (knob: string) =>
		waiting.length === 0
			? []
			: endsOf(waiting, evidence).timedOut.filter(({ state }) => isOfState(knob, state))
	const smalls = smallTimeouts(values).filter((one) => one.startsWith('tcp_'))
	const knob = proved?.knob ?? smalls.find((one) => timedOutOf(one).length > 0) ?? smalls[0]
	if (knob === undefined || (waiting.length === 0 && !isAfter && proved === undefined)) return []
	const was = proved?.from ?? values[knob]
	// Whatever else has ended by itself says nothing of these.
	const timedOut = timedOutOf(knob)
	return [
		{
			id: 'small-timeout',
			title: english.aTimeoutThatIsToo,
			sentence: english.nfConntrackIsSUsual(knob, was, grouped(USUAL_TIMEOUTS[knob] ?? 0)),
			remedies: [english.raiseTheTimeoutAboveThe, english.seeWhoSetItGrep],
			packets: packetsOf(view, waiting) + (isAfter ? silent : 0),
			flows: namesOf(waiting),
			lasting: lastingFor(knob, USUAL_TIMEOUTS[knob] ?? 600, evidence.conntrackBuiltIn),
			signs: [
				{ says: `nf_conntrack_${knob} = ${was}`, isSeen: true },
				...(isAfter ? [{ says: english.nfConntrackTcpLooseIs, isSeen: true }] : []),
				proved === undefined
					? {
							says: english.endedWithoutAProgram(grouped(timedOut.length)),
							isSeen: timedOut.length > 0 ? true : undefined,
						}
					: { says: english.whatStands(`${knob} ${proved.to}`, trialSays(proved)), isSeen: true },
			],
			lookAlikes: [
				{
					title: english.entriesAreDeleted,
					ruledOut: proved === undefined ? notDeleted(waiting, evidence) : english.theyStayWithALongerTimeout,
					tells: english.whoDeletesTells,
				},
				{
					title: english.anotherTimeout,
					ruledOut:
						proved === undefined
							? unless(Number(was) <= shorterOf(values), english.itIsTheShortest)
							: english.theyStayWithALongerTimeout,
					tells: english.howLongTheyRested,
				},
				...(proved === undefined && timedOut.length > 0 ? likeTimeouts(timedOut, view, evidence) : []),
			],
		},
	]
}

function isOfAnother(flow: Seen, evidence: Evidence): boolean {
	const { deleted, closed, takenAway, timedOut } = endsOf([flow], evidence)
	return timedOut.length === 0 && deleted.length + closed.length + takenAway.length > 0
}
