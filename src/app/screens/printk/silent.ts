import type { PrintkSite, SiteId } from '../../../kernel/dyndbg/dyndbg-control.ts'
import { type Proposal, proposals } from '../../../reasons/printk/printk-proposals.ts'
import { type SilentPath, silentPaths } from '../../../reasons/silent-paths.ts'
import { netfilterSites } from '../../changing/printk-sites.ts'
import { accountingOf } from '../../log/accounting.ts'
import type { State } from '../../state/state.ts'

export type SilentNow = {
	readonly paths: readonly SilentPath[]
	/** INVALID packets that no line told of since the reasons are read; undefined while none can reach us. */
	readonly silent: number | undefined
}

const remembered = new WeakMap<State, SilentNow>()

/**
 * Which silent paths there are here and how each stands. Where no silent packet was counted yet, they are judged as if
 * there had been one: what a site would tell is asked before there is something to tell.
 */
export function silentNow(state: State): SilentNow {
	const known = remembered.get(state)
	if (known !== undefined) return known
	const accounting = accountingOf(state)
	const { first, last } = state.way ?? {}
	const drop = (last?.counted.drop ?? 0) - (first?.counted.drop ?? 0)
	const counted = accounting !== undefined && accounting.silent > 0
	const since = state.counters.value?.since ?? {}
	const moved = counted
		? { ...accounting.unexplained, drop }
		: { invalid: 1, error: since.error ?? 0, drop: since.drop ?? 0 }
	const values = state.settings.value?.values ?? {}
	const made = {
		paths: silentPaths({ values, moved, traits: state.traits }),
		silent: accounting?.silent,
	}
	remembered.set(state, made)
	return made
}

const NONE: readonly Proposal[] = []
const last = new WeakMap<
	ReadonlyMap<SiteId, PrintkSite>,
	{ readonly key: string; readonly found: readonly Proposal[] }
>()

/** Sites of this kernel that tell of packets for which nothing is printed, best first; the same list while nothing moves. */
export function proposedSites(state: State): readonly Proposal[] {
	const ids = state.printk.value?.ids
	if (ids === undefined || ids.size === 0) return NONE
	const { paths } = silentNow(state)
	const key = paths.map(({ id, standing }) => `${id} ${standing}`).join()
	const known = last.get(ids)
	if (known?.key === key) return known.found
	const sites = netfilterSites(ids).map(({ site }) => site)
	const found = proposals(sites, paths).filter(({ id }) => ids.has(id))
	last.set(ids, { key, found })
	return found
}
