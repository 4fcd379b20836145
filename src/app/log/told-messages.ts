import type { PrintkSite, SiteId } from '../../kernel/dyndbg/dyndbg-control.ts'
import type { PrintkLine } from '../../kernel/dyndbg/dyndbg-line.ts'
import type { MonotonicMs } from '../../model/clock.ts'
import { decoded, type SiteTold, siteTold } from '../../reasons/printk/printk-sites.ts'
import { NOTHING_PRINTED, type PrintkTally, type PrintkTold } from '../state/log-state.ts'

type Draft = { count: number; packets: number; probable: number; last: PrintkLine }

/** Adds a batch of lines to the rows of their call sites: one copy of each row that is touched. Most frequent first. */
export function toldWith(
	rows: readonly PrintkTold[],
	lines: readonly PrintkLine[],
	at: MonotonicMs,
): readonly PrintkTold[] {
	if (lines.length === 0) return rows
	const drafts = new Map<SiteId, Draft>()
	for (const line of lines) {
		let draft = drafts.get(line.id)
		if (draft === undefined) {
			draft = { count: 0, packets: 0, probable: 0, last: line }
			drafts.set(line.id, draft)
		}
		draft.count++
		if (countsPacket(line)) draft.packets++
		if (!line.sure) draft.probable++
		draft.last = line
	}
	const byId = new Map(rows.map((row) => [row.id, row]))
	for (const [id, draft] of drafts) byId.set(id, rowOf(byId.get(id), draft, at))
	return [...byId.values()].sort(byCount)
}

function rowOf(
	before: PrintkTold | undefined,
	{ count, packets, probable, last }: Draft,
	at: MonotonicMs,
): PrintkTold {
	const recent = before?.recent ?? [0]
	return {
		id: last.id,
		site: last.site,
		count: (before?.count ?? 0) + count,
		packets: (before?.packets ?? 0) + packets,
		probable: (before?.probable ?? 0) + probable,
		firstAt: before?.firstAt ?? at,
		lastAt: at,
		recent: [...recent.slice(0, -1), (recent.at(-1) ?? 0) + count],
		sample: last.text,
		lastDetail: decoded(last.site, last.values),
		alike: last.alike,
	}
}

const byCount = (a: PrintkTold, b: PrintkTold): number =>
	b.count - a.count || a.firstAt - b.firstAt || (a.id < b.id ? -1 : 1)

/** How often each site has printed that counts packets. */
export function tallyOf(rows: readonly PrintkTold[]): PrintkTally {
	const counting = rows.filter(({ packets }) => packets > 0)
	if (counting.length === 0) return NOTHING_PRINTED
	return Object.fromEntries(counting.map(({ id, packets }) => [id, packets]))
}

/** What came between two tallies. */
export function tallySince(first: PrintkTally, last: PrintkTally): PrintkTally {
	if (first === last) return NOTHING_PRINTED
	return Object.fromEntries(Object.entries(last).map(([id, count]) => [id, count - (first[id] ?? 0)]))
}

const remembered = new WeakMap<PrintkSite, SiteTold>()

/** As siteTold(), looked up once a site: the rows of a control file stay the same objects while none differs. */
export function toldBy(site: PrintkSite): SiteTold {
	const known = remembered.get(site)
	if (known !== undefined) return known
	const told = siteTold(site)
	remembered.set(site, told)
	return told
}

/** Whether a line counts one packet of a silent path: it is surely of this site, and a line of it is one packet. */
export const countsPacket = ({ site, sure, alike }: PrintkLine): boolean =>
	sure && alike.length === 0 && toldBy(site).explains.length > 0

/** The call site as source: `tcp_new nf_conntrack_proto_tcp.c:889`. */
export const placeOf = ({ func, file, line }: PrintkSite): string =>
	`${func} ${file.slice(file.lastIndexOf('/') + 1)}:${line}`

/** What a line of the site tells, in its own text where nobody has described it. */
export function titleOf(site: PrintkSite): string {
	const { known, tells } = toldBy(site)
	return known ? tells : site.format.trim()
}
