import type { TapsReading } from '../../../src/changes/tap/tap-listing.ts'
import type { FlowFacts, FlowQuery } from '../../../src/kernel/conntrack/flow-facts.ts'
import type { FollowedProbes, ProbeSet } from '../../../src/kernel/probes/probe-sets.ts'
import type { FoundLease } from '../../../src/model/change.ts'
import type { Clock } from '../../../src/model/clock.ts'
import type { HostFacts } from '../../../src/model/host-facts.ts'
import type { LogEvent } from '../../../src/model/log-event.ts'
import type { ModuleReading } from '../../../src/model/modules.ts'
import type { NameAnswer } from '../../../src/model/names.ts'
import type { NetnsReading } from '../../../src/model/namespaces.ts'
import type { PrintkReading } from '../../../src/model/printk-reading.ts'
import type { RulesReading } from '../../../src/model/rules-reading.ts'
import type { Settings } from '../../../src/model/settings.ts'
import type { Surroundings } from '../../../src/model/surroundings.ts'
import type { Counters, HoldersReading, Lists, TableWalk } from '../../../src/model/table-readings.ts'
import type { EndsFollower, LivesListener, LogFollower, Observer } from '../../../src/ports/observer.ts'
import { type Failure, fail, ok, type Result } from '../../../src/words/failure.ts'
import {
	countersOf,
	EMPTY_COMPOSITION,
	FACTS,
	PRINTK,
	SURROUNDINGS,
	settingsOf,
	VALUES,
} from '../samples/samples.ts'
import { FakeClock } from './clock.ts'

export const NO_RULES: Omit<RulesReading, 'at'> = {
	tookMs: 5,
	ruleset: {
		chains: [],
		rules: [],
		shaping: { rules: [], leftOut: 0 },
		total: 0,
		named: {},
		sets: {},
		unread: [],
	},
	backends: [],
	failures: [],
}

/** Answers of readings as they are. */
type Answers = {
	counters: Result<Counters>
	settings: Result<Settings>
	printk: Result<PrintkReading>
	modules: Result<readonly ModuleReading[]>
	holders: Result<HoldersReading>
}

/** A host whose answers can be set. Each reading takes `takesMs` of the fake clock. */
export class FakeObserver implements Observer {
	readonly kernel: Map<string, string>
	readonly calls: Record<
		| 'facts'
		| 'counters'
		| 'table'
		| 'holders'
		| 'lists'
		| 'settings'
		| 'printk'
		| 'modules'
		| 'taps'
		| 'rules'
		| 'surroundings'
		| 'namespaces'
		| 'nameOf'
		| 'followLog'
		| 'followNflog'
		| 'followProbes'
		| 'followLives'
		| 'leases',
		number[]
	> = {
		facts: [],
		counters: [],
		table: [],
		holders: [],
		lists: [],
		settings: [],
		printk: [],
		modules: [],
		taps: [],
		rules: [],
		surroundings: [],
		namespaces: [],
		nameOf: [],
		followLog: [],
		followNflog: [],
		followProbes: [],
		followLives: [],
		leases: [],
	}
	readonly takesMs: Partial<Record<keyof FakeObserver['calls'], number>> = {}
	/** Instead of what is worked out of the fake kernel. */
	readonly answers: Partial<Answers> = {}
	readonly failing: Partial<Record<keyof FakeObserver['calls'], Failure>> = {}
	readonly running = new Map<string, number>()
	/** The most readings of one kind that ran at the same time. */
	mostAtOnce = 0
	invalid = 0
	costMs = 10
	found: readonly FoundLease[] = []
	factsNow: HostFacts = FACTS
	listeners: Settings['listeners'] = null
	printkNow: Omit<PrintkReading, 'at'> = PRINTK
	modulesNow: readonly ModuleReading[] = []
	rulesNow: Omit<RulesReading, 'at'> = NO_RULES
	tapsNow: Omit<TapsReading, 'at'> = { tables: [], taps: [] }
	walkSignal: AbortSignal | undefined
	#nflog: ((events: readonly LogEvent[]) => void) | undefined
	readonly #probes = new Map<ProbeSet, (events: readonly LogEvent[]) => void>()
	/** Who is told what probes see of entries. */
	lives: (LivesListener & { readonly netns: number }) | undefined
	#log: ((events: readonly LogEvent[]) => void) | undefined
	#seq = 100
	followersStopped = 0
	nflogStopped = 0
	readonly #clock: Clock

	constructor(clock: Clock = new FakeClock(), kernel: Map<string, string> = new Map(Object.entries(VALUES))) {
		this.#clock = clock
		this.kernel = kernel
	}

	async #read<T>(kind: keyof FakeObserver['calls'], value: () => T): Promise<Result<T>> {
		this.calls[kind].push(this.#clock.monotonic())
		const running = (this.running.get(kind) ?? 0) + 1
		this.running.set(kind, running)
		this.mostAtOnce = Math.max(this.mostAtOnce, running)
		const ms = this.takesMs[kind]
		if (ms !== undefined) await new Promise<void>((resolve) => this.#clock.after(ms, resolve))
		this.running.set(kind, running - 1)
		const failure = this.failing[kind]
		if (failure !== undefined) return fail(failure)
		const answers: Partial<Record<typeof kind, Result<unknown>>> = this.answers
		return (answers[kind] as Result<T> | undefined) ?? ok(value())
	}

	async facts(): Promise<HostFacts> {
		await this.#read('facts', () => undefined)
		return this.factsNow
	}

	counters(): Promise<Result<Counters>> {
		return this.#read('counters', () =>
			countersOf(this.#clock.monotonic(), { invalid: this.invalid, drop: 0, entries: 7 }),
		)
	}

	table(signal?: AbortSignal): Promise<Result<TableWalk>> {
		this.walkSignal = signal
		return this.#read('table', () => ({
			at: this.#clock.monotonic(),
			tookMs: this.takesMs.table ?? 0,
			costMs: this.costMs,
			countBefore: 0,
			countAfter: 0,
			ipv4: EMPTY_COMPOSITION,
			ipv6: EMPTY_COMPOSITION,
		}))
	}

	holders(): Promise<Result<HoldersReading>> {
		return this.#read('holders', () => ({
			at: this.#clock.monotonic(),
			...{ looked: 0, sources: [], prefixes: [], targets: [], kinds: [], unreplied: 0 },
		}))
	}

	lists(): Promise<Result<Lists>> {
		const list = { kept: 'no', size: 0, staying: [], meaning: 'this kernel keeps no such list' } as const
		return this.#read('lists', () => ({
			at: this.#clock.monotonic(),
			unconfirmed: list,
			dying: list,
			queues: null,
		}))
	}

	settings(): Promise<Result<Settings>> {
		return this.#read('settings', () => settingsOf(this.#clock.monotonic(), this.kernel, this.listeners))
	}

	printk(): Promise<Result<PrintkReading>> {
		return this.#read('printk', () => ({ ...this.printkNow, at: this.#clock.monotonic() }))
	}

	namespacesNow: Omit<NetnsReading, 'at'> = { rows: [] }

	/** What a name service says; it may keep who asks waiting. */
	names: (address: string) => NameAnswer | Promise<NameAnswer> = () => ({ kind: 'none' })

	async nameOf(address: string): Promise<NameAnswer> {
		this.calls.nameOf.push(this.#clock.monotonic())
		return this.names(address)
	}

	namespaces(): Promise<Result<NetnsReading>> {
		return this.#read('namespaces', () => ({ at: this.#clock.monotonic(), ...this.namespacesNow }))
	}

	rules(): Promise<Result<RulesReading>> {
		return this.#read('rules', () => ({ at: this.#clock.monotonic(), ...this.rulesNow }))
	}

	async flow(query: FlowQuery): Promise<FlowFacts> {
		return { query, entries: [], sockets: [], addresses: [], missing: [] }
	}

	async followTrace(onText: (text: string) => void): Promise<Result<LogFollower>> {
		this.tellTrace = onText
		return ok({ stop: async () => {} })
	}

	/** What nft monitor trace would print from now on. */
	tellTrace: (text: string) => void = () => {}

	async followEnds(onText: (text: string) => void, onMissed: () => void): Promise<Result<EndsFollower>> {
		this.tellEnds = onText
		this.missEnds = onMissed
		return ok({ olderToo: this.olderEndsToo, stop: async () => {} })
	}

	/** As up to Linux 5.18. */
	olderEndsToo = true

	/** What conntrack -E would print from now on. */
	tellEnds: (text: string) => void = () => {}
	/** As if it had more to tell of than its socket takes. */
	missEnds: () => void = () => {}

	taps(): Promise<Result<TapsReading>> {
		return this.#read('taps', () => ({ at: this.#clock.monotonic(), ...this.tapsNow }))
	}

	surroundings(): Promise<Result<Surroundings>> {
		return this.#read('surroundings', () => ({ ...SURROUNDINGS, at: this.#clock.monotonic() }))
	}

	modules(): Promise<Result<readonly ModuleReading[]>> {
		return this.#read('modules', () => this.modulesNow)
	}

	async followLog(onEvents: (events: readonly LogEvent[]) => void): Promise<Result<LogFollower>> {
		const result = await this.#read('followLog', () => undefined)
		if (!result.ok) return result
		this.#log = onEvents
		return ok({
			stop: async () => {
				this.followersStopped++
				this.#log = undefined
			},
		})
	}

	async followNflog(onEvents: (events: readonly LogEvent[]) => void): Promise<Result<LogFollower>> {
		const result = await this.#read('followNflog', () => undefined)
		if (!result.ok) return result
		this.#nflog = onEvents
		return ok({
			stop: async () => {
				this.nflogStopped++
				this.#nflog = undefined
			},
		})
	}

	async followProbes(
		{ set }: FollowedProbes,
		onEvents: (events: readonly LogEvent[]) => void,
	): Promise<Result<LogFollower>> {
		const result = await this.#read('followProbes', () => undefined)
		if (!result.ok) return result
		this.#probes.set(set, onEvents)
		return ok({ stop: async () => void this.#probes.delete(set) })
	}

	async followLives(_: FollowedProbes, netns: number, listener: LivesListener): Promise<Result<LogFollower>> {
		const result = await this.#read('followLives', () => undefined)
		if (!result.ok) return result
		this.lives = { netns, ...listener }
		return ok({
			stop: async () => {
				this.lives = undefined
			},
		})
	}

	/** What probes tell; nothing while nobody reads these. */
	sayProbes(set: ProbeSet, ...events: readonly LogEvent[]): void {
		this.#probes.get(set)?.(events)
	}

	/** What nfnetlink_log says; nothing while nobody reads it. */
	sayNflog(...events: readonly LogEvent[]): void {
		this.#nflog?.(events)
	}

	isReading(): boolean {
		return this.#nflog !== undefined
	}

	async leases(): Promise<readonly FoundLease[]> {
		await this.#read('leases', () => undefined)
		return this.found
	}

	/** The kernel logs; nothing while nobody follows it. */
	log(...events: readonly LogEvent[]): void {
		this.#log?.(events)
	}

	/** The kernel logs a line; a notice, when no level is given. */
	say(text: string, level = 5): void {
		const seq = ++this.#seq
		const record = { seq, level, facility: 0, at: seq * 1000, continuation: false, text, fields: {} }
		this.log({ kind: 'record', record })
	}

	lose(lost: number): void {
		this.log({ kind: 'gap', lost, at: 0 })
	}

	isFollowing(): boolean {
		return this.#log !== undefined
	}
}
