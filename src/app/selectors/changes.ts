import type { FoundLease, HeldChange } from '../../changes/change.ts'
import { isLeftover } from '../changes-in-force.ts'
import { type ChangeItem, paneRows, topRow } from '../pane-rows.ts'
import type { State } from '../state.ts'
import { keyOf } from './footer.ts'
import { glyphsOf } from './glyphs.ts'
import type { Cell, Column, Grid, GridRow } from './grid.ts'
import type { Tone } from './line.ts'
import { clock, countdown, counted } from './numbers.ts'
import { settingName } from './switches.ts'
import { safe, width } from './text.ts'

/** The changes of this run, those that are over, and the sessions of others. */
export function changesGrid(state: State, height: number, head = true): Grid {
	const { rows, selected } = paneRows(state, 'changes')
	const top = topRow(state.panes.changes.top, selected, height, rows.length)
	const inView = rows.slice(top, top + height)
	return {
		columns: columnsFor(inView.map(({ item }) => item)),
		head,
		rows: inView.map(({ key, item }, index): GridRow => {
			const chosen = top + index === selected
			const mark = { text: chosen ? glyphsOf(state.modes).mark : ' ' }
			return { key, selected: chosen, cells: { mark, ...cellsOf(item, state) } }
		}),
	}
}

/** Values are a digit or the name of a logger: as wide as the widest in view. */
function columnsFor(items: readonly ChangeItem[]): readonly Column[] {
	const values = items.flatMap((item) =>
		item.kind === 'found' ? [] : [item.change.was, item.change.set, item.change.now ?? '-'],
	)
	const value = Math.min(11, Math.max(3, ...values.map((text) => width(safe(text)))))
	return [
		{ id: 'mark', title: '', width: 1 },
		{ id: 'setting', title: 'SETTING', width: 18, grow: true },
		{ id: 'was', title: 'WAS', width: value, align: 'right', rank: 2 },
		{ id: 'set', title: 'SET', width: value, align: 'right', rank: 1 },
		{ id: 'now', title: 'NOW', width: value, align: 'right', rank: 3 },
		{ id: 'state', title: 'STATE', width: 18 },
		{ id: 'undo', title: 'UNDO IN', width: 7, align: 'right', rank: 1 },
	]
}

type Cells = Readonly<Record<string, Cell>>

function cellsOf(item: ChangeItem, state: State): Cells {
	if (item.kind === 'found') return foundCells(item.lease, state)
	const { change } = item
	const [word, tone] = stateWord(change)
	const over = item.kind === 'past'
	const until = Math.min(change.undoAt, change.confirmBy ?? change.undoAt)
	const running = change.state === 'in-force' || change.state === 'confirm'
	return {
		setting: { text: settingName(change.sysctl), ...(over ? { tone: 'dim' as const } : {}) },
		was: { text: change.was },
		set: { text: change.set },
		now: { text: safe(change.now) },
		state: { text: word, tone },
		undo: { text: running ? countdown(until - state.now) : '-' },
	}
}

function stateWord({ state, endedAt }: HeldChange): readonly [string, Tone] {
	const ended = endedAt === null ? '' : ` ${clock(endedAt, 'minutes')}`
	switch (state) {
		case 'in-force':
			return ['in force', 'attention']
		case 'confirm':
			return ['in force, CONFIRM', 'attention']
		case 'undone':
			return [`undone${ended}`, 'good']
		case 'conflict':
			return ['SOMEONE ELSE CHANGED IT', 'bad']
		case 'vanished':
			return [`vanished${ended}`, 'dim']
		case 'failed':
			return ['UNDO FAILED', 'bad']
	}
}

function foundCells(lease: FoundLease, state: State): Cells {
	const changes = counted(lease.changes.length, 'change')
	const left = lease.deadline === null || !lease.alive ? '-' : countdown(lease.deadline - state.now)
	return {
		setting: { text: `${ownerOf(lease)}: ${changes}` },
		state: foundState(lease),
		undo: { text: left },
	}
}

function foundState(lease: FoundLease): Cell {
	if (lease.alive) return { text: 'running', tone: 'plain' }
	if (lease.earlierBoot) return { text: 'of an earlier boot', tone: 'dim' }
	if (isLeftover(lease)) return { text: 'LEFT BEHIND', tone: 'bad' }
	return lease.problem === '' ? { text: 'over', tone: 'dim' } : { text: 'not readable', tone: 'attention' }
}

/** `bob pts/5 pid 4471`, or the id of the lease where the journal does not say whose it is. */
export function ownerOf({ owner, leaseId }: FoundLease): string {
	if (owner === null) return safe(leaseId)
	const name = owner.sudoUser ?? owner.user
	return safe([name, owner.tty, `pid ${owner.pid}`].filter((part) => part !== null).join(' '))
}

/** Why the table is empty, in words. */
export const changesEmpty = (state: State): string =>
	state.panes.changes.filter !== ''
		? 'No change fits the filter.'
		: state.modes.readOnly
			? 'Nothing was changed. This session only reads.'
			: `Nothing was changed. On Watch, ${keyOf('log-why')} switches the log on; on Switches, ${keyOf('switch')} changes a setting.`
