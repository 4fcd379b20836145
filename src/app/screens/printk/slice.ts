import { siteOfKnob } from '../../../changes/kinds/call-site.ts'
import { canonicalFlags, NO_FLAGS } from '../../../changes/kinds/call-site-flags.ts'
import { type PrintkSite, siteIds } from '../../../kernel/dyndbg/dyndbg-control.ts'
import type { LeaseView } from '../../../model/change.ts'
import type { MonotonicMs } from '../../../model/clock.ts'
import type { ModuleReading } from '../../../model/modules.ts'
import type { PrintkReading } from '../../../model/printk-reading.ts'
import { ok, type Result } from '../../../words/failure.ts'
import { readingOf } from '../../state/readings.ts'
import type { State } from '../../state/state.ts'

export function printkRead(state: State, result: Result<PrintkReading>): State {
	if (!result.ok) return { ...state, printk: readingOf(state.printk, result) }
	const before = state.printk.value
	const same = before !== undefined && sameSites(before.sites, result.value.sites)
	// What was made of the rows stays good while no row differs.
	const rows = same ? { sites: before.sites, ids: before.ids } : { ids: siteIds(result.value.sites) }
	return { ...state, printk: readingOf(state.printk, ok({ ...result.value, ...rows })) }
}

function sameSites(before: readonly PrintkSite[], now: readonly PrintkSite[]): boolean {
	return (
		before.length === now.length &&
		before.every((site, at) => {
			const other = now[at]
			return (
				other !== undefined &&
				site.flags === other.flags &&
				site.line === other.line &&
				site.file === other.file &&
				site.func === other.func &&
				site.format === other.format &&
				site.module === other.module &&
				site.class === other.class
			)
		})
	)
}

export function modulesRead(state: State, result: Result<readonly ModuleReading[]>, at: MonotonicMs): State {
	return {
		...state,
		modules: readingOf(state.modules, result.ok ? ok({ at, list: result.value }) : result),
	}
}

/**
 * What the guard has read back of call sites since its last view: the file itself is large and read again when its share
 * of the processor allows, on a slow machine a minute later, and until then the screen would show flags of before.
 */
export function flagsToldBy(
	printk: State['printk'],
	before: LeaseView | undefined,
	view: LeaseView,
): State['printk'] {
	const { value } = printk
	if (value === undefined || value.ids.size === 0) return printk
	const fresh = new Map<PrintkSite, PrintkSite>()
	for (const { seq, knob, now } of view.changes) {
		const site = value.ids.get(siteOfKnob(knob) ?? '')
		const flags = now === null ? undefined : canonicalFlags(now)
		if (site === undefined || flags === undefined) continue
		if (before?.changes.some((one) => one.seq === seq && one.now === now) === true) continue
		fresh.set(site, { ...site, flags: flags === NO_FLAGS ? '' : flags })
	}
	const differs = [...fresh].some(([site, { flags }]) => site.flags !== flags)
	if (!differs) return printk
	const told = (site: PrintkSite): PrintkSite => fresh.get(site) ?? site
	const ids = new Map([...value.ids].map(([id, site]) => [id, told(site)]))
	return { ...printk, value: { ...value, sites: value.sites.map(told), ids } }
}
