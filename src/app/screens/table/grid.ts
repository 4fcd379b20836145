import { heldSays } from '../../../investigation/table/lives-words.ts'
import * as english from '../../../words/english/app/table.ts'
import { glyphsOf } from '../../../words/glyphs.ts'
import { type Cell, type Column, type Grid, type GridRow, MARK } from '../../../words/grid.ts'
import type { Line } from '../../../words/line.ts'
import { age, grouped, percent, rate } from '../../../words/numbers.ts'
import { topRow } from '../../state/pane-list.ts'
import { shown } from '../../state/shown.ts'
import type { State } from '../../state/state.ts'
import { COUNTER_TONES, counterMeaning, counterWordOf } from '../parts/counter-words.ts'
import { paragraph } from '../parts/failure-lines.ts'
import { heldFor, liveMeaning, tookMeaning } from './lives.ts'
import { type TableItem, tablePane } from './rows.ts'

const COLUMNS: readonly Column[] = [
	MARK,
	{ id: 'kind', title: 'WHAT', width: 11, rank: 4 },
	{ id: 'name', title: 'NAME', width: 14 },
	{ id: 'total', title: 'TOTAL', width: 11, align: 'right' },
	{ id: 'since', title: english.sinceStart, width: 11, align: 'right', rank: 2 },
	{ id: 'rate', title: '/s', width: 6, align: 'right', rank: 3 },
	{ id: 'word', title: 'NOTE', width: 15, rank: 1 },
	{ id: 'meaning', title: 'MEANING', width: 44, isProse: true },
]

/** Counters, protocols, states, entries that stay, queues: the lower part of the Table screen. */
export function tableGrid(state: State, height: number, head = true): Grid {
	const view = shown(state)
	const { rows, selected } = tablePane(state)
	const top = topRow(state.panes.table.top, selected, height, rows.length)
	return {
		columns: COLUMNS,
		head,
		rows: rows.slice(top, top + height).map(({ key, item }, index): GridRow => {
			const chosen = top + index === selected
			const mark = { text: chosen ? glyphsOf(state.modes).mark : ' ' }
			return {
				key,
				selected: chosen,
				cells: { mark, ...cellsOf(item, view), meaning: { text: meaningOf(item, view), tone: 'dim' } },
			}
		}),
	}
}

type Cells = Readonly<Record<string, Cell>>

function cellsOf(item: TableItem, view: State): Cells {
	switch (item.kind) {
		case 'counter':
			return counterCells(item.name, view)
		case 'protocol':
		case 'state': {
			const walk = view.table.value
			const total = item.ipv4 + item.ipv6
			return {
				kind: { text: item.kind, tone: 'dim' },
				name: { text: item.name },
				total: { text: grouped(total) },
				word: {
					text: english.ofListed(
						percent(total, walk === undefined ? 0 : walk.ipv4.entries + walk.ipv6.entries),
					),
					tone: 'dim',
				},
			}
		}
		case 'unconfirmed':
		case 'dying':
			return {
				kind: { text: item.kind, tone: 'attention' },
				name: { text: item.entry.text },
				word: { text: english.forWord(age(view.now - item.entry.since)), tone: 'attention' },
			}
		case 'held':
			return {
				kind: { text: item.list, tone: 'attention' },
				name: { text: heldSays(item.held) },
				word: { text: heldFor(item.held.micros), tone: 'attention' },
			}
		case 'took':
			return {
				kind: { text: item.name, tone: 'dim' },
				name: { text: item.range },
				total: { text: grouped(item.count) },
				word: { text: english.ofAll(percent(item.count, item.took.count)), tone: 'dim' },
			}
		case 'queue': {
			const { queue, waiting, queueDropped, userDropped } = item.queue
			const lost = queueDropped + userDropped
			return {
				kind: { text: 'queue', tone: 'dim' },
				name: { text: `NFQUEUE ${queue}` },
				total: { text: grouped(waiting) },
				word: { text: lost > 0 ? english.dropped(grouped(lost)) : 'waiting', tone: lost > 0 ? 'bad' : 'dim' },
			}
		}
	}
}

function counterCells(name: string, view: State): Cells {
	const counters = view.counters.value
	const rise = counters?.since[name] ?? 0
	const perSecond = counters?.rates[name] ?? 0
	const word = counterWordOf(name, view)
	return {
		kind: { text: 'counter', tone: 'dim' },
		name: { text: name },
		total: { text: grouped(counters?.totals[name] ?? 0) },
		since: { text: rise > 0 ? `+${grouped(rise)}` : '0', ...(rise > 0 ? {} : { tone: 'dim' as const }) },
		rate: { text: rate(perSecond) },
		word: word === undefined ? { text: '' } : { text: word, tone: COUNTER_TONES[word] },
	}
}

/** What the selected row is, in a sentence. */
export function tableDetail(state: State, columns: number): readonly Line[] {
	const view = shown(state)
	const { rows, selected } = tablePane(state)
	const item = rows[selected]?.item
	const text =
		item === undefined
			? state.panes.table.filter === ''
				? ''
				: english.noRowFitsTheFilter
			: `${nameOf(item)}: ${meaningOf(item, view)}`
	return text === '' ? [] : paragraph(text, columns, 'dim')
}

function nameOf(item: TableItem): string {
	if (item.kind === 'queue') return `NFQUEUE ${item.queue.queue}`
	if (item.kind === 'held') return item.list
	return 'name' in item ? item.name : item.kind
}

function meaningOf(item: TableItem, view: State): string {
	switch (item.kind) {
		case 'counter':
			return `${counterMeaning(item.name)}.`
		case 'protocol':
		case 'state':
			return english.ipv4AndIpv6Entries(grouped(item.ipv4), grouped(item.ipv6))
		case 'unconfirmed':
		case 'dying':
			return `${view.lists.value?.[item.kind].meaning ?? ''} ${item.entry.text}`.trim()
		case 'held':
			return `${heldSays(item.held)}. ${liveMeaning(item.list, view)}`.trim()
		case 'took':
			return tookMeaning(item.name, item.took)
		case 'queue': {
			const { portid, waiting, queueDropped, userDropped } = item.queue
			return english.packetsWaitForPortMostly(
				grouped(waiting),
				portid,
				grouped(queueDropped),
				grouped(userDropped),
			)
		}
	}
}
