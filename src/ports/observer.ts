import type { TapsReading } from '../changes/tap/tap-listing.ts'
import type { FlowFacts, FlowQuery } from '../kernel/conntrack/flow-facts.ts'
import type { LivesReading } from '../kernel/lives/lives.ts'
import type { FollowedProbes } from '../kernel/probes/probe-sets.ts'
import type { FoundLease } from '../model/change.ts'
import type { MonotonicMs } from '../model/clock.ts'
import type { HostFacts } from '../model/host-facts.ts'
import type { LogEvent } from '../model/log-event.ts'
import type { ModuleReading } from '../model/modules.ts'
import type { NameAnswer } from '../model/names.ts'
import type { NetnsReading } from '../model/namespaces.ts'
import type { PrintkReading } from '../model/printk-reading.ts'
import type { OnReading } from '../model/reading-progress.ts'
import type { RulesReading } from '../model/rules-reading.ts'
import type { Settings } from '../model/settings.ts'
import type { Surroundings } from '../model/surroundings.ts'
import type { Counters, HoldersReading, Lists, TableWalk } from '../model/table-readings.ts'
import type { Failure, Result } from '../words/failure.ts'

/** Of entries that end. */
export interface EndsFollower extends LogFollower {
	/** It tells the ends of entries too that are older than itself. */
	readonly olderToo: boolean
}

export interface LogFollower {
	stop(): Promise<void>
}

/** `onTrouble`: nothing more comes, or nobody should go on reading it. The last reading comes at the end. */
export interface LivesListener {
	readonly onReading: (reading: LivesAt) => void
	readonly onTrouble: (failure: Failure) => void
}

export type LivesAt = LivesReading & { readonly at: MonotonicMs }

/** Everything that looks. No method of it opens anything in the kernel for writing. */
export interface Observer {
	facts(): Promise<HostFacts>
	counters(): Promise<Result<Counters>>
	/** `onReading`: entries so far, and about how many there are. */
	table(signal?: AbortSignal, onReading?: OnReading): Promise<Result<TableWalk>>
	/** Who has the entries, from a part of them: cheap, however long the table is. */
	holders(): Promise<Result<HoldersReading>>
	lists(): Promise<Result<Lists>>
	/** `fresh`: nothing that was read before; asked for after a change, since some answers cost a child each. */
	settings(fresh?: 'fresh'): Promise<Result<Settings>>
	/** The call sites of dynamic debug, a file of up to some MB: asked for when somebody looks at them, never in a loop. */
	printk(onReading?: OnReading): Promise<Result<PrintkReading>>
	/** The modules that conntrack's messages need, in a fixed order; costs a child (modinfo) the first time. */
	modules(): Promise<Result<readonly ModuleReading[]>>
	/** All rules; costs children, and with thousands of rules their time. */
	rules(): Promise<Result<RulesReading>>
	/** What decides over packets beside conntrack and the rules; costs a child for each tool and network card. */
	surroundings(): Promise<Result<Surroundings>>
	/** Entries and sockets of one flow, asked for narrowly. What could not be looked at is said in the answer. */
	flow(query: FlowQuery): Promise<FlowFacts>
	/** What `nft -a monitor trace` prints while packets are marked, in any pieces. */
	followTrace(onText: (text: string) => void): Promise<Result<LogFollower>>
	/** What `conntrack -E -e DESTROY -o timestamp,userspace` prints of entries that end, in any pieces. */
	followEnds(onText: (text: string) => void, onMissed: () => void): Promise<Result<EndsFollower>>
	/** Our own tables, and what their rules have counted. Costs a child for each. */
	taps(): Promise<Result<TapsReading>>
	/** New records only, in batches at most every 100 ms unless one is full, from the moment the promise of it resolves. Nothing twice, gaps counted. */
	followLog(onEvents: (events: readonly LogEvent[]) => void): Promise<Result<LogFollower>>
	/**
	 * Messages of netlink group 0 of this namespace, in such batches, from the moment the promise resolves. Refuses unless nf_log/2 is
	 * nfnetlink_log already, since its reader would bind it, and when somebody else reads the group.
	 */
	followNflog(onEvents: (events: readonly LogEvent[]) => void): Promise<Result<LogFollower>>
	/** What these probes of ours tell, of all network namespaces, in such batches; and how many events were lost. */
	followProbes(
		probes: FollowedProbes,
		onEvents: (events: readonly LogEvent[]) => void,
	): Promise<Result<LogFollower>>
	/**
	 * What is unconfirmed and dying in the network namespace with this inode number, as probes of ours of the set `lists`
	 * see it: twice a second, and once more at the end.
	 */
	followLives(probes: FollowedProbes, netns: number, listener: LivesListener): Promise<Result<LogFollower>>
	/**
	 * All network namespaces of the host; costs a child for each. `counters`: without children, so only what a process of
	 * each lets us read, and without the settings. `onProgress`: how many of them were looked at by then.
	 */
	namespaces(
		how?: 'counters',
		onProgress?: (done: number, all: number) => void,
	): Promise<Result<NetnsReading>>
	/**
	 * What the name service says of an address: it may ask servers in the network, so for who asks for it alone. An end in a
	 * few seconds.
	 */
	nameOf(address: string, signal?: AbortSignal): Promise<NameAnswer>
	/** Leases of the state directory, except `own`. */
	leases(own?: string): Promise<readonly FoundLease[]>
}
