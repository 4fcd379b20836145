import type { PrintkSite } from '../../../kernel/dyndbg/dyndbg-control.ts'
import { estimate, type Rates, type SiteTold, type Talk } from '../../../reasons/printk/printk-sites.ts'
import * as english from '../../../words/english/app/printk.ts'
import { rate } from '../../../words/numbers.ts'
import { toldBy } from '../../log/told-messages.ts'
import { FLOOD_LINES, type State } from '../../state/state.ts'

/** What is measured now, per second. */
export function ratesNow({ counters }: Pick<State, 'counters'>): Rates {
	const { value } = counters
	const since = value?.since ?? {}
	// Kernels of today keep the names `new` and `insert` and count nothing there.
	const counted = ['new', 'insert'].find((name) => (since[name] ?? 0) > 0)
	const packets = value?.packets?.rate ?? null
	const connections = counted === undefined ? null : (value?.rates[counted] ?? null)
	const measured = value !== undefined && value.recent.length > 0
	return { packets, connections, invalid: measured ? (value.rates.invalid ?? null) : null }
}

/** Lines a second that these sites would print together, at most; null where that was not measured. */
export function linesPerSecond(sites: readonly PrintkSite[], rates: Rates): number | null {
	const told = sites.map(toldBy)
	// A line that is one silent packet excludes the others of that kind: together they print for each bad packet once.
	const exact = told.findIndex(isExact)
	return linesOf(
		told.filter((one, index) => !isExact(one) || index === exact).map(({ talk }) => talk),
		rates,
	)
}

const isExact = ({ talk, explains }: SiteTold): boolean => talk === 'per-bad-packet' && explains.length > 0

function linesOf(talks: readonly Talk[], rates: Rates): number | null {
	const known = estimate(talks, rates)
	if (known !== null || rates.packets === null) return known
	// A connection takes at least one packet, and a bad packet is one.
	const { packets, invalid, connections } = rates
	return estimate(talks, {
		packets,
		invalid: invalid ?? packets,
		connections: connections ?? Math.max(0, packets - (invalid ?? 0)),
	})
}

/** How often, as a sentence says it of one site and of several. */
const OFTEN: Readonly<Record<Talk, string>> = {
	'per-packet': english.forEveryPacket,
	'per-connection': english.forEveryConnection,
	'per-bad-packet': english.forEveryBadPacket,
	rare: english.nowAndThen,
}

const LOUDEST_FIRST: readonly Talk[] = ['per-packet', 'per-connection', 'per-bad-packet', 'rare']

/**
 * How many lines these sites will print, before they are switched on: "prints for every packet: about 4 200 lines/s now;
 * the breaker ...". Undefined for none.
 */
export function floodNote(
	state: Pick<State, 'counters' | 'modes'>,
	sites: readonly PrintkSite[],
): { readonly text: string; readonly isLoud: boolean } | undefined {
	const talks = sites.map((site) => toldBy(site).talk)
	const loudest = LOUDEST_FIRST.find((talk) => talks.includes(talk))
	if (loudest === undefined) return undefined
	const same = talks.filter((talk) => talk === loudest).length
	const who =
		talks.length === 1 ? 'prints' : same === talks.length ? english.theyPrint : english.ofThemPrint(same)
	const lines = linesPerSecond(sites, ratesNow(state))
	const isLoud = loudest === 'per-packet' || loudest === 'per-connection' || (lines ?? 0) >= FLOOD_LINES / 2
	const all = talks.length > same && lines !== null ? english.allTogether : ''
	const often =
		lines === null
			? english.howManyThatAreWasNot
			: loudest === 'rare'
				? ''
				: english.aboutLinesSNow2(all, rate(lines))
	const { maxRate } = state.modes
	const breaker = maxRate > 0 ? english.theBreakerSwitchesItOff(maxRate) : english.noBreakerSwitchesItOff
	const sentence = `${who} ${OFTEN[loudest]}${often === '' ? '' : `: ${often}`}`
	return { text: isLoud ? `${sentence}; ${breaker}` : sentence, isLoud }
}
