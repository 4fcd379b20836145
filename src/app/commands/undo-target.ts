import type { HeldChange } from '../../model/change.ts'
import { changesInForce, NOTHING_ON, nextToConfirm, type UndoTarget } from '../changing/changes-in-force.ts'
import { changesPane } from '../screens/changes/rows.ts'
import { openScreen } from '../screens/screens.ts'
import type { ScreenId } from '../state/bindings.ts'
import type { State } from '../state/state.ts'

/** What `u` means now: what the screen says, else the change that was made last. */
export function undoTarget(state: State): UndoTarget {
	const target = openScreen(state).undoTarget?.(state)
	if (target !== undefined) return target
	const last = changesInForce(state.lease).at(-1)
	return last === undefined ? { kind: 'none', reason: NOTHING_ON } : { kind: 'own', change: last }
}

/** Screens on which `u` takes all marked rows at once. */
export const takesMarks = (screen: ScreenId): boolean => screen === 'printk' || screen === 'changes'

/** What `K` keeps: on Changes the selected change if it waits, else the one whose time runs out first. */
export function confirmTarget(state: State): HeldChange | undefined {
	const next = nextToConfirm(state.lease)
	if (state.screen !== 'changes' || next === undefined) return next
	const { rows, selected } = changesPane(state)
	const item = rows[selected]?.item
	return item?.kind === 'held' && item.change.state === 'confirm' ? item.change : next
}
