import type { PrintkSite } from '../../kernel/dyndbg/dyndbg-control.ts'
import { type Proposal, proposals } from '../../reasons/printk/printk-proposals.ts'
import { type SilentInput, type SilentPath, silentPaths } from '../../reasons/silent-paths.ts'

/** What can be said of packets that were counted without a line. */
export type Silence = {
	/** The paths on which that can happen, likely ones first. */
	readonly paths: readonly SilentPath[]
	/** Call sites of this kernel that would tell of such packets, best first; the same list while nothing moves. */
	readonly proposed: readonly Proposal[]
}

/** `sites`: those of netfilter in this kernel; none without dynamic debug. */
export function silenceOf(input: SilentInput & { readonly sites: readonly PrintkSite[] }): Silence {
	const paths = silentPaths(input)
	return { paths, proposed: proposedFor(input.sites, paths) }
}

const remembered = new WeakMap<
	readonly PrintkSite[],
	{ readonly key: string; readonly found: readonly Proposal[] }
>()

function proposedFor(sites: readonly PrintkSite[], paths: readonly SilentPath[]): readonly Proposal[] {
	const key = paths.map(({ id, standing }) => `${id} ${standing}`).join()
	const known = remembered.get(sites)
	if (known?.key === key) return known.found
	const found = proposals(sites, paths)
	remembered.set(sites, { key, found })
	return found
}

/** The call site whose line means exactly such a packet; undefined where this kernel has none. */
export const siteOf = (proposed: readonly Proposal[], path: string): Proposal | undefined =>
	proposed.find(({ paths, exact }) => exact && paths.includes(path))
