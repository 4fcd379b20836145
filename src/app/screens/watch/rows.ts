import { flowOfRow } from '../../../investigation/join/flow-words.ts'
import { SPREADS } from '../../../investigation/who/grouping.ts'
import type { FlowQuery } from '../../../kernel/conntrack/flow-facts.ts'
import { endsOf } from '../../../kernel/packet/flow.ts'
import type { Grouping } from '../../../model/grouping.ts'
import { VERDICTS } from '../../../reasons/shape/verdicts.ts'
import * as english from '../../../words/english/app/watch.ts'
import { accountOf } from '../../log/account.ts'
import { type ElsewhereRow, elsewhereRows } from '../../log/elsewhere.ts'
import type { NamedRow } from '../../log/named.ts'
import { reasonRate } from '../../log/reasons.ts'
import { placeOf, titleOf } from '../../log/told-messages.ts'
import { notTold } from '../../log/why.ts'
import type { PrintkTold } from '../../state/log-state.ts'
import { high, listOf, low, type Order, type PaneList, type PaneRow, paneOf } from '../../state/pane-list.ts'
import type { ReasonRow, State } from '../../state/state.ts'
import { PRINTK_LETTER } from '../parts/printed.ts'
import { type WhoFigures, type WhoItem, whoFigures, whoRows } from './who/rows.ts'

export type WatchItem =
	| { readonly kind: 'reason'; readonly row: ReasonRow }
	/** Packets without a line that were seen, by why they are INVALID as far as they say so themselves. */
	| { readonly kind: 'named'; readonly row: NamedRow }
	/** While packets are told apart by who they are of. */
	| { readonly kind: 'who'; readonly who: WhoItem }
	/** Of another network namespace. */
	| { readonly kind: 'elsewhere'; readonly row: ElsewhereRow }
	/** What a call site of dynamic debug has printed. */
	| { readonly kind: 'told'; readonly told: PrintkTold }
	/** INVALID packets are counted and no reason reaches us, because the way is shut. */
	| { readonly kind: 'not-told' }
	/** The way is open, and some packets were counted without a line. */
	| { readonly kind: 'silent' }

const NOT_TOLD: PaneRow<WatchItem> = {
	key: 'not-told',
	text: english.notKnownTheKernelIs,
	item: { kind: 'not-told' },
}

const SILENT: PaneRow<WatchItem> = {
	key: 'silent',
	text: english.invalidWithoutALineSilent,
	item: { kind: 'silent' },
}

const remembered = new WeakMap<ReasonRow | PrintkTold, PaneRow<WatchItem>>()

/**
 * Reasons, most frequent first; in front of them the packets that no reason can be told for, among them those that the
 * kernel is silent about though it is asked; below them what call sites have printed.
 */
function watchRows(state: State): PaneList<WatchItem> {
	if (state.watchBy !== 'reason') return listOf(whoPaneRows(state, state.watchBy), state.panes.watch)
	const rows = withNamed(state.reasons.map(rowOf), state)
	const reasons = notTold(state) ? [NOT_TOLD, ...rows] : withSilent(rows, state)
	const all = state.allNetns ? withElsewhere(reasons, state) : reasons
	return listOf([...all, ...state.told.map(toldRow)], state.panes.watch)
}

/** Printks name no packet: they are in no group. */
function whoPaneRows(state: State, by: Grouping): readonly PaneRow<WatchItem>[] {
	const rows = whoRows(state, by).map(
		({ item, ...row }): PaneRow<WatchItem> => ({ ...row, item: { kind: 'who', who: item } }),
	)
	return notTold(state) ? [NOT_TOLD, ...rows] : rows
}

function withSilent(rows: readonly PaneRow<WatchItem>[], state: State): readonly PaneRow<WatchItem>[] {
	const silent = accountOf(state).meantSilent
	if (silent === 0) return rows
	const at = rows.findIndex(({ item }) => countOf(item) < silent)
	return at < 0 ? [...rows, SILENT] : rows.toSpliced(at, 0, SILENT)
}

/** Among the reasons, by how many there are. */
function withNamed(rows: readonly PaneRow<WatchItem>[], state: State): readonly PaneRow<WatchItem>[] {
	const { named } = accountOf(state)
	if (named.length === 0) return rows
	return [...rows, ...named.map(namedRow)].toSorted((one, other) => countOf(other.item) - countOf(one.item))
}

function withElsewhere(rows: readonly PaneRow<WatchItem>[], state: State): readonly PaneRow<WatchItem>[] {
	const others = elsewhereRows(state).map(elsewhereRow)
	return others.length === 0
		? rows
		: [...rows, ...others].toSorted((one, other) => countOf(other.item) - countOf(one.item))
}

function countOf(item: WatchItem): number {
	if (item.kind === 'elsewhere') return item.row.told.row.count
	return item.kind === 'reason' || item.kind === 'named' ? item.row.count : 0
}

/** Its key is that of the namespace and of what it would be here. */
function elsewhereRow(row: ElsewhereRow): PaneRow<WatchItem> {
	const { key, text } = row.told.kind === 'reason' ? rowOf(row.told.row) : namedRow(row.told.row)
	return { key: `${row.netns} ${key}`, text: `${row.name} ${text}`, item: { kind: 'elsewhere', row } }
}

const namedRow = (row: NamedRow): PaneRow<WatchItem> => ({
	key: ['named', row.key].join(' '),
	text: [row.protocol, row.text, 'invalid', row.id, row.flow].join(' '),
	item: { kind: 'named', row },
})

function rowOf(row: ReasonRow): PaneRow<WatchItem> {
	const known = remembered.get(row)
	if (known !== undefined) return known
	const { protocol, title, verdict, id } = row.reason
	const made: PaneRow<WatchItem> = {
		key: row.key,
		/** Made when somebody filters: of hundreds of flows, the one that is looked for may be the rarest. */
		get text() {
			return [protocol, title, verdict, id, ...row.flows.map(({ flow }) => flow)].join(' ')
		},
		item: { kind: 'reason', row },
	}
	remembered.set(row, made)
	return made
}

function toldRow(told: PrintkTold): PaneRow<WatchItem> {
	const known = remembered.get(told)
	if (known !== undefined) return known
	const { id, site, sample, lastDetail } = told
	const made: PaneRow<WatchItem> = {
		key: english.printk(id),
		text: ['printk', titleOf(site), placeOf(site), sample, lastDetail].join(' '),
		item: { kind: 'told', told },
	}
	remembered.set(told, made)
	return made
}

/** What a row is sorted by. */
type Figures = {
	readonly reason: string
	readonly verdict?: string
	readonly protocol?: string
	readonly count: number
	readonly rate?: number
	readonly lastAt?: number
	/** Lines of call sites have no share of the packets. */
	readonly isApart?: true
	/** Different ones in a group. */
	readonly spread?: WhoFigures
}

function figuresOf(item: WatchItem, state: State): Figures {
	const { meantSilent, notTold } = accountOf(state)
	switch (item.kind) {
		case 'reason': {
			const { reason, count, lastAt } = item.row
			const { title, protocol, verdict } = reason
			return {
				reason: title,
				verdict: VERDICTS[verdict].letter,
				protocol,
				count,
				rate: reasonRate(item.row),
				lastAt,
			}
		}
		case 'named': {
			const { text, protocol, count, rate, lastAt } = item.row
			return { reason: text, verdict: 'I', protocol, count, rate, lastAt }
		}
		case 'elsewhere': {
			const { name, told } = item.row
			const here = figuresOf(told.kind === 'reason' ? { kind: 'reason', row: told.row } : told, state)
			return { ...here, reason: `${name}: ${here.reason}` }
		}
		case 'told': {
			const { site, count, lastAt } = item.told
			const rate = reasonRate(item.told)
			return { reason: titleOf(site), verdict: PRINTK_LETTER, count, rate, lastAt, isApart: true }
		}
		case 'who':
			return whoFigures(item.who)
		case 'not-told':
			return { reason: '', verdict: 'I', count: notTold.count, rate: notTold.rate }
		case 'silent':
			return { reason: '', verdict: 'I', count: meantSilent, rate: notTold.rate }
	}
}

type Columns = Order<WatchItem>['columns']

const REASON: Columns = { reason: low((item, state) => figuresOf(item, state).reason) }
const NUMBERS: Columns = {
	count: high((item, state) => figuresOf(item, state).count),
	rate: high((item, state) => figuresOf(item, state).rate),
	last: low((item, state) => {
		const { lastAt } = figuresOf(item, state)
		return lastAt === undefined ? undefined : state.now - lastAt
	}),
	share: high((item, state) => {
		const { count, isApart } = figuresOf(item, state)
		return isApart === true ? undefined : count
	}),
}

const BY_REASON: Order<WatchItem> = {
	columns: {
		...REASON,
		verdict: low((item, state) => figuresOf(item, state).verdict),
		protocol: low((item, state) => figuresOf(item, state).protocol),
		...NUMBERS,
	},
}

/** The table of groups has columns of its own, which are not the same for each grouping. */
function orderOf({ watchBy }: State): Order<WatchItem> {
	if (watchBy === 'reason') return BY_REASON
	const spreads = SPREADS[watchBy].map((id) => [
		id,
		high<WatchItem>((item, state) => figuresOf(item, state).spread?.[id]),
	])
	return {
		columns: {
			...REASON,
			...Object.fromEntries(spreads),
			...NUMBERS,
			what: low((item, state) => figuresOf(item, state).spread?.what),
		},
	}
}

/** The rows of Watch, and which of them is selected. */
export const watchPane = paneOf('watch', watchRows, orderOf)

/** The reason that is selected on Watch while that is open. */
export function watchedReason(state: State): ReasonRow | undefined {
	if (state.screen !== 'watch') return undefined
	const { rows, selected } = watchPane(state)
	const item = rows[selected]?.item
	return item?.kind === 'reason' ? item.row : undefined
}

/** What the selected row can be filtered by: its most frequent flow, then what it is. */
export function watchValues(state: State): readonly string[] {
	const { rows, selected } = watchPane(state)
	const item = rows[selected]?.item
	return item === undefined ? [] : valuesOf(item)
}

function valuesOf(item: WatchItem): readonly string[] {
	switch (item.kind) {
		case 'reason': {
			const { reason, flows } = item.row
			return [...flowValues(flows[0]?.flow ?? ''), reason.title, reason.protocol]
		}
		case 'named':
			return [...flowValues(item.row.flow), item.row.text, item.row.protocol]
		case 'elsewhere': {
			const { name, told } = item.row
			return [name, ...valuesOf(told.kind === 'reason' ? { kind: 'reason', row: told.row } : told)]
		}
		case 'who':
			return item.who.kind === 'group' ? [item.who.row.address ?? item.who.row.text] : []
		case 'told':
			return [titleOf(item.told.site), placeOf(item.told.site)]
		default:
			return []
	}
}

/** As they stand in a flow. */
function flowValues(flow: string): readonly string[] {
	const { addresses, ports } = endsOf(flow)
	return [...addresses, ...ports.map((port) => `:${port}`)]
}

/** The most frequent flow of the reason whose details are open. */
export function watchFlow(state: State): FlowQuery | undefined {
	const { detail, checks } = state.panes.watch
	if (!detail || checks) return undefined
	const { rows, selected } = watchPane(state)
	const item = rows[selected]?.item
	if (item?.kind !== 'reason') return undefined
	const { reason, flows, sample } = item.row
	const flow = flows[0]?.flow
	return flow === undefined ? undefined : flowOfRow(reason.protocol, flow, sample)
}
