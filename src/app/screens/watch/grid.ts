import { isInvalid } from '../../../investigation/evidence.ts'
import { VERDICTS } from '../../../reasons/shape/verdicts.ts'
import * as english from '../../../words/english/app/watch.ts'
import { bar, glyphsOf } from '../../../words/glyphs.ts'
import { type Cell, type Column, type Grid, type GridRow, MARK } from '../../../words/grid.ts'
import { age, grouped, percent, rate } from '../../../words/numbers.ts'
import { accountOf } from '../../log/account.ts'
import { type ElsewhereRow, elsewhereRows } from '../../log/elsewhere.ts'
import type { NamedRow } from '../../log/named.ts'
import { reasonRate } from '../../log/reasons.ts'
import { titleOf } from '../../log/told-messages.ts'
import type { PrintkTold } from '../../state/log-state.ts'
import { topRow } from '../../state/pane-list.ts'
import { shown } from '../../state/shown.ts'
import type { ReasonRow, State } from '../../state/state.ts'
import { PRINTK_LETTER } from '../parts/printed.ts'
import { type WatchItem, watchPane } from './rows.ts'
import { whoCells, whoColumns } from './who/grid.ts'

const COLUMNS: readonly Column[] = [
	MARK,
	{ id: 'reason', title: 'REASON', width: 16, usual: 33 },
	{ id: 'verdict', title: 'V', width: 1, rank: 4 },
	{ id: 'protocol', title: 'PROTO', width: 6, rank: 6 },
	{ id: 'count', title: 'COUNT', width: 8, align: 'right', rank: 3 },
	{ id: 'rate', title: '/s', width: 5, align: 'right', rank: 1 },
	{ id: 'last', title: 'LAST', width: 6, align: 'right', rank: 5 },
	{ id: 'share', title: 'SHARE', width: 5, align: 'right', rank: 2 },
	{ id: 'bar', title: '', width: 8, rank: 7 },
]

/** What comes without a line now, per second; 0 where the difference may be one of time: a line comes after its packet is counted. */
export function silentRate(view: State): number {
	const { rate } = accountOf(view).notTold
	const all = view.counters.value?.rates.invalid ?? 0
	return rate > Math.max(0.5, all * 0.1) ? rate : 0
}

/** The reasons in view. `head` is off where the room is short; rates then carry their unit. */
export function watchGrid(state: State, height: number, head = true): Grid {
	const view = shown(state)
	const { rows, selected } = watchPane(state)
	const top = topRow(state.panes.watch.top, selected, height, rows.length)
	// Groups hold what was only noted too; the share of a reason is that of the INVALID packets.
	const total =
		view.watchBy === 'reason' ? accountOf(view).shared.packets + countElsewhere(view) : watchTotal(view)
	return {
		columns: view.watchBy === 'reason' ? COLUMNS : whoColumns(view.watchBy, head),
		head,
		rows: rows.slice(top, top + height).map(({ key, item }, index): GridRow => {
			const chosen = top + index === selected
			return {
				key,
				selected: chosen,
				cells: {
					mark: { text: chosen ? glyphsOf(state.modes).mark : ' ' },
					...cellsOf(item, view, total, head),
				},
			}
		}),
	}
}

/** Packets of all rows, however they are told apart; those that no reason can be told for have a row of their own, and no share. */
export function watchTotal(view: State): number {
	const silent = accountOf(view).meantSilent
	const named = accountOf(view).accounting?.named ?? 0
	return view.reasons.reduce((sum, row) => sum + row.count, silent + named + countElsewhere(view))
}

const countElsewhere = (view: State): number =>
	view.allNetns ? elsewhereRows(view).reduce((sum, { told }) => sum + told.row.count, 0) : 0

type Cells = Readonly<Record<string, Cell>>

function cellsOf(item: WatchItem, view: State, total: number, head: boolean): Cells {
	switch (item.kind) {
		case 'reason':
			return reasonCells(item.row, view, total, head)
		case 'named':
			return namedCells(item.row, view, total, head)
		case 'who':
			return whoCells(item.who, view, total, head)
		case 'elsewhere':
			return elsewhereCells(item.row, view, total, head)
		case 'silent':
			return silentCells(view, total, head)
		case 'told':
			return toldCells(item.told, view, head)
		case 'not-told':
			return notToldCells(view, total, head)
	}
}

/** Counted since the way opened, and not a line about them: the kernel has none, or it was lost on its way. */
function silentCells(view: State, total: number, head: boolean): Cells {
	const count = accountOf(view).meantSilent
	const rate = silentRate(view)
	return {
		reason: { text: english.noLineKernelSaysNothing, tone: 'attention' },
		verdict: { text: 'I' },
		protocol: { text: '-' },
		count: { text: grouped(count) },
		rate: { text: withUnit(rate, head) },
		last: { text: rate > 0 ? 'now' : '-' },
		...shareCells(count, total, view),
	}
}

function reasonCells(row: ReasonRow, view: State, total: number, head: boolean): Cells {
	const verdict = VERDICTS[row.reason.verdict]
	return {
		reason: { text: row.reason.title, tone: verdict.tone },
		verdict: { text: verdict.letter, tone: verdict.tone },
		protocol: { text: row.reason.protocol },
		count: { text: grouped(row.count) },
		rate: { text: withUnit(reasonRate(row), head) },
		last: { text: age(view.now - row.lastAt) },
		...(isInvalid(row.reason) ? shareCells(row.count, total, view) : NO_SHARE),
	}
}

/** As it would be here, with the name of the namespace in front. */
function elsewhereCells({ name, told }: ElsewhereRow, view: State, total: number, head: boolean): Cells {
	const cells =
		told.kind === 'reason'
			? reasonCells(told.row, view, total, head)
			: namedCells(told.row, view, total, head)
	return { ...cells, reason: { ...cells.reason, text: `${name}: ${cells.reason?.text ?? ''}` } }
}

/** Seen by itself: the kernel gave no reason for it. */
function namedCells(row: NamedRow, view: State, total: number, head: boolean): Cells {
	return {
		reason: { text: row.text, tone: 'attention' },
		verdict: { text: 'I', tone: 'attention' },
		protocol: { text: row.protocol },
		count: { text: grouped(row.count) },
		rate: { text: withUnit(row.rate, head) },
		last: { text: age(view.now - row.lastAt) },
		...shareCells(row.count, total, view),
	}
}

/** Lines of a call site: no share of the packets, for nobody knows which packets they are of. */
function toldCells(told: PrintkTold, view: State, head: boolean): Cells {
	return {
		reason: { text: titleOf(told.site), tone: 'dim' },
		verdict: { text: PRINTK_LETTER, tone: 'dim' },
		protocol: { text: '-', tone: 'dim' },
		count: { text: grouped(told.count) },
		rate: { text: withUnit(reasonRate(told), head) },
		last: { text: age(view.now - told.lastAt) },
		...NO_SHARE,
	}
}

function notToldCells(view: State, total: number, head: boolean): Cells {
	const silent = accountOf(view).notTold
	return {
		reason: { text: english.notKnownKernelDoesNot, tone: 'attention' },
		verdict: { text: 'I' },
		protocol: { text: '-' },
		count: { text: grouped(silent.count) },
		rate: { text: withUnit(silent.rate, head) },
		last: { text: silent.rate > 0 ? 'now' : '-' },
		...shareCells(silent.count, total, view),
	}
}

const shareCells = (count: number, total: number, view: State): Cells => ({
	share: { text: total > 0 ? percent(count, total) : '-' },
	bar: { text: total > 0 ? bar(count / total, 8, glyphsOf(view.modes)) : '', tone: 'attention' },
})

/** Of what is not INVALID, or of packets that nobody knows. */
const NO_SHARE: Cells = { share: { text: '-', tone: 'dim' } }

const withUnit = (perSecond: number, head: boolean) => `${rate(perSecond)}${head ? '' : '/s'}`
