import type { PrintkSite, SiteId } from '../../../kernel/dyndbg/dyndbg-control.ts'
import type { Talk } from '../../../reasons/printk/printk-sites.ts'
import * as english from '../../../words/english/app/printk.ts'
import { glyphsOf } from '../../../words/glyphs.ts'
import { type Cell, type Column, type Grid, type GridRow, MARK } from '../../../words/grid.ts'
import type { Tone } from '../../../words/line.ts'
import { compact, counted, grouped } from '../../../words/numbers.ts'
import { visible } from '../../../words/visible.ts'
import { type Owner, ownerOfSite } from '../../changing/printk-owner.ts'
import { netfilterSites, prints } from '../../changing/printk-sites.ts'
import { accountOf } from '../../log/account.ts'
import { toldBy } from '../../log/told-messages.ts'
import { keyOf } from '../../state/bindings.ts'
import { topRow } from '../../state/pane-list.ts'
import type { State } from '../../state/state.ts'
import { linesPerSecond, ratesNow } from './rates.ts'
import { type PrintkItem, printkPane } from './rows.ts'

const COLUMNS: readonly Column[] = [
	MARK,
	{ id: 'flags', title: 'FLAGS', width: 6 },
	{ id: 'by', title: 'BY', width: 7, rank: 3 },
	{ id: 'line', title: 'LINE', width: 5, align: 'right', rank: 4 },
	// Functions of one file differ at their ends.
	{ id: 'func', title: 'FUNCTION', width: 18, rank: 1, keeps: 'end' },
	{ id: 'talk', title: 'TALK', width: 7, rank: 2 },
	{ id: 'rate', title: 'LINES/S', width: 7, align: 'right', rank: 5, isProse: true },
	{ id: 'text', title: english.whatItPrints, width: 12 },
]

/** How often it prints, in a word: for each packet, each connection, each bad packet. */
const TALK: Readonly<Record<Talk, string>> = {
	rare: 'rare',
	'per-bad-packet': english.badPkt,
	'per-connection': 'conn',
	'per-packet': 'packet',
}

const BY: Readonly<Record<Owner, readonly [string, Tone]>> = {
	ours: ['ctscope', 'attention'],
	others: ['others', 'good'],
	changed: ['CHANGED', 'bad'],
	off: ['', 'plain'],
}

/** Call sites with their flags: on top those that explain silent packets, then file by file. */
export function printkGrid(state: State, height: number, head = true): Grid {
	const { rows, selected } = printkPane(state)
	const top = topRow(state.panes.printk.top, selected, height, rows.length)
	return {
		columns: COLUMNS,
		head,
		rows: rows.slice(top, top + height).map(({ key, item }, index): GridRow => {
			const chosen = top + index === selected
			const mark = { text: chosen ? glyphsOf(state.modes).mark : ' ' }
			return { key, selected: chosen, ...rowOf(item, mark, state) }
		}),
	}
}

function rowOf(item: PrintkItem, mark: Cell, state: State): Pick<GridRow, 'cells' | 'spill' | 'tone'> {
	if (item.kind === 'proposals' || item.kind === 'file')
		return { spill: 'flags', tone: 'strong', cells: { mark, flags: { text: headText(item, state) } } }
	const { id, site } = item
	// A proposal says what it tells; its text is below, with its file.
	const text = item.kind === 'proposal' ? `${item.proposal.told.tells}: ${oneLine(site)}` : oneLine(site)
	return { cells: { mark, ...siteCells(id, site, state), text: { text } } }
}

function headText(item: Extract<PrintkItem, { kind: 'proposals' | 'file' }>, state: State): string {
	const { ids } = item
	if (item.kind === 'proposals') {
		const silent = accountOf(state).accounting?.silent
		const so = silent === undefined || silent === 0 ? '' : english.soFar(grouped(silent))
		return english.explainSilentInvalidPackets(so, counted(item.all, english.callSite))
	}
	const printing = item.printing === 0 ? '' : english.print(item.printing, item.printing === 1 ? 's' : '')
	return `${visible(item.file)}: ${counted(ids.length, english.callSite)}${printing}`
}

function siteCells(id: SiteId, site: PrintkSite, state: State): Readonly<Record<string, Cell>> {
	const owner = ownerOfSite(state, id, site)
	const [by, tone] = BY[owner]
	const { talk } = toldBy(site)
	const lines = linesPerSecond([site], ratesNow(state))
	const loud = talk === 'per-packet' ? { tone: 'attention' as const } : { tone: 'dim' as const }
	return {
		flags: { text: shownFlags(site.flags), tone: owner === 'off' ? 'dim' : tone },
		by: { text: by, tone },
		line: { text: String(site.line), tone: 'dim' },
		func: { text: visible(site.func) },
		talk: { text: TALK[talk], ...loud },
		rate: { text: lines === null ? '?' : talk === 'rare' ? '-' : compact(lines), tone: 'dim' },
	}
}

/** As the kernel shows them: `=p`, `=_` for none. */
export const shownFlags = (flags: string): string => `=${flags === '' ? '_' : visible(flags)}`

/** The text of a site on one line, control characters visible; its own end of line is left out. */
export const oneLine = ({ format }: PrintkSite): string =>
	`"${visible(format.replace(/\n$/, '').replaceAll('\n', '\\n'))}"`

/** How many there are and how many print: stands on the rule. */
export function printkNote(state: State): string {
	const ids = state.printk.value?.ids
	if (ids === undefined || ids.size === 0) return ''
	const all = netfilterSites(ids)
	const printing = all.filter(({ site }) => prints(site)).length
	const rest = all.length - all.filter(({ usual }) => usual).length
	const more = rest === 0 ? '' : english.findsMoreOfNetfilter(keyOf('filter'), grouped(rest))
	return `${counted(all.length - rest, english.callSite)}, ${printing === 0 ? english.nonePrints : `${counted(printing, 'prints', 'print')}`}${more}`
}
