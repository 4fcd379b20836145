import type { OurReader, ReasonSource } from '../../changes/log-source.ts'
import type { PrintkSite } from '../../kernel/dyndbg/dyndbg-control.ts'
import type { Netns } from '../../model/host-facts.ts'
import type { KnobId } from '../../model/knob.ts'
import type { Settings } from '../../model/settings.ts'
import type { Failure } from '../../words/failure.ts'
import type { Tracking } from '../table/tracking.ts'

/**
 * One condition on the way of a reason line from conntrack to our eyes.
 * `partly`: some lines pass. `unknown`: it cannot be read from here, or nothing has happened yet that would tell.
 */
export type RungAnswer = 'yes' | 'partly' | 'no' | 'unknown'

export type RungId =
	| 'kernel-log'
	| 'reader'
	| 'probes'
	| 'tracking'
	| 'log-invalid'
	| 'logger-ipv4'
	| 'logger-ipv6'
	| 'all-netns'
	| 'window-reasons'
	| 'picked-up'
	| 'mid-stream'
	| 'checksum'
	| 'offload'
	| 'silent-paths'
	| 'lost'
	| 'console'
	| 'old-kernel'

export type Rung = {
	readonly id: RungId
	readonly question: string
	/** False only when this rung stops every line that would pass it. */
	readonly ok: boolean
	readonly answer: RungAnswer
	/** One sentence: what was read, and what that means. */
	readonly because: string
	/** What to do about it; empty when nothing is to be done. */
	readonly next: string
	/**
	 * What of ctscope puts it right: the switch that makes the kernel tell (its plan does all that is needed for it), or
	 * the setting to change. Absent where nothing that ctscope changes helps.
	 */
	readonly fix?: 'log-why' | KnobId
	/** So on every host: part of the full list, and no news for one sentence. */
	readonly ordinary?: true
}

export type LadderInput = OurReader & {
	/** uname -r */
	readonly kernel: string
	readonly netns: Netns
	/** Undefined before the first reading. */
	readonly settings: Settings | undefined
	/** Why /dev/kmsg cannot be read; undefined when it can, or was not tried yet. */
	readonly logFailure: Failure | undefined
	/** Records that the kernel overwrote before we read them, and lines of conntrack seen, since start. */
	readonly lost: number
	readonly packetLines: number
	/** Sums of /proc/net/stat/nf_conntrack since the namespace was made; undefined before the first reading. */
	readonly totals: Readonly<Record<string, number>> | undefined
	/** Whether conntrack works here; where it was not looked into, count and totals have to tell. */
	readonly tracking?: Tracking | undefined
	/** Offloaded entries in the table; undefined when it was not walked yet. */
	readonly offloaded?: number | undefined
	/** The way that lines take to us now: the kernel log, when it is not said, until the reader of NFLOG is started. */
	readonly source?: ReasonSource
	/** Our reader of NFLOG is being started, or is about to be by a change of ours that was just made. */
	readonly readerStarts?: boolean
	/** Why our reader of NFLOG ended, or did not begin. */
	readonly readerFailure?: Failure | undefined
	/** Call sites of netfilter in this kernel; none where dynamic debug cannot be read. */
	readonly sites?: readonly PrintkSite[]
	/** Packets that lie in the socket of our reader while it takes none; 0 or absent while it does. */
	readonly readerStalled?: number
	/** Messages that did not fit into the socket of our reader. */
	readonly lostInSocket?: number
}

/** The input of the ladder once the settings are known. */
export type Seen = LadderInput & { readonly settings: Settings }
