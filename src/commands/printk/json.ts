import type { SiteEntry } from '../../app/changing/printk-sites.ts'
import type { PrintkReading } from '../../model/printk-reading.ts'
import { INSTEAD } from '../../reasons/printk/printk-proposals.ts'
import { siteTold } from '../../reasons/printk/printk-sites.ts'
import { visible } from '../../words/visible.ts'
import { JSON_VERSION } from '../common/version.ts'
import type { PrintkList } from './list.ts'
import { textOf } from './text.ts'

function siteJson({ id, site }: Pick<SiteEntry, 'id' | 'site'>) {
	const { tells, talk, explains, narrows, known } = siteTold(site)
	const { file, line, module, func, flags } = site
	return {
		id: visible(id),
		file: visible(file),
		line,
		module: visible(module),
		func: visible(func),
		/** Letters, `p` prints; empty for none. */
		flags,
		format: textOf(site),
		class: site.class === null ? null : visible(site.class),
		tells,
		talk,
		/** Ids of ways in which a packet is INVALID without a reason. */
		explains,
		narrows,
		/** False: nobody has described this site. */
		known,
	}
}

export function listJson(
	{ path, why, next, canMount, sites, unread }: PrintkReading,
	list: PrintkList,
	words: readonly string[],
) {
	return {
		v: JSON_VERSION,
		path,
		why,
		next,
		canMount,
		instead: path === null ? INSTEAD : [],
		words,
		/** Call sites of the whole kernel, of netfilter, and those of netfilter that print. */
		total: sites.length,
		netfilter: list.total,
		enabled: list.printing,
		unread,
		proposed: list.proposed.map((one) => ({
			...siteJson(one),
			paths: one.paths,
			standing: one.standing,
			exact: one.exact,
		})),
		sites: list.sites.map(siteJson),
	}
}
