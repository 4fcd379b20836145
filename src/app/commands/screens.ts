import type { Step } from '../../investigation/step.ts'
import { type ChangeItem, changeRows } from '../screens/changes/rows.ts'
import { type LogItem, logRows } from '../screens/log/rows.ts'
import { type PrintkItem, printkRows } from '../screens/printk/rows.ts'
import { type RuleItem, rulesRows } from '../screens/rules/rows.ts'
import { stepsRows } from '../screens/steps/rows.ts'
import { type SwitchItem, switchRows } from '../screens/switches/rows.ts'
import { type TableItem, tableRows } from '../screens/table/rows.ts'
import { type WatchItem, watchRows } from '../screens/watch/rows.ts'
import type { PaneList, PaneRow } from '../state/pane-list.ts'
import { shown } from '../state/shown.ts'
import type { PaneState, ScreenId, State } from '../state/state.ts'

export type { ChangeItem, PrintkItem, RuleItem, SwitchItem, TableItem, WatchItem }

type Items = {
	watch: WatchItem
	steps: Step
	switches: SwitchItem
	printk: PrintkItem
	table: TableItem
	rules: RuleItem
	log: LogItem
	changes: ChangeItem
}

type PaneRows<Screen extends ScreenId = ScreenId> = PaneList<Items[Screen]> & {
	/** Index of the selected row, -1 when there is none. */
	readonly selected: number
}

const LISTS: { readonly [Screen in ScreenId]: (state: State) => PaneList<Items[Screen]> } = {
	watch: watchRows,
	steps: stepsRows,
	switches: switchRows,
	printk: printkRows,
	table: tableRows,
	rules: rulesRows,
	log: logRows,
	changes: changeRows,
}

/** One answer for each state and screen, however many selectors ask. */
const remembered = new WeakMap<State, Partial<Record<ScreenId, PaneRows>>>()

/** The rows of a screen after its filter, paused or not, and which of them is selected. */
export function paneRows<Screen extends ScreenId>(state: State, screen: Screen): PaneRows<Screen> {
	let answers = remembered.get(state)
	if (answers === undefined) {
		answers = {}
		remembered.set(state, answers)
	}
	const known = answers[screen]
	if (known !== undefined) return known as PaneRows<Screen>
	const list: PaneList<Items[Screen]> = LISTS[screen](shown(state))
	const made = { ...list, selected: selectedIn(list.rows, state.panes[screen], screen) }
	answers[screen] = made as PaneRows
	return made
}

/**
 * The selection sticks to its row. On the log, no key means the newest line, and a line that fell out of the ring
 * was the oldest one.
 */
function selectedIn(rows: readonly PaneRow<unknown>[], pane: PaneState, screen: ScreenId): number {
	const last = rows.length - 1
	if (last < 0) return -1
	if (pane.selectedKey === undefined) return screen === 'log' ? last : Math.min(pane.selected, last)
	const found = rows.findLastIndex((row) => row.key === pane.selectedKey)
	if (found >= 0) return found
	return screen === 'log' && pane.filter === '' ? 0 : Math.min(pane.selected, last)
}

/** First row to draw so that the selected one is seen and the list moves no more than it must. */
export function topRow(top: number, selected: number, height: number, total: number): number {
	const lowest = Math.max(0, total - height)
	const wanted = Math.min(Math.max(top, selected - height + 1), Math.max(0, selected))
	return Math.max(0, Math.min(wanted, lowest))
}
