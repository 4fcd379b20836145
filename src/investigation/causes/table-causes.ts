import * as english from '../../words/english/investigation/causes.ts'
import { grouped } from '../../words/numbers.ts'
import type { Evidence } from '../evidence.ts'
import type { CauseRule, Suspicion } from '../proof/cause.ts'
import { type Sign, unless } from '../proof/proof.ts'
import type { View } from '../proof/view.ts'
import { isAtMax, isPressed, type TableFill } from '../table/fill.ts'
import { fillEvidence, fillSays, roomRemedies } from '../table/fill-words.ts'

/** Causes that stand in the table itself: packets that it has no room for are dropped or lose their entry, and are not INVALID. */
const NONE = { packets: 0, flows: [] } as const

export const tableCauses: CauseRule = (view, evidence) => [
	...(evidence.table === undefined
		? []
		: [
				...full(evidence.table, evidence),
				...evicted(evidence.table, evidence),
				...clashing(evidence.table, view),
			]),
	...notTracking(evidence),
]

/** What moves now is certain; what has moved while we watched may be over. */
function signsOf(fill: TableFill, says: string, now: number): readonly Sign[] {
	return [
		...fillEvidence(fill).map((line) => ({ says: line, isSeen: true })),
		{ says, isSeen: now > 0 ? true : undefined },
		{ says: english.countIsAtTheLimit, isSeen: isAtMax(fill) ? true : undefined },
	]
}

const isSaid = (fill: TableFill, now: number, watched: number): boolean =>
	isPressed(fill) && (now > 0 || (watched > 0 && isAtMax(fill)))

function full(table: TableFill, { values }: Evidence): readonly Suspicion[] {
	const { rates, watched } = table
	const isStill = table.fullness === 'full' && rates.evicted === 0 && watched.evicted === 0
	if (!isSaid(table, rates.noRoom, watched.noRoom) && !isStill) return []
	return [
		{
			...NONE,
			id: 'table-full',
			title: english.theTableIsFull,
			sentence: fillSays(table),
			remedies: roomRemedies(table, values),
			signs: signsOf(table, english.roomIsMissingNow, rates.noRoom),
			lookAlikes: [
				{
					title: english.evictionTitle,
					ruledOut: unless(rates.noRoom > 0 || rates.evicted === 0, english.nothingIsEvicted),
					tells: english.watchTheCounters,
				},
				{
					title: english.clashesTitle,
					ruledOut: unless(rates.noRoom > 0 || rates.clashes === 0, english.noClashes),
					tells: english.watchTheCounters,
				},
				{
					title: english.aLimitJustReached,
					ruledOut: unless(watched.noRoom > 0, english.someWereDropped),
					tells: english.watchTheCounters,
				},
			],
		},
	]
}

/** Entries are thrown out for new ones, and those that end so are no others that end by themselves. */
export const isEvicting = (table: TableFill | undefined): boolean =>
	table !== undefined && isSaid(table, table.rates.evicted, table.watched.evicted)

function evicted(table: TableFill, { values }: Evidence): readonly Suspicion[] {
	const { rates } = table
	if (!isEvicting(table)) return []
	return [
		{
			...NONE,
			id: 'entry-evicted',
			title: english.entriesAreEvicted,
			sentence: english.entriesAreEvictedSoPackets,
			remedies: roomRemedies(table, values),
			signs: signsOf(table, english.entriesAreEvictedNow, rates.evicted),
			lookAlikes: [],
		},
	]
}

/** Two packets race for one entry now and then on any busy host. */
const MANY_CLASHES = 10
const CLASHES_PER_SECOND = 0.5

/** Not INVALID, and gone all the same: a packet whose entry cannot be there twice is dropped (nf_ct_resolve_clash). */
function clashing({ watched, rates }: TableFill, { shaping }: View): readonly Suspicion[] {
	const { clashes, seconds } = watched
	if (clashes < MANY_CLASHES || clashes < CLASHES_PER_SECOND * seconds) return []
	return [
		{
			...NONE,
			id: 'insert-failed',
			title: english.entriesThatClash,
			sentence: english.packetsWereDroppedAsEntriesClash(grouped(clashes), grouped(Math.round(seconds))),
			remedies: [english.giveNatMorePorts, english.askOneAfterTheOther],
			signs: [
				{ says: english.insertFailedMoved(grouped(clashes)), isSeen: true },
				{ says: english.insertFailedMovesNow, isSeen: rates.clashes > 0 ? true : undefined },
			],
			lookAlikes: [
				{
					title: english.natWithoutAFreePort,
					ruledOut: unless(shaping('nat')?.length === 0, english.noRuleDoes('nat')),
					tells: english.countPortsOfNat,
				},
				{
					title: english.theSameConnectionTwiceAtOnce,
					ruledOut: undefined,
					tells: english.captureWhatIsSentTwice,
				},
			],
		},
	]
}

function notTracking({ tracking }: Evidence): readonly Suspicion[] {
	if (tracking?.isIdle !== true) return []
	return [
		{
			...NONE,
			id: 'not-tracking',
			title: english.conntrackDoesNotWorkHere,
			sentence: english.noPacketIsTracked,
			remedies: [english.addARuleThatNeedsIt, english.lookInTheOtherNamespace],
			signs: [
				{ says: tracking.because, isSeen: true },
				{
					says: english.nothingMovedForAMinute,
					isSeen: tracking.answer === 'no' || tracking.isLong ? true : undefined,
				},
			],
			lookAlikes: [
				{
					title: english.aQuietHost,
					ruledOut: english.notAQuietHost,
					tells: english.lookAgainWhileTrafficFlows,
				},
				{
					title: english.whatTracksWithoutARule,
					ruledOut: unless(tracking.answer === 'no', english.noEntryAtAll),
					tells: english.lookForOvsAndTc,
				},
			],
		},
	]
}
