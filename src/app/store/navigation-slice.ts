import { openPane, openScreen, SCREENS } from '../screens/screens.ts'
import type { ScreenId } from '../state/bindings.ts'
import { filterFor } from '../state/filter.ts'
import { topRow } from '../state/pane-list.ts'
import type { PaneState, State } from '../state/state.ts'
import { guessedPage } from './initial-state.ts'

function paneWith(state: State, change: Partial<PaneState>): State {
	const pane = { ...state.panes[state.screen], ...change }
	return { ...state, panes: { ...state.panes, [state.screen]: pane } }
}

export function gone(state: State, screen: ScreenId): State {
	return state.screen === screen ? state : { ...state, screen, filtering: false }
}

export function goneBy(state: State, by: number): State {
	const at = SCREENS.indexOf(openScreen(state))
	const next = SCREENS[(at + by + SCREENS.length) % SCREENS.length]
	return next === undefined ? state : gone(state, next.id)
}

/** Selects the row at an index, and scrolls no more than needed to see it. */
function selectedAt(state: State, index: number): State {
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
	const { selected } = openPane(state)
	return selectedAt(state, Math.max(0, selected) + by)
}

/** By pages; a page leaves one row of the last one in sight. */
export function pagedBy(state: State, pages: number): State {
	const rows = Math.max(1, Math.floor((state.pageRows - 1) * Math.abs(pages)))
	return movedBy(state, pages < 0 ? -rows : rows)
}

export function movedTo(state: State, where: 'first' | 'last'): State {
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
	return paneWith(state, { detail: !detail || checks, checks: false, selected, selectedKey: row.key })
}

/** On Watch: the checks between a packet and its reason line, in place of the selected row. */
export function checksToggled(state: State): State {
	const { checks } = state.panes.watch
	return paneWith(gone(state, 'watch'), { checks: !checks, detail: !checks })
}

/** One level back: the detail, then the filter. Never out of the program. */
export function back(state: State): State {
	const pane = state.panes[state.screen]
	if (pane.detail) return paneWith(state, { detail: false, checks: false })
	if (pane.filter !== '' || pane.inverted) return paneWith(state, { filter: '', inverted: false })
	return state
}

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
	const { way, reasons, unlined, told, steps } = state
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
			told,
			steps,
		},
	}
}
