import { fillOf, type TableFill } from '../../investigation/table/fill.ts'
import {
	type Tracking,
	type TrackingInput,
	trackedRule,
	trackingOf,
} from '../../investigation/table/tracking.ts'
import { onceAState } from '../state/once-a-state.ts'
import { COUNTER_RATE_SECONDS, type CounterState } from '../state/state.ts'

/** How full the table is, for all screens and reports; undefined before it was read. */
export const tableFillOf = onceAState((state): TableFill | undefined => {
	const { settings, counters, table, holders, facts, now } = state
	// Counters come once a second, settings half as often.
	const isNewer = (counters.at ?? 0) >= (settings.at ?? 0)
	const levels = (counters.value?.levels ?? []).slice(-COUNTER_RATE_SECONDS).map(({ entries }) => entries)
	const level = levels.at(-1)
	const count = (isNewer ? level : undefined) ?? settings.value?.count ?? level ?? table.value?.countAfter
	if (count === undefined) return undefined
	return fillOf({
		count,
		levels,
		max: settings.value?.max ?? null,
		initial: facts?.netns.initial ?? true,
		rates: counters.value?.rates ?? {},
		since: counters.value?.since ?? {},
		seconds: counters.value === undefined ? 0 : Math.max(0, (now - counters.value.startedAt) / 1000),
		holders: holders.value,
		holdersAge: holders.value === undefined ? 0 : Math.max(0, (now - holders.value.at) / 1000),
	})
})

/** Whether conntrack works here, as far as it was looked into. */
export const trackingNow = onceAState((state): Tracking | undefined => {
	const { counters, settings, rules, now } = state
	if (settings.value === undefined) return undefined
	return trackingOf({
		count: settings.value.count,
		isThere: counters.value !== undefined,
		rule: rules.failure === undefined ? trackedRule(rules.value) : undefined,
		watched: watchedBy(counters.value, now),
	})
})

function watchedBy(counters: CounterState | undefined, now: number): TrackingInput['watched'] {
	if (counters === undefined) return undefined
	const { sign, startedAt, packets, packetsThen } = counters
	return {
		sign: sign && { counter: sign.counter, secondsAgo: (now - sign.at) / 1000 },
		seconds: (now - (sign?.at ?? startedAt)) / 1000,
		packets:
			packets === undefined || packetsThen === undefined
				? undefined
				: Math.max(0, packets.total - packetsThen),
	}
}
