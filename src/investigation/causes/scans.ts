import * as english from '../../words/english/investigation/causes.ts'
import { grouped } from '../../words/numbers.ts'
import { type Evidence, sumOf } from '../evidence.ts'
import type { Suspicion } from '../proof/cause.ts'
import { rulesAbout } from '../proof/concerns.ts'
import { unless } from '../proof/proof.ts'
import {
	countOf,
	entriesOf,
	namesOf,
	packetsOf,
	reverseOf,
	type Seen,
	tally,
	type View,
} from '../proof/view.ts'
import { endedOf } from './ends.ts'

/** So many distinct targets, of few packets each, are no connections. */
export const MANY = 15
const PACKETS_EACH = 4
/** SYN/ACKs are sent again some times before a server gives up. */
const ANSWERS_EACH = 8

export const targetOf = ({ query }: Seen): string => `${query?.destination} ${query?.destinationPort}`
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

/**
 * What a scan sends, as far as it is one: FIN, NULL, Xmas and Maimon scans, ACK scans where nothing is picked up, one packet
 * or two to each service.
 */
export function probesOf({ flows }: View, evidence: Evidence): readonly Seen[] {
	const talking = new Set(flows.filter(isTalk).map(({ flow }) => flow))
	const familiar = familiarOf(flows)
	const probes = flows.filter(
		(flow) =>
			!familiar.has(flow.reasonId) &&
			/^(?:tcp-(?:flags|new|state|rst)|unlined-)/.test(flow.reasonId) &&
			isToService(flow) &&
			flow.segments.synAck + flow.segments.data === 0 &&
			flow.segments.again === 0 &&
			// Nobody answers an RST: it finds out nothing.
			flow.segments.rst < flow.count &&
			flow.way !== 'sent' &&
			// Both ends of a connection talk; a probe is answered with an RST, or not at all.
			!talking.has(reverseOf(flow.flow)),
	)
	if (isWide(probes)) {
		// Who had an entry is no stranger, however that ended.
		const had = endedOf(probes, evidence)
		const strangers =
			had.length === 0 ? probes : probes.filter((flow) => endedOf([flow], evidence).length === 0)
		return isWide(strangers) ? strangers : []
	}
	// From many sources to one service: no two of them are a connection.
	const odd = probes.filter(({ segments }) => segments.odd > 0)
	return isWide(odd, PACKETS_EACH, ({ query }) => query?.source ?? '') ? odd : []
}

/** Reasons of whose flows most that were looked at have entries: the others are likely no strangers either. */
function familiarOf(flows: readonly Seen[]): ReadonlySet<string> {
	const lookedAt = flows.filter((flow) => entriesOf(flow) !== undefined)
	return new Set(
		lookedAt
			.map(({ reasonId }) => reasonId)
			.filter((id) => {
				const mine = lookedAt.filter(({ reasonId }) => reasonId === id)
				return mine.filter((flow) => (entriesOf(flow) ?? []).length > 0).length > mine.length / 2
			}),
	)
}

const isTalk = ({ segments: { fin, data, ack } }: Seen): boolean => fin + data + ack > 0

/** Ports that services have by name; those above are also drawn for single connections (FTP, RPC). */
const SERVICES = 1024

/** Somebody with many connections ends them at many addresses; nobody uses that many services of one. */
function mostPorts(probes: readonly Seen[]): number {
	const ports = new Map<string, Set<number | null>>()
	for (const { query } of probes)
		if (query?.destinationPort != null && query.destinationPort < SERVICES)
			ports.set(query.destination, (ports.get(query.destination) ?? new Set()).add(query.destinationPort))
	return Math.max(0, ...[...ports.values()].map(({ size }) => size))
}

/** What a probe is answered with has no entry either. */
function answersTo(probes: readonly Seen[], { flows }: View): readonly Seen[] {
	const back = new Set(probes.map(({ flow }) => reverseOf(flow)))
	return flows.filter(({ flow }) => back.has(flow))
}

export function scans(view: View, evidence: Evidence): readonly Suspicion[] {
	const probes = probesOf(view, evidence)
	if (probes.length === 0) return []
	const targets = new Set(probes.map(targetOf)).size
	const [top = ''] = tally(probes.map(({ query }) => query?.source ?? '?'))
	const sources = new Set(probes.map(({ query }) => query?.source)).size
	const odd = sumOf(probes.map(({ segments }) => segments.odd))
	const answers = answersTo(probes, view)
	const isOdd = odd >= countOf(probes) / 2
	const isOfServices = mostPorts(probes) >= MANY
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
				{
					// One port of each of many addresses: whoever uses many servers ends its connections like that.
					says: isOdd ? english.noTcpSendsSuchFlags : english.manyServicesOfOneAddress,
					isSeen: isOdd || isOfServices || undefined,
				},
			],
			lookAlikes: [
				{
					title: english.endsOfConnectionsThatWereForgotten,
					ruledOut: unless(
						isOdd || isOfServices,
						isOdd ? english.noTcpSendsSuchFlags : english.manyServicesOfOneAddress,
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
export function strayAnswersOf({ flows }: View, evidence: Evidence): readonly Seen[] {
	// Who has sent something is answered, whatever that was: a scan is.
	const seen = new Set(flows.map(({ flow }) => flow))
	const answers = flows.filter((one) => {
		const {
			flow,
			reasonId,
			segments: { synAck, rst, fin, data, syn, ack },
			query,
			way,
		} = one
		if (seen.has(reverseOf(flow))) return false
		// Whose entry was seen to end has asked here.
		if (endedOf([one], evidence).length > 0) return false
		const isAnswer = synAck + rst > 0 && fin + data + syn + ack === 0
		const fromService = query?.sourcePort != null && query.sourcePort < (query.destinationPort ?? 0)
		return isAnswer && fromService && way !== 'sent' && /^(?:tcp-(?:new|state)|unlined-new)/.test(reasonId)
	})
	return isWide(answers, ANSWERS_EACH) ? answers : []
}

export function backscatter(view: View, evidence: Evidence): readonly Suspicion[] {
	const answers = strayAnswersOf(view, evidence)
	if (answers.length === 0) return []
	const synAcks = sumOf(answers.map(({ segments }) => segments.synAck))
	// Sockets of this host say nothing of what passes it.
	const received = answers.filter(({ way }) => way === 'received')
	const isHere = countOf(received) >= countOf(answers) / 2
	const here = isHere ? received.filter(({ facts }) => facts?.sockets !== undefined) : []
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
				{
					title: english.requestsThatAreNotTracked,
					ruledOut: unless(
						(['notrack', 'zone'] as const).every((kind) => rulesAbout(view, kind, answers)?.length === 0),
						english.noRuleForThemHas(english.NOTRACK_OR_ZONE),
					),
					tells: english.listTheRawRules,
				},
			],
		},
	]
}
