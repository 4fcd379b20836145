import { shortValue } from '../../../changes/tap/tap-words.ts'
import type { FoundLease, HeldChange } from '../../../model/change.ts'
import * as english from '../../../words/english/app/changes.ts'
import { glyphsOf } from '../../../words/glyphs.ts'
import { type Cell, type Column, type Grid, type GridRow, MARK } from '../../../words/grid.ts'
import type { Tone } from '../../../words/line.ts'
import { clock, countdown, counted } from '../../../words/numbers.ts'
import { safe } from '../../../words/text.ts'
import { changeName, ownerOf } from '../../changing/change-name.ts'
import { isLeftover } from '../../changing/changes-in-force.ts'
import { keyOf } from '../../state/bindings.ts'
import { topRow } from '../../state/pane-list.ts'
import type { State } from '../../state/state.ts'
import { type ChangeItem, changesPane } from './rows.ts'

/** The changes of this run, those that are over, and the sessions of others. */
export function changesGrid(state: State, height: number, head = true): Grid {
	const { rows, selected } = changesPane(state)
	const top = topRow(state.panes.changes.top, selected, height, rows.length)
	const inView = rows.slice(top, top + height)
	return {
		columns: COLUMNS,
		head,
		rows: inView.map(({ key, item }, index): GridRow => {
			const chosen = top + index === selected
			const mark = { text: chosen ? glyphsOf(state.modes).mark : ' ' }
			return { key, selected: chosen, cells: { mark, ...cellsOf(item, state) } }
		}),
	}
}

const COLUMNS: readonly Column[] = [
	MARK,
	{ id: 'setting', title: 'SETTING', width: 18 },
	{ id: 'was', title: 'WAS', width: 3, align: 'right', rank: 3 },
	{ id: 'set', title: 'SET', width: 3, align: 'right', rank: 1 },
	{ id: 'now', title: 'NOW', width: 3, align: 'right', rank: 2 },
	{ id: 'state', title: 'STATE', width: 18 },
	{ id: 'undo', title: english.undoIn, width: 7, align: 'right', rank: 1 },
	{ id: 'why', title: 'WHY', width: 20, isProse: true },
]

type Cells = Readonly<Record<string, Cell>>

function cellsOf(item: ChangeItem, state: State): Cells {
	if (item.kind === 'found') return foundCells(item.lease, state)
	const { change } = item
	const [word, tone] = stateWord(change)
	const over = item.kind === 'past'
	const until = Math.min(change.undoAt, change.confirmBy ?? change.undoAt)
	const running = change.state === 'in-force' || change.state === 'confirm'
	return {
		setting: { text: changeName(change, state), ...(over ? { tone: 'dim' as const } : {}) },
		was: { text: shortValue(change.was) },
		set: { text: shortValue(change.set) },
		now: { text: safe(change.now === null ? null : shortValue(change.now)) },
		state: { text: word, tone },
		undo: { text: running ? countdown(until - state.now) : '-' },
		why: { text: change.purpose, tone: 'dim' },
	}
}

function stateWord({ state, endedAt }: HeldChange): readonly [string, Tone] {
	const ended = endedAt === null ? '' : ` ${clock(endedAt, 'minutes')}`
	switch (state) {
		case 'in-force':
			return [english.inForce, 'attention']
		case 'confirm':
			return [english.inForceConfirm, 'attention']
		case 'undone':
			return [`undone${ended}`, 'good']
		case 'conflict':
			return [english.changedByOthers, 'bad']
		case 'vanished':
			return [`vanished${ended}`, 'dim']
		case 'failed':
			return [english.undoFailed, 'bad']
	}
}

function foundCells(lease: FoundLease, state: State): Cells {
	const left = lease.deadline === null || !lease.alive ? '-' : countdown(lease.deadline - state.now)
	return {
		setting: { text: ownerOf(lease) },
		state: foundState(lease),
		undo: { text: left },
	}
}

function foundState(lease: FoundLease): Cell {
	const changes = counted(lease.changes.length, 'change')
	if (lease.alive) return { text: english.running(changes), tone: 'plain' }
	if (lease.earlierBoot) return { text: english.ofAnEarlierBoot, tone: 'dim' }
	if (isLeftover(lease)) return { text: english.leftOn(changes), tone: 'bad' }
	return lease.problem === ''
		? { text: 'over', tone: 'dim' }
		: { text: english.notReadable, tone: 'attention' }
}

/** Why the table is empty, in words. */
export const changesEmpty = (state: State): string =>
	state.panes.changes.filter !== ''
		? english.noChangeFitsTheFilter
		: state.modes.readOnly
			? english.nothingWasChangedThisSession
			: english.nothingWasChangedOnWatch(keyOf('log-why'), keyOf('switch'))
