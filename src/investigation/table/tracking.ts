import { isWhole } from '../../kernel/rules/matching.ts'
import type { RulesReading } from '../../model/rules-reading.ts'
import * as english from '../../words/english/investigation/table.ts'
import { grouped } from '../../words/numbers.ts'

/** Whether conntrack works on the packets of this namespace now. */
export type Tracking = {
	readonly answer: 'yes' | 'no' | 'unknown'
	/** What shows it, one sentence without its full stop. */
	readonly because: string
	readonly next: string
	/** No rule needs it, and packets have passed that would have shown it at work for anything else. */
	readonly isIdle: boolean
	/** So for a minute: what tracks without a rule would have shown itself by a new entry. */
	readonly isLong: boolean
}

export type TrackingInput = {
	/** Entries in the table; null where the file is not there. */
	readonly count: number | null
	/** Its counters can be read. */
	readonly isThere: boolean
	/** Place of a rule that makes it work; null: all rules were read, and there is none; undefined: not all were read. */
	readonly rule: string | null | undefined
	/** What was seen while we watched; undefined after one look. */
	readonly watched: TrackingWatched | undefined
}

export type TrackingWatched = {
	/** The last thing that showed it at work: a counter that rose, '' for new entries. */
	readonly sign: { readonly counter: string; readonly secondsAgo: number } | undefined
	/** Since then, or since watching began. */
	readonly seconds: number
	/** Packets of IP in that time; undefined where they are not told. */
	readonly packets: number | undefined
}

/** A sign of the last minute is one of now. */
const FRESH_SECONDS = 60
/** So many packets in so many seconds would have shown it at work: the first one of a connection makes an entry. */
const ENOUGH_PACKETS = 20
const ENOUGH_SECONDS = 10
/** Entries may be of what is no rule (Open vSwitch, tc, IPVS), and all packets theirs. */
const MANY_PACKETS = 200
const MANY_SECONDS = 60

/**
 * Since Linux 4.10 its hooks are only registered where a rule needs them (nf_ct_netns_get), and no file says so. What the
 * counters have come to in the life of a namespace tells nothing of now, nor do entries: they stay until they time out.
 */
export function trackingOf({ count, isThere, rule, watched }: TrackingInput): Tracking {
	const say = (
		answer: Tracking['answer'],
		because: string,
		next = '',
		{ isIdle = false, isLong = false } = {},
	): Tracking => ({ answer, because, next, isIdle, isLong })
	if (count === null && !isThere) return say('no', english.conntrackIsNotLoaded, english.loadConntrack)
	const entries = count === null || count === 0 ? '' : english.entries(count)
	if (typeof rule === 'string')
		return say('yes', entries === '' ? english.aRuleNeedsIt(rule) : english.entriesInTheTable(entries))
	const sign = watched?.sign
	const packets = watched?.packets ?? 0
	const isIdle = watched !== undefined && packets >= ENOUGH_PACKETS && watched.seconds >= ENOUGH_SECONDS
	if (sign !== undefined && (sign.secondsAgo <= FRESH_SECONDS || !isIdle))
		return say(
			'yes',
			entries !== ''
				? english.entriesInTheTable(entries)
				: sign.counter === ''
					? english.entriesAreMade
					: english.counterRises(sign.counter),
		)
	const passed = isIdle
		? english.packetsPassedUnseen(grouped(packets), grouped(Math.round(watched.seconds)))
		: ''
	if (rule === null) {
		const because = english.noRuleNeedsIt(passed, entries)
		const isNone = isIdle && entries === ''
		return say(isNone ? 'no' : 'unknown', because, english.beginTracking, {
			isIdle: isNone || (isIdle && packets >= MANY_PACKETS),
			isLong: packets >= MANY_PACKETS && (watched?.seconds ?? 0) >= MANY_SECONDS,
		})
	}
	if (entries !== '' && !isIdle) return say('yes', english.entriesInTheTable(entries))
	return say('unknown', english.nothingShowsTracking(passed, entries), english.beginTracking)
}

/** The rule that makes conntrack work, null where there is none; undefined where not all rules were read. */
export function trackedRule(reading: RulesReading | undefined): TrackingInput['rule'] {
	if (reading === undefined) return undefined
	const { tracked } = reading.ruleset
	if (tracked === undefined) return undefined
	if (tracked !== null)
		return english.placeOfRule(tracked.family, tracked.table, tracked.chain, tracked.number)
	return reading.failures.length === 0 && isWhole(reading.ruleset) ? null : undefined
}
