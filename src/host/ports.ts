import type { TapReading } from '../changes/tap/tap-listing.ts'
import type { Composition } from '../kernel/conntrack/conntrack-list.ts'
import type { StatTable } from '../kernel/conntrack/conntrack-stat.ts'
import type { FlowFacts, FlowQuery } from '../kernel/conntrack/flow-facts.ts'
import type { PrintkSite } from '../kernel/dyndbg/dyndbg-control.ts'
import type { KmsgRecord } from '../kernel/log/kmsg-record.ts'
import type { NfLogRow } from '../kernel/nflog/nf-log.ts'
import type { NflogMessage } from '../kernel/nflog/nflog-message.ts'
import type { NflogListener } from '../kernel/nflog/nfnetlink-log.ts'
import type { NfQueueRow } from '../kernel/nflog/nfnetlink-queue.ts'
import type { Container } from '../kernel/proc/cgroup.ts'
import type { Console } from '../kernel/proc/proc-consoles.ts'
import type { Backend, Ruleset } from '../kernel/rules/rule.ts'
import type { FoundLease, LeaseView, Plan } from '../model/change.ts'
import type { KnobId } from '../model/knob.ts'
import type { Failure, Result } from '../words/failure.ts'

/** Milliseconds of CLOCK_MONOTONIC: the same number in every process of this boot, so deadlines can be compared. */
export type MonotonicMs = number

export interface Clock {
	monotonic(): MonotonicMs
	/** Milliseconds since 1970; shown, never computed with. */
	wall(): number
	/** Calls back once after `ms`; the answer cancels. */
	after(ms: number, run: () => void): () => void
}

export const TOOLS = ['conntrack', 'nft', 'iptables', 'tcpdump', 'setpriv'] as const
export type Tool = (typeof TOOLS)[number]

export type Netns = {
	readonly inode: number
	/** `init`, the name or pid that was asked for, or `net:[INODE]`. */
	readonly name: string
	readonly initial: boolean
}

export type HostFacts = {
	readonly hostname: string
	/** uname -r */
	readonly kernel: string
	readonly netns: Netns
	readonly user: { readonly uid: number; readonly name: string; readonly sudoUser: string | null }
	/** PID 1 is systemd, so a guard can be a service and a timer can stand behind it. */
	readonly systemd: boolean
	readonly capNetAdmin: boolean
	/** Version as the tool prints it, or null when it is not installed. */
	readonly tools: Readonly<Record<Tool, string | null>>
	/** Why a part of the kernel cannot be seen, in words with the remedy; empty when all is there. */
	readonly missing: readonly MissingThing[]
}

export type MissingThing = { readonly what: string; readonly why: string; readonly next: string }

export type Counters = {
	readonly at: MonotonicMs
	/** /proc/net/stat/nf_conntrack, names as `conntrack -S` has them. */
	readonly proc: StatTable | null
	/** `conntrack -S`: the only source of clash_resolve and chaintoolong on some kernels. Null without the tool or the right. */
	readonly cli: StatTable | null
	/** Packets of IP since the namespace is there, both families, as ipPackets() counts them; absent where they cannot be read. */
	readonly packets?: number
}

export type TableWalk = {
	readonly at: MonotonicMs
	/** Wall time of the whole walk, ms. */
	readonly tookMs: number
	/** CPU time, ms, an upper bound: the walk adapts its interval to it. */
	readonly costMs: number
	/** `conntrack -C` before and after the two listings. */
	readonly countBefore: number
	readonly countAfter: number
	readonly ipv4: Composition
	readonly ipv6: Composition
}

export type HeldEntry = { readonly text: string; readonly since: MonotonicMs }

/** What `conntrack -L unconfirmed` or `-L dying` says, and whether the kernel keeps such a list at all. */
export type ListReading = {
	/** `no`: this kernel answers with an empty list whatever happens. `unknown`: it answered with nothing and does not say why. */
	readonly kept: 'yes' | 'no' | 'unknown'
	readonly size: number
	/** Entries seen in more than one reading, oldest first, at most 50. */
	readonly staying: readonly HeldEntry[]
	/** What an entry in this list means on this kernel, one sentence. */
	readonly meaning: string
}

export type Lists = {
	readonly at: MonotonicMs
	readonly unconfirmed: ListReading
	readonly dying: ListReading
	/** Null where nfnetlink_queue is not in the kernel. */
	readonly queues: readonly NfQueueRow[] | null
}

export type Settings = {
	readonly at: MonotonicMs
	/** Canonical values of all knobs that exist here and can be read. */
	readonly values: Readonly<Record<KnobId, string>>
	/** Knobs that exist, but may not be written by us, with the reason. */
	readonly readOnly: Readonly<Record<KnobId, string>>
	readonly loggers: readonly NfLogRow[]
	/** Who reads from nfnetlink_log in this namespace; null where the kernel has no such file. */
	readonly listeners: readonly NflogListener[] | null
	/** Where the kernel log is written to besides its buffer; null where the kernel does not say. */
	readonly consoles: readonly Console[] | null
	readonly count: number | null
	readonly max: number | null
}

export type LogEvent =
	| { readonly kind: 'record'; readonly record: KmsgRecord }
	/** Records that the ring buffer overwrote before they were read. */
	| { readonly kind: 'gap'; readonly lost: number; readonly at: MonotonicMs }
	/** A packet that conntrack handed to nfnetlink_log. */
	| { readonly kind: 'nflog'; readonly message: NflogMessage }
	/**
	 * Packets that did not fit into the reader's socket: one each, as /proc/net/netlink counts them. And at the end those
	 * that still lay in it, at the most.
	 */
	| { readonly kind: 'nflog-lost'; readonly lost: number; readonly at: MonotonicMs }
	/**
	 * Packets that wait to be read by us, at the most: their lines come later. 0 when we are on time again. `stalled`: they
	 * lie in the reader's socket, and it takes none of them: it was stopped or frozen by somebody.
	 */
	| {
			readonly kind: 'nflog-unread'
			readonly unread: number
			readonly stalled?: boolean
			readonly at: MonotonicMs
	  }
	/** The log cannot be read any more; `failure` says why and what helps. */
	| { readonly kind: 'ended'; readonly failure: Failure }

/** All rows of dynamic debug's control file, or why there is none. It is global: the same in every network namespace. */
export type PrintkReading = {
	readonly at: MonotonicMs
	/** The control file that was read; null when there is none to read. */
	readonly path: string | null
	/** One sentence: why there is none to read; empty when there is. */
	readonly why: string
	/** What the reader can do about it; may be empty. */
	readonly next: string
	/** debugfs is in the kernel, mounted nowhere, and mounting it would probably show the file. */
	readonly canMount: boolean
	/** Every site of the kernel, those outside netfilter too, in the order of the file. */
	readonly sites: readonly PrintkSite[]
	/** Lines of the file that are no site; they are not shown, and their flags are never changed. */
	readonly unread: number
}

/** `missing`: neither in the running kernel nor among its modules on disk. */
export type ModuleState = 'loaded' | 'built-in' | 'available' | 'missing'

export type ModuleReading = {
	/** As /proc/modules spells it: `_`, never `-`. */
	readonly name: string
	readonly state: ModuleState
	/** Modules that need it; empty unless loaded. */
	readonly usedBy: readonly string[]
	/** Everything that uses it, `usedBy` and rules and sockets alike; null unless loaded, or when the kernel does not count. */
	readonly refcount: number | null
	/** modinfo's description, safe to print; null where there is no module file and no list of what is built in. */
	readonly description: string | null
	readonly aliases: readonly string[]
	/** One sentence that explains the state where it does not explain itself; may be empty. */
	readonly why: string
}

/** The rules of this network namespace, as the tools of each backend print them. */
export type RulesReading = {
	readonly at: MonotonicMs
	/** Wall time of the whole reading, ms: an upper bound of what it costs a core. */
	readonly tookMs: number
	readonly ruleset: Ruleset
	/** Those that have a chain here. */
	readonly backends: readonly Backend[]
	/** Why some of it could not be read; the rest is there. */
	readonly failures: readonly Failure[]
}

/** Tables of ours in this network namespace, those of other sessions too. */
export type TapsReading = {
	readonly at: MonotonicMs
	/** Names of all tables of family inet, whoever made them. */
	readonly tables: readonly string[]
	readonly taps: readonly TapReading[]
}

/** One network namespace of this host. */
export type NetnsRow = {
	readonly inode: number
	/** That of this program. */
	readonly here: boolean
	readonly initial: boolean
	/** A file by which it can be entered. */
	readonly path: string
	/** Names of `ip netns`. */
	readonly names: readonly string[]
	/** How many processes it has, and the first of them; null without any. */
	readonly processes: number
	readonly first: { readonly pid: number; readonly name: string } | null
	readonly container: Container | null
	/** INVALID packets since it is there; null where conntrack has no counters, or they could not be read. */
	readonly invalid: number | null
	readonly entries: number | null
	readonly max: number | null
	/** nf_conntrack_log_invalid as it reads; null where it is not there. */
	readonly logInvalid: string | null
	/** The logger of IPv4: a name, or NONE; null where it could not be read. */
	readonly logger: string | null
	/** Why some of it could not be read; empty when all was. */
	readonly why: string
}

export type NetnsReading = {
	readonly at: MonotonicMs
	/** All of the host. */
	readonly rows: readonly NetnsRow[]
}

export interface LogFollower {
	stop(): Promise<void>
}

/** Everything that looks. No method of it opens anything in the kernel for writing. */
export interface Observer {
	facts(): Promise<HostFacts>
	counters(): Promise<Result<Counters>>
	table(signal?: AbortSignal): Promise<Result<TableWalk>>
	lists(): Promise<Result<Lists>>
	/** `fresh`: nothing that was read before; asked for after a change, since some answers cost a child each. */
	settings(fresh?: 'fresh'): Promise<Result<Settings>>
	/** The call sites of dynamic debug, a file of up to some MB: asked for when somebody looks at them, never in a loop. */
	printk(): Promise<Result<PrintkReading>>
	/** The modules that conntrack's messages need, in a fixed order; costs a child (modinfo) the first time. */
	modules(): Promise<Result<readonly ModuleReading[]>>
	/** All rules; costs children, and with thousands of rules their time. */
	rules(): Promise<Result<RulesReading>>
	/** Entries and sockets of one flow, asked for narrowly. What could not be looked at is said in the answer. */
	flow(query: FlowQuery): Promise<FlowFacts>
	/** What `nft -a monitor trace` prints while packets are marked, in any pieces. */
	followTrace(onText: (text: string) => void): Promise<Result<LogFollower>>
	/** Our own tables, and what their rules have counted. Costs a child for each. */
	taps(): Promise<Result<TapsReading>>
	/** New records only, in batches, from the moment the promise of it resolves. Nothing twice, gaps counted. */
	followLog(onEvents: (events: readonly LogEvent[]) => void): Promise<Result<LogFollower>>
	/**
	 * Messages of netlink group 0 of this namespace, from the moment the promise resolves. Refuses unless nf_log/2 is
	 * nfnetlink_log already, since its reader would bind it, and when somebody else reads the group.
	 */
	followNflog(onEvents: (events: readonly LogEvent[]) => void): Promise<Result<LogFollower>>
	/**
	 * All network namespaces of the host; costs a child for each. `counters`: without children, so only what a process of
	 * each lets us read, and without the settings.
	 */
	namespaces(how?: 'counters'): Promise<Result<NetnsReading>>
	/** Leases of the state directory, except `own`. */
	leases(own?: string): Promise<readonly FoundLease[]>
}

/** One packet for a capture file, with what is said about it. */
export type CapturedPacket = { readonly message: NflogMessage; readonly comment: string }

/** Writes capture files (pcapng) and reports. Never through a symbolic link, readable by its owner only, over an existing file only with `force`. */
export interface Recorder {
	/** A whole file at once; answers its absolute path. */
	save(path: string, packets: readonly CapturedPacket[]): Promise<Result<string>>
	/** A text as a new file; answers its absolute path. */
	saveText(path: string, text: string): Promise<Result<string>>
	/** A file that grows while packets come. */
	open(
		path: string,
		making?: { readonly force?: boolean; readonly option?: string },
	): Promise<Result<OpenCapture>>
}

export interface OpenCapture {
	readonly path: string
	write(packets: readonly CapturedPacket[]): void
	/** Resolves when all is on the disk; a failure of any write shows here. */
	close(): Promise<Result<{ readonly packets: number; readonly bytes: number }>>
	/** What is in the file so far, also after a write has failed. */
	written(): { readonly packets: number; readonly bytes: number }
	/** Closes it and takes it away: what it was opened for did not come about. */
	discard(): Promise<void>
}

/** Asks the guard; never writes to the kernel itself. The guard is started by the first `apply`. */
export interface Changer {
	/** The last view; undefined before the first change. */
	view(): LeaseView | undefined
	subscribe(listener: (view: LeaseView) => void): () => void
	/** All changes of the plan, or none. */
	apply(plan: Plan): Promise<Result<LeaseView>>
	undo(which: number | 'all'): Promise<Result<LeaseView>>
	/** Ten more minutes. */
	extend(): Promise<Result<LeaseView>>
	confirm(seq: number): Promise<Result<LeaseView>>
	/** Keep the changes until the deadline when the program ends; refused without systemd. */
	persist(): Promise<Result<LeaseView>>
	/** Undo what an earlier, dead session left (runs `ctscope revert --lease ID`). */
	revertFound(leaseId: string): Promise<Result<string>>
	/** Undo everything (unless persisted) and end the guard. Resolves when nothing of ours is in force, or says what is. */
	close(): Promise<LeaseView | undefined>
}
