import type { ShapingRule } from '../../kernel/rules/rule.ts'
import * as english from '../../words/english/investigation/causes.ts'
import { counted, grouped } from '../../words/numbers.ts'
import { visible } from '../../words/visible.ts'
import type { Evidence } from '../evidence.ts'
import { judged, trialSays } from '../trial/experiments.ts'
import { lastingFor } from '../trial/lasting.ts'
import type { CauseRule, Suspicion } from './cause.ts'
import { chainsBefore, rulesAbout, shareAbout } from './concerns.ts'
import { ofBefore, staleAnswers } from './late.ts'
import { MANY_ADDRESSES } from './packets.ts'
import { type LookAlike, type Sign, unless } from './proof.ts'
import { flowsSampled } from './sampled.ts'
import {
	countOf,
	entriesOf,
	LEDGER,
	namesOf,
	packetsOf,
	reverseOf,
	type Seen,
	unproxied,
	type View,
} from './view.ts'

const WINDOW = /^tcp-(?:win|overshot)/
/** No window that two ends agree on is larger: 65 535 << 14 (RFC 7323). */
const LARGEST_WINDOW = 65_535 * 2 ** 14
/** Sequence numbers that are made new differ by millions; what is in flight beyond a known window does not. */
const FAR = 2 ** 24
/** A rule that is about fewer of the packets than this does not explain them. */
const MOST = 0.8
/** Of fewer connections that were opened while it was counted, data need not have come yet. */
const LEAST_HANDSHAKES = 3

/** Data and acknowledgements: an RST or a SYN/ACK of another connection says nothing of what the ends exchange. */
const isOfTheConnection = ({ segments: { data, ack, fin, rst, syn, synAck }, reasonId }: Seen): boolean =>
	LEDGER.test(reasonId) && (data + ack + fin > 0 || rst + syn + synAck === 0)

/** An answer to a SYN that was not seen here. */
const isAnswer = ({ reasonId, segments: { synAck, syn, fin, data, odd } }: Seen): boolean =>
	/^tcp-new/.test(reasonId) && synAck > 0 && syn + fin + data + odd === 0

/** Those of which one direction may be all that conntrack sees. */
export function halvesOf(view: View): readonly Seen[] {
	const flows = unproxied(view)
	// An answer that was seen here, and does not fit, has not taken another way.
	const answered = new Set(staleAnswers(flows).map(({ flow }) => reverseOf(flow)))
	return flows.filter(
		(flow) =>
			!answered.has(flow.flow) &&
			// What this host asks itself passes its own OUTPUT: an answer to it has its SYN here.
			(isOfTheConnection(flow) || (isAnswer(flow) && flow.way !== 'received')),
	)
}

/** Causes in which conntrack follows the connection, or half of it, and computes something else than the ends. */
export const windowCauses: CauseRule = (view, evidence) => {
	const flows = unproxied(view)
	return [
		...found([oneDirection, notrackOneWay, zones], view, evidence, halvesOf(view)),
		...ofBefore(staleAnswers(flows), view),
		...found([rewritten, scale, offload], view, evidence, flows.filter(isOfTheConnection)),
	]
}

function found(
	rules: readonly ((context: Context) => Told | undefined)[],
	view: View,
	evidence: Evidence,
	flows: readonly Seen[],
): readonly Suspicion[] {
	// One row beyond the bound is an accident of one packet.
	if (countOf(flows) < 2) return []
	const context = contextOf(view, evidence, flows)
	return rules.flatMap((rule) => {
		const told = rule(context)
		return told === undefined ? [] : [{ packets: packetsOf(view, flows), flows: namesOf(flows), ...told }]
	})
}

const isDropping = ({ rules }: Evidence): boolean =>
	// Rules that were not read may drop as well.
	rules === undefined || rules.acting.some(({ action }) => /(?:drop|reject)$/.test(action))

type Context = ReturnType<typeof contextOf>
type Told = Omit<Suspicion, 'packets' | 'flows'>

function contextOf(view: View, evidence: Evidence, flows: readonly Seen[]) {
	const sampled = flowsSampled(evidence, flows)
	const entries = flows.flatMap((flow) => entriesOf(flow) ?? [])
	const ranges = flows.flatMap(({ beyond, reasonId }) =>
		beyond !== null && WINDOW.test(reasonId) ? [beyond] : [],
	)
	const { bothWays } = sampled
	const isHandshake =
		sampled.isCountedOneWay && (bothWays?.back ?? 0) >= LEAST_HANDSHAKES && bothWays?.backWithoutSyn === 0
	const isNotAnswered = sampled.isCountedOneWay && !isDropping(evidence)
	return {
		evidence,
		flows,
		entries,
		/** Both directions reach this host: a handshake that was seen proves it of nothing that came later. */
		both: sampled.isCountedBothWays,
		one: sampled.isCountedOneWay,
		/** What this host drops as INVALID has no answer either, whatever way that would take. */
		isNotAnswered,
		/** Whoever accepts a first window of data acknowledges it: then not even that came back here. */
		neverAcknowledges: isNotAnswered || isHandshake,
		isBoth: sampled.isCountedBothWays,
		/** Most of them are answers alone: there is no entry of them, or half of one. */
		addresses: Math.max(
			new Set(flows.map(({ query }) => query?.destination)).size,
			new Set(flows.map(({ query }) => query?.source)).size,
		),
		isOfWindows: countOf(flows.filter(({ reasonId }) => WINDOW.test(reasonId))) > countOf(flows) / 2,
		isAnswers: countOf(flows.filter(isAnswer)) > countOf(flows) / 2,
		answers: english.answersWithoutTheirSyn(grouped(countOf(flows.filter(isAnswer)))),
		unreplied: sampled.unreplied,
		known: sampled.known,
		isCounted: sampled.isCounted,
		isFar:
			ranges.length > 0 &&
			ranges.every(({ least, most }) => Math.max(Math.abs(least), Math.abs(most)) >= FAR),
		/** Of one connection a box moves all numbers by the same; who guesses, by any. */
		isSteady:
			flows.some(({ beyond, count }) => beyond !== null && count > 1) &&
			ranges.every(({ least, most }) => most - least < FAR),
		isNear: ranges.length > 0 && ranges.every(({ most }) => most < FAR),
		farthest: Math.max(0, ...ranges.map(({ most }) => most)),
		ways:
			bothWays === undefined
				? []
				: [
						english.countedPacketsOneWayThe(grouped(bothWays.there), grouped(bothWays.back)),
						...(isHandshake ? [english.onlySynAcksComeBack] : []),
					],
		notrack: rulesAbout(view, 'notrack', flows),
		zone: rulesAbout(view, 'zone', flows),
		before: chainsBefore(evidence),
		isAbout: (rule: ShapingRule) => shareAbout(rule, view, flows) >= MOST || undefined,
		offloaded: view.shaping('offload'),
		zonesOf: new Set(
			entries
				.flatMap(({ fields, original, reply }) => [
					fields.zone,
					original.fields['zone-orig'],
					reply?.fields['zone-reply'],
				])
				.filter((zone) => zone !== undefined),
		),
		saidBy: {
			says: english.packetsThatDoNotFit(counted(countOf(flows), 'packet'), counted(flows.length, 'flow')),
			isSeen: true,
		} as Sign,
	}
}

const noRules = (rules: readonly unknown[] | undefined, what: string): string | undefined =>
	rules === undefined ? undefined : unless(rules.length === 0, english.noRuleForThemHas(what))

const likeOneDirection = ({ both }: Context): LookAlike => ({
	title: english.asymmetricRouting,
	ruledOut: unless(both, english.bothDirectionsWereCounted),
	tells: english.countBothDirectionsTells,
})
const likeNotrack = ({ notrack, one }: Context): LookAlike => ({
	title: english.oneDirectionIsNotTracked,
	ruledOut: one ? english.countedBeforeConntrackToo : noRules(notrack, 'notrack'),
	tells: english.listTheRawRules,
})
const likeZones = ({ zone, zonesOf, one }: Context): LookAlike => ({
	title: english.zonesThatDoNotMatch,
	ruledOut: one ? english.countedBeforeConntrackToo : zonesOf.size > 0 ? undefined : noRules(zone, 'zone'),
	tells: english.listEntriesWithTheirZones,
})
const likeDroppedBefore = ({ before }: Context): LookAlike => ({
	title: english.repliesDroppedBefore,
	ruledOut: before === undefined ? undefined : unless(before.length === 0, english.noChainBefore),
	tells: english.whatChainsBeforeDrop((before ?? []).slice(0, 3).map(visible).join(', ')),
})
const likeOffload = ({ offloaded, entries }: Context): LookAlike => ({
	title: english.offloadedFlows,
	ruledOut: entries.some(({ offload, hwOffload }) => offload || hwOffload)
		? undefined
		: noRules(offloaded, english.FLOW_ADD),
	tells: english.listFlowtables,
})
const likeRewritten = ({ isNear, unreplied, known, isNotAnswered: one }: Context): LookAlike => ({
	title: english.rewrittenSequenceNumbers,
	ruledOut: one
		? english.theOtherDirectionNeverComes
		: isNear
			? english.theDistanceIsThatOfAWindow
			: unless(known > 0 && unreplied === known, english.theOtherDirectionNeverComes),
	tells: english.compareSequenceNumbersAtBothSides,
})
const likeScale = ({ isFar, unreplied, known, isNotAnswered, neverAcknowledges }: Context): LookAlike => ({
	title: english.windowScaleNotSeen,
	ruledOut: neverAcknowledges
		? isNotAnswered
			? english.theOtherDirectionNeverComes
			: english.noAcknowledgementComesBack
		: isFar
			? english.theDistanceIsLargerThanAnyWindow
			: unless(known > 0 && unreplied === known, english.theOtherDirectionNeverComes),
	tells: english.captureTheHandshake,
})

/** An entry that waits for an answer is the first one to be thrown out. */
const isRoomy = ({ table }: Evidence): boolean =>
	table !== undefined && table.rates.evicted === 0 && table.watched.evicted === 0

function oneDirection(context: Context): Told | undefined {
	const { one, both, unreplied, known, ways, evidence, isCounted, notrack, zone, zonesOf, isAnswers } =
		context
	// Where a rule takes a direction out, what does not reach conntrack may pass all the same.
	const isTakenOut = (notrack?.length ?? 0) > 0 || (zone?.length ?? 0) > 0 || zonesOf.size > 1
	// Where neither entries nor counts say it, the packets alone fit it as well.
	const isHalf = isAnswers || (known > 0 && (unreplied === known || !isCounted))
	if (both || (!one && !isHalf) || (isTakenOut && !one)) return undefined
	const liberal = evidence.experiments.find(
		(trial) => trial.knob === 'tcp_be_liberal' && judged(trial).verdict === 'explains',
	)
	return {
		id: 'one-direction',
		title: english.asymmetricRouting,
		sentence: one ? english.onlyOneDirectionOfThese : english.onlyOneDirectionReachesConntrack,
		remedies: [
			english.routeBothDirectionsThroughThis,
			english.whereThatCannotBeDo,
			// Packets without an entry, or of a state that does not fit, stay INVALID.
			...(context.isOfWindows ? [english.nfConntrackTcpBeLiberal1] : []),
		],
		lasting: liberal === undefined ? [] : lastingFor('tcp_be_liberal', 1, evidence.conntrackBuiltIn),
		signs: [
			context.saidBy,
			...(isAnswers ? [{ says: context.answers, isSeen: true }] : []),
			{ says: ways[0] ?? english.bothDirectionsCounted, isSeen: isCounted ? one : undefined },
			...ways.slice(1).map((says) => ({ says, isSeen: true })),
			...(unreplied > 0 || (one && !context.neverAcknowledges)
				? [
						{
							says: english.ofEntriesHaveNoReply(unreplied, known),
							isSeen: unreplied > 0 && unreplied === known ? true : undefined,
						},
					]
				: []),
			...(liberal === undefined
				? []
				: [{ says: english.whatStands('tcp_be_liberal 1', trialSays(liberal)), isSeen: true }]),
		],
		lookAlikes: [
			likeNotrack(context),
			likeZones(context),
			likeDroppedBefore(context),
			...(isAnswers
				? [
						{
							title: english.backscatterOfAnAttack,
							ruledOut: unless(
								context.addresses < MANY_ADDRESSES,
								english.toAddresses(grouped(context.addresses)),
							),
							tells: english.whetherDataFollows,
						},
						{
							title: english.evictionTitle,
							ruledOut: unless(isRoomy(evidence), english.nothingIsEvicted),
							tells: english.watchTheCounters,
						},
					]
				: [likeRewritten(context), likeScale(context), likeOffload(context)]),
		],
	}
}

function notrackOneWay(context: Context): Told | undefined {
	const { notrack, known, unreplied, one, ways, both } = context
	const [rule] = notrack ?? []
	if (rule === undefined || one || (!both && known > 0 && unreplied < known)) return undefined
	return {
		id: 'notrack-one-way',
		title: english.oneDirectionIsNotTracked,
		sentence: english.aRuleTakesOneDirection(
			english.ruleAt(rule.family, rule.table, rule.chain, rule.number),
		),
		remedies: [english.letTheRuleTakeBothDirections],
		signs: [
			context.saidBy,
			{ says: english.ruleSays(rule.text), isSeen: context.isAbout(rule) },
			context.isAnswers
				? { says: context.answers, isSeen: true }
				: {
						says: english.ofEntriesHaveNoReply(unreplied, known),
						isSeen: known > 0 ? unreplied === known : undefined,
					},
			...ways.map((says) => ({ says, isSeen: true })),
		],
		lookAlikes: [
			{
				title: english.asymmetricRouting,
				ruledOut: unless(context.isBoth, english.bothDirectionsWereCounted),
				tells: english.countBothDirectionsTells,
			},
			likeZones(context),
		],
	}
}

function zones(context: Context): Told | undefined {
	const { zone, zonesOf, unreplied, known, one } = context
	const [rule] = zone ?? []
	if ((rule === undefined && zonesOf.size === 0) || one || (known > 0 && unreplied < known)) return undefined
	return {
		id: 'zone-mismatch',
		title: english.zonesThatDoNotMatch,
		sentence: english.bothDirectionsAreInDifferentZones,
		remedies: [english.giveBothDirectionsTheSameZone],
		signs: [
			context.saidBy,
			{
				says:
					rule === undefined ? english.entriesInZones([...zonesOf].join(', ')) : english.ruleSays(rule.text),
				isSeen: rule === undefined || context.isAbout(rule),
			},
			context.isAnswers
				? { says: context.answers, isSeen: true }
				: { says: english.ofEntriesHaveNoReply(unreplied, known), isSeen: known > 0 ? true : undefined },
		],
		lookAlikes: [
			{
				title: english.asymmetricRouting,
				ruledOut: unless(context.isBoth || zonesOf.size > 1, english.bothDirectionsWereCounted),
				tells: english.countBothDirectionsTells,
			},
			likeNotrack(context),
		],
	}
}

function rewritten(context: Context): Told | undefined {
	const { isFar, isSteady, both, isNear, ways, farthest } = context
	if (isNear || context.one || !isFar || !isSteady) return undefined
	return {
		id: 'sequence-rewritten',
		title: english.rewrittenSequenceNumbers,
		sentence: english.somethingOnTheWayRewrites,
		remedies: [english.findTheBoxThatRewrites, english.nfConntrackTcpBeLiberal],
		signs: [
			context.saidBy,
			{ says: english.bytesFromTheBound(grouped(farthest)), isSeen: true },
			{ says: ways[0] ?? english.bothDirectionsCounted, isSeen: both ? true : undefined },
		],
		lookAlikes: [likeOneDirection(context), likeScale(context), likeOffload(context)],
	}
}

function scale(context: Context): Told | undefined {
	const { isFar, both, isNear, farthest, ways } = context
	if (isFar || context.one || !isNear || farthest <= 0 || farthest > LARGEST_WINDOW) return undefined
	return {
		id: 'window-scale-unknown',
		title: english.windowScaleNotSeen,
		sentence: english.conntrackComputesASmallerWindow,
		remedies: [english.lookForAMiddleboxThat, english.nfConntrackTcpBeLiberal],
		signs: [
			context.saidBy,
			{ says: english.bytesFromTheBound(grouped(farthest)), isSeen: true },
			{ says: ways[0] ?? english.bothDirectionsCounted, isSeen: both ? true : undefined },
		],
		lookAlikes: [
			likeOneDirection(context),
			likeRewritten(context),
			likeOffload(context),
			{ title: english.delayedDuplicates, ruledOut: undefined, tells: english.captureTheHandshake },
		],
	}
}

function offload(context: Context): Told | undefined {
	const { offloaded, entries, one } = context
	const now = entries.filter(({ offload: isOffloaded, hwOffload }) => isOffloaded || hwOffload).length
	const [rule] = offloaded ?? []
	if (one || (rule === undefined && now === 0)) return undefined
	return {
		id: 'offload',
		title: english.offloadedFlows,
		sentence: english.theFlowsComeBackFromAFlowtable,
		remedies: [english.keepSuchFlowsOutOfTheFlowtable],
		signs: [
			context.saidBy,
			...(rule === undefined ? [] : [{ says: english.ruleSays(rule.text), isSeen: true }]),
			{ says: english.entriesAreOffloaded(now), isSeen: now > 0 ? true : undefined },
		],
		lookAlikes: [likeOneDirection(context), likeRewritten(context)],
	}
}
