import { type Proposal, proposals } from '../reasons/printk-proposals.ts'
import type { SilentPath } from '../reasons/silent.ts'
import { netfilterSites } from './printing.ts'
import { SCREENS, type State } from './state.ts'

type Path = Pick<SilentPath, 'id' | 'standing'>

/** Call sites of this kernel that would tell of these silent paths, best first; none without dynamic debug. */
export const proposedSites = (state: Pick<State, 'printk'>, silent: readonly Path[]): readonly Proposal[] => {
	const sites = netfilterSites(state)
	return sites.length === 0 ? [] : proposals(sites, silent)
}

const KEY = SCREENS.find(({ id }) => id === 'printk')?.key

/**
 * What to do for one silent path: the call site whose line means exactly it, and whether it prints already. '' where this
 * kernel has none, and where the control file cannot be read.
 */
export function siteFor(found: readonly Proposal[], path: string): string {
	const fit = found.find(({ paths, exact }) => exact && paths.includes(path))
	if (fit === undefined) return ''
	const { site, paths } = fit
	const name = `call site "${site.format.trim()}" of ${site.func}`
	const shared = paths.length > 1 ? ', which counts other silent packets too' : ', which counts these packets'
	return site.flags.includes('p')
		? `${name} is on: its lines below count them, likely`
		: `key ${KEY}: switch on ${name}${shared}`
}
