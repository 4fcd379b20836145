import type { TapsReading } from '../../../src/changes/tap/tap-listing.ts'
import type { FlowQuery } from '../../../src/kernel/conntrack/flow-facts.ts'
import type { FoundLease, HeldChange, LeaseView, Plan } from '../../../src/model/change.ts'
import type { HostFacts } from '../../../src/model/host-facts.ts'
import type { LogEvent } from '../../../src/model/log-event.ts'
import type { ModuleReading } from '../../../src/model/modules.ts'
import type { PrintkReading } from '../../../src/model/printk-reading.ts'
import type { RulesReading } from '../../../src/model/rules-reading.ts'
import type { Settings } from '../../../src/model/settings.ts'
import type { Counters } from '../../../src/model/table-readings.ts'
import type { Changer } from '../../../src/ports/changer.ts'
import type { LogFollower, Observer } from '../../../src/ports/observer.ts'
import { ok, type Result } from '../../../src/words/failure.ts'

export const FACTS: HostFacts = {
	hostname: 'web-07',
	kernel: '6.12.1-test',
	netns: { inode: 4026531840, name: 'init', initial: true },
	user: { uid: 0, name: 'root', sudoUser: 'alice' },
	systemd: true,
	capNetAdmin: true,
	tools: {
		conntrack: 'conntrack v1.4.7',
		nft: null,
		iptables: 'iptables v1.8.9',
		tcpdump: null,
		setpriv: null,
	},
	missing: [],
}

export const SETTINGS: Settings = {
	at: 0,
	values: {
		log_invalid: '0',
		'nf_log.2': 'nf_log_ipv4',
		'nf_log.10': 'nf_log_ipv6',
		nf_log_all_netns: '0',
		printk: '4 4 1 7',
	},
	readOnly: {},
	loggers: [
		{ family: 2, bound: 'nf_log_ipv4', available: ['nf_log_ipv4', 'nfnetlink_log'] },
		{ family: 10, bound: 'nf_log_ipv6', available: ['nf_log_ipv6'] },
	],
	listeners: [],
	consoles: [],
	count: 41_022,
	max: 262_144,
}

/** A kernel without dynamic debug. */
export const PRINTK: PrintkReading = {
	at: 0,
	path: null,
	why: 'this kernel was built without dynamic debug',
	next: '',
	canMount: false,
	sites: [],
	unread: 0,
}

export function counters(values: Record<string, number>, at = 0): Counters {
	return { at, proc: { columns: Object.keys(values), cpus: [values] }, cli: null }
}

/** An observer whose answers can be set, and whose log can be spoken into. */
export type FakeObserver = Observer & {
	facts_: HostFacts
	counters_: Result<Counters>
	settings_: Result<Settings>
	leases_: readonly FoundLease[]
	printk_: Result<PrintkReading>
	modules_: Result<readonly ModuleReading[]>
	taps_: Result<TapsReading>
	rules_: Result<RulesReading>
	/** A line into the kernel log; nothing when nobody follows it. */
	/** A record of the kernel; a notice, when no level is given. */
	say(text: string, level?: number): void
	lose(lost: number): void
	/** Any other event of the kernel log. */
	sayLog(...events: readonly LogEvent[]): void
	following(): boolean
	/** What the reader of NFLOG is answered; a follower unless set. */
	nflog_: Result<LogFollower>
	/** Events of the reader of NFLOG; nothing while it does not run. */
	sayNflog(...events: readonly LogEvent[]): void
	reading(): boolean
}

/** A message as the reader of NFLOG hands it over; the packet is as many zeros. */
export function nflogMessage(number: number, text: string, packetLength = 40): LogEvent {
	return {
		kind: 'nflog',
		message: {
			number,
			at: number,
			wallMicros: number,
			text,
			family: 2,
			indev: 'eth0',
			outdev: null,
			link: null,
			packet: new Uint8Array(packetLength),
		},
	}
}

export function createFakeObserver(): FakeObserver {
	let listener: ((events: readonly LogEvent[]) => void) | undefined
	let reader: ((events: readonly LogEvent[]) => void) | undefined
	let seq = 100
	return {
		facts_: FACTS,
		counters_: ok(counters({ entries: 41_022, invalid: 18_231, error: 7, drop: 0, insert_failed: 3 })),
		settings_: ok(SETTINGS),
		leases_: [],
		printk_: ok(PRINTK),
		modules_: ok([]),
		rules_: ok({
			at: 0,
			tookMs: 5,
			ruleset: { chains: [], rules: [], total: 0, named: {}, sets: {}, unread: [] },
			backends: [],
			failures: [],
		}),
		taps_: ok({ at: 0, tables: [], taps: [] }),
		say(text, level = 5) {
			seq += 1
			const record = { seq, level, facility: 0, at: seq * 1000, continuation: false, text, fields: {} }
			listener?.([{ kind: 'record', record }])
		},
		sayLog: (...events) => listener?.(events),
		lose: (lost) => listener?.([{ kind: 'gap', lost, at: 0 }]),
		following: () => listener !== undefined,
		async facts() {
			return this.facts_
		},
		async counters() {
			return this.counters_
		},
		async settings() {
			return this.settings_
		},
		async printk() {
			return this.printk_
		},
		async namespaces() {
			return ok({ at: 0, rows: [] })
		},
		async rules() {
			return this.rules_
		},
		async flow(query: FlowQuery) {
			return { query, entries: [], sockets: [], addresses: [], missing: [] }
		},
		async followTrace() {
			return ok({ stop: async () => {} })
		},
		async taps() {
			return this.taps_
		},
		async modules() {
			return this.modules_
		},
		table: () => Promise.reject(new Error('not asked for')),
		lists: () => Promise.reject(new Error('not asked for')),
		nflog_: ok({
			async stop() {
				reader = undefined
			},
		}),
		async followNflog(onEvents) {
			if (this.nflog_.ok) reader = onEvents
			return this.nflog_
		},
		sayNflog: (...events) => reader?.(events),
		reading: () => reader !== undefined,
		async followLog(onEvents) {
			listener = onEvents
			return ok({
				async stop() {
					listener = undefined
				},
			})
		},
		async leases() {
			return this.leases_
		},
	}
}

export const CHANGE: HeldChange = {
	seq: 1,
	knob: 'log_invalid',
	class: 'logs-more',
	sysctl: 'net.netfilter.nf_conntrack_log_invalid',
	path: '/proc/sys/net/netfilter/nf_conntrack_log_invalid',
	purpose: 'log why TCP packets are INVALID',
	was: '0',
	set: '6',
	now: '6',
	state: 'in-force',
	appliedAt: 0,
	endedAt: null,
	undoAt: 601_000,
	confirmBy: null,
	note: '',
	byHand: 'sysctl -w net.netfilter.nf_conntrack_log_invalid=0',
}

export const LEASE: FoundLease = {
	leaseId: 'K2A9X',
	owner: { uid: 0, user: 'root', sudoUser: 'bob', tty: 'pts/5', pid: 4471, pidStart: '1' },
	netnsInode: 4026531840,
	createdAt: 0,
	deadline: 601_000,
	alive: true,
	earlierBoot: false,
	changes: [CHANGE],
	problem: '',
	isHere: true,
	isKnown: true,
}

const VIEW: LeaseView = {
	leaseId: 'AAAAA',
	phase: 'holding',
	form: 'child',
	timer: false,
	netnsInode: 1,
	deadline: 601_000,
	persisted: false,
	changes: [],
	outcome: null,
	why: '',
	flood: null,
}

export type FakeChanger = Changer & {
	readonly plans: Plan[]
	/** What the next `apply` answers instead of applying. */
	refusal: Result<LeaseView> | undefined
	/** How the change ends when it is closed. */
	ending: Partial<HeldChange>
	outcome: LeaseView['outcome']
	emit(view: Partial<LeaseView>): void
	closed: number
}

/** A changer that applies everything to nothing. */
export function createFakeChanger(): FakeChanger {
	const listeners = new Set<(view: LeaseView) => void>()
	let view: LeaseView | undefined
	const unused = () => Promise.reject(new Error('not asked for'))
	return {
		plans: [],
		refusal: undefined,
		ending: { state: 'undone', now: '0', endedAt: 1 },
		outcome: 'clean',
		closed: 0,
		emit(change) {
			view = { ...(view ?? VIEW), ...change }
			for (const listener of listeners) listener(view)
		},
		view: () => view,
		subscribe(listener) {
			listeners.add(listener)
			return () => listeners.delete(listener)
		},
		async apply(plan) {
			this.plans.push(plan)
			if (this.refusal !== undefined) return this.refusal
			const changes = plan.changes.map((one, index) => ({
				...CHANGE,
				seq: index + 1,
				knob: one.knob,
				was: one.from,
				set: one.to,
				now: one.to,
			}))
			this.emit({ changes })
			return ok(view ?? VIEW)
		},
		undo: unused,
		extend: unused,
		confirm: unused,
		persist: unused,
		revertFound: unused,
		async close() {
			this.closed += 1
			if (view === undefined) return undefined
			this.emit({
				phase: 'closed',
				outcome: this.outcome,
				changes: view.changes.map((change) => ({ ...change, ...this.ending })),
			})
			return view
		},
	}
}
