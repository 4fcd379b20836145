import { ofNetfilter } from '../../app/log/printing.ts'
import { knobById } from '../../changes/knobs.ts'
import { chooseSource, type SourceChoice } from '../../changes/log-source.ts'
import { ladder, type Rung } from '../../investigation/ladder/ladder.ts'
import { fillOf, isPressed, type TableFill } from '../../investigation/table/fill.ts'
import { type Tracking, trackedRule, trackingOf } from '../../investigation/table/tracking.ts'
import { statDelta, totals } from '../../kernel/conntrack/conntrack-stat.ts'
import { parsePrintk } from '../../kernel/log/printk-level.ts'
import type { FoundLease, HeldChange } from '../../model/change.ts'
import type { Clock } from '../../model/clock.ts'
import type { HostFacts } from '../../model/host-facts.ts'
import type { ModuleReading } from '../../model/modules.ts'
import type { PrintkReading } from '../../model/printk-reading.ts'
import type { Settings } from '../../model/settings.ts'
import type { Counters } from '../../model/table-readings.ts'
import type { Observer } from '../../ports/observer.ts'
import type { Failure, Result } from '../../words/failure.ts'

/** One look at the host: what `status`, `watch` and `doctor` are made of. */
export type Snapshot = {
	/** ms since 1970, and CLOCK_MONOTONIC ms, of the same moment. */
	readonly wall: number
	readonly now: number
	readonly facts: HostFacts
	readonly counters: Result<Counters>
	readonly settings: Result<Settings>
	readonly printk: Result<PrintkReading>
	readonly modules: Result<readonly ModuleReading[]>
	/** Why the kernel log cannot be read; undefined when it can. */
	readonly logFailure: Failure | undefined
	readonly leases: readonly FoundLease[]
	/** How full the table is; undefined where neither counters nor settings tell. */
	readonly table: TableFill | undefined
	/** Whether conntrack works here; undefined where the settings could not be read. */
	readonly tracking: Tracking | undefined
}

export async function takeSnapshot(observer: Observer, clock: Clock): Promise<Snapshot> {
	const [facts, counters, settings, printk, modules, log, leases, rules] = await Promise.all([
		observer.facts(),
		observer.counters(),
		observer.settings(),
		observer.printk(),
		observer.modules(),
		observer.followLog(() => {}),
		observer.leases(),
		observer.rules(),
	])
	if (log.ok) await log.value.stop()
	return {
		table: await tableOf({ facts, counters, settings }, observer, clock),
		tracking: settings.ok
			? trackingOf({
					count: settings.value.count,
					isThere: counters.ok,
					rule: trackedRule(rules.ok ? rules.value : undefined),
					watched: undefined,
				})
			: undefined,
		wall: clock.wall(),
		now: clock.monotonic(),
		facts,
		counters,
		settings,
		printk,
		modules,
		logFailure: log.ok ? undefined : log.failure,
		leases,
	}
}

/** What happens now shows in two readings, so far apart. */
const APART_MS = 1_000

/** One look tells how full the table is; where it is nearly full, a second one tells what comes of it, and who fills it is asked. */
async function tableOf(
	{ facts, counters, settings }: Pick<Snapshot, 'facts' | 'counters' | 'settings'>,
	observer: Observer,
	clock: Clock,
): Promise<TableFill | undefined> {
	const count = (settings.ok ? settings.value.count : null) ?? entriesIn(counters)
	if (count === undefined) return undefined
	const first = fillOf({
		count,
		levels: [],
		max: settings.ok ? settings.value.max : null,
		initial: facts.netns.initial,
		rates: {},
		since: {},
		seconds: 0,
	})
	if (!isPressed(first) || !counters.ok) return first
	const listing = observer.holders()
	await new Promise<void>((resolve) => clock.after(APART_MS, resolve))
	const [again, holders] = await Promise.all([observer.counters(), listing])
	if (!again.ok) return first
	const seconds = Math.max(0.1, (again.value.at - counters.value.at) / 1000)
	const since = riseBetween(counters.value, again.value)
	return fillOf({
		count: entriesIn(again) ?? count,
		levels: [count],
		max: first.max,
		initial: facts.netns.initial,
		rates: Object.fromEntries(Object.entries(since).map(([name, rise]) => [name, rise / seconds])),
		since,
		seconds,
		holders: holders.ok ? holders.value : undefined,
		holdersAge: 0,
	})
}

const entriesIn = (counters: Result<Counters>): number | undefined =>
	counters.ok ? statTotals(counters.value).entries : undefined

/** Where both sources have a counter, that of /proc counts. */
const riseBetween = (before: Counters, after: Counters): Readonly<Record<string, number>> => ({
	...(before.cli && after.cli && statDelta(before.cli, after.cli)),
	...(before.proc && after.proc && statDelta(before.proc, after.proc)),
})

/** The way of a reason line to us, as far as one look can tell. */
export function ladderOf({
	facts,
	settings,
	counters,
	logFailure,
	printk,
	tracking,
}: Snapshot): readonly Rung[] {
	return ladder({
		kernel: facts.kernel,
		netns: facts.netns,
		settings: settings.ok ? settings.value : undefined,
		logFailure,
		lost: 0,
		packetLines: 0,
		totals: counters.ok ? statTotals(counters.value) : undefined,
		tracking,
		sites: printk.ok ? printk.value.sites.filter(ofNetfilter) : [],
	})
}

/** Where `--source auto` would read the reasons; undefined when the settings could not be read. */
export function sourceOf({ facts, settings }: Snapshot): SourceChoice | undefined {
	if (!settings.ok) return undefined
	return chooseSource({
		wish: 'auto',
		settings: settings.value,
		tools: facts.tools,
		initial: facts.netns.initial,
		probes: facts.probes,
	})
}

/** Sums over all CPUs. /proc has the last word; `conntrack -S` adds what only it has. */
export function statTotals(counters: Counters): Record<string, number> {
	return {
		...(counters.cli === null ? {} : totals(counters.cli)),
		...(counters.proc === null ? {} : totals(counters.proc)),
	}
}

type LogLogger = {
	readonly family: number
	readonly bound: string | null
	readonly available: readonly string[]
}

export type Logging = {
	/** nf_conntrack_log_invalid; null where it does not exist. */
	readonly logInvalid: number | null
	readonly loggers: readonly LogLogger[]
	/** nf_log_all_netns of the initial network namespace; null when it cannot be read. */
	readonly allNetns: boolean | null
	readonly consoleLevel: number | null
}

export function loggingOf({ values, loggers }: Settings): Logging {
	const { log_invalid: logInvalid, nf_log_all_netns: allNetns } = values
	return {
		logInvalid: logInvalid === undefined ? null : Number(logInvalid),
		loggers: loggers.map(({ family, bound, available }) => ({ family, bound, available })),
		allNetns: allNetns === undefined ? null : allNetns !== '0',
		consoleLevel: parsePrintk(values.printk ?? '')?.console ?? null,
	}
}

export type ChangeOfLease = {
	readonly change: HeldChange
	readonly lease: FoundLease
	/** Of another network namespace than the one that is looked at: what it reads now cannot be seen from here. */
	readonly isElsewhere: boolean
}

const ON: ReadonlySet<HeldChange['state']> = new Set(['in-force', 'confirm', 'failed', 'conflict'])

/** Changes of this boot that somebody has not ended yet, those that someone else wrote over among them. */
export function changesFound(snapshot: Snapshot): readonly ChangeOfLease[] {
	return snapshot.leases
		.filter((lease) => !lease.earlierBoot)
		.flatMap((lease) => lease.changes.map((change) => seenFromHere(change, lease, snapshot)))
		.filter(({ change }) => ON.has(change.state) && change.endedAt === null)
}

/** What only the initial namespace has was read with the settings; who looked for the leases did not enter it. */
function seenFromHere(change: HeldChange, lease: FoundLease, { settings }: Snapshot): ChangeOfLease {
	const scope = knobById(change.knob)?.scope
	const isElsewhere = scope === 'netns' && !lease.isHere && change.state !== 'vanished'
	const known = settings.ok && !isElsewhere ? settings.value.values[change.knob] : undefined
	return { change: { ...change, now: change.now ?? known ?? null }, lease, isElsewhere }
}

/**
 * False when records of changes could not be looked into: all of them, which is told as a lease without an id, or those
 * of one lease, of which then nothing is known but a problem.
 */
export function changesAreKnown(leases: readonly FoundLease[]): boolean {
	return leases.every(({ leaseId, isKnown }) => leaseId !== '' && isKnown)
}

/** ISO time at which a change is undone; null when nothing is going to undo it. */
export function undoTime(
	{ change, lease }: Pick<ChangeOfLease, 'change' | 'lease'>,
	{ wall, now }: Snapshot,
): string | null {
	return lease.alive ? new Date(wall + change.undoAt - now).toISOString() : null
}

/** Why a part of the snapshot is not there. */
export function failuresOf({ counters, settings }: Snapshot): readonly Failure[] {
	return [counters, settings].flatMap((one) => (one.ok ? [] : [one.failure]))
}
