import {
	type Accounting,
	account,
	errorIsWithin,
	type SiteLines,
} from '../../investigation/accounting/accounting.ts'
import type { PrintkTally } from '../state/log-state.ts'
import type { Balance, LineTally, State, Way } from '../state/state.ts'
import { tallyBetween, tallySum } from './batch.ts'
import { goesToKernelLog, packetRate } from './path.ts'
import { tallySince, toldBy } from './told-messages.ts'

/**
 * What the kernel counted as INVALID since the way of the reasons opened, against the lines that came. Undefined before
 * the first two readings of the counters after that, and while no reason can reach us.
 */
export function accountingOf(state: State): Accounting | undefined {
	const { way } = state
	return way?.first === undefined || way.last === undefined
		? undefined
		: accountBetween(state, way.source, way.asked, way.first, way.last)
}

function accountBetween(
	state: Pick<State, 'settings' | 'counters' | 'facts' | 'told' | 'log' | 'nflog'>,
	source: Way['source'],
	asked: string | undefined,
	first: Balance,
	last: Balance,
): Accounting {
	const { settings, counters, facts } = state
	const lines: Record<Way['source'], LineTally> = {
		kmsg: tallyBetween(first.tally.kmsg, last.tally.kmsg),
		nflog: tallyBetween(first.tally.nflog, last.tally.nflog),
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

/** Part of a second that the lines of a reading may be late or early. */
const UNDER_WAY_S = 0.2

/** INVALID packets without a line, more than what may just be under way: worth a row of their own. */
export function meantSilent(state: State): number {
	const { way } = state
	const accounting = accountingOf(state)
	if (way === undefined || accounting === undefined) return 0
	const underWay = (way.rateAtStart + packetRate(state)) * UNDER_WAY_S
	return accounting.silent > underWay ? accounting.silent : 0
}
