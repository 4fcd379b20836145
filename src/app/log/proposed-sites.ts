import { type Proposal, proposals } from '../../reasons/printk/printk-proposals.ts'
import type { SilentPath } from '../../reasons/silent-paths.ts'
import { keyOf } from '../state/bindings.ts'
import type { State } from '../state/state.ts'
import { sitesOfNetfilter } from './printing.ts'

type Path = Pick<SilentPath, 'id' | 'standing'>

/** Call sites of this kernel that would tell of these silent paths, best first; none without dynamic debug. */
export const proposedSites = (state: Pick<State, 'printk'>, silent: readonly Path[]): readonly Proposal[] => {
	const sites = sitesOfNetfilter(state)
	return sites.length === 0 ? [] : proposals(sites, silent)
}

const KEY = keyOf('go-printk')

/** The call site whose line means exactly such a packet; undefined where this kernel has none, or no control file. */
export const siteOf = (found: readonly Proposal[], path: string): Proposal | undefined =>
	found.find(({ paths, exact }) => exact && paths.includes(path))

/** What to do on the screen for one silent path, or that it is done already. '' without a call site. */
export function siteFor(found: readonly Proposal[], path: string): string {
	const fit = siteOf(found, path)
	if (fit === undefined) return ''
	const { site, paths } = fit
	const name = `call site "${site.format.trim()}" of ${site.func}`
	const shared = paths.length > 1 ? ', which counts other silent packets too' : ', which counts these packets'
	return site.flags.includes('p')
		? `${name} is on: its lines below count them, likely`
		: `key ${KEY}: switch on ${name}${shared}`
}
