import { netfilterSites, type SiteEntry } from '../../app/changing/printk-sites.ts'
import { filterFor } from '../../app/state/filter.ts'
import { silenceOf } from '../../investigation/accounting/silence.ts'
import { siteIds } from '../../kernel/dyndbg/dyndbg-control.ts'
import type { PrintkReading } from '../../model/printk-reading.ts'
import type { Settings } from '../../model/settings.ts'
import type { Proposal } from '../../reasons/printk/printk-proposals.ts'
import { NO_TRAITS } from '../../reasons/traits.ts'
import { near } from '../../words/near.ts'

export type PrintkList = {
	/** Those of the listed sites that tell of INVALID packets without a reason, best first. */
	readonly proposed: readonly Proposal[]
	/** By file and line; the proposed ones are among them. */
	readonly sites: readonly SiteEntry[]
	/** Sites of netfilter in all, and those of them that print now. */
	readonly total: number
	readonly printing: number
	/** Functions that a word may have meant of which no site has all; empty when there are sites. */
	readonly near: readonly string[]
}

/** The functions that the sites stand in, one for each site. */
export const functionsOf = (entries: readonly SiteEntry[]) => entries.map(({ site }) => site.func)

type Reading = Pick<PrintkReading, 'sites'>

/** All call sites of netfilter, by their ids. */
export const idsOf = ({ sites }: Reading) => siteIds(sites)

/**
 * Sites that explain packets for which this kernel prints nothing. No packet has to have come: each silent path that the
 * settings do not rule out counts.
 */
export function proposedOf(entries: readonly SiteEntry[], values: Settings['values']): readonly Proposal[] {
	const moved = { invalid: 1, error: 1, drop: 0 }
	const known = new Set(entries.map(({ id }) => id))
	const sites = entries.map(({ site }) => site)
	return silenceOf({ values, moved, traits: NO_TRAITS, sites }).proposed.filter(({ id }) => known.has(id))
}

/** Sites whose file, function or text has all the words; without words those of conntrack, NAT, defragmentation and loggers. */
export function printkList(
	reading: Reading,
	values: Settings['values'],
	words: readonly string[],
): PrintkList {
	const entries = netfilterSites(idsOf(reading))
	const filter = filterFor(words.join(' '), false)
	const isListed = ({ usual, text }: SiteEntry): boolean => (filter.empty ? usual : filter.accepts(text))
	const sites = entries.filter(isListed)
	const listed = new Set(sites.map(({ id }) => id))
	return {
		proposed: proposedOf(entries, values).filter(({ id }) => listed.has(id)),
		sites,
		total: entries.length,
		printing: entries.filter(({ site }) => site.flags.includes('p')).length,
		near: sites.length > 0 ? [] : words.flatMap((word) => near(word, functionsOf(entries))).slice(0, 5),
	}
}
