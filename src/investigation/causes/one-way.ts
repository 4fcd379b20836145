import * as english from '../../words/english/investigation/causes.ts'
import { grouped } from '../../words/numbers.ts'
import type { Evidence } from '../evidence.ts'
import { unless } from '../proof/proof.ts'
import { judged, trialSays } from '../trial/experiments.ts'
import { lastingFor } from '../trial/lasting.ts'
import { MANY_ADDRESSES } from './scans.ts'
import type { Context, Told } from './window-context.ts'
import {
	likeDroppedBefore,
	likeNotrack,
	likeOffload,
	likeRewritten,
	likeScale,
	likeVirtualServers,
	likeZones,
} from './window-look-alikes.ts'

/** Of fewer entries each may wait for an answer that is on its way. */
const LEAST_KNOWN = 3

/** An entry that waits for an answer is the first one to be thrown out. */
const isRoomy = ({ table }: Evidence): boolean =>
	table !== undefined && table.rates.evicted === 0 && table.watched.evicted === 0

/** Entries have something to say: where counts prove it, one whose handshake was seen, or not yet, takes nothing away. */
function isHalfKnown({ unreplied, known, one, neverAcknowledges }: Context): boolean {
	if (one && neverAcknowledges) return unreplied > 0 && unreplied === known
	return unreplied > 0 || one
}

export function oneDirection(context: Context): Told | undefined {
	const { one, both, unreplied, known, ways, evidence, isCounted, notrack, zone, zonesOf, isAnswers } =
		context
	// Where a rule takes a direction out, what does not reach conntrack may pass all the same.
	const isTakenOut = (notrack?.length ?? 0) > 0 || (zone?.length ?? 0) > 0 || zonesOf.size > 1
	// Where neither entries nor counts say it, the packets alone fit it as well.
	const isHalf = isAnswers || (known > 0 && (unreplied === known || !isCounted))
	// What was counted is of the whole service: of these flows alone there may be one direction all the same.
	const isOfSome = both && !isAnswers && !context.isOfWindows && known >= LEAST_KNOWN && unreplied === known
	if ((both && !isOfSome) || (!one && !isHalf && !isOfSome) || (isTakenOut && !one)) return undefined
	if (isAskedElsewhere(context)) return undefined
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
			{ says: ways[0] ?? english.bothDirectionsCounted, isSeen: isCounted && !isOfSome ? one : undefined },
			...ways.slice(1).map((says) => ({ says, isSeen: true })),
			...(isHalfKnown(context)
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
			...likeVirtualServers(context),
			...(isAnswers
				? [
						{
							title: english.repliesThatAreNotTranslated,
							ruledOut: unless(
								context.looked > 0 && context.elsewhere.length === 0,
								english.nobodyWaitsForAnother(context.looked),
							),
							tells: english.listEntriesOfTheClient,
						},
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

/** So many of the answers come from another address than the one that their client has asked, and waits for. */
const MOST = 0.8
const isAskedElsewhere = ({ elsewhere, looked, isAnswers }: Context): boolean =>
	isAnswers && looked > 0 && elsewhere.length >= MOST * looked

/** Something translates where conntrack does not see it, or behind this host, and the answers pass it by. */
export function answeredByAnother(context: Context): Told | undefined {
	const { elsewhere, looked } = context
	const [first] = elsewhere
	const [entry] = first?.facts?.askedElsewhere ?? []
	if (first?.query === undefined || entry === undefined || !isAskedElsewhere(context)) return undefined
	const { source, sourcePort, destination } = first.query
	const end = (address: string | null, port: number | null) => `${address ?? '?'}:${port ?? '?'}`
	return {
		id: 'reply-not-translated',
		title: english.repliesThatAreNotTranslated,
		sentence: english.anotherAddressAnswers(
			destination,
			end(entry.original.dst, entry.original.dport),
			end(source, sourcePort),
		),
		remedies: [english.leadAnswersBackThroughTheTranslator, english.orLetTheTranslatorBeTheClient],
		signs: [
			context.saidBy,
			{ says: context.answers, isSeen: true },
			{ says: english.ofClientsWaitForAnother(elsewhere.length, looked), isSeen: true },
		],
		lookAlikes: [
			{
				title: english.aPortOfTwoConnections,
				ruledOut: unless(elsewhere.length >= SOME, english.ofClientsWaitForAnother(elsewhere.length, looked)),
				tells: english.captureTheHandshake,
			},
		],
	}
}
/** By accident a client may have asked another one from the same port; not so many clients. */
const SOME = 3

/** Why no direction can have taken another way. */
const bothPassHere = ({ isBoth, isOwn }: Context): string | undefined =>
	unless(isBoth, english.bothDirectionsWereCounted) ?? unless(isOwn, english.thisHostHasAsked)

export function notrackOneWay(context: Context): Told | undefined {
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
				ruledOut: bothPassHere(context),
				tells: english.countBothDirectionsTells,
			},
			likeZones(context),
		],
	}
}

export function zones(context: Context): Told | undefined {
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
				ruledOut: bothPassHere(context) ?? unless(zonesOf.size > 1, english.bothDirectionsWereCounted),
				tells: english.countBothDirectionsTells,
			},
			likeNotrack(context),
		],
	}
}
