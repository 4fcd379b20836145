import type { Entry } from '../../changes/lease.ts'
import type { KmsgSource } from '../../host/log/kmsg-source.ts'
import type { Flood } from '../../model/change.ts'
import type { Clock } from '../../model/clock.ts'
import { describe, type Result } from '../../words/failure.ts'
import { type FloodMarks, floodMarks, looksLikeOurs, sequenceOf } from './flood-marks.ts'

/** So long, without a pause, and it is a flood and no burst. */
const FLOOD_MS = 3_000
/** Within that much more it is noticed. */
const LOOK_MS = 500
/** A timer fires a little early or late. */
const EARLY_MS = 100
/** What one look may take: then the rest of the lines is known by their number only. */
const BUSY_MS = 30
/** What was in the log before is passed over at the start, in slices, and not for longer than this. */
const SKIP_MS = 300
const SLICE_MS = 10

export type BreakerPorts = {
	readonly open: () => Result<KmsgSource>
	readonly clock: Pick<Clock, 'monotonic' | 'after'>
	/** Lines a second; 0: never. */
	readonly maxRate: number
	readonly onFlood: (flood: Flood) => void
	/** The kernel log cannot be read, so nothing is watched. */
	readonly onBlind?: (why: string) => void
}

/** Watches the kernel log while changes of ours may write there. Lines that go to netlink never come by here. */
export type Breaker = {
	/** What is in force now; without a change that prints, nothing is watched. */
	attend(entries: readonly Entry[]): void
}

export function createBreaker(ports: BreakerPorts): Breaker {
	const { clock, maxRate } = ports
	let marks: FloodMarks | undefined
	let watch: { stop(): void } | undefined
	return {
		attend(entries) {
			marks = maxRate > 0 ? floodMarks(entries) : undefined
			if (marks === undefined) {
				watch?.stop()
				watch = undefined
			} else watch ??= begin()
		},
	}

	function begin(): { stop(): void } {
		const opened = ports.open()
		if (!opened.ok) {
			ports.onBlind?.(describe(opened.failure).detail)
			return { stop() {} }
		}
		const source = opened.value
		const gauge = createGauge(maxRate)
		let last: number | undefined
		let lookedAt = clock.monotonic()
		let cancel = () => {}
		const started = lookedAt
		skip()
		return {
			stop() {
				cancel()
				source.close()
			},
		}

		/** Reads what is there, for as long as it may; false once the log cannot be read any more. */
		function drain(onRecord: (record: Uint8Array) => void): 'all' | 'some' | 'broken' {
			const until = clock.monotonic() + BUSY_MS
			for (let count = 1; ; count++) {
				const read = source.read()
				if (read.kind === 'nothing') return 'all'
				if (read.kind === 'broken') return 'broken'
				if (read.kind === 'record') onRecord(read.bytes)
				if (count % 64 === 0 && clock.monotonic() > until) return 'some'
			}
		}

		function skip(): void {
			const how = drain((record) => {
				last = sequenceOf(record) ?? last
			})
			if (how === 'broken') return
			const isOver = how === 'all' || clock.monotonic() - started > SKIP_MS
			lookedAt = clock.monotonic()
			cancel = isOver ? clock.after(LOOK_MS, look) : clock.after(SLICE_MS, skip)
		}

		function look(): void {
			let seen = 0
			let ours = 0
			const before = last
			const how = drain((record) => {
				seen += 1
				if (marks !== undefined && looksLikeOurs(marks, record)) ours += 1
				last = sequenceOf(record) ?? last
			})
			if (how === 'broken') return
			// Overwritten before they were read: of the same kinds as those that were.
			const all = last === undefined || before === undefined ? seen : Math.max(seen, last - before)
			const lines = seen === 0 ? 0 : (all * ours) / seen
			const now = clock.monotonic()
			const flood = gauge(lines, now - lookedAt)
			lookedAt = now
			cancel = clock.after(LOOK_MS, look)
			if (flood !== undefined) ports.onFlood(flood)
		}
	}
}

/** Answers a flood once there were too many lines for three seconds in a row; then it begins again. */
export function createGauge(maxRate: number): (lines: number, ms: number) => Flood | undefined {
	let total = 0
	let since = 0
	/** Of the look before: two together are a second, and what comes once a second is no less than what comes evenly. */
	let last = { lines: 0, ms: 0 }
	return (lines, ms) => {
		const both = ms + last.ms
		const isHigh = both > 0 && ((lines + last.lines) * 1000) / both > maxRate
		last = { lines, ms }
		total = isHigh ? total + lines : 0
		since = isHigh ? since + ms : 0
		if (since < FLOOD_MS - EARLY_MS) return undefined
		const flood = { rate: Math.round((total * 1000) / since), seconds: Math.round(since / 1000) }
		total = 0
		since = 0
		return flood
	}
}
