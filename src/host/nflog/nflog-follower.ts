import { createRepeater, createSlab } from '../../kernel/bytes/byte-slab.ts'
import { type Arrival, nflogMessage } from '../../kernel/nflog/nflog-message.ts'
import { parseNflogPacket } from '../../kernel/nflog/nflog-packet.ts'
import { createPcapReader } from '../../kernel/nflog/nflog-pcap.ts'
import type { Clock } from '../../model/clock.ts'
import type { LogEvent } from '../../model/log-event.ts'
import type { LogFollower } from '../../ports/observer.ts'
import type { NflogReader } from './nflog-reader.ts'

/** How long to wait for the next look, ms, as for the kernel log. */
const BUSY_MS = 10
const AWAKE_MS = 50
const QUIET_MS = 100
/** Packets came within this time: look more often. */
const AWAKE_FOR_MS = 10_000
/** Batches are handed over at most this often; a full one after the shorter time. */
const BATCH_MS = 100
const FULL_BATCH = 2_000
const FULL_BATCH_MS = 25
/** Work at one time, so that keys and timers get their turn in a flood. */
const WORK_MS = 10
/** How often the loss is looked up. */
const LOSS_MS = 1_000
/** Packets wait in the socket: look again after this time whether the reader has taken any. */
const STILL_MS = 500
/** Less than this waits at any time. */
const BEHIND = FULL_BATCH
/** Memory that a message takes in the socket at the least, as the kernel counts it. */
const SMALLEST_MESSAGE = 768
/** Header of a record of pcap. */
const RECORD_HEADER = 16
/** At the end: how long to wait until the reader has got what is in its socket. */
const DRAIN_MS = 500
/** The same for one that stood still and was told to go on, as long as it takes some. */
const CATCH_UP_MS = 2_000
/** A reader that cannot be killed is given up after this time. */
const GIVE_UP_MS = 4_000

/** Hands over what the reader gets: every message once and in order, and how many did not fit into its socket. */
export function followReader(
	reader: NflogReader,
	clock: Clock,
	nameOf: Arrival['nameOf'],
	onEvents: (events: readonly LogEvent[]) => void,
): LogFollower {
	let events: LogEvent[] = []
	let delivered = clock.monotonic() - BATCH_MS
	let lastMessage = clock.monotonic() - AWAKE_FOR_MS
	let lastLoss = clock.monotonic()
	let cancel: (() => void) | undefined
	let number = 0
	let now = 0
	let drops = 0
	let smallest = Number.POSITIVE_INFINITY
	let unread = 0
	let inSocket = 0
	/** Bytes came since the socket was looked at. */
	let cameSince = true
	/** Packets lie in its socket, and it takes none. */
	let stalled = false
	let saidStalled = false
	let state: 'following' | 'stopping' | 'over' = 'following'

	const keep = createSlab()
	const keepLink = createRepeater()
	const pcap = createPcapReader((record) => {
		const said = parseNflogPacket(record.bytes, record.littleEndian)
		if (said === undefined) return
		smallest = Math.min(smallest, record.bytes.length + RECORD_HEADER)
		number += 1
		const arrival = { number, at: now, micros: record.micros, nameOf, keep, keepLink }
		events.push({ kind: 'nflog', message: nflogMessage(said, arrival) })
	})

	/** False when there is nothing now, or the stream cannot be read any more. */
	const readSome = (): boolean => {
		const bytes = reader.read()
		if (bytes === undefined || state === 'over') return false
		cameSince = true
		now = clock.monotonic()
		const fed = pcap.feed(bytes)
		if (!fed.ok) over([{ kind: 'ended', failure: fed.failure }])
		return fed.ok
	}

	/** How far we are behind. At the most: counted in packets of the smallest size that has come. */
	const lookBehind = (): void => {
		const waiting = reader.unread() / smallest + inSocket / SMALLEST_MESSAGE
		const behind = waiting < BEHIND && !stalled ? 0 : Math.ceil(waiting)
		if (behind !== unread || stalled !== saidStalled)
			events.push({ kind: 'nflog-unread', unread: behind, stalled, at: clock.monotonic() })
		unread = behind
		saidStalled = stalled
	}

	const deliver = (): void => {
		if (state === 'following') lookBehind()
		else if (unread > 0) {
			unread = 0
			events.push({ kind: 'nflog-unread', unread, stalled: false, at: clock.monotonic() })
		}
		const batch = events
		events = []
		delivered = clock.monotonic()
		if (batch.length > 0) onEvents(batch)
	}

	/** Nothing is handed over after this. */
	const over = (last: readonly LogEvent[]): void => {
		if (state === 'over') return
		if (state === 'following') reader.end()
		state = 'over'
		cancel?.()
		events.push(...last)
		deliver()
		reader.ended.then(() => reader.close())
	}

	const lookForLoss = (): void => {
		lastLoss = clock.monotonic()
		const socket = reader.socket()
		const total = socket?.drops ?? drops
		const waiting = socket?.waiting ?? 0
		// One that cannot write takes nothing either: then the rest waits for us, and is no matter of the reader.
		stalled = waiting > 0 && inSocket > 0 && !cameSince && reader.unread() === 0
		inSocket = waiting
		cameSince = false
		if (total > drops) events.push({ kind: 'nflog-lost', lost: total - drops, at: lastLoss })
		drops = total
	}

	const turn = (): void => {
		const from = clock.monotonic()
		let found = false
		let more = true
		while (more && events.length < FULL_BATCH && clock.monotonic() - from < WORK_MS) {
			more = readSome()
			found ||= more
		}
		if (state === 'over') return
		const after = clock.monotonic()
		if (found) lastMessage = after
		if (after - lastLoss >= (inSocket > 0 ? STILL_MS : LOSS_MS)) lookForLoss()
		const full = events.length >= FULL_BATCH
		if (after - delivered >= (full ? FULL_BATCH_MS : BATCH_MS)) deliver()
		const awake = after - lastMessage < AWAKE_FOR_MS
		let wait = awake ? AWAKE_MS : QUIET_MS
		if (events.length > 0) wait = BUSY_MS
		if (more) wait = events.length >= FULL_BATCH ? FULL_BATCH_MS - (after - delivered) : 0
		cancel = clock.after(Math.max(0, wait), turn)
	}

	const pause = (ms: number) => new Promise<void>((resolve) => clock.after(ms, resolve))

	/** A timer that goes on would keep the program from ending. */
	const atMost = (ms: number, work: Promise<unknown>) =>
		new Promise<void>((resolve) => {
			const give = clock.after(ms, resolve)
			work.then(() => {
				give()
				resolve()
			})
		})

	/** What is there already, in pieces. */
	const readAll = async (): Promise<void> => {
		for (let more = true; more; ) {
			const from = clock.monotonic()
			while (more && clock.monotonic() - from < WORK_MS) more = readSome()
			if (state === 'over') return
			deliver()
			if (more) await pause(0)
		}
	}

	const drained = async (ms: number): Promise<void> => {
		const until = clock.monotonic() + ms
		while ((reader.socket()?.waiting ?? 0) > 0 && clock.monotonic() < until) {
			await readAll()
			await pause(BUSY_MS)
		}
	}

	/** One that was stopped and is told to end would end at once, with all of it unread. */
	const catchUp = async (): Promise<void> => {
		const until = clock.monotonic() + CATCH_UP_MS
		reader.wake()
		for (let more = true; more && clock.monotonic() < until; ) {
			cameSince = false
			await drained(DRAIN_MS)
			more = cameSince && (reader.socket()?.waiting ?? 0) > 0
		}
	}

	/** What lies in the socket goes with it: lost, and not said nothing about. At the most, by the smallest size. */
	const loseRest = (): void => {
		const lost = Math.ceil(inSocket / SMALLEST_MESSAGE)
		inSocket = 0
		if (lost > 0) events.push({ kind: 'nflog-lost', lost, at: clock.monotonic() })
	}

	const stop = async (): Promise<void> => {
		state = 'stopping'
		cancel?.()
		cameSince = false
		await drained(DRAIN_MS)
		if ((reader.socket()?.waiting ?? 0) > 0 && !cameSince) await catchUp()
		await readAll()
		// The socket goes with the reader, and the numbers with the socket.
		lookForLoss()
		loseRest()
		reader.end()
		await atMost(GIVE_UP_MS, reader.ended)
		await readAll()
		over([])
	}

	reader.ended.then(async (failure) => {
		if (state !== 'following') return
		cancel?.()
		await readAll()
		loseRest()
		over([{ kind: 'ended', failure }])
	})
	turn()

	let stopped: Promise<void> | undefined
	return {
		stop() {
			stopped ??= state === 'following' ? stop() : Promise.resolve()
			return stopped
		},
	}
}
