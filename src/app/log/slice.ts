import { whoWith } from '../../investigation/who/tally.ts'
import type { MonotonicMs } from '../../model/clock.ts'
import type { LogEvent } from '../../model/log-event.ts'
import { type KernelTraits, settled } from '../../reasons/traits.ts'
import type { Failure } from '../../words/failure.ts'
import {
	type Balance,
	type LineTally,
	LOG_LIMIT,
	type LogState,
	type NflogState,
	REASON_RATE_SECONDS,
	type State,
} from '../state/state.ts'
import { Batch } from './batch.ts'
import { byNetns, probesRead } from './probed.ts'
import { counted, toldPackets } from './reasons.ts'
import { toldWith } from './told-messages.ts'
import { silentSeen, unlinedRead } from './unlined.ts'

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

/** A batch of lines of either source: one copy of the ring, of the rows that are touched, and of the counts. */
export function logRead(state: State, events: readonly LogEvent[], at: MonotonicMs): State {
	const split = byNetns(events, state.facts?.netns.inode)
	const batch = new Batch(state, at)
	for (const event of split.ours) {
		if (event.kind === 'record') batch.take(event.record)
		else if (event.kind === 'nflog') batch.takeMessage(event.message)
		else if (event.kind === 'gap') batch.lose(event.lost, event.at)
		else if (event.kind === 'nflog-lost') batch.loseMessages(event.lost, event.at)
		else if (event.kind === 'probe') batch.takeProbe(event.message)
		else if (event.kind === 'silent') batch.takeSilent(event.message)
		else if (event.kind === 'probe-lost') batch.loseProbes(event.lost, event.at)
	}
	const { told, settled } = batch
	const { unbalanced } = state
	const behind = events.findLast((event) => event.kind === 'nflog-unread')
	const nflog =
		behind === undefined
			? state.nflog
			: { ...state.nflog, unread: behind.unread, stalled: behind.stalled === true }
	const waiting = batch.records + batch.messages
	const next: State = {
		...state,
		log: logWith(state.log, batch, events),
		nflog:
			batch.messages + batch.messagesLost === 0
				? nflog
				: {
						...nflog,
						messages: nflog.messages + batch.messages,
						lost: nflog.lost + batch.messagesLost,
					},
		unbalanced:
			unbalanced === undefined || settled === undefined
				? unbalanced
				: {
						...unbalanced,
						tally: settled.tally,
						reasons: settled.reasons,
						printk: settled.printk,
						lost: { ring: settled.ring, socket: settled.socket },
						shapes: settled.shapes,
					},
		reasons: counted(state.reasons, told, at),
		who: whoWith(state.who, toldPackets(told), at),
		told: toldWith(state.told, batch.printed, at),
		probes: probesRead(state, events, split, at),
		...batch.learned,
		paused: state.paused && { ...state.paused, waiting: state.paused.waiting + waiting },
	}
	return dependsSettled(silentSeen(unlinedRead(next, batch.came, at), batch.silent, at), state.traits)
}

function logWith(log: LogState, batch: Batch, events: readonly LogEvent[]): LogState {
	const ended = events.findLast((event) => event.kind === 'ended')
	const read = ended !== undefined || events.some(({ kind }) => kind === 'record' || kind === 'gap')
	return {
		...log,
		...ringWith(log, batch),
		...(read
			? {
					status: ended === undefined ? ('following' as const) : ('failed' as const),
					failure: ended?.failure,
				}
			: {}),
		records: log.records + batch.records,
		lost: log.lost + batch.lost,
		packetLines: log.packetLines + batch.told.length,
		foreignLines: log.foreignLines + batch.foreign,
		sharedLines: log.sharedLines + batch.shared,
		ruleLines: log.ruleLines + batch.ruleLines,
		printkLines: log.printkLines + batch.printkLines,
		tally: batch.tally,
		nextId: batch.nextId,
		lastSeq: batch.lastSeq,
		resumed: batch.resumed,
		drift: batch.drift,
		perSecond: [...log.perSecond.slice(0, -1), (log.perSecond.at(-1) ?? 0) + batch.written],
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

/** Opens a new bucket for each second; what was in the last one may be the most so far. */
export function logSecondsPassed(log: LogState, seconds: number): LogState {
	if (seconds <= 0) return log
	const limit = REASON_RATE_SECONDS + 1
	const last = log.perSecond.at(-1) ?? 0
	const quiet = log.perSecond.length === limit && log.perSecond.every((count) => count === 0)
	if (quiet) return log
	const fresh = Array.from({ length: Math.min(seconds, limit) }, () => 0)
	// What came while the program was stopped is the work of all these seconds.
	const peak = Math.max(log.peak, last / seconds)
	return { ...log, perSecond: [...log.perSecond, ...fresh].slice(-limit), peak }
}

/** A text has shown of which generation this kernel is: what was left open is decided, also in what was counted before. */
function dependsSettled(state: State, before: KernelTraits): State {
	const verdict = state.traits.windowVerdict
	if (verdict === undefined || before.windowVerdict !== undefined) return state
	const tally = (lines: LineTally): LineTally =>
		lines.depends === 0 ? lines : { ...lines, depends: 0, [verdict]: lines[verdict] + lines.depends }
	const tallies = ({ kmsg, nflog, probe }: Balance['tally']) => ({
		kmsg: tally(kmsg),
		nflog: tally(nflog),
		probe: tally(probe),
	})
	const balance = (one: Balance | undefined) => one && { ...one, tally: tallies(one.tally) }
	const { way } = state
	return {
		...state,
		log: { ...state.log, tally: tallies(state.log.tally) },
		unbalanced: balance(state.unbalanced),
		way: way && { ...way, first: balance(way.first), last: balance(way.last) },
		reasons: state.reasons.map((row) =>
			row.reason.verdict === 'depends' ? { ...row, reason: settled(row.reason, state.traits) } : row,
		),
	}
}

/** The reader was started, reads, could not start or ended by itself, or was ended by us. */
export function nflogBecame(state: State, status: NflogState['status'], failure?: Failure): State {
	// What an earlier reader has left unread is lost, and told so by its follower.
	return { ...state, nflog: { ...state.nflog, status, failure, unread: 0, stalled: false } }
}
