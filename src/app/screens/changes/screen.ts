import { EMPTY, type Line } from '../../../words/line.ts'
import { ownerOf } from '../../changing/change-name.ts'
import { changesInForce, isLeftover, type UndoTarget } from '../../changing/changes-in-force.ts'
import type { State } from '../../state/state.ts'
import type { Screen } from '../parts/screen.ts'
import { changesDetail, ranLines } from './detail.ts'
import { changesGrid } from './grid.ts'
import { changesPane } from './rows.ts'

export const changesScreen: Screen = {
	id: 'changes',
	title: 'Changes',
	shows: 'what is in force, what was undone, other sessions',
	pane: changesPane,
	grid: changesGrid,
	detail: changesAndCommands,
	share: 0.36,
	whyNotOpen: () => undefined,
	commands: [],
	copyText,
	undoTarget,
	plainDetail: (state, width) => [
		...changesDetail(state, width, Number.MAX_SAFE_INTEGER),
		...ranLines(state, width, Number.MAX_SAFE_INTEGER),
	],
}

/** On a large terminal, what was written to the kernel stands below the selected change. */
function changesAndCommands(state: State, width: number, height: number): readonly Line[] {
	const detail = changesDetail(state, width, height)
	const room = height - detail.length - 1
	return width < 110 || room < 1 ? detail : [...detail, EMPTY, ...ranLines(state, width, room)]
}

function copyText(state: State): string | undefined {
	const { rows, selected } = changesPane(state)
	const item = rows[selected]?.item
	if (item === undefined) return undefined
	return item.kind === 'found'
		? `${ownerOf(item.lease)}: ctscope revert --lease ${item.lease.leaseId}`
		: item.change.byHand
}

function undoTarget(state: State): UndoTarget | undefined {
	const { rows, selected } = changesPane(state)
	const item = rows[selected]?.item
	switch (item?.kind) {
		case 'found':
			if (isLeftover(item.lease)) return { kind: 'leftover', lease: item.lease }
			return {
				kind: 'none',
				reason: item.lease.alive
					? `it belongs to a session that is running: ctscope revert --lease ${item.lease.leaseId}`
					: 'there is nothing left in it to undo',
			}
		case 'past':
			return { kind: 'none', reason: 'this change is over' }
		case 'held':
			return changesInForce(state.lease).includes(item.change)
				? { kind: 'own', change: item.change }
				: { kind: 'none', reason: 'someone else changed it since: it is left alone' }
		default:
			return undefined
	}
}
