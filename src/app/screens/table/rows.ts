import { heldSays, type ListName, tookRows } from '../../../investigation/table/lives-words.ts'
import type { Held } from '../../../kernel/lives/lives.ts'
import type { Took } from '../../../kernel/lives/took.ts'
import type { NfQueueRow } from '../../../kernel/nflog/nfnetlink-queue.ts'
import type { HeldEntry } from '../../../model/table-readings.ts'
import * as english from '../../../words/english/app/table.ts'
import { high, listOf, low, type Order, type PaneList, type PaneRow, paneOf } from '../../state/pane-list.ts'
import type { State } from '../../state/state.ts'
import { liveOf, type TookName, tookOf } from './lives.ts'

export type TableItem =
	/** Look its numbers up in `counters`. */
	| { readonly kind: 'counter'; readonly name: string }
	/** Entries of both families with this protocol, or in this state. */
	| {
			readonly kind: 'protocol' | 'state'
			readonly name: string
			readonly ipv4: number
			readonly ipv6: number
	  }
	| { readonly kind: 'unconfirmed' | 'dying'; readonly entry: HeldEntry }
	/** As probes have seen it. */
	| { readonly kind: 'held'; readonly list: ListName; readonly held: Held }
	| {
			readonly kind: 'took'
			readonly name: TookName
			readonly range: string
			readonly count: number
			readonly took: Took
	  }
	| { readonly kind: 'queue'; readonly queue: NfQueueRow }

/** The counters that tell of trouble first, then the others in the order of `conntrack -S`. */
const COUNTERS = [
	'invalid',
	'insert_failed',
	'drop',
	'early_drop',
	'error',
	'chaintoolong',
	'clash_resolve',
	'search_restart',
	'found',
	'insert',
]

/** Counters, what the table consists of, what stays unconfirmed or dying, and the queues. */
function tableRows(state: State): PaneList<TableItem> {
	return listOf(
		[...counterRows(state), ...compositionRows(state), ...listRows(state), ...liveRows(state)],
		state.panes.table,
	)
}

function counterRows({ counters }: State): PaneRow<TableItem>[] {
	const totals = counters.value?.totals ?? {}
	const rank = (name: string): number => {
		const at = COUNTERS.indexOf(name)
		return at < 0 ? COUNTERS.length : at
	}
	return Object.keys(totals)
		.filter((name) => name !== 'entries')
		.sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
		.map((name) => ({
			key: english.counter(name),
			text: english.counter(name),
			item: { kind: 'counter', name },
		}))
}

function compositionRows({ table }: State): PaneRow<TableItem>[] {
	const walk = table.value
	if (walk === undefined) return []
	return [
		...partRows('protocol', walk.ipv4.byProtocol, walk.ipv6.byProtocol),
		...partRows('state', walk.ipv4.byState, walk.ipv6.byState),
	]
}

type Counts = Readonly<Record<string, number>>

function partRows(kind: 'protocol' | 'state', ipv4: Counts, ipv6: Counts): PaneRow<TableItem>[] {
	const names = new Set([...Object.keys(ipv4), ...Object.keys(ipv6)])
	return [...names]
		.map((name) => ({ kind, name, ipv4: ipv4[name] ?? 0, ipv6: ipv6[name] ?? 0 }))
		.sort((a, b) => b.ipv4 + b.ipv6 - a.ipv4 - a.ipv6 || (a.name < b.name ? -1 : 1))
		.map((item) => ({ key: `${kind} ${item.name}`, text: `${kind} ${item.name}`, item }))
}

function listRows({ lists }: State): PaneRow<TableItem>[] {
	const value = lists.value
	if (value === undefined) return []
	const staying = (kind: 'unconfirmed' | 'dying') =>
		value[kind].staying.map(
			(entry): PaneRow<TableItem> => ({
				key: `${kind} ${entry.text}`,
				text: `${kind} ${entry.text}`,
				item: { kind, entry },
			}),
		)
	const queues = (value.queues ?? []).map(
		(queue): PaneRow<TableItem> => ({
			key: english.queue(queue.queue),
			text: english.queueNfqueue(queue.queue),
			item: { kind: 'queue', queue },
		}),
	)
	return [...staying('unconfirmed'), ...staying('dying'), ...queues]
}

/** What probes have seen: entries that are held longest, and how long it took with the others. */
function liveRows(state: State): PaneRow<TableItem>[] {
	const held = (['unconfirmed', 'dying'] as const).flatMap((list) =>
		(liveOf(list, state)?.oldest ?? []).map((one, index): PaneRow<TableItem> => {
			const text = `${list} ${heldSays(one)}`
			return { key: `${text} ${index}`, text, item: { kind: 'held', list, held: one } }
		}),
	)
	const took = tookOf(state).flatMap(([name, all]) =>
		tookRows(all).map(({ range, count }): PaneRow<TableItem> => {
			const text = english.took(name, range)
			return { key: text, text, item: { kind: 'took', name, range, count, took: all } }
		}),
	)
	return [...held, ...took]
}

function totalOf(item: TableItem, { counters }: State): number | undefined {
	switch (item.kind) {
		case 'counter':
			return counters.value?.totals[item.name] ?? 0
		case 'protocol':
		case 'state':
			return item.ipv4 + item.ipv6
		case 'took':
			return item.count
		case 'queue':
			return item.queue.waiting
		default:
			return undefined
	}
}

function nameOf(item: TableItem): string {
	switch (item.kind) {
		case 'unconfirmed':
		case 'dying':
			return item.entry.text
		case 'held':
			return heldSays(item.held)
		case 'took':
			return item.range
		case 'queue':
			return String(item.queue.queue)
		default:
			return item.name
	}
}

const kindOf = (item: TableItem): string =>
	item.kind === 'held' ? item.list : item.kind === 'took' ? item.name : item.kind

const ORDER: Order<TableItem> = {
	columns: {
		kind: low(kindOf),
		name: low(nameOf),
		total: high(totalOf),
		since: high((item, { counters }) =>
			item.kind === 'counter' ? (counters.value?.since[item.name] ?? 0) : undefined,
		),
		rate: high((item, { counters }) =>
			item.kind === 'counter' ? (counters.value?.rates[item.name] ?? 0) : undefined,
		),
	},
}

/** The rows of Table, and which of them is selected. */
export const tablePane = paneOf('table', tableRows, ORDER)

/** What the selected row can be filtered by: its kind, its name. */
export function tableValues(state: State): readonly string[] {
	const { rows, selected } = tablePane(state)
	const item = rows[selected]?.item
	return item === undefined ? [] : [kindOf(item), nameOf(item)]
}
