import { tapOfChange } from '../../changes/kinds/table.ts'
import type { ReasonSource } from '../../changes/log-source.ts'
import { isCopies } from '../../changes/tap/copies.ts'
import type { Tap } from '../../changes/tap/tap.ts'
import { tapOfText } from '../../changes/tap/tap-words.ts'
import { type Neighbour, parseNeighbour } from '../../kernel/conntrack/neighbour.ts'
import { mayBePrintk, type PrintkLine } from '../../kernel/dyndbg/dyndbg-line.ts'
import { beyondText } from '../../kernel/log/beyond-text.ts'
import type { KmsgRecord } from '../../kernel/log/kmsg-record.ts'
import type { Came, Copy } from '../../kernel/log/pairing.ts'
import { kernelLine } from '../../kernel/log/record-line.ts'
import type { NflogMessage } from '../../kernel/nflog/nflog-message.ts'
import { type PacketLine, parsePacketLine } from '../../kernel/packet/packet-line.ts'
import type { ProbeMessage } from '../../kernel/probes/probe-message.ts'
import type { MonotonicMs } from '../../model/clock.ts'
import type { Reason } from '../../reasons/classify.ts'
import { shapeOf } from '../../reasons/silent-names.ts'
import type { PrintkTally } from '../state/log-state.ts'
import type { Balance, Drift, EntryKind, LogEntry, State } from '../state/state.ts'
import { createReasoning, type Reasoning } from './classifying.ts'
import { kernelLogIsOfAll, kernelLogIsOfUs } from './path.ts'
import { printkReader } from './printing.ts'
import { copyOf } from './probed.ts'
import { keyOf, type Told, UNPARSED } from './reasons.ts'
import { addLine, type OpenTallies, openTallies } from './tally.ts'
import { countsPacket } from './told-messages.ts'
import { shapeKey } from './unlined.ts'

/** LOG_KERN of syslog(3). */
const KERNEL_FACILITY = 0
/** Also the prefixes of kernels before 4.18: nf_ct_tcp, nf_ct_udp. */
const LIKE_A_PACKET_LINE = /^nf_ct_[^:\s]{1,40}: [a-z\d][\s\S]*\bIN=/i
const DRIFT_WINDOW_MS = 300_000
/** Nobody tells the priority of an NFLOG message: it is a notice, like the line that would have been printed. */
const NOTICE = 5
const WARNING = 4
/**
 * A line is read a little after its packet was counted. So long after a reading of the counters lines still belong to
 * it; what is counted and what is told are never further apart than what comes in this time.
 */
const SLACK_MS = 100

type Read = Pick<LogEntry, 'source' | 'seq' | 'at' | 'wall' | 'level' | 'text'>
/** `stamp` only where a call site may have printed it, `packet` where its bytes came too. */
type Beside = { readonly stamp?: number; readonly packet?: Uint8Array }

/** What a batch of lines adds to the state, gathered in place: one copy of each part at its end. */
export class Batch {
	readonly fresh: LogEntry[] = []
	readonly told: Told[] = []
	/** Lines of INVALID packets and copies of such packets, where a rule of ours copies them. */
	readonly came: Came[] = []
	/** INVALID packets of which the kernel itself has told that they have no reason. */
	readonly silent: Copy[] = []
	/** What call sites have printed. */
	readonly printed: PrintkLine[] = []
	readonly tally: OpenTallies
	/** Lines and losses up to the last reading of the counters, while it is not balanced. */
	readonly settled:
		| {
				readonly at: MonotonicMs
				readonly tally: OpenTallies
				readonly reasons: Record<string, number>
				readonly shapes: Record<string, number>
				readonly printk: { -readonly [Site in keyof PrintkTally]: number }
				ring: number
				socket: number
		  }
		| undefined
	/** 1 when the newest entry of the ring grew and is the first of `fresh` now. */
	replaced = 0
	records = 0
	lost = 0
	messages = 0
	messagesLost = 0
	ruleLines = 0
	printkLines = 0
	/** Packet lines that were written: seen, or lost. */
	written = 0
	nextId: number
	lastSeq: number | undefined
	resumed: boolean
	drift: Drift | undefined
	/** Lines about packets of other network namespaces. */
	foreign = 0
	/** Those that may be of any. */
	shared = 0
	#last:
		| { readonly text: string; readonly source: ReasonSource; readonly line: PacketLine | undefined }
		| undefined
	readonly #state: State
	readonly #reasoning: Reasoning
	readonly #readPrintk: ReturnType<typeof printkReader>
	/** Also those whose table is gone: their last lines may come later. */
	readonly #taps: readonly Tap[]
	readonly #now: MonotonicMs
	readonly #newest: LogEntry | undefined
	readonly #messagesBefore: number
	/** Whether lines of that kind can be about this network namespace, and whether those of all come. */
	readonly #kernelLog: Readonly<Record<'conntracks' | 'helpers' | 'isOfAll', boolean>>

	constructor(state: State, now: MonotonicMs) {
		const { log, nflog, unbalanced } = state
		this.#state = state
		this.#now = now
		this.#taps = tapsOf(state)
		this.#newest = log.entries.at(-1)
		this.#messagesBefore = nflog.messages
		this.#kernelLog = {
			conntracks: kernelLogIsOfUs(state, 'conntrack'),
			helpers: kernelLogIsOfUs(state, 'helper'),
			isOfAll: kernelLogIsOfAll(state),
		}
		this.tally = openTallies(log.tally)
		this.settled = unbalanced === undefined ? undefined : openBalance(unbalanced)
		this.nextId = log.nextId
		this.lastSeq = log.lastSeq
		this.resumed = log.resumed
		this.drift = log.drift
		this.#reasoning = createReasoning(state)
		this.#readPrintk = printkReader(state)
	}

	take(record: KmsgRecord): void {
		const { seq, level, text } = record
		if (this.lastSeq !== undefined && seq <= this.lastSeq) return
		const stamp = record.at / 1000
		this.drift = driftWith(this.drift, this.#now - stamp, this.#now)
		const at = this.#time(stamp)
		if (this.resumed && this.lastSeq !== undefined && seq > this.lastSeq + 1) {
			this.#gap('kmsg', seq - this.lastSeq - 1, seq, at)
		}
		this.resumed = false
		this.lastSeq = seq
		this.records++
		const read = { source: 'kmsg', seq, at, level, text } as const
		// What a program wrote to /dev/kmsg has another facility, however much it looks like conntrack.
		if (record.facility === KERNEL_FACILITY) this.#line(read, mayBePrintk(record) ? { stamp: record.at } : {})
		else this.#entry(read, 'other')
	}

	takeMessage({ at, wallMicros, text, packet }: NflogMessage): void {
		this.messages++
		const seq = this.#messagesBefore + this.messages
		const when = { at: Math.min(at, this.#now), wall: wallMicros / 1000 }
		this.#line({ source: 'nflog', seq, ...when, level: NOTICE, text }, { packet })
	}

	takeProbe({ number, at, wallMicros, text }: ProbeMessage): void {
		const when = { at: Math.min(at, this.#now), wall: wallMicros / 1000 }
		this.#line({ source: 'probe', seq: number, ...when, level: NOTICE, text })
	}

	/** Nothing else is to be said of it than that it came. */
	takeSilent(message: ProbeMessage): void {
		const copy = copyOf(message, this.#now)
		if (copy === undefined) return
		this.silent.push(copy)
		const { settled } = this
		const shape = shapeOf(copy.line.packet, copy.beyond)
		if (shape === undefined || settled === undefined || copy.at > settled.at + SLACK_MS) return
		const key = shapeKey({ shape, protocol: copy.line.packet.protocol ?? '-' })
		settled.shapes[key] = (settled.shapes[key] ?? 0) + 1
	}

	loseProbes(lost: number, at: MonotonicMs): void {
		if (lost > 0) this.#gap('probe', lost, 0, Math.min(at, this.#now))
	}

	/** Counted by the follower itself, so the next record's number says nothing more. */
	lose(lost: number, at: MonotonicMs): void {
		if (lost <= 0) return
		this.#gap('kmsg', lost, (this.lastSeq ?? -1) + lost + 1, Math.min(at, this.#now))
		this.resumed = false
	}

	loseMessages(lost: number, at: MonotonicMs): void {
		if (lost > 0) this.#gap('nflog', lost, this.#messagesBefore + this.messages, Math.min(at, this.#now))
	}

	#line(read: Read, { stamp, packet }: Beside = {}): void {
		const line = this.#parsed(read)
		if (line !== undefined && line.kind !== 'rule') {
			const reason = this.#reasoning.reasonOf(line, read.at)
			const isTwice = this.#isToldByProbes(read.source, line.kind)
			if (!isTwice) this.#mayExplain(line, reason)
			if (isTwice) this.#mark(read, line.kind, reason, 'twice')
			else if (
				read.source === 'kmsg' &&
				!this.#kernelLog[line.kind === 'helper' ? 'helpers' : 'conntracks']
			) {
				this.foreign++
				this.#mark(read, line.kind, reason, 'foreign')
			} else {
				const isOfAny = this.#isOfAny(read.source)
				if (isOfAny) this.shared++
				this.#tell(read, line.kind, line, reason, isOfAny)
			}
		} else if (LIKE_A_PACKET_LINE.test(read.text)) {
			// A rule may have any prefix, but one like conntrack's own is more likely a line that was cut.
			this.#tell(read, 'unparsed', undefined, UNPARSED)
			// Of some packet it was the line.
			this.came.push({ kind: 'lost' })
		} else if (line !== undefined) {
			const of = tapOfText(read.text, this.#taps)
			if (of !== undefined && isCopies(of)) {
				// It says of a packet that it came, and no reason: a line of the log is another matter.
				const beyond = packet && beyondText(packet)
				const { text, at, wall } = read
				const copy = { kind: 'copy', line, text, at, ...(wall === undefined ? {} : { wall }) } as const
				this.came.push(beyond === undefined ? copy : { ...copy, beyond })
				return
			}
			this.ruleLines++
			this.written++
			const tap = of?.name
			const entry = {
				id: this.nextId++,
				...read,
				kind: 'rule',
				reason: undefined,
				neighbour: undefined,
				lost: 0,
			} as const
			this.fresh.push(tap === undefined ? entry : { ...entry, tap })
		} else if (stamp === undefined || !this.#printk(read, stamp)) {
			const neighbour = parseNeighbour(read.text)
			this.#entry(read, neighbour === undefined ? 'other' : 'neighbour', undefined, neighbour)
		}
	}

	/** A packet that is accepted, or dropped, is no INVALID one, and no line of one. */
	#mayExplain({ kind, packet }: PacketLine, { verdict }: Reason): void {
		if (this.#state.unlined === undefined || kind !== 'conntrack') return
		if (verdict === 'accepted' || verdict === 'dropped') return
		// Of one that was cut nobody knows which packet it is about.
		const isCut = packet.src === null || packet.protocol === null
		this.came.push(isCut ? { kind: 'lost' } : { kind: 'line', packet })
	}

	/** The lines of a flood in a recording are the same one again and again. */
	#parsed({ source, text }: Read): PacketLine | undefined {
		const parsed = this.#last
		if (parsed?.text === text && parsed.source === source) return parsed.line
		const line = source === 'kmsg' ? kernelLine(text) : parsePacketLine(text)
		this.#last = { text, source, line }
		return line
	}

	/** False when no call site that prints has such a text. */
	#printk(read: Read, stamp: number): boolean {
		const printk = this.#readPrintk?.(read.text)
		if (printk === undefined) return false
		this.printkLines++
		this.written++
		// The line that it heads has its words too.
		if (printk.part === 'opening') return true
		this.printed.push(printk)
		const { settled } = this
		if (settled !== undefined && read.at <= settled.at + SLACK_MS && countsPacket(printk))
			settled.printk[printk.id] = (settled.printk[printk.id] ?? 0) + 1
		this.fresh.push({
			id: this.nextId++,
			...read,
			kind: 'printk',
			reason: undefined,
			neighbour: undefined,
			printk,
			stamp,
			lost: 0,
		})
		return true
	}

	#isOfAny(source: ReasonSource): boolean {
		return source === 'kmsg' && this.#kernelLog.isOfAll
	}

	#tell(
		read: Read,
		kind: EntryKind,
		packet: PacketLine | undefined,
		reason: Reason,
		isOfAny: boolean = this.#isOfAny(read.source),
	): void {
		this.written++
		const told = { reason, packet, text: read.text }
		this.told.push(isOfAny ? { ...told, isOfAny } : told)
		addLine(this.tally[read.source], reason)
		const { settled } = this
		if (settled !== undefined && read.at <= settled.at + SLACK_MS) {
			const key = keyOf(reason)
			addLine(settled.tally[read.source], reason)
			settled.reasons[key] = (settled.reasons[key] ?? 0) + 1
		}
		this.#entry(read, kind, reason)
	}

	/** Stands in the log, and counts for nothing here. */
	#mark(read: Read, kind: EntryKind, reason: Reason, as: 'foreign' | 'twice'): void {
		this.written++
		const entry = { id: this.nextId++, ...read, kind, reason, neighbour: undefined, lost: 0 }
		this.fresh.push({ ...entry, [as]: true })
	}

	/** While probes tell of each packet, what is logged about it by somebody's wish counts for nothing more. */
	#isToldByProbes(source: ReasonSource, kind: PacketLine['kind']): boolean {
		return source !== 'probe' && kind === 'conntrack' && this.#state.way?.source === 'probe'
	}

	#entry(read: Read, kind: EntryKind, reason?: Reason, neighbour?: Neighbour): void {
		this.fresh.push({ id: this.nextId++, ...read, kind, reason, neighbour, lost: 0 })
	}

	/** Gaps of one source with no line between them are one. */
	#gap(source: ReasonSource, lost: number, seq: number, at: MonotonicMs): void {
		this.written += lost
		if (source === (this.#state.way?.source ?? source)) this.came.push({ kind: 'lost' })
		const { settled } = this
		const isSettled = settled !== undefined && at <= settled.at + SLACK_MS
		if (source === 'kmsg') {
			this.lost += lost
			if (isSettled) settled.ring += lost
		} else {
			if (source === 'nflog') this.messagesLost += lost
			if (isSettled && source === (this.#state.way?.source ?? source)) settled.socket += lost
		}
		const last = this.fresh.at(-1) ?? this.#newest
		const before = last !== undefined && last.lost > 0 && last.source === source ? last : undefined
		if (before !== undefined && this.fresh.pop() === undefined) this.replaced = 1
		const rest = {
			source,
			kind: 'lost',
			level: WARNING,
			text: '',
			reason: undefined,
			neighbour: undefined,
		} as const
		if (before === undefined) this.fresh.push({ ...rest, id: this.nextId++, seq, at, lost })
		else {
			const { id } = before
			const grown = source === 'kmsg' ? before.seq + lost : seq
			this.fresh.push({ ...rest, id, seq: grown, at: before.at, lost: before.lost + lost })
		}
	}

	/** What the lines have taught about this kernel, and the packets that an answer may come to. */
	get learned(): Pick<State, 'traits' | 'answers' | 'judged'> {
		return this.#reasoning.learned()
	}

	#time(stamp: number): MonotonicMs {
		const drift = this.drift
		return Math.round(stamp + (drift === undefined ? 0 : Math.min(drift.smallest, drift.before)))
	}
}

const openBalance = ({ at, tally, lost, printk, reasons, shapes }: Balance) => ({
	at,
	tally: openTallies(tally),
	reasons: { ...reasons },
	shapes: { ...shapes },
	printk: { ...printk },
	...lost,
})

function driftWith(drift: Drift | undefined, difference: number, now: MonotonicMs): Drift {
	if (drift === undefined) return { since: now, smallest: difference, before: difference }
	if (now - drift.since > DRIFT_WINDOW_MS) {
		const fresh = now - drift.since > 2 * DRIFT_WINDOW_MS
		return { since: now, smallest: difference, before: fresh ? difference : drift.smallest }
	}
	return difference < drift.smallest ? { ...drift, smallest: difference } : drift
}

const tapsOf = ({ lease }: State): readonly Tap[] =>
	(lease?.changes ?? []).flatMap((change) => tapOfChange(change) ?? [])
