import { followEnds } from '../../app/effects/ends.ts'
import { createClock } from '../../host/clock.ts'
import type { EndedEntry } from '../../kernel/conntrack/ended-entry.ts'
import type { FlowQuery } from '../../kernel/conntrack/flow-facts.ts'
import { isEndOf } from '../../kernel/conntrack/flow-match.ts'
import type { Observer } from '../../ports/observer.ts'
import type { Failure } from '../../words/failure.ts'
import { catchSignals, type Ending } from '../common/signals.ts'

export type AwaitedEnd = {
	/** `wall`: ms since 1970. Undefined: none came. */
	readonly end: { readonly entry: EndedEntry; readonly wall: number } | undefined
	/** How long it was watched, s. */
	readonly seconds: number
	/** Some ends were not told. */
	readonly missed: boolean
	/** Ends of entries that are older than the watch are told. */
	readonly olderToo: boolean
	/** Somebody has ended it before its time. */
	readonly signal: Ending | undefined
	readonly failure: Failure | undefined
}

/** Watches until the entry of this flow ends, or the time is over, or somebody ends it. `looks` begins when it is watched. */
export async function awaitEnd<Seen>(
	observer: Observer,
	query: FlowQuery,
	forMs: number,
	looks: () => Promise<Seen>,
): Promise<AwaitedEnd & { readonly seen: Seen }> {
	const clock = createClock()
	const signals = catchSignals()
	let missed = false
	let end: AwaitedEnd['end']
	let tell = (): void => {}
	const told = new Promise<void>((resolve) => {
		tell = resolve
	})
	const followed = await followEnds(observer, clock, (body) => {
		if (body.type !== 'ended') return
		missed ||= body.missed === true
		const entry = body.entries.find((one) => isEndOf(one, query))
		if (entry === undefined || end !== undefined) return
		end = { entry, wall: entry.at + clock.wall() - clock.monotonic() }
		tell()
	})
	const began = clock.monotonic()
	const seen = await looks()
	const seconds = (): number => (clock.monotonic() - began) / 1000
	if (!followed.ok) {
		signals.release()
		const { failure } = followed
		return { seen, end: undefined, seconds: 0, missed, olderToo: false, signal: undefined, failure }
	}
	const over = new Promise<void>((resolve) => void clock.after(forMs, resolve))
	const signal = (await Promise.race([told, over, signals.first])) ?? undefined
	const lasted = seconds()
	await followed.value.stop()
	signals.release()
	const { olderToo } = followed.value
	return { seen, end, seconds: lasted, missed, olderToo, signal, failure: undefined }
}
