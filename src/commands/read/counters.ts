import { statDelta, totals } from '../../kernel/conntrack/conntrack-stat.ts'
import type { HostTime } from '../../kernel/given/given-line.ts'
import { type StatReading, sumOfStat } from './given-case.ts'

/** What the counters of a case come to. */
export type GivenCounters = {
	/** As they stood at the last reading. */
	readonly totals: Readonly<Record<string, number>>
	/** What they rose by from the first reading to the last; null where there is one reading only. */
	readonly rises: Readonly<Record<string, number>> | null
	readonly first: StatReading | undefined
	readonly last: StatReading
	readonly readings: number
	/** ms since 1970 of both readings; undefined where they have no times that can be meant. */
	readonly period: { readonly from: number; readonly to: number } | undefined
	/** No time says which reading came first: the larger counters are the later ones. */
	readonly isByNumbers: boolean
	/** What `date` said over the last reading: it places lines without year or zone. */
	readonly host: HostTime | undefined
}

/** Closer together than this, files have been copied rather than written, ms. */
const LEAST = 900

/** Of `conntrack -S` and of /proc that one which was read most often; undefined where there is none. */
export function countersOf(
	stats: readonly StatReading[],
	/** Lines of the log in this time: what is outside of every line was not written then. */
	linesIn: (from: number, to: number) => number,
): GivenCounters | undefined {
	const cli = stats.filter(({ from }) => from === 'cli')
	const proc = stats.filter(({ from }) => from === 'proc')
	const chosen = proc.length > cli.length ? proc : cli
	if (chosen.length === 0) return undefined
	const isTimed = chosen.every(({ at }) => at !== undefined)
	const ordered = chosen.toSorted((one, other) =>
		isTimed && one.at !== other.at ? (one.at ?? 0) - (other.at ?? 0) : sumOfStat(one) - sumOfStat(other),
	)
	// A file that was changed later may be the earlier reading: counters only rise.
	const isRising = sumOfStat(ordered[0] as StatReading) <= sumOfStat(ordered.at(-1) as StatReading)
	const isSaid = chosen.every((one) => one.isSaid)
	const sorted =
		isRising || isSaid ? ordered : chosen.toSorted((one, other) => sumOfStat(one) - sumOfStat(other))
	const first = sorted.length > 1 ? sorted[0] : undefined
	const last = sorted.at(-1) as StatReading
	const from = first?.at
	const to = last.at
	const isPeriod =
		from !== undefined &&
		to !== undefined &&
		(isRising || isSaid) &&
		to - from >= LEAST &&
		(isSaid || linesIn(from, to) > 0)
	const { zone } = last
	return {
		host: isSaid && zone !== undefined && to !== undefined ? { at: to, zone } : undefined,
		totals: totals(last.table),
		rises: first === undefined ? null : statDelta(first.table, last.table),
		first,
		last,
		readings: chosen.length,
		period: isPeriod ? { from, to } : undefined,
		isByNumbers: !isTimed || !(isRising || isSaid),
	}
}
