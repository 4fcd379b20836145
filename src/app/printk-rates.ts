import type { PrintkSite } from '../kernel/dyndbg-control.ts'
import { estimate, type Rates, siteTold, type Talk } from '../reasons/printk-sites.ts'
import { FLOOD_LINES, type State } from './state.ts'

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
export function linesPerSecond(talks: readonly Talk[], rates: Rates): number | null {
	const known = estimate(talks, rates)
	if (known !== null || rates.packets === null) return known
	// A connection takes at least one packet, and a bad packet is one.
	const { packets } = rates
	return estimate(talks, {
		packets,
		connections: rates.connections ?? Math.max(0, packets - (rates.invalid ?? 0)),
		invalid: rates.invalid ?? packets,
	})
}

const told = new WeakMap<PrintkSite, Talk>()

export function talkOf(site: PrintkSite): Talk {
	const known = told.get(site)
	if (known !== undefined) return known
	const { talk } = siteTold(site)
	told.set(site, talk)
	return talk
}

/** From where on a set of sites is worth a warning: half of what the breaker ends. */
export const WARN_LINES = FLOOD_LINES / 2
