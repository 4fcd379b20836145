import { isPrintkModule, PRINTK_FOLDER } from '../../changes/kinds/call-site.ts'
import type { PrintkSite, SiteId } from '../../kernel/dyndbg/dyndbg-control.ts'

/** A call site of netfilter with what the filter looks at. */
export type SiteEntry = {
	readonly id: SiteId
	readonly site: PrintkSite
	readonly text: string
	/** Shown without a filter too: of conntrack, NAT, defragmentation or the loggers, or printing now. */
	readonly usual: boolean
}

type Ids = ReadonlyMap<SiteId, PrintkSite>

const USUAL = /^nf_(?:conntrack|nat|defrag|log|ct)(?:_|$)/

export const prints = ({ flags }: PrintkSite): boolean => flags.includes('p')

/** What the trackers print comes first, then what is before and behind them, helpers after those. */
function rank({ file, module }: PrintkSite): number {
	// Inline functions of headers: they cannot be switched from here.
	if (!file.startsWith(PRINTK_FOLDER)) return 7
	if (module === 'nf_conntrack') return 0
	if (module.startsWith('nf_defrag')) return 1
	if (module === 'nf_nat') return 2
	if (module.startsWith('nf_log')) return 3
	if (module.startsWith('nf_conntrack')) return 4
	return module.startsWith('nf_nat') ? 5 : 6
}

const inOrder = (a: SiteEntry, b: SiteEntry): number =>
	rank(a.site) - rank(b.site) ||
	compared(a.site.file, b.site.file) ||
	a.site.line - b.site.line ||
	compared(a.id, b.id)

const compared = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const remembered = new WeakMap<Ids, readonly SiteEntry[]>()

/**
 * Every call site of netfilter, those of a file together and by line. The rest of the kernel has thousands more, which
 * are never switched and never shown. One answer for each map: the reducer keeps it while no row differs.
 */
export function netfilterSites(ids: Ids): readonly SiteEntry[] {
	const known = remembered.get(ids)
	if (known !== undefined) return known
	const entries: SiteEntry[] = []
	for (const [id, site] of ids) {
		const { file, module, func, flags, format } = site
		if (!isPrintkModule(module)) continue
		entries.push({
			id,
			site,
			text: `${file} ${module} ${func} =${flags === '' ? '_' : flags} ${prints(site) ? 'prints ' : ''}${format}`,
			usual: USUAL.test(module) || prints(site),
		})
	}
	entries.sort(inOrder)
	remembered.set(ids, entries)
	return entries
}
