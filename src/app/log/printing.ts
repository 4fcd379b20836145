import { isPrintkModule, PRINTK_FOLDER, siteOfKnob } from '../../changes/kinds/call-site.ts'
import type { PrintkSite, SiteId } from '../../kernel/dyndbg/dyndbg-control.ts'
import { createPrintkReader, type PrintkLine } from '../../kernel/dyndbg/dyndbg-line.ts'
import type { State } from '../state/state.ts'

type Sites = ReadonlyMap<SiteId, PrintkSite>
type Reader = (text: string) => PrintkLine | undefined

/** A line is read a little after it was printed: so long a site that we switched off is still looked for. */
const LATE_MS = 5_000

const NONE: Sites = new Map()
const printing = new WeakMap<Sites, Sites>()
const netfilter = new WeakMap<Sites, readonly PrintkSite[]>()
/** For one reading of the control file: by the sites of our own that are added to those that print. */
const readers = new WeakMap<Sites, Map<string, Reader>>()

/** Other parts of the kernel are not looked at: every further text makes a mistake more likely. */
export const ofNetfilter = ({ file, module }: PrintkSite): boolean =>
	file.startsWith(PRINTK_FOLDER) && isPrintkModule(module)

/** The call sites of netfilter in this kernel; the same array while the control file does not change. */
export function sitesOfNetfilter({ printk }: Pick<State, 'printk'>): readonly PrintkSite[] {
	const ids = printk.value?.ids ?? NONE
	const known = netfilter.get(ids)
	if (known !== undefined) return known
	const found = [...ids.values()].filter(ofNetfilter)
	netfilter.set(ids, found)
	return found
}

/** Those that print, by the last reading. */
function printingSites(ids: Sites): Sites {
	const known = printing.get(ids)
	if (known !== undefined) return known
	const found = new Map([...ids].filter(([, site]) => site.flags.includes('p') && ofNetfilter(site)))
	printing.set(ids, found)
	return found
}

/**
 * Reads lines of the call sites that print, or that we switched on and off a moment ago: the control file is read now
 * and then, and the guard is faster. Undefined, and at no cost, while there is none.
 */
export function printkReader(state: Pick<State, 'printk' | 'lease' | 'wall'>): Reader | undefined {
	const ids = state.printk.value?.ids
	if (ids === undefined) return undefined
	const on = printingSites(ids)
	const own = ownSites(state, on)
	if (on.size === 0 && own.length === 0) return undefined
	const key = own.map(({ id, flags }) => `${id} ${flags}`).join('\n')
	let known = readers.get(ids)
	if (known === undefined) {
		known = new Map()
		readers.set(ids, known)
	}
	const before = known.get(key)
	if (before !== undefined) return before
	const sites = new Map(on)
	for (const { id, flags } of own) {
		const site = ids.get(id)
		if (site !== undefined) sites.set(id, { ...site, flags })
	}
	const reader = createPrintkReader(sites)
	// A few changes of ours for each reading of the file, but nobody can say how many.
	if (known.size >= MOST_READERS) known.clear()
	known.set(key, reader)
	return reader
}

const MOST_READERS = 8

/** Sites of our changes that the last reading shows as off, with the flags that we gave them. */
function ownSites(
	{ printk, lease, wall }: Pick<State, 'printk' | 'lease' | 'wall'>,
	on: Sites,
): readonly { readonly id: SiteId; readonly flags: string }[] {
	const ids = printk.value?.ids ?? NONE
	return (lease?.changes ?? []).flatMap(({ knob, set, endedAt }) => {
		const id = siteOfKnob(knob)
		if (id === undefined || !set.includes('p') || on.has(id) || !ids.has(id)) return []
		return endedAt === null || wall - endedAt <= LATE_MS ? [{ id, flags: set }] : []
	})
}
