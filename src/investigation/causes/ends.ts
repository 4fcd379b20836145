import { isZoned } from '../../kernel/conntrack/conntrack-entry.ts'
import { isEndOf } from '../../kernel/conntrack/flow-match.ts'
import { sameAddress } from '../../kernel/packet/address.ts'
import * as english from '../../words/english/investigation/causes.ts'
import { counted, grouped } from '../../words/numbers.ts'
import { visible } from '../../words/visible.ts'
import type { Evidence } from '../evidence.ts'
import { groupsOf, isFlush, SOME_AT_ONCE, together } from '../proof/at-once.ts'
import type { Suspicion } from '../proof/cause.ts'
import { rulesAbout } from '../proof/concerns.ts'
import { type LookAlike, type Sign, unless } from '../proof/proof.ts'
import { entriesOf, type Seen, type View } from '../proof/view.ts'
import type { Fullness } from '../table/fill.ts'

type Ended = NonNullable<Evidence['ended']>

const indexes = new WeakMap<Ended, ReadonlyMap<string, Ended>>()
const portsOf = (protocol: string, one: number | null, other: number | null): string =>
	`${protocol} ${[one ?? '', other ?? ''].toSorted().join(' ')}`

/** Thousands of entries end on a busy host, and are asked for flow by flow: by their ports. */
function indexOf(ended: Ended): ReadonlyMap<string, Ended> {
	const known = indexes.get(ended)
	if (known !== undefined) return known
	const index = new Map<string, Ended[number][]>()
	for (const one of ended) {
		const tuples = [one.original, ...(one.reply === null ? [] : [one.reply])]
		for (const key of new Set(tuples.map(({ sport, dport }) => portsOf(one.protocol, sport, dport)))) {
			const list = index.get(key)
			if (list === undefined) index.set(key, [one])
			else list.push(one)
		}
	}
	indexes.set(ended, index)
	return index
}

/** What conntrack said of the entries of these flows when they ended, in the order of time. */
export function endedOf(flows: readonly Seen[], { ended }: Evidence): Ended {
	if (ended === undefined || ended.length === 0) return []
	const index = indexOf(ended)
	const mine = new Set(
		flows.flatMap(({ query }) =>
			query === undefined
				? []
				: (index.get(portsOf(query.protocol, query.sourcePort, query.destinationPort)) ?? []).filter((one) =>
						isEndOf(one, query),
					),
		),
	)
	return [...mine].toSorted((one, other) => one.at - other.at)
}

/** What is told of an end may come a moment behind a packet that followed it. */
const LATER_MS = 1_000

/**
 * Those ends that packets of these flows can have followed: of entries that ended later, or that another one of the same ports
 * took the place of before the first packet came, they say nothing.
 */
export function endedBefore(flows: readonly Seen[], evidence: Evidence): Ended {
	const mine = flows.flatMap((flow) => {
		const { came } = flow
		const ends = endedOf([flow], evidence)
		if (came === undefined) return ends
		const before = ends.filter(({ at }) => at <= came.last + LATER_MS)
		return before.slice(
			Math.max(
				0,
				before.findLastIndex(({ at }) => at <= came.first),
			),
		)
	})
	return [...new Set(mine)].toSorted((one, other) => one.at - other.at)
}

/** By whom, and how. What the kernel itself removes while it is open has timed out unless it is told otherwise. */
export function endsOf(flows: readonly Seen[], evidence: Evidence) {
	const mine = endedBefore(flows, evidence)
	const byItself = mine.filter(({ portId }) => portId === null)
	const isOver = ({ isClosed, how }: Ended[number]) => isClosed || how === 'replaced'
	const open = byItself.filter((one) => !isOver(one))
	const isTakenAway = ({ how }: Ended[number]) =>
		how === 'evicted' || how === 'cleaned-up' || how === 'kernel'
	return {
		deleted: mine.filter(({ portId }) => portId !== null),
		timedOut: open.filter((one) => !isTakenAway(one)),
		closed: byItself.filter(isOver),
		takenAway: open.filter(isTakenAway),
	}
}

/** All entries that have ended meanwhile; undefined where it was not watched, or not all of them were told. */
export const allEnded = ({ ended, endsMissed }: Evidence): Evidence['ended'] =>
	endsMissed ? undefined : ended

/** Why nobody has deleted entries meanwhile; undefined where somebody may have. */
export const nobodyDeleted = (evidence: Evidence): string | undefined =>
	unless(allEnded(evidence)?.every(({ portId }) => portId === null) === true, english.noEntryWasDeleted)

/**
 * Why nobody has deleted the entries of these flows; undefined where somebody may have. That none is deleted now says nothing
 * of entries that were gone before it was watched: how those of most of these flows ended must have been told.
 */
export function notDeleted(flows: readonly Seen[], evidence: Evidence): string | undefined {
	const told = flows.map((flow) => endedBefore([flow], evidence)).filter((ends) => ends.length > 0)
	return unless(
		told.length > 0 &&
			told.length >= flows.length / 2 &&
			told.every((ends) => ends.every(({ portId }) => portId === null)),
		english.theirEndsWereTold(grouped(told.length), counted(flows.length, 'flow')),
	)
}

const same = (one: string | null, other: string) => one !== null && sameAddress(one, other)

/** Programs that are told; so many of them delete at once on no usual host. */
const PROGRAMS = 3

/** What each program has deleted of these, who has deleted most first. Those without a name are one. */
export const byProgram = (deleted: Ended): readonly Ended[] =>
	groupsOf(deleted, ({ program }) => program).slice(0, PROGRAMS)

/** NAT has given the connection other addresses or ports; undefined where the entry did not say. */
export function isTranslated({ original, reply }: Ended[number]): boolean | undefined {
	if (reply === null || original.src === null || original.dst === null) return undefined
	return (
		!same(reply.dst, original.src) ||
		!same(reply.src, original.dst) ||
		reply.dport !== original.sport ||
		reply.sport !== original.dport
	)
}

type Told = Pick<Suspicion, 'id' | 'title' | 'sentence' | 'remedies' | 'signs'>

/** From here on entries go before their time (nf_conntrack_core.c, early_drop and gc_worker). */
const TIGHT: readonly Fullness[] = ['dropping', 'evicting', 'full', 'nearly-full']

export const likeEvicted = ({ table }: Evidence): LookAlike => ({
	title: english.entriesThatWereEvicted,
	ruledOut: unless(
		table !== undefined &&
			!TIGHT.includes(table.fullness) &&
			table.rates.evicted === 0 &&
			table.watched.evicted === 0,
		english.thereIsRoom,
	),
	tells: english.earlyDropTells,
})

export const likeTimedOut: LookAlike = {
	title: english.entriesThatTimeOut,
	ruledOut: english.conntrackToldWhoDeleted,
	tells: english.whoDeletesTells,
}

/** Each run of a program has a netlink port of its own. */
export const whoOf = (deleted: Ended): string =>
	english.byWhom(
		visible(deleted[0]?.program ?? ''),
		deleted[0]?.portId ?? 0,
		new Set(deleted.map(({ portId }) => portId)).size - 1,
	)

/**
 * `own`: those that the packets belong to. What else was deleted through the same sockets shows whether their program chooses;
 * another run of it, as of conntrack(8), may do something else.
 */
export function deletedBy(own: Ended, { ended = [], levels }: Evidence): Told {
	const programs = byProgram(own).map((mine) => {
		const ports = new Set(mine.map(({ portId }) => portId))
		const all = ended.filter(({ portId }) => portId !== null && ports.has(portId))
		return { mine, all, who: whoOf(mine) }
	})
	const [{ mine, all, who } = { mine: own, all: own, who: whoOf(own) }] = programs
	const told = {
		remedies: programs.map((one) => english.stopWhoDeletes(one.who)),
		signs: programs.map(
			(one): Sign => ({
				says: english.entriesDeletedBy(grouped(one.all.length), one.who),
				isSeen: true,
			}),
		),
	}
	return isFlush(all, mine, levels)
		? {
				...told,
				id: 'entry-flushed',
				title: english.entriesAreFlushed,
				sentence: english.somebodyFlushesTheTable(grouped(all.length), who),
			}
		: {
				...told,
				id: 'entry-deleted',
				title: english.entriesAreDeleted,
				sentence: english.somebodyDeletesEntries(grouped(mine.length), who),
			}
}

/** Masquerading forgets what went out by an address or interface that is no more (net/netfilter/nf_nat_masquerade.c). */
const likeAddressWent = ({ shaping, isPart }: View): LookAlike => ({
	title: english.anAddressWent,
	ruledOut: unless(
		!isPart && shaping('nat')?.every(({ text }) => !/masquerade/i.test(text)) === true,
		english.noRuleDoes('masquerade'),
	),
	tells: english.ipMonitor,
})

/** IPVS has timeouts of its own, and takes the entry away with its connection (net/netfilter/ipvs/ip_vs_nfct.c). */
const likeVirtualServer = ({ surroundings }: Evidence): readonly LookAlike[] =>
	(surroundings?.last.virtualServers?.services ?? 0) === 0
		? []
		: [{ title: english.connectionsOfIpvs, ruledOut: undefined, tells: english.listTimeoutsOfIpvs }]

/** What else ends entries that are open, without a program: conntrack -E does not tell it from a timeout. */
export const likeTimeouts = (timedOut: Ended, view: View, evidence: Evidence): readonly LookAlike[] =>
	[likeAddressWent(view), likeEvicted(evidence), ...likeVirtualServer(evidence)].map((one) =>
		timedOut.length > 0 && timedOut.every(({ how }) => how === 'timed-out')
			? { ...one, ruledOut: english.theirTimeoutWasTold }
			: one,
	)

/** tc puts packets into zones without a rule of netfilter, and so does Open vSwitch; kernel probes do not tell of it. */
const mayBeZoned = (ends: Ended, { surroundings }: Evidence): boolean =>
	ends.some((one) => one.isZoned) ||
	(ends.some((one) => one.isZoned === undefined) && surroundings?.last.ingress?.length !== 0)

/** Two zones may have entries of the same addresses and ports, and an end is told without its zone. */
export const likeOfAnotherZone = (
	flows: readonly Seen[],
	view: View,
	evidence: Evidence,
): readonly LookAlike[] =>
	rulesAbout(view, 'zone', flows)?.length === 0 &&
	!mayBeZoned(endedOf(flows, evidence), evidence) &&
	!flows.some((flow) => entriesOf(flow)?.some(isZoned))
		? []
		: [{ title: english.entriesOfAnotherZone, ruledOut: undefined, tells: english.listEntriesWithTheirZones }]

/** Flows that go with those of their service, and whose own entries may have ended otherwise. */
export function likeOtherEnds(flows: readonly Seen[], evidence: Evidence): readonly LookAlike[] {
	const told = flows.filter((flow) => endedBefore([flow], evidence).length > 0).length
	const says = english.endsWereTold(grouped(told), counted(flows.length, 'flow'))
	return told === flows.length
		? []
		: [
				{
					title: english.otherEndsOfTheSameService,
					ruledOut: unless(told >= flows.length / 2, says),
					tells: english.whoDeletesTells,
				},
			]
}

/** How the entries of these flows have ended, as far as it was told. */
type Stories = {
	readonly deleted: readonly Seen[]
	readonly timedOut: readonly Seen[]
	readonly closed: readonly Seen[]
	/** Nothing was told of them. */
	readonly unknown: readonly Seen[]
}

/**
 * Each flow has the story of its own entry. Whose entry ended before it was watched goes with the flows of the same service
 * whose entries were deleted: who deletes them takes them by address and port, or all.
 */
export function storiesOf(flows: readonly Seen[], evidence: Evidence): Stories {
	const stories = {
		deleted: [] as Seen[],
		timedOut: [] as Seen[],
		closed: [] as Seen[],
		unknown: [] as Seen[],
	}
	for (const flow of flows) {
		const { deleted, timedOut, closed } = endsOf([flow], evidence)
		const isDeleted = deleted.some(({ isClosed }) => !isClosed)
		const story = isDeleted
			? 'deleted'
			: timedOut.length > 0
				? 'timedOut'
				: closed.length > 0
					? 'closed'
					: 'unknown'
		stories[story].push(flow)
	}
	// The kernel removes many at once for other reasons: an interface that went down, a namespace, no room.
	const isGuessed = ({ how }: Ended[number]) => how !== 'timed-out'
	if (together(endsOf(stories.timedOut, evidence).timedOut.filter(isGuessed)).most >= SOME_AT_ONCE)
		stories.unknown.push(...stories.timedOut.splice(0))
	const services = new Set(stories.deleted.map(serviceOf))
	const isOfThem = (flow: Seen) => services.has(serviceOf(flow)) && endedBefore([flow], evidence).length === 0
	return {
		...stories,
		deleted: [...stories.deleted, ...stories.unknown.filter(isOfThem)],
		unknown: stories.unknown.filter((flow) => !isOfThem(flow)),
	}
}

/** The end with the smaller port; clients draw theirs from above. */
const serviceOf = ({ query }: Seen): string =>
	query === undefined || (query.sourcePort ?? 0) < (query.destinationPort ?? 0)
		? `${query?.source} ${query?.sourcePort}`
		: `${query.destination} ${query.destinationPort}`
