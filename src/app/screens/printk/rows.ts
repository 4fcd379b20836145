import type { PrintkSite, SiteId } from '../../../kernel/dyndbg/dyndbg-control.ts'
import type { Proposal } from '../../../reasons/printk/printk-proposals.ts'
import type { Talk } from '../../../reasons/printk/printk-sites.ts'
import * as english from '../../../words/english/app/printk.ts'
import { netfilterSites, prints, type SiteEntry } from '../../changing/printk-sites.ts'
import { accountOf } from '../../log/account.ts'
import { toldBy } from '../../log/told-messages.ts'
import { type Filter, filterFor } from '../../state/filter.ts'
import { high, low, type Order, type PaneList, type PaneRow, paneOf } from '../../state/pane-list.ts'
import type { State } from '../../state/state.ts'
import { linesPerSecond, ratesNow } from './rates.ts'

export type PrintkItem =
	/** Head of the sites that explain silent packets; `ids` are those that print for nothing else. */
	| { readonly kind: 'proposals'; readonly ids: readonly SiteId[]; readonly all: number }
	| {
			readonly kind: 'proposal'
			readonly id: SiteId
			readonly site: PrintkSite
			readonly proposal: Proposal
	  }
	/** Head of the sites of a file: those that the filter lets through, and how many of them print. */
	| {
			readonly kind: 'file'
			readonly file: string
			readonly ids: readonly SiteId[]
			readonly printing: number
	  }
	| { readonly kind: 'site'; readonly id: SiteId; readonly site: PrintkSite }

type List = PaneList<PrintkItem> & { readonly filter: Filter; readonly proposed: readonly Proposal[] }

/** By the map of the sites, which stays the same while no row differs. */
const remembered = new WeakMap<ReadonlyMap<SiteId, PrintkSite>, List>()

/**
 * On top the sites that explain silent packets, then all of conntrack, NAT, defragmentation and the loggers by file and
 * line. With a filter every call site of netfilter is searched.
 */
function printkRows(state: State): PaneList<PrintkItem> {
	const ids = state.printk.value?.ids
	if (ids === undefined) return { rows: [], total: 0 }
	const { filter: words, inverted } = state.panes.printk
	const filter = filterFor(words, inverted)
	const proposed = accountOf(state).proposed
	const known = remembered.get(ids)
	if (known !== undefined && known.filter === filter && known.proposed === proposed) return known
	const entries = netfilterSites(ids)
	const shown = entries.filter(filter.empty ? ({ usual }) => usual : ({ text }) => filter.accepts(text))
	const rows = [
		...proposalRows(filter.empty ? proposed : proposed.filter((one) => filter.accepts(proposalText(one)))),
		...fileRows(shown),
	]
	const list = { rows, total: filter.empty ? rows.length : totalOf(entries, proposed), filter, proposed }
	remembered.set(ids, list)
	return list
}

/** Rows that there would be if the filter let all through. */
function totalOf(entries: readonly SiteEntry[], proposed: readonly Proposal[]): number {
	const files = new Set(entries.map(({ site }) => site.file)).size
	return entries.length + files + (proposed.length === 0 ? 0 : proposed.length + 1)
}

const proposalText = ({ site, told, paths }: Proposal): string =>
	`${site.file} ${site.module} ${site.func} ${prints(site) ? 'prints ' : ''}${site.format} ${told.tells} ${paths.join(' ')}`

/** A line of it is one silent packet, and it has no line for others. */
const isExact = ({ exact, told }: Proposal): boolean => exact && told.talk !== 'per-packet'

function proposalRows(proposed: readonly Proposal[]): readonly PaneRow<PrintkItem>[] {
	if (proposed.length === 0) return []
	const exact = proposed.filter(isExact)
	const ids = (exact.length === 0 ? proposed : exact).map(({ id }) => id)
	return [
		{
			key: 'proposals',
			text: english.explainSilentInvalidPackets2,
			item: { kind: 'proposals', ids, all: proposed.length },
		},
		...proposed.map((proposal): PaneRow<PrintkItem> => {
			const { id, site } = proposal
			return {
				key: english.proposal(id),
				text: proposalText(proposal),
				item: { kind: 'proposal', id, site, proposal },
			}
		}),
	]
}

function fileRows(entries: readonly SiteEntry[]): readonly PaneRow<PrintkItem>[] {
	const rows: PaneRow<PrintkItem>[] = []
	for (let from = 0; from < entries.length; ) {
		const file = entries[from]?.site.file ?? ''
		let to = from
		while (entries[to]?.site.file === file) to++
		const group = entries.slice(from, to)
		rows.push({
			key: english.file(file, group[0]?.site.module),
			text: file,
			item: {
				kind: 'file',
				file,
				ids: group.map(({ id }) => id),
				printing: group.filter(({ site }) => prints(site)).length,
			},
		})
		for (const { id, site, text } of group) rows.push({ key: id, text, item: { kind: 'site', id, site } })
		from = to
	}
	return rows
}

const siteOf = (item: PrintkItem): PrintkSite | undefined => ('site' in item ? item.site : undefined)

/** From what prints least to what prints most. */
const TALKS: readonly Talk[] = ['rare', 'per-bad-packet', 'per-connection', 'per-packet']

const ORDER: Order<PrintkItem> = {
	columns: {
		flags: high((item) => siteOf(item)?.flags),
		line: low((item) => siteOf(item)?.line),
		func: low((item) => siteOf(item)?.func),
		talk: low((item) => {
			const site = siteOf(item)
			return site === undefined ? undefined : TALKS.indexOf(toldBy(site).talk)
		}),
		rate: high((item, state) => {
			const site = siteOf(item)
			return site === undefined ? undefined : (linesPerSecond([site], ratesNow(state)) ?? undefined)
		}),
		text: low((item) => siteOf(item)?.format),
	},
	isHead: (item) => siteOf(item) === undefined,
}

/** The rows of Printk, and which of them is selected. */
export const printkPane = paneOf('printk', printkRows, ORDER)

/** What the selected call site can be filtered by: its function, its file, its module. */
export function printkValues(state: State): readonly string[] {
	const { rows, selected } = printkPane(state)
	const item = rows[selected]?.item
	if (item?.kind === 'file') return [item.file]
	const site = item === undefined ? undefined : siteOf(item)
	return site === undefined ? [] : [site.func, site.file, site.module]
}
