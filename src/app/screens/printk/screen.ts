import * as english from '../../../words/english/app/printk.ts'
import { changesInForce, NOTHING_ON, type UndoTarget } from '../../changing/changes-in-force.ts'
import { changesAt } from '../../changing/printk-owner.ts'
import type { State } from '../../state/state.ts'
import type { Screen } from '../parts/screen.ts'
import { PRINTK_COMMANDS } from './commands.ts'
import { printkDetail, printkText } from './detail.ts'
import { printkGrid, printkNote } from './grid.ts'
import { printkPane, printkValues } from './rows.ts'

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

/** Of a head all that is ours below it. */
function undoTarget(state: State): UndoTarget | undefined {
	const { rows, selected } = printkPane(state)
	const item = rows[selected]?.item
	if (item === undefined) return undefined
	const ids = item.kind === 'site' || item.kind === 'proposal' ? [item.id] : item.ids
	const ours = changesAt(state, ids).toSorted((a, b) => a.seq - b.seq)
	const [first] = ours
	if (first !== undefined)
		return ours.length === 1 ? { kind: 'own', change: first } : { kind: 'several', changes: ours }
	const isNothingOn = changesInForce(state.lease).length === 0
	return { kind: 'none', reason: isNothingOn ? NOTHING_ON : english.nothingHereWasChangedBy }
}
