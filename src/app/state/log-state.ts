import type { ReasonSource } from '../../changes/log-source.ts'
import type { AccountingInput } from '../../investigation/accounting/accounting.ts'
import type { Neighbour } from '../../kernel/conntrack/neighbour.ts'
import type { PrintkSite, SiteId } from '../../kernel/dyndbg/dyndbg-control.ts'
import type { PrintkLine } from '../../kernel/dyndbg/dyndbg-line.ts'
import type { MonotonicMs } from '../../model/clock.ts'
import type { Reason } from '../../reasons/classify.ts'
import type { Failure } from '../../words/failure.ts'

/** What one call site has printed since the start. It says nothing of packets: a printk names none. */
export type PrintkTold = {
	readonly id: SiteId
	readonly site: PrintkSite
	readonly count: number
	/** Those of them that count one packet each, of which no reason line tells. */
	readonly packets: number
	/** Those of them that another place of the kernel may have printed. */
	readonly probable: number
	readonly firstAt: MonotonicMs
	readonly lastAt: MonotonicMs
	/** Counts in each of the last seconds, newest last, as those of the reasons. */
	readonly recent: readonly number[]
	/** The last line, without decorations. Safe to print. */
	readonly sample: string
	/** What its numbers say; '' where the line says it already. */
	readonly lastDetail: string
	/** Further sites with the same text. */
	readonly alike: readonly SiteId[]
}

/** Lines of call sites by site: only of those of which a line is one packet that no reason line tells of. */
export type PrintkTally = Readonly<Record<SiteId, number>>

export const NOTHING_PRINTED: PrintkTally = {}

/**
 * What a line is. `conntrack` and `helper` lines have a reason, `unparsed` ones begin like such a line and go on like
 * none; `rule` is a LOG rule's line about a packet; `printk` was printed by a call site of dynamic debug; `neighbour`
 * tells of a loss beside INVALID; `lost` stands for lines that nobody saw.
 */
export type EntryKind =
	| 'conntrack'
	| 'helper'
	| 'unparsed'
	| 'rule'
	| 'printk'
	| 'neighbour'
	| 'other'
	| 'lost'

export type LogEntry = {
	/** Rises by one from entry to entry, whatever its source: its key. */
	readonly id: number
	readonly source: ReasonSource
	readonly kind: EntryKind
	/** Number of the record, or of the NFLOG message of this session; for a gap in the kernel log that of the first record after it. */
	readonly seq: number
	/** CLOCK_MONOTONIC ms: the kernel's own stamp put right by the drift of its log clock, or when the message was read. */
	readonly at: MonotonicMs
	/** Milliseconds since 1970 when the kernel had the packet, where it told that: finer than `at`. */
	readonly wall?: number
	readonly level: number
	readonly text: string
	/** Set when conntrack said why; the packet is read again from the text when it is shown. */
	readonly reason: Reason | undefined
	readonly neighbour: Neighbour | undefined
	/** Name of the tap of ours whose rule wrote it. */
	readonly tap?: string
	/** Set when a call site has printed it. */
	readonly printk?: PrintkLine
	/** The kernel's own stamp of such a line, microseconds since boot: finer than `at`. */
	readonly stamp?: number
	/** It can only be about a packet of another network namespace. */
	readonly foreign?: true
	/** Probes tell of the same packet. */
	readonly twice?: true
	/** More than 0: this entry stands for that many lost records or messages. */
	readonly lost: number
}

/** Lines of one source by verdict, since the start. */
export type LineTally = AccountingInput['lines']

/** Lines by the key of their reason's row. */
export type ReasonTally = Readonly<Record<string, number>>

export type LogState = {
	readonly status: 'off' | 'following' | 'failed'
	readonly failure: Failure | undefined
	/** Newest last, of both sources, in the order in which they were read. */
	readonly entries: readonly LogEntry[]
	/** Entries that fell out of the ring of LOG_LIMIT. */
	readonly dropped: number
	/** All records of the kernel log seen since start, and records that the kernel overwrote unread. */
	readonly records: number
	readonly lost: number
	/** Lines with a reason, of both sources. */
	readonly packetLines: number
	/** Lines with a reason that can only be about packets of other network namespaces: in none of the counts. */
	readonly foreignLines: number
	/** Packet lines that were counted, and may be of any network namespace: the kernel log with nf_log_all_netns on. */
	readonly sharedLines: number
	/** Lines of LOG rules. */
	readonly ruleLines: number
	/** Lines of call sites, also heads of lines, which have no entry of their own. */
	readonly printkLines: number
	readonly tally: Readonly<Record<ReasonSource, LineTally>>
	/** Id that the next entry gets. */
	readonly nextId: number
	/** Sequence number of the newest record seen. */
	readonly lastSeq: number | undefined
	/** The following began anew after an end: the next record tells by its number how many were missed. */
	readonly resumed: boolean
	readonly drift: Drift | undefined
	/** Packet lines that were written, also those that were lost, in each of the last seconds; the newest one is not over. */
	readonly perSecond: readonly number[]
	/** The most in one second since the start. */
	readonly peak: number
}

/** The reader of netlink group 0. It is started only while nf_log says nfnetlink_log. */
export type NflogState = {
	readonly status: 'off' | 'starting' | 'following' | 'failed'
	readonly failure: Failure | undefined
	/** Messages since the start, and those that did not fit into the reader's socket. */
	readonly messages: number
	readonly lost: number
	/** Packets that the reader has and we have not read yet, at the most. */
	readonly unread: number
	/** Somebody has stopped the reader: it takes none of the packets that wait in its socket. */
	readonly stalled: boolean
}

/** What the counters said at a time, and the lines that belong to it. */
export type Balance = {
	/** CLOCK_MONOTONIC ms of the reading of the counters. */
	readonly at: MonotonicMs
	readonly counted: AccountingInput['counted']
	readonly tally: Readonly<Record<ReasonSource, LineTally>>
	readonly lost: AccountingInput['lost']
	/** Lines of each reason, by the key of its row. */
	readonly reasons: ReasonTally
	/** Lines of call sites that count packets. */
	readonly printk: PrintkTally
	/** Packets without a line that were seen, by `shapeKey`. */
	readonly shapes: Readonly<Record<string, number>>
	/** The settings as they were read last by then: what a packet without a line is called depends on them. */
	readonly values: Readonly<Record<string, string>>
	/** Packets of NFLOG that were not read yet then: their lines may belong to it. */
	readonly unread: number
}

/** The way of the reasons is open: the kernel is asked, a logger takes the lines, and we read there. */
export type Way = {
	readonly source: ReasonSource
	/** Value of nf_conntrack_log_invalid; 255 of probes, which tell of each packet. */
	readonly asked: string
	/** The loggers of IPv4 and IPv6: with others the account begins anew. '' of probes. */
	readonly loggers: string
	/** When it was seen to be open. */
	readonly since: MonotonicMs
	/** Lines a second at the first balance: what was under way then may be on either side of it. */
	readonly rateAtStart: number
	/** The first balance after the way opened, and the last one; what lies between is accounted for. */
	readonly first: Balance | undefined
	readonly last: Balance | undefined
}

/**
 * How far CLOCK_MONOTONIC is ahead of the clock that stamps the log, ms: they drift apart by seconds a week, since
 * only one of them is disciplined by NTP. A record is read a little after it was stamped, so the smallest
 * difference of the last minutes is the best one.
 */
export type Drift = {
	readonly since: MonotonicMs
	readonly smallest: number
	/** That of the window before, so that a new window does not begin with one late record. */
	readonly before: number
}
