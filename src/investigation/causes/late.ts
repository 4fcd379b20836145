import * as english from '../../words/english/investigation/causes.ts'
import { counted, grouped } from '../../words/numbers.ts'
import { type Evidence, sumOf } from '../evidence.ts'
import type { Suspicion } from '../proof/cause.ts'
import { unless } from '../proof/proof.ts'
import {
	countOf,
	entriesOf,
	LEDGER,
	namesOf,
	packetsOf,
	reverseOf,
	type Seen,
	type View,
} from '../proof/view.ts'
import { endsOf, notDeleted } from './ends.ts'
import { MANY } from './scans.ts'

/** So many packets without a repetition say that nobody waits. */
const ENOUGH = 10

export function late(flows: readonly Seen[], view: View, evidence: Evidence): readonly Suspicion[] {
	const over = flows.filter(
		(flow) =>
			flow.segments.fin + flow.segments.rst > 0 &&
			(entriesOf(flow) ?? []).length === 0 &&
			flow.way !== 'sent',
	)
	if (over.length === 0) return []
	const looked = over.filter(({ facts }) => facts?.sockets !== undefined).length
	const packets = packetsOf(view, over)
	const closed = over.filter((flow) => endsOf([flow], evidence).closed.length > 0)
	const ends = new Set(over.map(({ query }) => `${query?.destination} ${query?.destinationPort}`)).size
	const fins = sumOf(over.map(({ segments }) => segments.fin))
	const services = new Set(
		over.map(({ query }) => Math.min(query?.sourcePort ?? 0, query?.destinationPort ?? 0)),
	).size
	return [
		{
			id: 'late',
			title: english.latePacketsOfConnectionsThat,
			sentence: english.rstAndFinPacketsOf,
			remedies: [english.mostlyHarmlessTheEndsHave],
			packets,
			flows: namesOf(over),
			isUsual: true,
			signs: [
				{ says: english.lookedAtNoEntryNo(counted(looked, 'flow')), isSeen: looked > 0 ? true : undefined },
				{ says: english.nothingCameAgain(grouped(packets)), isSeen: packets >= ENOUGH ? true : undefined },
				{
					says: english.entriesEndedClosed(grouped(closed.length)),
					isSeen: closed.length >= over.length / 2 ? true : undefined,
				},
			],
			lookAlikes: [
				{
					title: english.entriesAreDeleted,
					ruledOut:
						closed.length >= over.length / 2
							? english.entriesEndedClosed(grouped(closed.length))
							: notDeleted(over, evidence),
					tells: english.whoDeletesTells,
				},
				{
					title: english.strangersOrForgotten,
					ruledOut: unless(
						closed.length >= over.length / 2,
						english.entriesEndedClosed(grouped(closed.length)),
					),
					tells: english.whoDeletesTells,
				},
				{
					title: english.backscatterOfAnAttack,
					ruledOut: unless(ends < MANY || fins > 0, english.fewTargets(ends)),
					tells: english.howManyTargets,
				},
				{
					title: english.aPortScan,
					ruledOut: unless(services < 5 && view.packets > 0, english.fewPorts),
					tells: english.howManyTargets,
				},
			],
		},
	]
}

/** SYN/ACKs of which nothing that this SYN has sent is acknowledged. */
export const staleAnswers = (flows: readonly Seen[]): readonly Seen[] =>
	flows.filter(
		({ reasonId, segments: { synAck, syn, data, ack, fin } }) =>
			/^tcp-win-ack|^tcp-overshot/.test(reasonId) && synAck > 0 && syn + data + ack + fin === 0,
	)

/** What follows a SYN/ACK that was not taken does not fit the state: both ends go on, and conntrack waits for it. */
export function ofBefore(stale: readonly Seen[], view: View): readonly Suspicion[] {
	const followers = new Set(stale.map(({ flow }) => reverseOf(flow)))
	const all = [
		...stale,
		...view.flows.filter(({ flow, reasonId }) => followers.has(flow) && LEDGER.test(reasonId)),
	]
	if (countOf(stale) < 2) return []
	return [
		{
			id: 'late',
			title: english.answersOfAnEarlierConnection,
			sentence: english.aSynAckOfBefore,
			remedies: [english.findWhatDelaysAnswers],
			packets: packetsOf(view, all),
			flows: namesOf(all),
			isUsual: true,
			signs: [{ says: english.synAcksBeyondTheirSyn(counted(countOf(stale), 'SYN/ACK')), isSeen: true }],
			lookAlikes: [
				{
					title: english.rewrittenSequenceNumbers,
					ruledOut: undefined,
					tells: english.compareSequenceNumbersAtBothSides,
				},
			],
		},
	]
}
