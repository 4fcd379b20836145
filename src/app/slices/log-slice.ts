import type { Failure } from '../../failure.ts'
import type { LogEvent, MonotonicMs } from '../../host/ports.ts'
import type { KmsgRecord } from '../../kernel/kmsg-record.ts'
import { parsePacketLine } from '../../kernel/packet-line.ts'
import { classify } from '../../reasons/classify.ts'
import { type Drift, LOG_LIMIT, type LogEntry, type LogState, type State } from '../state.ts'
import { counted, type Told, UNPARSED } from './reasons-slice.ts'

export function logStarted(state: State): State {
	const { log } = state
	return {
		...state,
		log: { ...log, status: 'following', failure: undefined, resumed: log.lastSeq !== undefined },
	}
}

export function logFailed(state: State, failure: Failure): State {
	return { ...state, log: { ...state.log, status: 'failed', failure } }
}

/** A batch of the kernel log: one copy of the ring, of the rows that are touched, and of the counts. */
export function logRead(state: State, events: readonly LogEvent[], at: MonotonicMs): State {
	const batch = new Batch(state.log, at)
	for (const event of events) {
		if (event.kind === 'record') batch.take(event.record)
		else if (event.kind === 'gap') batch.lose(event.lost, event.at)
	}
	const { told } = batch
	const ended = events.findLast((event) => event.kind === 'ended')
	const log: LogState = {
		...state.log,
		...ringWith(state.log, batch),
		status: ended === undefined ? 'following' : 'failed',
		failure: ended?.failure,
		records: state.log.records + batch.records,
		packetLines: state.log.packetLines + told.length,
		lost: state.log.lost + batch.lost,
		lastSeq: batch.lastSeq,
		resumed: batch.resumed,
		drift: batch.drift,
	}
	return {
		...state,
		log,
		reasons: counted(state.reasons, told, at),
		paused: state.paused && { ...state.paused, waiting: state.paused.waiting + batch.records },
	}
}

function ringWith(
	{ entries, dropped }: LogState,
	{ fresh, replaced }: Batch,
): Pick<LogState, 'entries' | 'dropped'> {
	if (fresh.length === 0) return { entries, dropped }
	const kept = entries.length - replaced
	const over = Math.max(0, kept + fresh.length - LOG_LIMIT)
	return { entries: [...entries.slice(0, kept), ...fresh].slice(over), dropped: dropped + over }
}

class Batch {
	readonly fresh: LogEntry[] = []
	readonly told: Told[] = []
	/** 1 when the newest entry of the ring grew and is the first of `fresh` now. */
	replaced = 0
	records = 0
	lost = 0
	lastSeq: number | undefined
	resumed: boolean
	drift: Drift | undefined
	readonly #now: MonotonicMs
	readonly #newest: LogEntry | undefined

	constructor(log: LogState, now: MonotonicMs) {
		this.#now = now
		this.#newest = log.entries.at(-1)
		this.lastSeq = log.lastSeq
		this.resumed = log.resumed
		this.drift = log.drift
	}

	take(record: KmsgRecord): void {
		const { seq, level, text } = record
		// What a program wrote to /dev/kmsg has another facility, however much it looks like conntrack.
		const isOfKernel = record.facility === KERNEL_FACILITY
		if (this.lastSeq !== undefined && seq <= this.lastSeq) return
		const stamp = record.at / 1000
		this.drift = driftWith(this.drift, this.#now - stamp, this.#now)
		const at = this.#time(stamp)
		if (this.resumed && this.lastSeq !== undefined && seq > this.lastSeq + 1) {
			this.#gap(seq - this.lastSeq - 1, seq, at)
		}
		this.resumed = false
		this.lastSeq = seq
		this.records++
		const packet = isOfKernel ? parsePacketLine(text) : undefined
		const isUnparsed = isOfKernel && packet === undefined && LIKE_A_PACKET_LINE.test(text)
		const reason = packet === undefined ? (isUnparsed ? UNPARSED : undefined) : classify(packet)
		if (reason !== undefined) this.told.push({ reason, packet, text })
		this.fresh.push({ seq, at, level, text, reason, lost: 0 })
	}

	/** Counted by the follower itself, so the next record's number says nothing more. */
	lose(lost: number, at: MonotonicMs): void {
		if (lost <= 0) return
		this.#gap(lost, (this.lastSeq ?? -1) + lost + 1, Math.min(at, this.#now))
		this.resumed = false
	}

	/** Gaps with no record between them are one. */
	#gap(lost: number, seq: number, at: MonotonicMs): void {
		this.lost += lost
		const last = this.fresh.at(-1) ?? this.#newest
		const before = last !== undefined && last.lost > 0 ? last : undefined
		if (before !== undefined && this.fresh.pop() === undefined) this.replaced = 1
		const entry = { level: 4, text: '', reason: undefined }
		if (before === undefined) this.fresh.push({ ...entry, seq, at, lost })
		else this.fresh.push({ ...entry, seq: before.seq + lost, at: before.at, lost: before.lost + lost })
	}

	#time(stamp: number): MonotonicMs {
		const drift = this.drift
		return Math.round(stamp + (drift === undefined ? 0 : Math.min(drift.smallest, drift.before)))
	}
}

/** LOG_KERN of syslog(3). */
const KERNEL_FACILITY = 0
/** Also the prefixes of kernels before 4.18: nf_ct_tcp, nf_ct_udp. */
const LIKE_A_PACKET_LINE = /^nf_ct_(?:proto_\d+:|[^:\s]{1,40}: .*\bIN=)/
const DRIFT_WINDOW_MS = 300_000

function driftWith(drift: Drift | undefined, difference: number, now: MonotonicMs): Drift {
	if (drift === undefined) return { since: now, smallest: difference, before: difference }
	if (now - drift.since > DRIFT_WINDOW_MS) {
		const fresh = now - drift.since > 2 * DRIFT_WINDOW_MS
		return { since: now, smallest: difference, before: fresh ? difference : drift.smallest }
	}
	return difference < drift.smallest ? { ...drift, smallest: difference } : drift
}
