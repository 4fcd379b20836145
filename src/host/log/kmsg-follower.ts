import { parseKmsgRecord } from '../../kernel/log/kmsg-record.ts'
import type { Clock } from '../../model/clock.ts'
import type { LogEvent } from '../../model/log-event.ts'
import type { LogFollower } from '../../ports/observer.ts'
import type { KmsgSource } from './kmsg-source.ts'

/**
 * How long to wait for the next look, ms. Measured on an idle host: a look every 20 ms costs 1.4 % of a core, every
 * 50 ms 0.6 %, every 100 ms 0.3 %; nearly all of it is the price of waking up. The buffer of 128 kB, the smallest in
 * use, holds about 500 packet lines.
 */
const BUSY_MS = 10
const AWAKE_MS = 50
const QUIET_MS = 100
/** Records came within this time: look more often. */
const AWAKE_FOR_MS = 10_000
/**
 * Batches are handed over at most this often, unless so many records have come: while a larger batch is worked on, the
 * smallest buffer of the kernel runs over.
 */
const BATCH_MS = 100
const MOST_OF_A_BATCH = 400
/** A look ends after this time, so that keys and timers get their turn in a flood. */
const LOOK_MS = 12
/** What is already in the buffer is passed over at the start, but not for longer than this while more comes in. */
const SKIP_MS = 2_000

/** At the end: how long what is in the buffer is read, while more comes in. */
const REST_MS = 1_000

type Look = { readonly found: number; readonly more: boolean; readonly broken: boolean }

/** Hands over records that come after this call: nothing twice, and lost ones as gaps, counted by sequence number. */
export async function followKmsg(
	source: KmsgSource,
	clock: Clock,
	onEvents: (events: readonly LogEvent[]) => void,
): Promise<LogFollower> {
	let last: number | undefined
	let events: LogEvent[] = []
	let delivered = clock.monotonic() - BATCH_MS
	let lastRecord = clock.monotonic() - AWAKE_FOR_MS
	let cancel: (() => void) | undefined
	let stopped = false

	const look = (onBytes: (bytes: Uint8Array) => void): Look => {
		const until = clock.monotonic() + LOOK_MS
		for (let found = 0; ; ) {
			const read = source.read()
			if (read.kind === 'nothing') return { found, more: false, broken: false }
			if (read.kind === 'broken') {
				events.push({ kind: 'ended', failure: read.failure })
				return { found, more: false, broken: true }
			}
			if (read.kind === 'record') {
				onBytes(read.bytes)
				found += 1
			}
			if (found >= MOST_OF_A_BATCH) return { found, more: true, broken: false }
			// The clock is a system call too: asked for every few records only.
			if (found % 32 === 31 && clock.monotonic() > until) return { found, more: true, broken: false }
		}
	}

	const take = (bytes: Uint8Array): void => {
		const record = parseKmsgRecord(bytes)
		// What has no sequence number shows as a gap before the next record.
		if (record === undefined || (last !== undefined && record.seq <= last)) return
		if (last !== undefined && record.seq > last + 1) {
			events.push({ kind: 'gap', lost: record.seq - last - 1, at: clock.monotonic() })
		}
		last = record.seq
		events.push({ kind: 'record', record })
	}

	const deliver = (): void => {
		const batch = events
		events = []
		delivered = clock.monotonic()
		if (batch.length > 0) onEvents(batch)
	}

	const turn = (): void => {
		const { found, more, broken } = look(take)
		const now = clock.monotonic()
		if (found > 0) lastRecord = now
		if (broken || now - delivered >= BATCH_MS || events.length >= MOST_OF_A_BATCH) deliver()
		if (broken) end()
		if (stopped) return
		const awake = now - lastRecord < AWAKE_FOR_MS
		cancel = clock.after(
			more ? 0 : found > 0 || events.length > 0 ? BUSY_MS : awake ? AWAKE_MS : QUIET_MS,
			turn,
		)
	}

	const end = (): void => {
		stopped = true
		cancel?.()
		source.close()
	}

	const skipUntil = clock.monotonic() + SKIP_MS
	for (let more = true; more && clock.monotonic() < skipUntil; ) {
		more = look((bytes) => {
			last = sequenceOf(bytes) ?? last
		}).more
		if (more) await new Promise<void>((resolve) => clock.after(0, resolve))
	}
	// A log that broke at once says so in the first look of its own.
	events = []
	turn()

	/** What is in the buffer already was written before: it counts, and so does what it shows to be lost. */
	const readRest = async (): Promise<void> => {
		const until = clock.monotonic() + REST_MS
		for (let more = true; more && clock.monotonic() < until; ) {
			const seen = look(take)
			more = seen.more && !seen.broken
			deliver()
			if (more) await new Promise<void>((resolve) => clock.after(0, resolve))
		}
	}

	let stopping: Promise<void> | undefined
	return {
		stop() {
			if (stopped) return stopping ?? Promise.resolve()
			stopped = true
			cancel?.()
			stopping = readRest().finally(() => source.close())
			return stopping
		},
	}
}

const COMMA = 0x2c

/** The second number of the header, without making a string of the record. */
function sequenceOf(bytes: Uint8Array): number | undefined {
	let at = bytes.indexOf(COMMA) + 1
	let value = 0
	const from = at
	for (; at < bytes.length; at += 1) {
		const digit = (bytes[at] ?? 0) - 0x30
		if (digit < 0 || digit > 9) break
		value = value * 10 + digit
	}
	return at > from && bytes[at] === COMMA ? value : undefined
}
