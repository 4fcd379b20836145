import type { Named } from '../../app/log/named.ts'
import type { Accounting, AccountingInput } from '../../investigation/accounting/accounting.ts'
import type { Obituary } from '../../investigation/join/obituary.ts'
import type { LedgerStory } from '../../investigation/join/window-ledger.ts'
import type { Netns } from '../../model/host-facts.ts'
import type { Verdict } from '../../reasons/shape/reason.ts'
import type { SilentPath } from '../../reasons/silent-paths.ts'
import * as english from '../../words/english/commands/run.ts'
import type { Result } from '../../words/failure.ts'
import { counted } from '../../words/numbers.ts'
import type { DoneChange, Undo } from '../common/done-changes.ts'
import type { PrintedSite } from '../printk/lines.ts'
import type { Groups } from '../who/groups.ts'

/** Name of the subcommand that is the other half of `run --netns`; for this program only. */
export const INSIDE_COMMAND = 'run-inside'

export type RunReason = {
	readonly id: string
	readonly text: string
	readonly protocol: string
	readonly verdict: Verdict
	readonly count: number
	readonly detail: string
	readonly flow: string | null
	readonly sample: string
	/** From what the last TCP packet with an entry was judged; null where that is not known, as without kernel probes. */
	readonly ledger: LedgerStory | null
}

/** One packet that conntrack called INVALID, or only noted. All text in it is safe to print. */
export type RunPacket = {
	/** ISO 8601, UTC, with milliseconds: when the kernel had it, or where it does not say, when its line was read. */
	readonly at: string
	/** Null where its line was cut. */
	readonly flow: string | null
	readonly protocol: string
	/** TCP flags. */
	readonly flags: readonly string[]
	readonly seq: number | null
	readonly ack: number | null
	/** The bound that its SEQ or ACK was held against, where the reason names one. */
	readonly bound: number | null
	/** Id as in `reasons` or `named`; `silent` for one without a line and without a name. */
	readonly reason: string
	readonly text: string
	readonly detail: string
	readonly verdict: Verdict
	/** Inode of another network namespace, made while COMMAND ran; absent for the one that is looked at. */
	readonly netns?: number
	/** No line was about it. */
	readonly isSilent?: true
	/** The RST of this host to such a packet. */
	readonly isAnswer?: true
	/** The packet of a line before, judged at another place. */
	readonly isAgain?: true
}

export type RunPackets = {
	/** So many are kept at most. */
	readonly bound: number
	/** Those beyond the bound. */
	readonly notKept: number
	/** In the order of their time. */
	readonly list: readonly RunPacket[]
}

/** Of one other network namespace. */
export type Elsewhere = {
	readonly netns: { readonly inode: number; readonly name: string }
	/** It was not there when logging was switched on; told only with --netns-of-command. */
	readonly isNew?: boolean
	readonly reasons: readonly RunReason[]
	/** Who ended the entries of packets that came without one. */
	readonly obituaries: readonly Obituary[]
	/** INVALID packets about which the kernel had no complaint, by why they are INVALID. */
	readonly named: readonly Named[]
	/** All of these. */
	readonly silent: number
}

/** What happened between switching the log on and off. Plain data: it travels between two processes. */
export type RunReport = {
	readonly kernel: string
	readonly netns: Netns
	/** Where the reasons came from, and why from there, in one sentence. */
	readonly source: { readonly used: AccountingInput['source']; readonly why: string }
	readonly reasons: readonly RunReason[]
	/** Packets without a line that were seen, by what they are; most frequent first. */
	readonly named: readonly Named[]
	/** Each packet by itself. */
	readonly packets: RunPackets
	/** The same packets by who they are of, where that was asked for. */
	readonly groups?: Groups
	/** Sums over all CPUs before and after; `delta` is right also when a counter wrapped. */
	readonly counters: Readonly<Record<string, { before: number; after: number; delta: number }>>
	/** What was counted against what was told. */
	readonly accounting: Accounting
	/** Ways in which a packet is counted without a line, when there was such a packet: likely ones first. */
	readonly silent: readonly SilentPath[]
	/** What call sites of dynamic debug printed meanwhile, most frequent first. */
	readonly printk: readonly PrintedSite[]
	readonly log: {
		readonly records: number
		readonly lines: number
		/** Records of the kernel log that were overwritten unread. */
		readonly lost: number
		/** Packets from NFLOG, and those that did not fit into the socket; null when it was not read. */
		readonly nflog: { readonly packets: number; readonly lost: number } | null
		/** Packets that kernel probes told of, in all network namespaces, and events that were lost; null without probes. */
		readonly probes: { readonly packets: number; readonly lost: number } | null
		/** How many of these are copies of INVALID packets by a rule of ours; null where it was not there. */
		readonly copies: number | null
	}
	/** Who ended the entries of packets that came without one, as kernel probes have seen it. */
	readonly obituaries: readonly Obituary[]
	/** What kernel probes told of other network namespaces. */
	readonly elsewhere: readonly Elsewhere[]
	/** The capture file; null when none was asked for. */
	readonly capture: { readonly path: string; readonly packets: number; readonly bytes: number } | null
	readonly changes: readonly DoneChange[]
	/**
	 * The guard's breaker ended the changes while the command ran: more lines a second than --max-rate for seconds on
	 * end. Null when it did not.
	 */
	readonly flood: { readonly rate: number; readonly changes: number } | null
	readonly undo: Undo
	/** What went wrong with what was asked for: the exit status is not 0 then. */
	readonly trouble: readonly string[]
	/** Why reasons were lost on their way to us, one sentence each: the exit status is not 0 then either. */
	readonly missed: readonly string[]
	/** What the reader should know beside the numbers, one sentence each. */
	readonly notes: readonly string[]
}

export interface RunSession {
	/** Switches logging on. After a failure nothing is in force. */
	start(): Promise<Result<void>>
	/** Waits for the last lines, puts everything back, tells what was seen. */
	finish(): Promise<Result<RunReport>>
	/** Puts everything back without waiting for lines or telling. */
	abandon(): Promise<void>
	/** Resolves when logging has ended in a way that `finish` cannot put right. */
	readonly lost: Promise<string>
}

export function floodInWords({ rate, changes }: NonNullable<RunReport['flood']>): string {
	return english.logFloodLinesSSwitched(rate, counted(changes, english.changeWas, english.changesWere))
}
