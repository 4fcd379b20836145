import * as english from '../../../words/english/app/printk.ts'
import { changesInForce, NOTHING_ON, targetOf, type UndoTarget } from '../../changing/changes-in-force.ts'
import { changesAt } from '../../changing/printk-owner.ts'
import type { State } from '../../state/state.ts'
import type { Screen } from '../parts/screen.ts'
import { PRINTK_COMMANDS } from './commands.ts'
import { printkDetail, printkText } from './detail.ts'
import { printkGrid, printkNote } from './grid.ts'
import { printkPane, printkValues } from './rows.ts'
import { meantPrintk, meantSites } from './switching.ts'

export const printkScreen: Screen = {
	id: 'printk',
	title: 'Printk',
	shows: english.debugLinesOfTheKernel,
	pane: printkPane,
	grid: printkGrid,
	note: printkNote,
	detail: printkDetail,
	share: 0.36,
	whyNotOpen: () => undefined,
	commands: PRINTK_COMMANDS,
	copyText: printkText,
	values: printkValues,
	undoTarget,
}

/** Of all marked rows, and of a head all that is ours below it. */
function undoTarget(state: State): UndoTarget | undefined {
	if (meantPrintk(state).length === 0) return undefined
	const ours = targetOf(changesAt(state, meantSites(state)))
	if (ours !== undefined) return ours
	const isNothingOn = changesInForce(state.lease).length === 0
	return { kind: 'none', reason: isNothingOn ? NOTHING_ON : english.nothingHereWasChangedBy }
}
