import type { ShapingRule } from '../../kernel/rules/rule.ts'
import * as english from '../../words/english/investigation/causes.ts'
import { counted, grouped } from '../../words/numbers.ts'
import type { Evidence } from '../evidence.ts'
import { connectionOf } from '../join/sides.ts'
import type { Suspicion } from '../proof/cause.ts'
import { dropsBefore, rulesAbout, shareAbout } from '../proof/concerns.ts'
import type { Sign } from '../proof/proof.ts'
import { flowsSampled } from '../proof/sampled.ts'
import {
	countOf,
	entriesOf,
	LEDGER,
	MID_STREAM_UNLINED,
	reverseOf,
	type Seen,
	unproxied,
	type View,
} from '../proof/view.ts'
import { endedBefore } from './ends.ts'
import { staleAnswers } from './late.ts'

const WINDOW = /^tcp-(?:win|overshot)/
/** Sequence numbers that are made new differ by millions; what is in flight beyond a known window does not. */
const FAR = 2 ** 24
/** A rule that is about fewer of the packets than this does not explain them. */
const MOST = 0.8
/** Of fewer connections that were opened while it was counted, data need not have come yet. */
const LEAST_HANDSHAKES = 3

/** Data and acknowledgements: an RST or a SYN/ACK of another connection says nothing of what the ends exchange. */
export const isOfTheConnection = ({
	segments: { data, ack, fin, rst, syn, synAck },
	reasonId,
}: Seen): boolean => LEDGER.test(reasonId) && (data + ack + fin > 0 || rst + syn + synAck === 0)

/** An answer to a SYN that was not seen here. */
const isAnswer = ({ reasonId, segments: { synAck, syn, fin, data, odd } }: Seen): boolean =>
	/^tcp-new/.test(reasonId) && synAck > 0 && syn + fin + data + odd === 0

/** What this host asks itself passes its own OUTPUT: an answer to it has its SYN here, whether or not conntrack saw it. */
const isToUs = (flow: Seen): boolean => isAnswer(flow) && flow.way === 'received'

/** A local socket waits for just this answer. */
const isAskedFor = ({ facts }: Seen): boolean => facts !== undefined && connectionOf(facts) !== undefined

/** Those of which one direction may be all that conntrack sees, or all that comes here. */
export const halvesOf = (view: View, evidence: Evidence): readonly Seen[] =>
	unseenOf(view, evidence).filter((flow) => !isToUs(flow))

/** Those of which one direction may be all that conntrack sees. */
export function unseenOf(view: View, evidence: Evidence): readonly Seen[] {
	const flows = unproxied(view)
	// An answer that was seen here, and does not fit, has not taken another way.
	const answered = new Set(staleAnswers(flows).map(({ flow }) => reverseOf(flow)))
	return flows.filter(
		(flow) =>
			!answered.has(flow.flow) &&
			// Whose entry has ended was seen from its SYN on.
			(isOfTheConnection(flow) || (isAnswer(flow) && endedBefore([flow], evidence).length === 0)),
	)
}

/**
 * What follows answers whose SYN was not seen, from the other end, where nothing is picked up: these connections begin now, and
 * are none of before.
 */
export function otherHalvesOf(view: View): readonly Seen[] {
	// What follows an answer whose request took another way comes in the same direction.
	const begun = view.flows.filter((flow) => isAnswer(flow) || flow.segments.synAck > 0)
	const names = new Set(begun.flatMap(({ flow }) => [flow, reverseOf(flow)]))
	return view.flows.filter(({ reasonId, flow }) => reasonId === MID_STREAM_UNLINED && names.has(flow))
}

export const isDropping = ({ rules }: Evidence): boolean =>
	// Rules that were not read may drop as well.
	rules === undefined ||
	rules.isPart === true ||
	rules.acting.some(({ action }) => /(?:drop|reject)$/.test(action))

export type Context = ReturnType<typeof contextOf>
export type Told = Omit<Suspicion, 'packets' | 'flows'>

/** What the packets of these flows have in common, and what was read of them. */
export function contextOf(view: View, evidence: Evidence, flows: readonly Seen[]) {
	const sampled = flowsSampled(evidence, flows)
	const entries = flows.flatMap((flow) => entriesOf(flow) ?? [])
	const ranges = flows.flatMap(({ beyond, reasonId }) =>
		beyond !== null && WINDOW.test(reasonId) ? [beyond] : [],
	)
	const { bothWays } = sampled
	const isHandshake =
		sampled.isCountedOneWay &&
		bothWays !== undefined &&
		bothWays.there > bothWays.back &&
		bothWays.back >= LEAST_HANDSHAKES &&
		bothWays.backWithoutSyn === 0
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
		/** Most of them are answers to this host, and sockets of it wait for some. */
		isOwn:
			countOf(flows.filter(isToUs)) > countOf(flows) / 2 &&
			flows.some((flow) => isToUs(flow) && isAskedFor(flow)),
		/** Answers to a client that waits for the answer of somebody else, and those of which that was looked at. */
		elsewhere: flows.filter((flow) => isAnswer(flow) && (flow.facts?.askedElsewhere ?? []).length > 0),
		looked: flows.filter((flow) => isAnswer(flow) && flow.facts?.askedElsewhere !== undefined).length,
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
		before: dropsBefore(evidence),
		isAbout: (rule: ShapingRule) => shareAbout(rule, flows) >= MOST || undefined,
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
