import { isOneColumn } from '../screens/parts/room.ts'
import { detailTop, isReading, openPane, openScreen, SCREENS } from '../screens/screens.ts'
import type { ScreenId } from '../state/bindings.ts'
import { filterFor } from '../state/filter.ts'
import { topRow } from '../state/pane-list.ts'
import type { PaneState, Reach, State } from '../state/state.ts'
import { guessedPage } from './initial-state.ts'

export function paneWith(state: State, change: Partial<PaneState>): State {
	const pane = { ...state.panes[state.screen], ...change }
	return { ...state, panes: { ...state.panes, [state.screen]: pane } }
}

export function gone(state: State, screen: ScreenId): State {
	return state.screen === screen ? state : { ...paneWith(state, { focus: 'list' }), screen, filtering: false }
}

/** What the layout says after a frame; what was scrolled further than there is comes back. */
export function paged(state: State, rows: number, reach: Reach = state.reach): State {
	const next = { ...state, pageRows: Math.max(1, rows), reach }
	const top = detailTop(next)
	const last = Math.max(0, reach.detail.all - reach.detail.shown)
	return top > last ? scrolledTo(next, last) : next
}

/** From the list to its detail and back. Where there is room for one of them, the detail opens and closes. */
export function focusMoved(state: State): State {
	const { rows, selected } = openPane(state)
	const focus = state.panes[state.screen].focus === 'list' ? 'detail' : 'list'
	const selectedKey = rows[selected]?.key
	return paneWith(state, {
		focus,
		...(isOneColumn(state.size) ? { detail: focus === 'detail' } : {}),
		// On the log what is read must not run away with the newest line.
		...(focus === 'detail' && selectedKey !== undefined ? { selected, selectedKey } : {}),
	})
}

function scrolledTo(state: State, top: number): State {
	const { rows, selected } = openPane(state)
	const { shown, all } = state.reach.detail
	const wanted = Number.isFinite(top) ? Math.round(top) : 0
	return paneWith(state, {
		read: { of: rows[selected]?.key, top: Math.max(0, Math.min(wanted, all - shown)) },
	})
}

export function goneBy(state: State, by: number): State {
	const at = SCREENS.indexOf(openScreen(state))
	const next = SCREENS[(at + by + SCREENS.length) % SCREENS.length]
	return next === undefined ? state : gone(state, next.id)
}

/** Selects the row at an index, and scrolls no more than needed to see it. */
export function selectedAt(state: State, index: number): State {
	const { rows } = openPane(state)
	const last = rows.length - 1
	const selected = Math.max(0, Math.min(Number.isFinite(index) ? Math.round(index) : 0, last))
	// On the log, the newest line is no line of its own: the selection stays with whatever is newest.
	const follows = state.screen === 'log' && selected === last
	return paneWith(state, {
		selected,
		selectedKey: follows ? undefined : rows[selected]?.key,
		top: topRow(state.panes[state.screen].top, selected, state.pageRows, rows.length),
	})
}

export function movedBy(state: State, by: number): State {
	if (isReading(state)) return scrolledTo(state, detailTop(state) + by)
	const { selected } = openPane(state)
	return selectedAt(state, Math.max(0, selected) + by)
}

/** What is in view of a pane moves by lines; the selected row stays as long as it is in view. At an end the selection goes on. */
export function scrolledBy(state: State, pane: 'list' | 'detail', lines: number): State {
	const by = Number.isFinite(lines) ? Math.round(lines) : 0
	if (pane === 'detail') return scrolledTo(state, detailTop(state) + by)
	const { rows, selected } = openPane(state)
	const height = state.pageRows
	const first = topRow(state.panes[state.screen].top, selected, height, rows.length)
	const top = Math.max(0, Math.min(first + by, rows.length - height))
	const index = top === first ? selected + by : Math.max(top, Math.min(selected, top + height - 1))
	const scrolled = paneWith(state, { top })
	return index === selected ? scrolled : selectedAt(scrolled, index)
}

/** The row with this key, if it is there still. */
export function rowChosen(state: State, key: string): State {
	const { rows, selected } = openPane(state)
	const index = rows.findIndex((row) => row.key === key)
	if (index < 0) return state
	// Where it is drawn, it stays.
	const top = topRow(state.panes[state.screen].top, selected, state.pageRows, rows.length)
	return selectedAt(paneWith(state, { focus: 'list', top }), index)
}

/** By pages; a page leaves one row of the last one in sight. */
export function pagedBy(state: State, pages: number): State {
	const inView = isReading(state) ? state.reach.detail.shown : state.pageRows
	const rows = Math.max(1, Math.floor((inView - 1) * Math.abs(pages)))
	return movedBy(state, pages < 0 ? -rows : rows)
}

export function movedTo(state: State, where: 'first' | 'last'): State {
	if (isReading(state)) return scrolledTo(state, where === 'first' ? 0 : state.reach.detail.all)
	return selectedAt(state, where === 'first' ? 0 : openPane(state).rows.length - 1)
}

/** To the next row that the filter lets through, around the ends. */
export function matched(state: State, by: 1 | -1): State {
	const { rows, selected } = openPane(state)
	if (rows.length === 0) return state
	return selectedAt(state, (Math.max(0, selected) + by + rows.length) % rows.length)
}

export function detailToggled(state: State): State {
	const { rows, selected } = openPane(state)
	const row = rows[selected]
	if (row === undefined) return state
	// A detail is about one row: on the log it must not run away with the newest line.
	const { detail, checks } = state.panes[state.screen]
	const opens = !detail || checks
	return paneWith(state, {
		detail: opens,
		checks: false,
		// In one column there is nothing else to move.
		focus: opens && isOneColumn(state.size) ? 'detail' : 'list',
		read: AT_TOP,
		selected,
		selectedKey: row.key,
	})
}

const AT_TOP = { of: undefined, top: 0 } as const

/** On Watch: the checks between a packet and its reason line, in place of the selected row. */
export function checksToggled(state: State): State {
	const { checks } = state.panes.watch
	return paneWith(gone(state, 'watch'), { checks: !checks, detail: !checks, read: AT_TOP })
}

/** One level back: from the detail to the list, the detail closed, then the filter, then the marks. Never out of the program. */
export function back(state: State): State {
	const pane = state.panes[state.screen]
	if (pane.focus === 'detail' && !isOneColumn(state.size)) return paneWith(state, { focus: 'list' })
	if (pane.detail) return paneWith(state, { detail: false, checks: false, focus: 'list' })
	if (pane.filter !== '' || pane.inverted) return paneWith(state, { filter: '', inverted: false })
	return pane.marks.length === 0 ? state : paneWith(state, { marks: [] })
}

export const filterOpened = (state: State): State => ({
	...paneWith(state, { focus: 'list' }),
	filtering: true,
})

/** A filter of more than this is a mistake of the clipboard. */
const LONGEST_FILTER = 200

/** `line` as typed: a `!` in front inverts. */
export function filterTyped(state: State, line: string): State {
	const inverted = line.startsWith('!')
	return paneWith(state, { filter: (inverted ? line.slice(1) : line).slice(0, LONGEST_FILTER), inverted })
}

export function filterClosed(state: State, keep: boolean): State {
	const pane = state.panes[state.screen]
	const says = keep && !filterFor(pane.filter, pane.inverted).empty
	const next = says ? state : paneWith(state, { filter: '', inverted: false })
	return { ...next, filtering: false }
}

export function resized(state: State, columns: number, rows: number): State {
	return { ...state, size: { columns, rows }, pageRows: guessedPage(rows) }
}

/** Pausing keeps what the screens show; going on shows what came meanwhile. */
export function pauseToggled(state: State): State {
	if (state.paused !== undefined) return { ...state, paused: undefined, frozen: undefined }
	const { now, wall, counters, table, holders, lists, lives, rules, taps, log, nflog, probes } = state
	const { way, reasons, unlined, who, told, steps } = state
	return {
		...state,
		paused: { since: now, waiting: 0 },
		frozen: {
			now,
			wall,
			counters,
			table,
			holders,
			lists,
			lives,
			rules,
			taps,
			log,
			nflog,
			probes,
			way,
			reasons,
			unlined,
			who,
			told,
			steps,
		},
	}
}
