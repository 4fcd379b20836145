// The demo as a recording for asciinema (version 2: a header and events, each a line of JSON).
import type { State } from '../../src/app/state/state.ts'
import { reducer } from '../../src/app/store/reducer.ts'
import type { Demo } from './demo.ts'

/** A frame of the recording for each so many milliseconds of it, and one for each key. */
const STEP_MS = 1000
/** Whoever investigates waits for packets; whoever looks on need not wait longer than this between two keys. */
const WAIT_MS = 7000

/** Actions that someone pressed a key for. */
const KEYS = new Set(['step-next', 'log-why', 'accept', 'count-ways', 'try', 'undo-all', 'pause', 'quit'])

type Shown = { readonly at: number; readonly state: State }

/** The states to be shown, by the clock of the recording in milliseconds from its first action. */
function shownOf({ begun, actions }: Demo): readonly Shown[] {
	const first = actions[0]?.at ?? 0
	const shown: Shown[] = []
	let state = begun
	let next = 0
	for (const action of actions) {
		if (action.type === 'quit') break
		state = reducer(state, action)
		const at = action.at - first
		if (at < next && !KEYS.has(action.type)) continue
		shown.push({ at, state })
		next = at + STEP_MS
	}
	return shown
}

/** Moments of the recording at which a key was pressed, from its beginning to its end. */
function marksOf({ actions }: Demo): readonly number[] {
	const first = actions[0]?.at ?? 0
	const keys = actions.filter(({ type }) => KEYS.has(type)).map(({ at }) => at - first)
	return [0, ...keys, Number.POSITIVE_INFINITY]
}

/** The clock of whoever looks on: waits between two keys are shortened evenly. */
function quicker(at: number, marks: readonly number[]): number {
	let gone = 0
	for (const [index, from] of marks.entries()) {
		const to = marks[index + 1] ?? from
		const wait = to - from
		const factor = wait > WAIT_MS && wait < Number.POSITIVE_INFINITY ? WAIT_MS / wait : 1
		if (at <= to) return gone + (at - from) * factor
		gone += wait * factor
	}
	return gone
}

/** Lines that differ from those before, each to its place. */
const change = (lines: readonly string[], before: readonly string[]): string =>
	lines.map((line, row) => (line === before[row] ? '' : `\x1b[${row + 1};1H${line}\x1b[K`)).join('')

export function castOf(demo: Demo, frame: (state: State) => readonly string[]): string {
	const marks = marksOf(demo)
	const { columns, rows } = demo.begun.size
	const header = {
		version: 2,
		width: columns,
		height: rows,
		title: 'ctscope --demo: from INVALID packets to their cause (waits are shortened)',
		env: { TERM: 'xterm-256color' },
	}
	let before: readonly string[] = []
	const events = shownOf(demo).flatMap(({ at, state }, index) => {
		const lines = frame(state)
		const text = `${index === 0 ? '\x1b[?25l\x1b[2J' : ''}${change(lines, before)}`
		before = lines
		return text === '' ? [] : [[Math.round(quicker(at, marks)) / 1000, 'o', text]]
	})
	return `${[header, ...events].map((one) => JSON.stringify(one)).join('\n')}\n`
}
