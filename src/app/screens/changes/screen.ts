import * as english from '../../../words/english/app/changes.ts'
import { EMPTY, type Line } from '../../../words/line.ts'
import { ownerOf } from '../../changing/change-name.ts'
import { changesInForce, isLeftover, targetOf, type UndoTarget } from '../../changing/changes-in-force.ts'
import { meantRows } from '../../state/pane-list.ts'
import type { State } from '../../state/state.ts'
import type { Screen } from '../parts/screen.ts'
import { changesDetail, ranLines } from './detail.ts'
import { changesGrid } from './grid.ts'
import { changesPane, changesValues } from './rows.ts'

/** What was written to the kernel stands below the selected change. */
const changesAndCommands = (state: State, width: number): readonly Line[] => [
	...changesDetail(state, width),
	EMPTY,
	...ranLines(state, width, Number.MAX_SAFE_INTEGER),
]

export const changesScreen: Screen = {
	id: 'changes',
	title: 'Changes',
	shows: english.whatIsInForceWhat,
	pane: changesPane,
	grid: changesGrid,
	detail: changesAndCommands,
	share: 0.36,
	whyNotOpen: () => undefined,
	commands: [],
	copyText,
	values: changesValues,
	undoTarget,
}

function copyText(state: State): string | undefined {
	const { rows, selected } = changesPane(state)
	const item = rows[selected]?.item
	if (item === undefined) return undefined
	return item.kind === 'found'
		? english.ctscopeRevertLease(ownerOf(item.lease), item.lease.leaseId)
		: item.change.byHand
}

/** All that is in force among the marked rows, else what the first of them, or the selected one, allows. */
function undoTarget(state: State): UndoTarget | undefined {
	const meant = meantRows(changesPane(state), state.panes.changes).map(({ item }) => item)
	const on = changesInForce(state.lease)
	const ours = targetOf(
		meant.flatMap((item) => (item.kind === 'held' && on.includes(item.change) ? [item.change] : [])),
	)
	if (ours !== undefined) return ours
	const item = meant.find((one) => one.kind === 'found' && isLeftover(one.lease)) ?? meant[0]
	switch (item?.kind) {
		case 'found':
			if (isLeftover(item.lease)) return { kind: 'leftover', lease: item.lease }
			return {
				kind: 'none',
				reason: item.lease.alive
					? english.itBelongsToASession(item.lease.leaseId)
					: english.thereIsNothingLeftInIt,
			}
		case 'past':
			return { kind: 'none', reason: english.thisChangeIsOver }
		case 'held':
			return { kind: 'none', reason: english.someoneElseChangedItSince }
		default:
			return undefined
	}
}
