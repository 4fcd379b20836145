import type { SourceWish } from '../../changes/log-source.ts'
import type { TapsReading } from '../../changes/tap/tap-listing.ts'
import type { RuleRow } from '../../investigation/join/rule-rows.ts'
import type { NetnsRates } from '../../investigation/netns-words.ts'
import type { Path } from '../../investigation/path/path.ts'
import type { TableLevel } from '../../investigation/table/fill.ts'
import type { Who } from '../../investigation/who/tally.ts'
import type { StatTable } from '../../kernel/conntrack/conntrack-stat.ts'
import type { FlowFacts } from '../../kernel/conntrack/flow-facts.ts'
import type { PrintkSite, SiteId } from '../../kernel/dyndbg/dyndbg-control.ts'
import type { Copy, Pairing } from '../../kernel/log/pairing.ts'
import type { RuleTally } from '../../kernel/rules/difference.ts'
import type { FoundLease, HeldChange, LeaseView } from '../../model/change.ts'
import type { MonotonicMs } from '../../model/clock.ts'
import type { Grouping } from '../../model/grouping.ts'
import type { HostFacts } from '../../model/host-facts.ts'
import type { ModuleReading } from '../../model/modules.ts'
import type { Names } from '../../model/names.ts'
import type { NetnsReading } from '../../model/namespaces.ts'
import type { PrintkReading } from '../../model/printk-reading.ts'
import type { LongReading, ReadingProgress } from '../../model/reading-progress.ts'
import type { RulesReading } from '../../model/rules-reading.ts'
import type { Settings } from '../../model/settings.ts'
import type { SurroundingsState } from '../../model/surroundings.ts'
import type { HoldersReading, Lists, TableWalk } from '../../model/table-readings.ts'
import type { LivesAt } from '../../ports/observer.ts'
import type { ScenarioId } from '../../practice/scenario.ts'
import type { AnswerBook } from '../../reasons/answers.ts'
import type { JudgedBook } from '../../reasons/judged-twice.ts'
import type { KernelTraits } from '../../reasons/traits.ts'
import type { Failure } from '../../words/failure.ts'
import type { ScreenId } from './bindings.ts'
import type { OpenDialog } from './dialog-state.ts'
import type { Balance, LogState, NflogState, PrintkTold, Way } from './log-state.ts'
import type { ProbesState } from './probes-state.ts'
import type { ReasonRow, ShapeRow } from './reason-rows.ts'
import type { StepsState } from './steps-state.ts'

/** What the panes show while the view stands still. Collection goes on in the fields of the same names. */
type Frozen = Pick<
	State,
	| 'now'
	| 'wall'
	| 'counters'
	| 'table'
	| 'holders'
	| 'lists'
	| 'lives'
	| 'rules'
	| 'taps'
	| 'log'
	| 'nflog'
	| 'probes'
	| 'way'
	| 'reasons'
	| 'unlined'
	| 'who'
	| 'told'
	| 'steps'
>

export type { Choice, Dialog, OpenDialog, ProposedSource } from './dialog-state.ts'
export { DIALOG_GRACE_MS } from './dialog-state.ts'
export type {
	Balance,
	Drift,
	EntryKind,
	LineTally,
	LogEntry,
	LogState,
	NflogState,
	Way,
} from './log-state.ts'
export type { FlowCount, Range, ReasonRow, ShapeRow } from './reason-rows.ts'

/** How many seconds of history the graphs keep. */
export const HISTORY_SECONDS = 300
/** How many log records are kept for the Log screen; older ones are counted, not kept. */
export const LOG_LIMIT = 5000
/** How many distinct reasons, and flows of one reason, are kept apart; the rest is added up as "others". */
export const REASON_LIMIT = 200
export const FLOW_LIMIT = 100
/** Seconds over which the rates of counters and of reasons are the mean. */
export const COUNTER_RATE_SECONDS = 5
/** About an hour: whether entries that were deleted were most of the table is asked later too. */
export const LEVELS_KEPT = 3_600
export const REASON_RATE_SECONDS = 5
/** How many changes that are over are remembered. */
export const PAST_LIMIT = 200
/** How long a message stays, unless a key comes sooner, ms. What has to be known later stands on a screen as well. */
export const NOTICE_MS = 4_000
/** Packet lines a second that a host is to bear without harm; the meter is measured against it. */
export const FLOOD_LINES = 200

/** A value, how old it is, and why there is no newer one. */
export type Reading<T> = {
	readonly value: T | undefined
	readonly at: MonotonicMs | undefined
	readonly failure: Failure | undefined
}

export type CounterName = string

export type CounterState = {
	/** Sums over all CPUs as the kernel has them now. */
	readonly totals: Readonly<Record<CounterName, number>>
	/** Since the program started, wrap-safe. */
	readonly since: Readonly<Record<CounterName, number>>
	/** Per second, over the last few seconds. */
	readonly rates: Readonly<Record<CounterName, number>>
	/**
	 * INVALID packets in each past second, oldest first, at most HISTORY_SECONDS. What one reading found after several
	 * seconds is spread over them, so these need not be whole numbers.
	 */
	readonly invalidHistory: readonly number[]
	/** The `invalid` column CPU by CPU. */
	readonly invalidByCpu: readonly number[]
	readonly startedAt: MonotonicMs
	/** The last readings themselves, to count from. */
	readonly proc: StatTable | null
	readonly cli: StatTable | null
	/** End of the newest second in `invalidHistory`. */
	readonly secondEnd: MonotonicMs
	/** Packets of IP: the last reading, and how many a second over the last ones; undefined before two readings. */
	readonly packets:
		| { readonly total: number; readonly at: MonotonicMs; readonly rate: number | undefined }
		| undefined
	/** What each counter rose by in the newest seconds, newest last, at most COUNTER_RATE_SECONDS. */
	readonly recent: readonly Readonly<Record<CounterName, number>>[]
	/** Entries of the table in the last readings, newest last, at most LEVELS_KEPT; none where they are not told. */
	readonly levels: readonly TableLevel[]
	/** The last reading that showed conntrack at work: which counter rose, '' where entries came; undefined before one. */
	readonly sign: { readonly at: MonotonicMs; readonly counter: CounterName } | undefined
	/** Packets of IP by then, or by the start; undefined where they are not told. */
	readonly packetsThen: number | undefined
}

/** INVALID packets without a line, looked at one by one while a rule of ours copies INVALID packets to us. */
export type UnlinedState = {
	/** The rule is in force. */
	readonly isOn: boolean
	readonly pairing: Pairing
	/** Copies that came, those of packets with a line too. */
	readonly copied: number
	/** What has no line, by what it is. */
	readonly rows: readonly ReasonRow[]
	/** The same packets by what each is by itself, first seen first; those that no known path is silent about are left out. */
	readonly shapes: readonly ShapeRow[]
	/** Those that were found last, each by itself: another list whenever some were. */
	readonly newest: readonly Copy[]
}

/** The call sites of dynamic debug as they were read last, and by their ids: the map stays the same while no row differs. */
export type PrintkState = PrintkReading & { readonly ids: ReadonlyMap<SiteId, PrintkSite> }

export type ModulesState = { readonly at: MonotonicMs; readonly list: readonly ModuleReading[] }

/** The rules with what each has counted since the first reading. */
export type RulesState = RulesReading & { readonly tally: RuleTally; readonly rows: readonly RuleRow[] }

/** Our own tables; `rates` in packets per second by `tapCountKey`. */
export type TapsState = TapsReading & { readonly rates: ReadonlyMap<string, number> }

/** `rates`: INVALID packets a second by inode. */
export type NetnsState = NetnsReading & {
	readonly rates: NetnsRates
	/** It was said that INVALID rises elsewhere. */
	readonly isSaid: boolean
}

/** What a screen remembers of where its user is. */
export type PaneState = {
	readonly selected: number
	/** First visible row. */
	readonly top: number
	readonly filter: string
	readonly inverted: boolean
	/** The column that its rows are sorted by, and whether from high to low; undefined: in the order of the screen. */
	readonly sort: { readonly column: string; readonly down: boolean } | undefined
	/** Keys of the rows that were marked, in the order of that. */
	readonly marks: readonly string[]
	/** Key of the row that the selection sticks to when rows move. */
	readonly selectedKey: string | undefined
	/** Opened with enter: the detail of the selected row is shown. */
	readonly detail: boolean
	/** On Watch: the detail shows the checks between a packet and its reason line, not the selected row. */
	readonly checks: boolean
	/** Which of the two moves with j, k and pages. */
	readonly focus: 'list' | 'detail'
	/** Lines of the detail that were scrolled away, and of which row: another row begins at its top. */
	readonly read: { readonly of: string | undefined; readonly top: number }
}

/** What a pane shows of what it has, in lines: how far it scrolls. */
export type Span = { readonly shown: number; readonly all: number }
export type Reach = { readonly detail: Span; readonly dialog: Span }

export type Busy = 'applying' | 'undoing' | 'leaving'

export type Notice = {
	readonly text: string
	readonly tone: 'info' | 'good' | 'attention' | 'bad'
	readonly at: MonotonicMs
}

export type Modes = {
	readonly readOnly: boolean
	readonly ascii: boolean
	readonly color: boolean
	/** Milliseconds a lease lasts. */
	readonly ttlMs: number
	/** Where the reasons are to be read, as the admin asked for it. */
	readonly source: SourceWish
	/** Log lines a second above which the guard's breaker acts; 0: it never does. */
	readonly maxRate: number
	/** What is practised here, with a known answer. */
	readonly practice: ScenarioId | undefined
}

/** By reason, or by who they are of. */
export type WatchBy = 'reason' | Grouping

/** A change that is over, with the lease that it belonged to. */
export type PastChange = HeldChange & { readonly leaseId: string }

export type State = {
	readonly modes: Modes
	/** Moves with every tick and action; the only clock a selector may use. */
	readonly now: MonotonicMs
	/** Wall clock that belongs to `now`, ms since 1970. */
	readonly wall: number
	readonly size: { readonly columns: number; readonly rows: number }
	/** Rows that the list of the present screen has on the terminal: a page, and how far it scrolls. */
	readonly pageRows: number
	/** How far what is below the list, and the open dialog, scroll on the terminal. */
	readonly reach: Reach
	/** End of the last second that the buckets of the reasons were moved to. */
	readonly secondEnd: MonotonicMs
	readonly facts: HostFacts | undefined
	readonly screen: ScreenId
	readonly panes: Readonly<Record<ScreenId, PaneState>>
	readonly counters: Reading<CounterState>
	readonly table: Reading<TableWalk>
	/** How far readings are that take longer than a moment. */
	readonly reading: Readonly<Partial<Record<LongReading, ReadingProgress>>>
	/** Who has the entries; read while there is no room in the table. */
	readonly holders: Reading<HoldersReading>
	readonly lists: Reading<Lists>
	/** Unconfirmed and dying entries as probes of ours have seen them last. */
	readonly lives: Reading<LivesAt>
	readonly settings: Reading<Settings>
	readonly printk: Reading<PrintkState>
	readonly modules: Reading<ModulesState>
	readonly rules: Reading<RulesState>
	readonly surroundings: Reading<SurroundingsState>
	readonly taps: Reading<TapsState>
	/** Network namespaces of this host; read while somebody asks for them, and where nothing is INVALID here. */
	readonly namespaces: Reading<NetnsState>
	/** A file of the network namespace that the program is to go to when it has left this one. */
	readonly into: string | undefined
	/** Set while a recording is played: the host is that of the recording, and nothing can be changed. */
	readonly replay:
		| {
				readonly speed: number
				readonly paused: boolean
				readonly played: number
				readonly total: number
		  }
		| undefined
	/** The investigation, step by step. */
	readonly steps: StepsState
	/** What was found last of a flow whose details were open. */
	readonly joined: { readonly key: string; readonly facts: FlowFacts } | undefined
	/** Packets that the last trace followed through the rules, oldest first. */
	readonly traced: readonly Path[]
	/** Flags beside `p` that call sites get when they are switched on: `mf`; empty for none. */
	readonly decorations: string
	readonly log: LogState
	readonly nflog: NflogState
	readonly probes: ProbesState
	/** Watch shows what kernel probes tell of all network namespaces, and not of this one alone. */
	readonly allNetns: boolean
	/** Undefined while no reason can reach us. */
	readonly way: Way | undefined
	/** The last reading of the counters that is not balanced yet: its last lines may be on their way. */
	readonly unbalanced: Balance | undefined
	/** Most frequent first. */
	readonly reasons: readonly ReasonRow[]
	/** Undefined where nobody has looked at packets without a line. */
	readonly unlined: UnlinedState | undefined
	/** The same packets, with a line and without, by who they are of. */
	readonly who: Who
	/** How Watch tells packets apart. */
	readonly watchBy: WatchBy
	/** Of addresses whose name was asked for. */
	readonly names: Names
	/** Call sites of dynamic debug that have printed, most frequent first. */
	readonly told: readonly PrintkTold[]
	/** What the texts of this kernel have shown of its generation. */
	readonly traits: KernelTraits
	/** Packets just told of, to know the host's own answers to them. */
	readonly answers: AnswerBook
	/** Those of loopback and of bridges, to know them when they are judged again. */
	readonly judged: JudgedBook
	/** Our own changes; undefined before the first one. */
	readonly lease: LeaseView | undefined
	/** When the guard last said something: settings that were read before may be out of date. */
	readonly leaseAt: MonotonicMs
	/** When time was last asked for: requests.ts lets it be asked for once a second. */
	readonly timeAskedAt: MonotonicMs
	/** Changes of this run that are over, newest first. */
	readonly history: readonly PastChange[]
	/** Leases of other sessions, and what dead ones left. */
	readonly others: readonly FoundLease[]
	readonly dialog: OpenDialog | undefined
	/** Leases that a dead session left and that the admin has not been asked about yet. Undefined before the first look. */
	readonly leftovers: readonly FoundLease[] | undefined
	/** A flood ended our changes and was not asked about yet; `before`: numbers of changes that were over by then. */
	readonly flood:
		| { readonly leaseId: string; readonly rate: number; readonly before: readonly number[] }
		| undefined
	/** The line for typing a filter is open. */
	readonly filtering: boolean
	/** View stands still; collection goes on. `waiting` counts log records that came meanwhile. */
	readonly paused: { readonly since: MonotonicMs; readonly waiting: number } | undefined
	/** Set exactly while `paused` is: use `shown(state)` of shown.ts for the body of a screen. */
	readonly frozen: Frozen | undefined
	readonly busy: Busy | undefined
	/** Requests to the guard that have no answer yet; `busy` ends with the last of them. */
	readonly inFlight: number
	readonly notice: Notice | undefined
	/** Set when the program is to end: the exit status that it wants. */
	readonly leaving: { readonly exitCode: number; readonly keepScreen: boolean } | undefined
}
