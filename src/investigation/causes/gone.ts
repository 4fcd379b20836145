import { sameAddress } from '../../kernel/packet/address.ts'
import * as english from '../../words/english/investigation/causes.ts'
import { counted, grouped } from '../../words/numbers.ts'
import { type Evidence, sumOf } from '../evidence.ts'
import { joinFlow } from '../join/join.ts'
import { endInWords } from '../join/obituary.ts'
import type { CauseRule, Suspicion } from '../proof/cause.ts'
import { type LookAlike, type Sign, unless } from '../proof/proof.ts'
import {
	countOf,
	entriesOf,
	isLookedAt,
	MID_STREAM_UNLINED,
	namesOf,
	packetsOf,
	reverseOf,
	type Seen,
	unproxied,
	type View,
} from '../proof/view.ts'
import {
	deletedBy,
	endsOf,
	likeOfAnotherZone,
	likeOtherEnds,
	likeTimedOut,
	likeTimeouts,
	storiesOf,
} from './ends.ts'
import { late } from './late.ts'
import { byDesign, notPickedUp, smallTimeout, unopened } from './loose.ts'
import { probesOf, strayAnswersOf } from './scans.ts'
import { isEvicting } from './table-causes.ts'
import { leaks } from './translated.ts'
import { otherHalvesOf } from './window-context.ts'

/** Reasons of packets that have no entry. */
const NO_ENTRY = /^(?:tcp-(?:new|rst)|unlined-new)/
/** States in which an end still waits for the other one. */
const ALIVE = [
	'ESTAB',
	'SYN-SENT',
	'SYN-RECV',
	'FIN-WAIT-1',
	'CLOSE-WAIT',
	'LAST-ACK',
	'CLOSING',
	'FIN-WAIT-2',
]
/** Of these the last FIN or RST has gone out and has no acknowledgement. */
const LEAVING = ['FIN-WAIT-1', 'LAST-ACK', 'CLOSING']

/** A local socket with exactly these four ends that is not over. */
function livingSocket({ facts, query }: Seen) {
	if (facts?.sockets === undefined || query === undefined) return undefined
	const ends = (local: { address: string; port: number | null }, peer: typeof local) =>
		sameAddress(local.address, query.source) &&
		local.port === query.sourcePort &&
		sameAddress(peer.address, query.destination) &&
		peer.port === query.destinationPort
	return facts.sockets.find(
		({ state, local, peer }) => ALIVE.includes(state) && (ends(local, peer) || ends(peer, local)),
	)
}

/** The reason whose line told of it. */
const lineFor = ({ reasonId }: Seen, { reasons }: Evidence) =>
	reasons.find(({ reason }) => reason.id === reasonId)?.reason

/** Causes in which packets come of connections that conntrack does not know, or no longer. */
export const goneCauses: CauseRule = (view, evidence) => {
	const waits = (flow: Seen) => livingSocket(flow) !== undefined || flow.segments.again > 0
	// Whose entry was seen to end while it was open has lost it, whether or not somebody waits.
	const hasLost = (flow: Seen) => {
		const { deleted, timedOut, takenAway } = endsOf([flow], evidence)
		return timedOut.length + takenAway.length > 0 || deleted.some(({ isClosed }) => !isClosed)
	}
	const flows = unproxied(view).filter((flow) => {
		const { odd, syn, synAck, fin, data, ack, rst } = flow.segments
		const isAnswer = synAck > 0 && fin + data + ack + rst === 0
		// An answer alone may have taken another way than its SYN, unless that has made an entry.
		return NO_ENTRY.test(flow.reasonId) && odd + syn === 0 && (!isAnswer || hasLost(flow))
	})
	const waiting = flows.filter((flow) => waits(flow) || hasLost(flow))
	const stuck = waiting.filter((flow) => isStuck(flow, evidence))
	const left = waiting.filter((flow) => !stuck.includes(flow))
	const strangers = new Set(probesOf(view, evidence))
	const beginning = new Set(otherHalvesOf(view))
	const refused = unproxied(view).filter(
		(flow) =>
			flow.reasonId === MID_STREAM_UNLINED && !strangers.has(flow) && (!beginning.has(flow) || hasLost(flow)),
	)
	const inUse = new Set([...waiting, ...refused.filter((flow) => waits(flow) || hasLost(flow))])
	const translated = leaks(view, evidence, [...flows, ...refused], inUse)
	const told = new Set(
		[...waiting, ...translated.flows, ...strangers, ...strayAnswersOf(view, evidence)].map(
			({ flow }) => flow,
		),
	)
	const rest = flows.filter(({ flow }) => !told.has(flow) && !told.has(reverseOf(flow)))
	return [
		...neverLeaving(stuck, view, evidence),
		...translated.causes,
		// Before what only follows from it: of two that are as well proven, the first is said.
		...smallTimeout([...waiting, ...refused], view, evidence),
		...gone([...left, ...refused], view, evidence),
		...late(rest, view, evidence),
		...(isLookedAt(evidence) ? [] : unopened(view, evidence)),
		...byDesign(view, evidence),
	]
}

const drops = (evidence: Evidence, hooks: readonly string[]) =>
	evidence.rules?.acting.find(({ hook, action }) => hooks.includes(hook) && /(?:drop|reject)$/.test(action))

/** Entries go missing for many reasons; that what this host sends then never leaves is for its rule to mend. */
const sparing = (evidence: Evidence): readonly string[] =>
	drops(evidence, ['output']) === undefined ? [] : [english.letTheRuleThatDrops]

function isStuck(flow: Seen, evidence: Evidence): boolean {
	const socket = livingSocket(flow)
	return (
		flow.way === 'sent' &&
		socket !== undefined &&
		LEAVING.includes(socket.state) &&
		drops(evidence, ['output', 'postrouting']) !== undefined
	)
}

function neverLeaving(flows: readonly Seen[], view: View, evidence: Evidence): readonly Suspicion[] {
	const [first] = flows
	const rule = drops(evidence, ['output', 'postrouting'])
	if (first === undefined || rule === undefined || first.facts === undefined) return []
	return [
		{
			id: 'fin-never-leaves',
			title: english.theFinNeverLeaves,
			sentence: joinFlow(first.facts, evidence.rules, lineFor(first, evidence)).sentences.join(' '),
			remedies: [english.doNotDropInvalidInOutput(rule.place), english.findWhoDeletesEntriesConntrack],
			packets: packetsOf(view, flows),
			flows: namesOf(flows),
			signs: [
				{ says: english.socketsWaitForTheirFin(counted(flows.length, 'socket')), isSeen: true },
				{ says: english.ruleDropsWhatThisHostSends(rule.place), isSeen: true },
				{ says: english.noEntry, isSeen: flows.every((flow) => (entriesOf(flow) ?? []).length === 0) },
			],
			lookAlikes: [],
		},
	]
}

/** `wereOpen`: their entries were seen to end before the connections did. */
const likeLate = (flows: readonly Seen[], wereOpen = false): LookAlike => {
	const sockets = flows.filter((flow) => livingSocket(flow) !== undefined).length
	const again = sumOf(flows.map(({ segments }) => segments.again))
	const ends = sumOf(flows.map(({ segments: { fin, rst } }) => fin + rst))
	return {
		title: english.latePacketsOfConnectionsThat,
		ruledOut: unless(
			sockets > 0 || again >= 2 || ends === 0 || wereOpen,
			sockets > 0
				? english.socketsStillHaveThem(counted(sockets, 'connection'))
				: again >= 2
					? english.theSameSegmentsComeAgain(grouped(again))
					: wereOpen
						? english.theirEntriesWereOpen
						: english.noneOfThemEnds,
		),
		tells: english.whetherSegmentsComeAgain,
	}
}

function gone(flows: readonly Seen[], view: View, evidence: Evidence): readonly Suspicion[] {
	const { deleted, timedOut, closed, unknown } = storiesOf(flows, evidence)
	// Whose entry was seen to end while it was open is no connection from before.
	const refused = ofRefused(unknown.filter((flow) => !isEndedByKernel(flow, evidence)))
	return [
		...lost(deleted, view, evidence, (base) => {
			const own = endsOf(deleted, evidence).deleted.filter(({ isClosed }) => !isClosed)
			const told = deletedBy(own, evidence)
			return {
				...base,
				...told,
				remedies: [...told.remedies, ...sparing(evidence)],
				signs: [...base.signs, ...told.signs],
				lookAlikes: [
					likeLate(deleted, true),
					likeTimedOut,
					...likeOtherEnds(deleted, evidence),
					...likeOfAnotherZone(deleted, view, evidence),
				],
			}
		}),
		// Those that were evicted end just so; why, the table says.
		...lost(isEvicting(evidence.table) ? [] : timedOut, view, evidence, (base) => {
			const ends = endsOf(timedOut, evidence).timedOut
			const count = grouped(ends.length)
			return {
				...base,
				id: 'entry-timed-out',
				title: english.entriesThatTimeOut,
				sentence: english.entriesEndedByTheirTimeout(count),
				remedies: [english.raiseTheTimeoutAboveThe],
				signs: [...base.signs, { says: english.endedWithoutAProgram(count), isSeen: true }],
				lookAlikes: [
					likeLate(timedOut, true),
					...likeTimeouts(ends, view, evidence),
					...likeOfAnotherZone(timedOut, view, evidence),
				],
			}
		}),
		...lost(closed, view, evidence, ({ packets, flows: names, signs }) => {
			const count = grouped(endsOf(closed, evidence).closed.length)
			return {
				id: 'late',
				title: english.latePacketsOfConnectionsThat,
				sentence: english.oneEndHasClosed,
				remedies: [english.findWhatLosesTheRst],
				packets,
				flows: names,
				isUsual: true,
				signs: [...signs, { says: english.entriesEndedClosed(count), isSeen: true }],
				lookAlikes: likeOfAnotherZone(closed, view, evidence),
			}
		}),
		...notPickedUp(refused, view, evidence),
		...entryGone(
			unknown.filter((flow) => !refused.includes(flow)),
			view,
			evidence,
		),
	]
}

/** While it was open. */
function isEndedByKernel(flow: Seen, evidence: Evidence): boolean {
	const { takenAway, timedOut } = endsOf([flow], evidence)
	return takenAway.length + timedOut.length > 0
}

/** Entries of which nobody knows how they went, or that the kernel has removed. */
function entryGone(flows: readonly Seen[], view: View, evidence: Evidence): readonly Suspicion[] {
	const open = flows.filter((flow) => isEndedByKernel(flow, evidence)).length
	const wereOpen = open === flows.length
	return lost(flows, view, evidence, (base) => ({
		...base,
		...(open === 0
			? {}
			: {
					sentence: english.theKernelEndedThem(grouped(open), counted(flows.length, 'flow')),
					remedies: [english.seeWhyTheKernelEndsThem, ...(wereOpen ? sparing(evidence) : base.remedies)],
				}),
		id: 'entry-gone',
		title: english.theEntryIsGoneWhile,
		signs: [...base.signs, ...takenAwaySigns(flows, evidence)],
		lookAlikes: [
			likeLate(flows, wereOpen),
			likeClosed(flows, wereOpen),
			{
				title: english.connectionsFromBeforeAreNot,
				ruledOut:
					unless(evidence.values.tcp_loose === '1', 'nf_conntrack_tcp_loose = 1') ??
					unless(wereOpen, english.theirEntriesWereOpen),
				tells: english.readTcpLoose,
			},
		],
	}))
}

/** How the kernel itself has removed entries before their time, where that was told. */
function takenAwaySigns(flows: readonly Seen[], evidence: Evidence): readonly Sign[] {
	const ways = new Map<string, number>()
	const { takenAway, timedOut } = endsOf(flows, evidence)
	for (const one of [...takenAway, ...timedOut])
		ways.set(endInWords(one), (ways.get(endInWords(one)) ?? 0) + 1)
	return [...ways].map(([how, count]) => ({
		says: english.entriesEndedSo(counted(count, 'entry', 'entries'), how),
		isSeen: true,
	}))
}

/** Connections of which more than their end came, and the end of these. */
function ofRefused(flows: readonly Seen[]): readonly Seen[] {
	const names = new Set(
		flows
			.filter(({ reasonId }) => reasonId === MID_STREAM_UNLINED)
			.flatMap(({ flow }) => [flow, reverseOf(flow)]),
	)
	return flows.filter(({ flow }) => names.has(flow))
}

/** An RST that passed here and got lost behind has ended the connection for one end: a socket here, or both ends that send, tell. */
function likeClosed(flows: readonly Seen[], wereOpen: boolean): LookAlike {
	const names = new Set(flows.map(({ flow }) => flow))
	const both = flows.filter(({ flow }) => names.has(reverseOf(flow))).length
	const sockets = flows.filter((flow) => livingSocket(flow) !== undefined).length
	return {
		title: english.closedByOneEnd,
		ruledOut: unless(
			sockets > 0 || both > 0 || wereOpen,
			sockets > 0
				? english.socketsStillHaveThem(counted(sockets, 'connection'))
				: both > 0
					? english.bothEndsSend
					: english.theirEntriesWereOpen,
		),
		tells: english.whoDeletesTells,
	}
}

type Lost = Omit<Suspicion, 'id' | 'title'>

/** What is said of flows whose entry is gone while an end waits, however it went. */
function lost(
	flows: readonly Seen[],
	view: View,
	evidence: Evidence,
	tell: (base: Lost) => Suspicion,
): readonly Suspicion[] {
	const [first] = flows.toSorted(
		(a, b) => Number(livingSocket(b) !== undefined) - Number(livingSocket(a) !== undefined),
	)
	if (first === undefined) return []
	const sockets = flows.filter((flow) => livingSocket(flow) !== undefined).length
	const again = sumOf(flows.map(({ segments }) => segments.again))
	const join =
		first.facts === undefined || sockets === 0
			? undefined
			: joinFlow(first.facts, evidence.rules, lineFor(first, evidence))
	const says =
		sockets > 0
			? english.ofALocalSocketHas(sockets, counted(flows.length, 'flow'))
			: again > 0
				? english.theSameSegmentsComeAgain(grouped(again))
				: english.packetsWithoutTheirEntry(counted(countOf(flows), 'packet'))
	return [
		tell({
			packets: packetsOf(view, flows),
			flows: namesOf(flows),
			sentence: join?.sentences.join(' ') ?? english.somebodyStillWaitsForAnswers(grouped(again)),
			remedies: [english.findWhoDeletesEntriesConntrack, ...sparing(evidence)],
			signs: [
				{ says, isSeen: true },
				...(join?.evidence ?? []).map((line) => ({ says: line, isSeen: true })),
			],
			lookAlikes: [likeLate(flows)],
		}),
	]
}
