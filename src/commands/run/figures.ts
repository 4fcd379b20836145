import { printedByOthers, printedLines } from '../../app/log/account.ts'
import { sitesOfNetfilter } from '../../app/log/printing.ts'
import { tallyOf } from '../../app/log/told-messages.ts'
import type { ProbeTold } from '../../app/state/probes-state.ts'
import type { State } from '../../app/state/state.ts'
import type { ReasonSource } from '../../changes/log-source.ts'
import {
	type Accounting,
	type AccountingInput,
	account,
	errorIsWithin,
} from '../../investigation/accounting/accounting.ts'
import { silenceOf, siteOf } from '../../investigation/accounting/silence.ts'
import type { PrintkSite } from '../../kernel/dyndbg/dyndbg-control.ts'
import type { Settings } from '../../model/settings.ts'
import type { SilentPath } from '../../reasons/silent-paths.ts'
import * as english from '../../words/english/commands/run.ts'
import type { Result } from '../../words/failure.ts'
import { grouped } from '../../words/numbers.ts'
import { unbroken } from '../../words/paragraph.ts'
import { visible } from '../../words/visible.ts'
import type { RunReason, RunReport } from './types.ts'

/** What the report takes from the state at the end. */

export type Counts = AccountingInput['counted']

export function countsOf({ counters }: State): Counts {
	const { invalid = 0, error = 0, drop = 0 } = counters.value?.since ?? {}
	return { invalid, error, drop }
}

export type Ended = {
	/** What was counted when reasons stopped coming before the command ended; undefined when they did not. */
	readonly counted: Counts
	/** Nobody read them any more, or they were no longer asked for. */
	readonly how: 'unread' | 'off'
}

export type Figures = {
	readonly state: State
	readonly source: ReasonSource
	/** As they were while logging was on. */
	readonly settings: Result<Settings>
	readonly socketLost: number
	readonly ended: Ended | undefined
	/** The reader ended by itself: what lay unread in it then is not known. */
	readonly unsure: boolean
	/** Packets without a line that have a name; undefined where none were looked at. */
	readonly named: AccountingInput['named']
}

const valuesOf = (settings: Result<Settings>) => (settings.ok ? settings.value.values : {})

export function accountingOf(figures: Figures): Accounting {
	const { state, source, settings, socketLost, ended, unsure, named } = figures
	const counted = countsOf(state)
	const values = valuesOf(settings)
	const unread = ended?.how === 'unread' ? Math.max(0, sumOf(counted) - sumOf(ended.counted)) : 0
	// Any packet without a line may have been one that lay in it.
	const lost = unsure ? sumOf(counted) : 0
	const { proc } = state.counters.value ?? {}
	return account({
		errorWithin: errorIsWithin(proc?.columns ?? [], state.facts?.kernel ?? ''),
		counted: ended?.how === 'off' ? ended.counted : counted,
		lines: state.log.tally[source],
		// What the ring of the kernel log loses are not our lines while they go to NFLOG.
		lost: { ring: source === 'kmsg' ? state.log.lost : 0, socket: socketLost + unread + lost },
		source,
		...(named === undefined ? {} : { named }),
		// Probes are asked by nobody else, and for all.
		asked: source === 'probe' ? '255' : values.log_invalid,
		printed: printedLines(state, tallyOf(state.told)),
		printedByOthers: printedByOthers(state, values),
		shared: source === 'kmsg' && values.nf_log_all_netns !== undefined && values.nf_log_all_netns !== '0',
	})
}

export const sumOf = ({ invalid, error }: Counts): number => invalid + error

/** What is asked for and who takes it: probes see what the kernel has to say before it looks at any of these. */
const ALL_TOLD = { log_invalid: '255', 'nf_log.2': english.aKernelProbe, 'nf_log.10': english.aKernelProbe }

/** How a packet can be counted without a line on this host, for the counters that lines do not explain. */
export function silentOf(
	{ state, settings, source }: Figures,
	accounting: Accounting,
): readonly SilentPath[] {
	if (accounting.silent === 0) return []
	const { paths, proposed } = silenceOf({
		values: source === 'probe' ? { ...valuesOf(settings), ...ALL_TOLD } : valuesOf(settings),
		moved: { ...accounting.unexplained, drop: countsOf(state).drop },
		traits: state.traits,
		sites: sitesOfNetfilter(state),
	})
	return paths
		.filter(({ standing }) => standing !== 'ruled-out')
		.map((path) => {
			const fit = siteOf(proposed, path.id)
			return fit === undefined ? path : { ...path, tellApart: byCallSite(fit.site) }
		})
}

/** This kernel has a call site whose lines count these packets. */
const byCallSite = ({ func, format, flags }: PrintkSite): string =>
	flags.includes('p')
		? english.theLinesOfAmongPrintk(visible(func))
		: english.runItAgainWithCounts(unbroken(`--printk ${visible(func)}`), visible(format.trim()))

/** What else the kernel said about connection tracking meanwhile, as sentences. */
export function neighboursOf({ log }: State): readonly string[] {
	const counts = new Map<string, number>()
	for (const { neighbour } of log.entries) {
		if (neighbour !== undefined) counts.set(neighbour.title, (counts.get(neighbour.title) ?? 0) + 1)
	}
	return [...counts].map(([title, count]) =>
		count === 1 ? english.theKernelAlsoSaid(title) : english.theKernelAlsoSaidTimes(grouped(count), title),
	)
}

export function reasonsOf({
	reasons,
	told,
}: Pick<State, 'reasons'> & { readonly told: Pick<ProbeTold, 'ledgers'> }): readonly RunReason[] {
	return reasons.map(({ key, reason, count, lastDetail, flows, sample }) => ({
		id: reason.id,
		text: reason.title,
		protocol: reason.protocol,
		verdict: reason.verdict,
		count,
		detail: lastDetail,
		flow: flows[0]?.flow ?? null,
		sample: visible(sample),
		ledger: told.ledgers.get(key) ?? null,
	}))
}

export function countersOf(
	{ counters }: State,
	before: Readonly<Record<string, number>>,
): RunReport['counters'] {
	const { totals = {}, since = {} } = counters.value ?? {}
	return Object.fromEntries(
		Object.entries(totals)
			.filter(([name]) => name !== 'entries')
			.map(([name, after]) => [name, { before: before[name] ?? 0, after, delta: since[name] ?? 0 }]),
	)
}
