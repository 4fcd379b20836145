import { HELD_MICROS, type Held, type LiveList, type LivesReading } from '../../kernel/lives/lives.ts'
import { POWERS_END, type Took } from '../../kernel/lives/took.ts'
import type { NfQueueRow } from '../../kernel/nflog/nfnetlink-queue.ts'
import { protocolName } from '../../kernel/packet/protocol.ts'
import { flowOfTuple } from '../../kernel/probes/entry-values.ts'
import * as english from '../../words/english/investigation/table.ts'
import { counted, grouped } from '../../words/numbers.ts'

/** The lists of entries outside of the table, as conntrack(8) calls them. */
export type ListName = 'unconfirmed' | 'dying'

/** `3 us`, `350 us`, `1.2 ms`, `9.3 s`. */
export function duration(micros: number): string {
	if (micros < 1_000) return `${Math.round(micros)} us`
	if (micros < 1_000_000) return `${trimmed(micros / 1_000)} ms`
	return `${trimmed(micros / 1_000_000)} s`
}

const trimmed = (value: number): string => value.toFixed(value < 10 ? 1 : 0).replace(/\.0$/, '')

/** How many are in a list, and for how long. Half a sentence. */
export function listSays({ now, held, most, oldest, doubtful }: LiveList): string {
	const sure =
		now === 0
			? english.noneNow
			: [
					english.soManyNow(grouped(now)),
					...(held === 0 ? [] : [english.heldForLong(grouped(held), duration(HELD_MICROS))]),
					...(oldest[0] === undefined ? [] : [english.theOldest(duration(oldest[0].micros))]),
				].join(', ')
	return [
		sure,
		...(most > now ? [english.atMost(grouped(most))] : []),
		...(doubtful === 0 ? [] : [english.mayHaveLeft(grouped(doubtful))]),
	].join('; ')
}

/** `UDP 10.0.0.1:5 > 10.0.0.2:53`. */
export const heldSays = ({ flow }: Pick<Held, 'flow'>): string =>
	flow === null ? english.addressesNotKnown : `${protocolName(flow.protocol)} ${flowOfTuple(flow)}`

/** How long it took, shortest first; powers in which nothing was are left out. */
export function tookRows({ powers }: Took): readonly { readonly range: string; readonly count: number }[] {
	return powers.flatMap((count, power) => {
		const from = POWERS_END[power - 1]
		const end = POWERS_END[power]
		const range =
			from === undefined
				? english.lessThan(duration(POWERS_END[0]))
				: end === undefined
					? english.orLonger(duration(from))
					: english.fromTo(duration(from), duration(end))
		return count === 0 ? [] : [{ range, count }]
	})
}

/** `12 entries, the longest 350 us`. */
export const tookSays = ({ count, longest }: Took): string =>
	count === 0
		? english.noEntry
		: english.entriesTheLongest(counted(count, 'entry', 'entries'), duration(longest))

/** What nobody can know of it: one sentence each. */
export function notKnownOf({ unconfirmed, before, lost, unfollowed }: LivesReading): readonly string[] {
	return [
		...(unconfirmed.isKnown ? [english.madeBefore] : [english.noPlaceToSeeThemMade]),
		...(before.confirmed > 0
			? [english.confirmedThoughMadeBefore(counted(before.confirmed, 'entry', 'entries'))]
			: []),
		...(before.freed > 0
			? [english.freedThoughRemovedBefore(counted(before.freed, 'entry', 'entries'))]
			: []),
		...(lost > 0 ? [english.eventsWereLost(counted(lost, 'event'))] : []),
		...(unfollowed > 0 ? [english.notFollowed(counted(unfollowed, 'entry', 'entries'))] : []),
	]
}

/** What may hold the entries of a list, and what would tell. Empty where none is held. */
export function holdersOf(
	list: ListName,
	{ held }: Pick<LiveList, 'held'>,
	queues: readonly NfQueueRow[] | null | undefined,
): readonly string[] {
	if (held === 0) return []
	const waiting = (queues ?? []).filter((queue) => queue.waiting > 0)
	return [
		...waiting.map(({ queue, waiting: packets }) =>
			english.theyMayBeOfNfqueue(queue, counted(packets, english.packetWaits, english.packetsWait)),
		),
		list === 'unconfirmed' ? english.whatHoldsUnconfirmed : english.whatHoldsDying,
	]
}
