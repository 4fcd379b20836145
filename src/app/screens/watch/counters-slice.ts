import { statDelta, totals } from '../../../kernel/conntrack/conntrack-stat.ts'
import type { MonotonicMs } from '../../../model/clock.ts'
import type { Counters } from '../../../model/table-readings.ts'
import * as english from '../../../words/english/app/watch.ts'
import { ok, type Result } from '../../../words/failure.ts'
import { readingOf } from '../../state/readings.ts'
import {
	COUNTER_RATE_SECONDS,
	type CounterName,
	type CounterState,
	HISTORY_SECONDS,
	LEVELS_KEPT,
	type State,
} from '../../state/state.ts'

type Counts = Readonly<Record<CounterName, number>>

/** A reading of the counters; both sources may be missing, then the last numbers stay. */
export function countersRead(state: State, result: Result<Counters>): State {
	if (!result.ok) return { ...state, counters: readingOf(state.counters, result) }
	const counters = result.value
	if (counters.proc === null && counters.cli === null) {
		return {
			...state,
			counters: {
				...state.counters,
				failure: {
					kind: 'unsupported',
					what: english.theCountersOfConntrack,
					why: english.neitherProcNetStatNf,
				},
			},
		}
	}
	const value = counted(state.counters.value, counters)
	return { ...state, counters: readingOf(state.counters, ok({ ...value, at: counters.at })) }
}

function counted(before: CounterState | undefined, read: Counters): CounterState {
	const now = {
		totals: { ...(read.cli && totals(read.cli)), ...(read.proc && totals(read.proc)) },
		invalidByCpu: ((read.proc ?? read.cli)?.cpus ?? []).map((cpu) => cpu.invalid ?? 0),
		proc: read.proc ?? before?.proc ?? null,
		cli: read.cli ?? before?.cli ?? null,
		packets: packetsOf(before?.packets, read),
	}
	const entries = now.totals.entries
	const level = entries === undefined ? [] : [{ at: read.at, entries }]
	const levels = [...(before?.levels ?? []), ...level].slice(-LEVELS_KEPT)
	if (before === undefined) {
		return {
			...now,
			levels,
			sign: undefined,
			packetsThen: read.packets,
			since: zeros(now.totals),
			rates: zeros(now.totals),
			invalidHistory: [],
			startedAt: read.at,
			secondEnd: read.at,
			recent: [],
		}
	}
	const rises = riseSince(before, read)
	const since = added(before.since, rises)
	const { recent, invalidHistory, secondEnd } = movedTo(read.at, before, rises)
	const counter = Object.keys(rises).find((name) => (rises[name] ?? 0) > 0)
	const isGrown = (entries ?? 0) > (before.levels.at(-1)?.entries ?? Number.POSITIVE_INFINITY)
	const isSign = counter !== undefined || isGrown
	return {
		...now,
		levels,
		sign: isSign ? { at: read.at, counter: counter ?? '' } : before.sign,
		packetsThen: isSign ? read.packets : before.packetsThen,
		since,
		rates: meanOf(recent),
		invalidHistory,
		startedAt: before.startedAt,
		secondEnd,
		recent,
	}
}

/** New readings count for a third, so that the rate is about that of the last COUNTER_RATE_SECONDS. */
const NEWEST = 1 / 3

/** A counter that falls was begun anew: then there is no rate yet. */
function packetsOf(before: CounterState['packets'], { packets, at }: Counters): CounterState['packets'] {
	if (packets === undefined) return undefined
	const seconds = before === undefined ? 0 : (at - before.at) / 1000
	if (before === undefined || packets < before.total) return { total: packets, at, rate: undefined }
	if (seconds < 0.2) return before
	const now = (packets - before.total) / seconds
	const rate = before.rate === undefined ? now : before.rate + (now - before.rate) * NEWEST
	return { total: packets, at, rate }
}

/** Where both sources have a counter, that of /proc counts: it needs neither the tool nor the right. */
function riseSince(before: CounterState, { proc, cli }: Counters): Counts {
	return {
		...(before.cli && cli && statDelta(before.cli, cli)),
		...(before.proc && proc && statDelta(before.proc, proc)),
	}
}

/**
 * The readings come about once a second, not exactly: a rise is spread evenly over the whole seconds that it took,
 * and one that took less than half a second belongs to the second before.
 */
function movedTo(at: MonotonicMs, before: CounterState, rises: Counts) {
	const seconds = Math.max(0, Math.round((at - before.secondEnd) / 1000))
	const invalid = rises.invalid ?? 0
	if (seconds === 0) {
		const { recent, invalidHistory } = before
		const last = recent.at(-1)
		if (last === undefined) return { recent, invalidHistory, secondEnd: before.secondEnd }
		return {
			recent: [...recent.slice(0, -1), added(last, rises)],
			invalidHistory: [...invalidHistory.slice(0, -1), (invalidHistory.at(-1) ?? 0) + invalid],
			secondEnd: before.secondEnd,
		}
	}
	const each = Object.fromEntries(Object.entries(rises).map(([name, rise]) => [name, rise / seconds]))
	return {
		recent: pushed(before.recent, each, seconds, COUNTER_RATE_SECONDS),
		invalidHistory: pushed(before.invalidHistory, invalid / seconds, seconds, HISTORY_SECONDS),
		// After a long stop the old grid of seconds means nothing any more.
		secondEnd:
			Math.abs(at - before.secondEnd - seconds * 1000) > 400 ? at : before.secondEnd + seconds * 1000,
	}
}

/** `entries` is a level, not a counter: it has no rise. */
function zeros(totals: Counts): Counts {
	const names = Object.keys(totals).filter((name) => name !== 'entries')
	return Object.fromEntries(names.map((name) => [name, 0]))
}

function pushed<T>(list: readonly T[], item: T, times: number, limit: number): readonly T[] {
	const fresh = Array.from({ length: Math.min(times, limit) }, () => item)
	return [...list, ...fresh].slice(-limit)
}

function added(a: Counts, b: Counts): Counts {
	const sum: Record<CounterName, number> = { ...a }
	for (const [name, value] of Object.entries(b)) sum[name] = (sum[name] ?? 0) + value
	return sum
}

function meanOf(seconds: readonly Counts[]): Counts {
	const names = new Set(seconds.flatMap((second) => Object.keys(second)))
	return Object.fromEntries(
		[...names].map((name) => [
			name,
			seconds.reduce((sum, second) => sum + (second[name] ?? 0), 0) / seconds.length,
		]),
	)
}
