import { footerLines, mostFooterLines } from '../../app/frame/footer.ts'
import { openScreen, screenOf } from '../../app/screens/screens.ts'
import type { ScreenId } from '../../app/state/bindings.ts'
import type { State } from '../../app/state/state.ts'

/**
 * Where things are, from nothing but the size of the terminal and how many lines the keys take. `column`: below 60x16, one column with the change bar
 * first. `wide`: room for several panes on Watch.
 */
type Form = 'column' | 'normal' | 'wide'

export type Layout = {
	readonly form: Form
	readonly columns: number
	readonly rows: number
	/** Lines of what is above and below the body. */
	readonly bar: number
	readonly tabs: number
	readonly upperRule: number
	readonly body: number
	readonly lowerRule: number
	readonly footer: number
}

export function layoutFor(state: State): Layout {
	const { size } = state
	return layoutOf(size, footerLines(state, size.columns, mostFooterLines(state)).length)
}

export function layoutOf({ columns, rows }: State['size'], keys = 1): Layout {
	if (columns < 60 || rows < 16) {
		const rules = rows >= 9 ? 2 : rows >= 7 ? 1 : 0
		const footer = rows >= 3 ? keys : 0
		const header = rows >= 2 ? 1 : 0
		const body = Math.max(0, rows - header - 1 - rules - footer)
		return {
			form: 'column',
			columns,
			rows,
			bar: 1,
			tabs: 0,
			upperRule: rules > 0 ? 1 : 0,
			body,
			lowerRule: rules > 1 ? 1 : 0,
			footer,
		}
	}
	const form = columns >= 110 && rows >= 32 ? 'wide' : 'normal'
	return {
		form,
		columns,
		rows,
		bar: 1,
		tabs: 1,
		upperRule: 1,
		body: rows - 5 - keys,
		lowerRule: 1,
		footer: keys,
	}
}

/** Parts of a body from top to bottom: what stands on top, the list, the rule below it, the explanation. */
export type Split = {
	readonly top: number
	/** The rule between top and list. */
	readonly rule: number
	/** Lines of the list with its titles. */
	readonly list: number
	readonly head: boolean
	readonly lowerRule: number
	readonly detail: number
}

/** What an opened explanation leaves of the list; in one column it is the selected row. */
const LEAST_LIST = { column: 1, normal: 4, wide: 4 } as const

/**
 * How the body of a screen is divided. `wanted` is how many lines its top part would like to have; `opened` gives the
 * explanation of the selected row as much room as there is.
 */
export function splitOf(
	screen: ScreenId,
	{ form, body }: Pick<Layout, 'form' | 'body'>,
	wanted: number,
	opened: boolean,
): Split {
	const column = form === 'column'
	const least = Math.min(body, opened ? LEAST_LIST[form] : 5)
	const mostTop = column ? (screen === 'watch' ? Math.min(1, body) : Math.floor(body / 2)) : body - least - 1
	const top = Math.max(0, Math.min(opened && column ? 0 : wanted, mostTop))
	const rule = top > 0 && !column ? 1 : 0
	const room = body - top - rule
	const usual = column ? 0 : Math.min(12, Math.floor(body * screenOf(screen).share))
	const detail = Math.min(opened ? room : usual, Math.max(0, room - 1 - least))
	// A line or two of a sentence need no rule above them on Table, where rows are scarce.
	const shown = detail >= 2 || screen === 'table' ? Math.max(0, detail) : 0
	const lowerRule = shown > (screen === 'table' ? 2 : 1) ? 1 : 0
	const list = Math.max(0, room - lowerRule - shown)
	return { top, rule, list, head: list >= (column ? 7 : 4), lowerRule, detail: shown }
}

/** The panes of Watch on a large terminal. */
export type Panes = {
	readonly left: number
	readonly right: number
	/** Lines of the reasons, of the flows below them, of the live log and of the commands that ran. */
	readonly reasons: number
	readonly flows: number
	readonly live: number
	readonly ran: number
}

/** `top`: lines of the counters. */
export function panesOf({ columns, body }: Pick<Layout, 'columns' | 'body'>, top: number): Panes {
	const left = Math.round(columns * 0.6)
	// The counters, live log and commands have one rule each.
	const room = body - top - 3
	const ran = 3
	const live = Math.max(4, Math.floor((room - ran) * 0.4))
	const upper = room - ran - live
	const flows = Math.max(3, Math.floor(upper * 0.34))
	return { left, right: columns - left - 1, reasons: upper - flows - 1, flows, live, ran }
}

/** Rows that the list of the present screen has: how far a page scrolls. */
export function pageRows(state: State): number {
	const layout = layoutFor(state)
	const top = openScreen(state).top?.(state, layout.columns) ?? []
	return pageOf(state.screen, layout, top.length, state.panes[state.screen].detail)
}

/** How many rows the list of the screen shows at once. */
export function pageOf(screen: ScreenId, layout: Layout, wanted: number, opened: boolean): number {
	if (screen === 'watch' && layout.form === 'wide') return Math.max(1, panesOf(layout, wanted).reasons - 1)
	const { list, head } = splitOf(screen, layout, wanted, opened)
	return Math.max(1, list - (head ? 1 : 0))
}

/**
 * `next`, with every part that equals the same part of `previous` replaced by it: what did not change keeps its
 * identity, so memoised components need not be drawn again. For plain data without cycles.
 */
export function share<T>(previous: unknown, next: T): T {
	if (Object.is(previous, next)) return next
	if (typeof previous !== 'object' || typeof next !== 'object' || previous === null || next === null)
		return next
	if (Array.isArray(next)) {
		if (!Array.isArray(previous)) return next
		const shared = next.map((value, index) => share(previous[index], value))
		const same =
			previous.length === shared.length && shared.every((value, index) => Object.is(value, previous[index]))
		return (same ? previous : shared) as T
	}
	if (Array.isArray(previous)) return next
	const old = previous as Record<string, unknown>
	const keys = Object.keys(next)
	const shared: Record<string, unknown> = {}
	let same = keys.length === Object.keys(old).length
	for (const key of keys) {
		shared[key] = share(old[key], (next as Record<string, unknown>)[key])
		if (!(key in old) || !Object.is(shared[key], old[key])) same = false
	}
	return (same ? previous : shared) as T
}
