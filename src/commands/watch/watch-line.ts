import { bannerText } from '../../app/frame/banner.ts'
import { accountOf } from '../../app/log/account.ts'
import { namedRows, toNamed } from '../../app/log/named.ts'
import { tableFillOf } from '../../app/log/table.ts'
import type { ElsewhereState } from '../../app/state/probes-state.ts'
import type { ReasonRow, State } from '../../app/state/state.ts'
import type { Accounting } from '../../investigation/accounting/accounting.ts'
import * as english from '../../words/english/commands/screens.ts'
import { describe } from '../../words/failure.ts'
import { clock, grouped, rate } from '../../words/numbers.ts'
import { visible } from '../../words/visible.ts'
import { JSON_VERSION } from '../common/version.ts'
import { type PrintedSite, printedLines, printedSites } from '../printk/lines.ts'
import { loggingOf } from '../status/data.ts'
import { tableJson } from '../status/json.ts'

/** Two states, one interval apart. */
export type Interval = { readonly before: State; readonly after: State }

const seconds = ({ before, after }: Interval) => Math.max(0.001, (after.now - before.now) / 1000)

/** What the counter rose by in this interval. */
function rise({ before, after }: Interval, name: string): number {
	return (after.counters.value?.since[name] ?? 0) - (before.counters.value?.since[name] ?? 0)
}

/** Lines of this reason in this interval. */
function fresh({ before }: Interval, row: ReasonRow): number {
	return row.count - (before.reasons.find((one) => one.key === row.key)?.count ?? 0)
}

/** One object for each reading. Names stay; `since` counts from the start of the program, `delta` from the line before. */
export function watchJson(interval: Interval) {
	const { after, before } = interval
	const { counters, settings, log } = after
	const fill = tableFillOf(after)
	const { accounting, named } = accountOf(after)
	const since = counters.value?.since ?? {}
	const { entries, ...stat } = counters.value?.totals ?? {}
	return {
		v: JSON_VERSION,
		at: new Date(after.wall).toISOString(),
		seconds: Math.round(seconds(interval) * 1000) / 1000,
		netns: after.facts === undefined ? null : after.facts.netns,
		conntrack: {
			count: settings.value?.count ?? entries ?? null,
			max: settings.value?.max ?? null,
			stat: counters.value === undefined ? null : stat,
			since,
			delta: Object.fromEntries(Object.keys(since).map((name) => [name, rise(interval, name)])),
			table: fill === undefined ? null : tableJson(fill),
		},
		reasons: after.reasons.map((row) => ({
			id: row.reason.id,
			text: row.reason.title,
			protocol: row.reason.protocol,
			verdict: row.reason.verdict,
			// An RST of this host itself to such a packet: the other side sees "connection reset".
			answer: row.reason.answer === true,
			count: row.count,
			delta: fresh(interval, row),
			detail: row.lastDetail,
			flow: row.flows[0]?.flow ?? null,
			sample: visible(row.sample),
		})),
		// Packets about which the kernel has nothing to say, by what they say themselves.
		named: named.map(toNamed),
		account: accounting === undefined ? null : accountJson(accounting),
		source: after.way?.source ?? null,
		elsewhere: [...after.probes.elsewhere.values()].map(elsewhereJson),
		probes: after.probes.status === 'off' ? null : { packets: after.probes.packets, lost: after.probes.lost },
		// Call sites of dynamic debug, none of whose lines names a packet.
		printk: printedIn(interval),
		log: {
			following: log.status === 'following',
			records: log.records,
			lines: log.packetLines,
			rules: log.ruleLines,
			printk: log.printkLines,
			lost: log.lost,
			delta: {
				records: log.records - before.log.records,
				lines: log.packetLines - before.log.packetLines,
				lost: log.lost - before.log.lost,
			},
		},
		logging: settings.value === undefined ? null : loggingOf(settings.value),
		failures: [counters.failure, settings.failure, log.failure].flatMap((failure) =>
			failure === undefined ? [] : [{ kind: failure.kind, ...describe(failure) }],
		),
	}
}

/** Counted since the reasons began to come: counted = explained + named + silent + lost. */
const accountJson = ({ counted, explained, named, silent, lost, sentence }: Accounting) => ({
	counted,
	explained,
	named,
	silent,
	lost,
	sentence,
})

/** What probes have told of another network namespace. */
const elsewhereJson = (one: ElsewhereState) => ({
	netns: one.netns,
	reasons: one.reasons.map(({ reason, count }) => ({
		id: reason.id,
		text: reason.title,
		protocol: reason.protocol,
		count,
	})),
	named: namedRows(one.shapes, one, {}).map(toNamed),
	silent: one.silent,
})

function printedIn({ before, after }: Interval): readonly (PrintedSite & { readonly delta: number })[] {
	const earlier = new Map(printedSites(before.told).map(({ site, count }) => [site, count]))
	return printedSites(after.told).map((one) => ({ ...one, delta: one.count - (earlier.get(one.site) ?? 0) }))
}

/** Below that line, where the table has no room. */
export const watchBanner = ({ after }: Interval, columns: number): readonly string[] => {
	const banner = bannerText(after)
	return banner === undefined ? [] : [`  ${banner}`.slice(0, columns)]
}

/** Below that line what call sites printed in this interval, one paragraph for each. */
export const watchPrinted = (interval: Interval, columns: number): readonly string[] =>
	printedLines(
		printedIn(interval).filter(({ delta }) => delta > 0),
		Number.isFinite(columns) ? columns : LONGEST,
	)

/** A line of a file or a pipe. */
const LONGEST = 200

/** A terminal that is narrower gets a reading in two lines: a reason that is cut off would tell nothing. */
const ONE_LINE_COLUMNS = 140

/** What the kernel counts; then what it says. */
const COUNTED = [
	['TIME', 8],
	['INVALID/s', 10],
	['error/s', 8],
	['drop/s', 7],
	['early_drop/s', 13],
	['insert_failed/s', 16],
	['entries', 8],
	['max', 8],
] as const
const SAID = [
	['log_inv', 8],
	['lines/s', 8],
	['lost', 7],
] as const

type Column = readonly [name: string, cells: number]

const row = (columns: readonly Column[], values: readonly string[]): string =>
	columns.map(([, cells], index) => (values[index] ?? '-').padStart(cells)).join('')

const namesOf = (columns: readonly Column[]): string =>
	row(
		columns,
		columns.map(([name]) => name),
	)

/** The head over the readings, on as many lines as they take at most. `columns` is infinite for a file or a pipe. */
export function watchHead(columns: number): readonly string[] {
	const said = `${namesOf(SAID)}  ${english.mostFrequentReasonNow}`
	return columns >= ONE_LINE_COLUMNS
		? [`${namesOf(COUNTED)}${said}`]
		: [namesOf(COUNTED), said].map((line) => line.slice(0, columns))
}

/**
 * A reading: one line for a file, a pipe or a wide terminal, with numbers in plain digits for the former. Else what the
 * kernel says has a line of its own below, where it says something. No line is longer than `columns`.
 */
export function watchText(interval: Interval, columns: number): readonly string[] {
	const { after, before } = interval
	const number = Number.isFinite(columns) ? grouped : String
	const perSecond = (count: number) => rate(count / seconds(interval), number)
	const counter = (name: string) =>
		after.counters.value === undefined ? '-' : perSecond(rise(interval, name))
	const { count = null, max = null } = after.settings.value ?? {}
	const counted = row(COUNTED, [
		clock(after.wall),
		...['invalid', 'error', 'drop', 'early_drop', 'insert_failed'].map(counter),
		...[count, max].map((value) => (value === null ? '-' : number(value))),
	])
	const lines = after.log.packetLines - before.log.packetLines
	const lost = after.log.lost - before.log.lost
	const reason = topReason(interval)
	const said = row(SAID, [
		after.settings.value?.values.log_invalid ?? '-',
		after.log.status === 'following' ? perSecond(lines) : '-',
		number(lost),
	])
	const saidAll = `${said}  ${reason}`
	if (columns >= ONE_LINE_COLUMNS) return [`${counted}${saidAll}`.slice(0, columns).trimEnd()]
	const isSaid = lines > 0 || lost > 0 || reason !== ''
	return [counted, ...(isSaid ? [saidAll] : [])].map((line) => line.slice(0, columns).trimEnd())
}

function topReason(interval: Interval): string {
	const told = interval.after.reasons.map((row) => ({
		words: `${row.reason.protocol} ${row.reason.title}`,
		flow: row.flows[0]?.flow,
		count: fresh(interval, row),
	}))
	const before = accountOf(interval.before).named
	const named = accountOf(interval.after).named.map(({ key, protocol, text, flow, count }) => ({
		words: `${protocol} ${text}`,
		flow,
		count: count - (before.find((one) => one.key === key)?.count ?? 0),
	}))
	const [top] = [...told, ...named].filter(({ count }) => count > 0).sort((a, b) => b.count - a.count)
	if (top === undefined) return ''
	return top.flow === undefined ? top.words : `${top.words}, ${top.flow}`
}
