import { createSlab } from '../../kernel/bytes/byte-slab.ts'
import { parseKmsgRecord } from '../../kernel/log/kmsg-record.ts'
import type { Clock } from '../../model/clock.ts'
import type { LogEvent } from '../../model/log-event.ts'
import type { LogFollower } from '../../ports/observer.ts'
import type { Failure } from '../../words/failure.ts'
import { createByteQueue } from './byte-queue.ts'
import type { KmsgSource } from './kmsg-source.ts'

/**
 * How long to wait for the next look, ms. Measured on an idle host: a look every 20 ms costs 1.4 % of a core, every
 * 50 ms 0.6 %, every 100 ms 0.3 %; nearly all of it is the price of waking up. The buffer of 128 kB, the smallest in
 * use, holds about 500 packet lines.
 */
const FLOOD_MS = 1
const BUSY_MS = 10
const AWAKE_MS = 50
const QUIET_MS = 100
/** So many in one look: until the next the buffer may be full again. */
const FLOOD = 100
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
/**
 * Reading a record costs a tenth of what is made of it. So in a flood reading goes on first, and what was read waits: some
 * 2 000 lines, a tenth of a second's work. More would be packets that are counted, and of which nobody knows anything yet.
 * Then the kernel's buffer is left to run over, which is told as lost.
 */
const MOST_WAITING = 1 << 19
/** What is already in the buffer is passed over at the start, but not for longer than this while more comes in. */
const SKIP_MS = 2_000

/** At the end: how long what is in the buffer is read, while more comes in. */
const REST_MS = 1_000

type Look = { readonly found: number; readonly more: boolean; readonly broken?: Failure }

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

	const look = (onBytes: (bytes: Uint8Array) => void, isEnough = () => false): Look => {
		const until = clock.monotonic() + LOOK_MS
		for (let found = 0; ; ) {
			if (isEnough()) return { found, more: true }
			const read = source.read()
			if (read.kind === 'nothing') return { found, more: false }
			if (read.kind === 'broken') return { found, more: false, broken: read.failure }
			if (read.kind === 'record') {
				onBytes(read.bytes)
				found += 1
			}
			// The clock is a system call too: asked for every few records only.
			if (found % 32 === 31 && clock.monotonic() > until) return { found, more: true }
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

	/** Read, and not yet looked at. */
	const waiting = createByteQueue()
	const slab = createSlab()
	const keep = (bytes: Uint8Array): void => waiting.add(slab(bytes))
	const isFull = (): boolean => waiting.bytes() >= MOST_WAITING
	const work = (most: number): void => {
		for (let count = 0; count < most; count++) {
			const bytes = waiting.take()
			if (bytes === undefined) return
			take(bytes)
		}
	}

	let broken: Failure | undefined
	const turn = (): void => {
		const seen = broken === undefined ? look(keep, isFull) : undefined
		broken ??= seen?.broken
		// While the kernel writes faster than it is read, reading goes on first.
		if (seen?.more !== true || isFull()) work(MOST_OF_A_BATCH)
		const now = clock.monotonic()
		const isBusy = seen?.more === true || waiting.bytes() > 0
		if (isBusy || (seen?.found ?? 0) > 0) lastRecord = now
		const isOver = broken !== undefined && waiting.bytes() === 0
		if (broken !== undefined && isOver) events.push({ kind: 'ended', failure: broken })
		if (isOver || now - delivered >= BATCH_MS || events.length >= MOST_OF_A_BATCH) deliver()
		if (isOver) end()
		if (stopped) return
		const awake = now - lastRecord < AWAKE_FOR_MS
		const found = seen?.found ?? 0
		const rest = found > 0 || events.length > 0 ? BUSY_MS : awake ? AWAKE_MS : QUIET_MS
		cancel = clock.after(isBusy ? 0 : found >= FLOOD ? FLOOD_MS : rest, turn)
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
	turn()

	/** What is in the buffer already was written before: it counts, and so does what it shows to be lost. */
	const readRest = async (): Promise<void> => {
		const until = clock.monotonic() + REST_MS
		for (let more = true; more; ) {
			const seen = broken === undefined && clock.monotonic() < until ? look(keep, isFull) : undefined
			broken ??= seen?.broken
			more = seen?.more === true
			while (waiting.bytes() > 0) {
				work(MOST_OF_A_BATCH)
				deliver()
				if (waiting.bytes() > 0) await new Promise<void>((resolve) => clock.after(0, resolve))
			}
		}
		if (broken !== undefined) events.push({ kind: 'ended', failure: broken })
		deliver()
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
