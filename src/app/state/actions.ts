import type { TapsReading } from '../../changes/tap/tap-listing.ts'
import type { SampledFlow } from '../../investigation/evidence.ts'
import type { EndedEntry } from '../../kernel/conntrack/ended-entry.ts'
import type { FlowFacts } from '../../kernel/conntrack/flow-facts.ts'
import type { TracedPacket } from '../../kernel/rules/trace.ts'
import type { FoundLease, LeaseView, Plan } from '../../model/change.ts'
import type { MonotonicMs } from '../../model/clock.ts'
import type { HostFacts } from '../../model/host-facts.ts'
import type { LogEvent } from '../../model/log-event.ts'
import type { ModuleReading } from '../../model/modules.ts'
import type { NameAnswer } from '../../model/names.ts'
import type { NetnsReading } from '../../model/namespaces.ts'
import type { PrintkReading } from '../../model/printk-reading.ts'
import type { LongReading, ReadingProgress } from '../../model/reading-progress.ts'
import type { RulesReading } from '../../model/rules-reading.ts'
import type { Settings } from '../../model/settings.ts'
import type { Surroundings } from '../../model/surroundings.ts'
import type { Counters, HoldersReading, Lists, TableWalk } from '../../model/table-readings.ts'
import type { LivesAt } from '../../ports/observer.ts'
import type { Failure, Result } from '../../words/failure.ts'
import type { ScreenId } from './bindings.ts'
import type { DrawnForPlan } from './probes-state.ts'
import type { Notice, Reach } from './state.ts'

/** Which call sites are meant: the selected row (a site, or all below a head), all of its function, all in view. */
export type Which = 'selected' | 'function' | 'filter'

/** Facts that came in. Every action carries its time; the reducer has no clock. */
type Observed =
	| { readonly type: 'tick'; readonly wall: number }
	| { readonly type: 'resized'; readonly columns: number; readonly rows: number }
	/** How many rows the list on the present screen can show, and how far its detail and the dialog scroll: the layout knows. */
	| { readonly type: 'page'; readonly rows: number; readonly reach?: Reach }
	| { readonly type: 'facts'; readonly facts: HostFacts }
	| { readonly type: 'counters'; readonly result: Result<Counters> }
	| { readonly type: 'table'; readonly result: Result<TableWalk> }
	| { readonly type: 'holders'; readonly result: Result<HoldersReading> }
	| { readonly type: 'lists'; readonly result: Result<Lists> }
	/** What probes of ours see of unconfirmed and dying entries; or why they see no more. */
	/** How far a reading is that takes longer than a moment. Its result ends it. */
	| { readonly type: 'reading'; readonly of: LongReading; readonly progress: ReadingProgress }
	| { readonly type: 'lives'; readonly lives: LivesAt }
	| { readonly type: 'lives-failed'; readonly failure: Failure }
	| { readonly type: 'settings'; readonly result: Result<Settings> }
	| { readonly type: 'printk'; readonly result: Result<PrintkReading> }
	| { readonly type: 'namespaces'; readonly result: Result<NetnsReading> }
	| { readonly type: 'modules'; readonly result: Result<readonly ModuleReading[]> }
	| { readonly type: 'surroundings'; readonly result: Result<Surroundings> }
	| { readonly type: 'rules'; readonly result: Result<RulesReading> }
	| { readonly type: 'taps'; readonly result: Result<TapsReading> }
	/** Entry and socket of a flow whose details are open. */
	| { readonly type: 'joined'; readonly key: string; readonly facts: FlowFacts }
	/** What the name service says of an address. */
	| { readonly type: 'named'; readonly address: string; readonly answer: NameAnswer }
	/** Entry and socket of a flow of INVALID packets, for the step that asks for both directions. */
	| { readonly type: 'sampled'; readonly sample: SampledFlow }
	/** `missed`: more have ended than could be told. `olderUntold`: what is older than the watch ends without a word. */
	| {
			readonly type: 'ended'
			readonly entries: readonly EndedEntry[]
			readonly missed?: boolean
			readonly olderUntold?: boolean
	  }
	/** Packets that a table of ours has marked, as far as they were followed. */
	/** All packets of the trace that runs, and how often nft said that it lost events of them. */
	| { readonly type: 'traced'; readonly packets: readonly TracedPacket[]; readonly lost?: number }
	/** No more comes of the trace. */
	| { readonly type: 'trace-ended' }
	| { readonly type: 'log-started' }
	| { readonly type: 'log-failed'; readonly failure: Failure }
	/** The reader of NFLOG is being started, reads, ended by itself or could not start, was ended by us. */
	| { readonly type: 'nflog-starting' }
	| { readonly type: 'nflog-started' }
	| { readonly type: 'nflog-failed'; readonly failure: Failure }
	| { readonly type: 'nflog-stopped' }
	/** Probes that tell reasons are read, cannot be, or are gone; and names for others, drawn by chance. */
	| { readonly type: 'probes-started' }
	| { readonly type: 'probes-failed'; readonly failure: Failure }
	| { readonly type: 'probes-stopped' }
	| { readonly type: 'probes-drawn'; readonly drawn: DrawnForPlan }
	/** More entries end than are worth to be told of: those probes go. */
	| { readonly type: 'ends-too-many'; readonly seq: number }
	| { readonly type: 'log'; readonly events: readonly LogEvent[] }
	| { readonly type: 'lease'; readonly view: LeaseView }
	/** Lines and copies of INVALID packets are followed from here on together, or the last one has come. */
	| { readonly type: 'copies'; readonly are: 'followed' | 'over' }
	/** Of a recording so many actions were played. */
	| { readonly type: 'replay'; readonly played: number; readonly total: number }
	| { readonly type: 'others'; readonly leases: readonly FoundLease[] }
	| { readonly type: 'change-failed'; readonly failure: Failure }
	| { readonly type: 'change-done'; readonly notice: Omit<Notice, 'at'> | undefined }
	/** The changer is closed: what it said last decides the exit status. */
	| { readonly type: 'left'; readonly view: LeaseView | undefined; readonly keepScreen: boolean }

/** What the admin asked for. Those that need the outside world are carried out by the effects. */
export type Asked =
	| { readonly type: 'go'; readonly screen: ScreenId }
	| { readonly type: 'go-next'; readonly by: 1 | -1 }
	| { readonly type: 'move'; readonly by: number }
	/** By pages: 1, or 0.5 for half of one. */
	| { readonly type: 'page-move'; readonly by: number }
	| { readonly type: 'move-to'; readonly where: 'first' | 'last' }
	| { readonly type: 'enter' }
	/** With the mouse: the pane under the pointer by lines, and the row under it. */
	| { readonly type: 'scroll'; readonly pane: 'list' | 'detail'; readonly by: number }
	| { readonly type: 'select'; readonly key: string }
	/** From the list to its detail, or back. */
	| { readonly type: 'focus' }
	| { readonly type: 'back' }
	| { readonly type: 'filter-open' }
	| { readonly type: 'filter-text'; readonly text: string }
	| { readonly type: 'filter-close'; readonly keep: boolean }
	| { readonly type: 'match'; readonly by: 1 | -1 }
	/** Another column to sort by, in the order of the table, around over the order of the screen; the other way round. */
	| { readonly type: 'sort'; readonly by: 1 | -1 }
	| { readonly type: 'sort-reverse' }
	/** Filter by a value of the selected row, then by the next one. */
	| { readonly type: 'filter-value' }
	/** Mark the selected row or take the mark away, and go on to the next one. */
	| { readonly type: 'mark' }
	| { readonly type: 'pause' }
	| { readonly type: 'copy' }
	/** The same into a file that only its owner may read. */
	| { readonly type: 'copy-to-file' }
	/** Write the packets kept that belong to the selected reason, or pass the filter, to a file. */
	| { readonly type: 'capture' }
	/** Every check between a packet and its reason line. */
	| { readonly type: 'checks' }
	/** On Watch: tell packets apart by what comes next; and the name of the selected address, once. */
	| { readonly type: 'group-by' }
	| { readonly type: 'reverse-name' }
	/** In the dialog of a plan to log: the other source instead. */
	| { readonly type: 'other-source' }
	/** After a flood: the same through NFLOG, or only the protocol that most lines were about. */
	| { readonly type: 'flood-answer'; readonly how: 'nflog' | 'one-protocol' }
	/** In the dialog of a plan that logs more: keep its lines off the console too, or not. */
	| { readonly type: 'console-quiet' }
	/** Space: open the dialog for the selected setting. */
	| { readonly type: 'switch' }
	/** Enter on Watch where the kernel counts and does not tell: choose the protocol, then log why. */
	| { readonly type: 'log-why' }
	/** On Printk: the exact queries that let call sites print. */
	| { readonly type: 'print'; readonly which: Which }
	/** On Printk: what stands in front of the lines; then in its dialog one of them on or off. */
	| { readonly type: 'decorate' }
	| { readonly type: 'decoration-toggle' }
	/** On Rules: what is to be logged, or which rule is to be previewed; then in its form another line, a letter, another value. */
	| { readonly type: 'tap-form'; readonly tap: 'tap' | 'preview' }
	| { readonly type: 'tap-move'; readonly by: number }
	| { readonly type: 'tap-text'; readonly text: string }
	| { readonly type: 'tap-cycle'; readonly by: 1 | -1 }
	/** NEW, ESTABLISHED, RELATED and INVALID, each with a tap of its own. */
	| { readonly type: 'each-state' }
	| { readonly type: 'count-states' }
	| { readonly type: 'trace' }
	/** A trace has told enough: its table goes. */
	| { readonly type: 'trace-over'; readonly seq: number }
	/** Entries were followed for long enough: those probes go. */
	| { readonly type: 'lives-over'; readonly seq: number }
	/** On Steps: keep the answer and go where it leads; leave it open; the step before; look again. */
	| { readonly type: 'step-next' }
	| { readonly type: 'step-skip' }
	| { readonly type: 'step-back' }
	| { readonly type: 'step-repeat' }
	/** On Steps: count packets of both directions; try the most promising setting. */
	| { readonly type: 'count-ways' }
	| { readonly type: 'try' }
	/** A setting was tried for long enough. */
	| { readonly type: 'trial-over' }
	/** All network namespaces, to choose from. */
	| { readonly type: 'list-namespaces' }
	/** On Watch: reasons of all of them, or of this one alone. */
	| { readonly type: 'all-namespaces' }
	| { readonly type: 'namespaces-move'; readonly by: number }
	/** While a recording is played. */
	| { readonly type: 'replay-speed'; readonly by: 1 | -1 }
	| { readonly type: 'replay-pause' }
	| { readonly type: 'replay-next' }
	/** Write what was found to files. */
	| { readonly type: 'report'; readonly anonymous: boolean }
	| { readonly type: 'reported'; readonly path: string }
	/** On Printk: mount debugfs, where older kernels have the control file. */
	| { readonly type: 'mount' }
	/** On Table: the probes that follow entries, before they are set. */
	| { readonly type: 'follow-lists' }
	| { readonly type: 'choose-move'; readonly by: number }
	| { readonly type: 'number-text'; readonly text: string }
	| {
			readonly type: 'propose'
			readonly plan: Plan
			readonly blockers: readonly string[]
			readonly notes: readonly string[]
	  }
	| { readonly type: 'accept' }
	| { readonly type: 'dismiss' }
	| { readonly type: 'undo-selected' }
	| { readonly type: 'undo-all' }
	| { readonly type: 'extend' }
	| { readonly type: 'keep' }
	| { readonly type: 'help' }
	| { readonly type: 'help-scroll'; readonly by: number }
	| { readonly type: 'commands' }
	| { readonly type: 'commands-query'; readonly text: string }
	| { readonly type: 'commands-move'; readonly by: number }
	| { readonly type: 'read-write' }
	| { readonly type: 'quit'; readonly keepScreen: boolean }
	| { readonly type: 'leave'; readonly how: 'undo' | 'persist'; readonly keepScreen?: boolean }
	/** A key came while a message stood there: it was read. */
	| { readonly type: 'heard' }
	/** Nothing but a sentence: why a key did nothing, what was copied. */
	| { readonly type: 'say'; readonly notice: Omit<Notice, 'at'> }
	| { readonly type: 'suspend' }
	| { readonly type: 'lo-fi' }

/** An action before the store has stamped it. */
export type ActionBody = Observed | Asked

export type Action = ActionBody & { readonly at: MonotonicMs }
