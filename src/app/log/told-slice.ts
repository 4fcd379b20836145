import type { MonotonicMs } from '../../host/ports.ts'
import type { SiteId } from '../../kernel/dyndbg/dyndbg-control.ts'
import type { PrintkLine } from '../../kernel/dyndbg/dyndbg-line.ts'
import { decoded } from '../../reasons/printk/printk-sites.ts'
import { countsPacket, NOTHING_PRINTED, type PrintkTally, type PrintkTold } from './told-messages.ts'

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
