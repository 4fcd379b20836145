import {
	type Accounting,
	type AccountingInput,
	account,
	errorIsWithin,
	type SiteLines,
} from '../../investigation/accounting/accounting.ts'
import { type Silence, silenceOf } from '../../investigation/accounting/silence.ts'
import { invalidReasons } from '../../investigation/evidence.ts'
import { type LadderInput, ladder, ladderAsks, ladderSays } from '../../investigation/ladder/ladder.ts'
import type { Rung } from '../../investigation/ladder/rung.ts'
import * as english from '../../words/english/app/log.ts'
import type { PrintkTally, ReasonTally } from '../state/log-state.ts'
import { onceAState } from '../state/once-a-state.ts'
import type { Balance, LineTally, State, Way } from '../state/state.ts'
import { countNamed, type NamedRow, namedInAccount, namedWithin } from './named.ts'
import { goesToKernelLog, goesToNflog, packetRate } from './path.ts'
import { sitesOfNetfilter } from './printing.ts'
import { reasonRate } from './reasons.ts'
import { trackingNow } from './table.ts'
import { tallyBetween, tallySum } from './tally.ts'
import { tallySince, toldBy } from './told-messages.ts'
import { tellsAll } from './unlined.ts'
import { notTold, ourReader, readerStarts } from './why.ts'

/** What a state comes to, for all screens and reports. */
export type Account = Silence & {
	/**
	 * What the kernel counted as INVALID since the way of the reasons opened, against the lines that came. Undefined before
	 * the first two readings of the counters after that, and while no reason can reach us.
	 */
	readonly accounting: Accounting | undefined
	/** The lines of that account by the key of their reason's row; undefined where there is no account. */
	readonly lines: ReasonTally | undefined
	/** INVALID packets without a line, more than what may just be under way: worth a row of their own. */
	readonly meantSilent: number
	/** INVALID packets without a line that have a name, as part of that account, most frequent first. */
	readonly named: readonly NamedRow[]
	/**
	 * INVALID packets that the rows of Watch tell of, each once: what the share of a reason is a part of, on all screens. Lines
	 * about packets that are not INVALID are none of them.
	 */
	readonly shared: { readonly packets: number; readonly lines: number }
	/** INVALID packets that no line told about, since the start of the program, whether the way was open or not. */
	readonly notTold: { readonly count: number; readonly rate: number }
	/** Every check between a packet and its reason line, in the order in which a line meets them. */
	readonly checks: readonly Rung[]
	/** All checks in one sentence: will reasons reach us as things stand? And what the first one that it names asks for. */
	readonly verdict: { readonly says: string; readonly next: string }
}

export const accountOf = onceAState((state): Account => {
	const rows = tellsAll(state.way) ? namedInAccount(state) : []
	const accounting = accountingOf(state, rows)
	const checks = ladder(ladderInput(state))
	const { sentence } = ladderSays(checks)
	const silent = meantSilent(state, accounting)
	const unlogged = notToldPart(state)
	const told = invalidReasons(state).reduce((sum, { count }) => sum + count, 0)
	return {
		accounting,
		lines: linesOf(state),
		meantSilent: silent,
		named: accounting === undefined ? [] : namedWithin(rows, accounting),
		shared: {
			packets: told + (accounting?.named ?? 0) + (notTold(state) ? unlogged.count : silent),
			lines: told,
		},
		notTold: unlogged,
		checks,
		verdict: { says: sentence.endsWith('.') ? sentence : `${sentence}.`, next: ladderAsks(checks) },
		...silenceOf(silentInput(state, accounting)),
	}
})

function accountingOf(state: State, named: readonly NamedRow[]): Accounting | undefined {
	const { way, unlined } = state
	// Between a reading and itself nothing was counted, which is not "no packet".
	return way?.first === undefined || way.last === undefined || way.last.at === way.first.at
		? undefined
		: accountBetween(state, way, way.first, way.last, unlined === undefined ? undefined : countNamed(named))
}

function linesOf({ way }: State): ReasonTally | undefined {
	const first = way?.first?.reasons
	const last = way?.last?.reasons
	if (first === undefined || last === undefined) return undefined
	return Object.fromEntries(Object.entries(last).map(([key, count]) => [key, count - (first[key] ?? 0)]))
}

function notToldPart(state: State): Account['notTold'] {
	const counters = state.counters.value
	const lines = state.reasons.filter(({ reason }) => reason.verdict === 'invalid')
	// An ICMP packet that fails its error check moves `error` and leaves `invalid` as it is, and prints its line all the same.
	const counted = (counters?.since.invalid ?? 0) + (counters?.since.error ?? 0)
	const countedNow = (counters?.rates.invalid ?? 0) + (counters?.rates.error ?? 0)
	const told = lines.reduce((sum, row) => sum + row.count, 0)
	const toldNow = lines.reduce((sum, row) => sum + reasonRate(row), 0)
	return { count: Math.max(0, counted - told), rate: Math.max(0, countedNow - toldNow) }
}

/** Part of a second that the lines of a reading may be late or early. */
const UNDER_WAY_S = 0.2

function meantSilent(state: State, accounting: Accounting | undefined): number {
	const { way } = state
	if (way === undefined || accounting === undefined) return 0
	const underWay = (way.rateAtStart + packetRate(state)) * UNDER_WAY_S
	return accounting.silent > underWay ? accounting.silent : 0
}

/**
 * Where no silent packet was counted yet, the paths are judged as if there had been one: what a site would tell is asked
 * before there is something to tell.
 */
function silentInput(state: State, accounting: Accounting | undefined) {
	const { first, last } = state.way ?? {}
	const { error = 0, drop = 0 } = state.counters.value?.since ?? {}
	return {
		values: valuesSeen(state),
		moved:
			accounting !== undefined && accounting.silent > 0
				? { ...accounting.unexplained, drop: (last?.counted.drop ?? 0) - (first?.counted.drop ?? 0) }
				: { invalid: 1, error, drop },
		traits: state.traits,
		sites: sitesOfNetfilter(state),
	}
}

/** What is asked for and who takes it: probes see what the kernel has to say before it looks at any of these. */
const ALL_TOLD = { log_invalid: '255', 'nf_log.2': english.aKernelProbe, 'nf_log.10': english.aKernelProbe }

const valuesSeen = ({ settings, way }: State): Readonly<Record<string, string>> => ({
	...settings.value?.values,
	...(way?.source === 'probe' ? ALL_TOLD : {}),
})

function accountBetween(
	state: Pick<State, 'settings' | 'counters' | 'facts' | 'told' | 'log' | 'nflog'>,
	{ source, asked }: Way,
	first: Balance,
	last: Balance,
	named: AccountingInput['named'],
): Accounting {
	const { settings, counters, facts } = state
	const lines: Record<Way['source'], LineTally> = {
		kmsg: tallyBetween(first.tally.kmsg, last.tally.kmsg),
		nflog: tallyBetween(first.tally.nflog, last.tally.nflog),
		probe: tallyBetween(first.tally.probe, last.tally.probe),
	}
	const value = settings.value
	// Where NFLOG takes both families, what the kernel log has is from other network namespaces.
	const both = source === 'nflog' && value !== undefined && goesToKernelLog(value)
	const columns = (counters.value?.proc ?? counters.value?.cli)?.columns ?? []
	return account({
		counted: {
			invalid: last.counted.invalid - first.counted.invalid,
			error: last.counted.error - first.counted.error,
			drop: last.counted.drop - first.counted.drop,
		},
		lines: both ? tallySum(lines.kmsg, lines.nflog) : lines[source],
		lost: {
			ring: last.lost.ring - first.lost.ring,
			socket: last.lost.socket - first.lost.socket,
		},
		...(source === 'nflog' ? { unread: last.unread, stalled: state.nflog.stalled } : {}),
		source,
		asked,
		...(named === undefined ? {} : { named }),
		shared: (source === 'kmsg' || both) && value?.values.nf_log_all_netns === '1',
		errorWithin: errorIsWithin(columns, facts?.kernel ?? ''),
		printed: printedLines(state, tallySince(first.printk, last.printk)),
		printedByOthers: printedByOthers(state, value?.values),
	})
}

/** What call sites printed, as the account takes it. */
export function printedLines({ told }: Pick<State, 'told'>, counts: PrintkTally): readonly SiteLines[] {
	return told.flatMap(({ id, site }) => {
		const count = counts[id] ?? 0
		return count > 0 ? [{ explains: toldBy(site).explains, count }] : []
	})
}

/**
 * A printk is of any network namespace, whatever nf_log_all_netns says. That there are others is known where we are not
 * in the initial one, and where lines of others come.
 */
export const printedByOthers = (
	{ facts, log }: Pick<State, 'facts' | 'log'>,
	values: Readonly<Record<string, string>> | undefined,
): boolean => facts?.netns.initial === false || values?.nf_log_all_netns === '1' || log.foreignLines > 0

/** The checks are those of the way that lines take now. */
function ladderInput(state: State): LadderInput {
	const { facts, settings, log, nflog, probes, counters, table, way } = state
	const walk = table.value
	const value = settings.value
	const starts = readerStarts(state)
	const nflogAsked = value !== undefined && goesToNflog(value) && (nflog.status !== 'off' || starts)
	return {
		kernel: facts?.kernel ?? '',
		netns: facts?.netns ?? { inode: 0, name: 'init', initial: true },
		settings: value,
		logFailure: log.failure,
		lost: way?.source === 'probe' ? probes.lost : log.lost,
		packetLines: log.packetLines,
		totals: counters.value?.totals,
		tracking: trackingNow(state),
		offloaded: walk === undefined ? undefined : walk.ipv4.offload + walk.ipv6.offload,
		source: way?.source ?? (nflogAsked ? 'nflog' : 'kmsg'),
		reader: ourReader(state),
		readerStarts: starts,
		readerFailure: nflog.failure,
		readerStalled: nflog.stalled ? nflog.unread : 0,
		lostInSocket: nflog.lost,
		sites: sitesOfNetfilter(state),
	}
}
