import fc from 'fast-check'
import stringWidth from 'string-width'
import { describe, expect, test } from 'vitest'
import { liveGrid } from '../../src/app/screens/log/grid.ts'
import { openPane, openScreen } from '../../src/app/screens/screens.ts'
import type { State } from '../../src/app/state/state.ts'
import { pressed } from '../../src/app/store/keys.ts'
import { bodyOf, pageRows } from '../../src/ui/components/body.ts'
import { layoutFor } from '../../src/ui/components/layout.ts'
import { reachOf } from '../../src/ui/components/place.ts'
import { wholeFrame } from '../../src/ui/screens/whole.ts'
import { type Grid, gapOf, laidOut } from '../../src/words/grid.ts'
import { lineText, lineWidth } from '../../src/words/line.ts'
import { safe } from '../../src/words/text.ts'
import { CASES } from './cases.ts'
import { frame } from './screen.ts'
import * as s from './situations.ts'

/** So many sizes more, by chance: `CTSCOPE_ROOM_SIZES=50`, and `CTSCOPE_ROOM_SEED` of a run that failed. */
const MORE = Number(process.env.CTSCOPE_ROOM_SIZES ?? 0)
const SEED = Number(process.env.CTSCOPE_ROOM_SEED ?? Date.now() % 100_000)
const CHANCE = fc.sample(fc.tuple(fc.integer({ min: 40, max: 300 }), fc.integer({ min: 10, max: 100 })), {
	numRuns: MORE,
	seed: SEED,
})

const USUAL_SIZES = [
	[40, 10],
	[40, 24],
	[60, 16],
	[72, 20],
	[80, 24],
	[80, 40],
	[100, 30],
	[120, 40],
	[140, 50],
	[160, 45],
	[200, 60],
	[300, 100],
] as const
const SIZES: readonly (readonly [number, number])[] = [...USUAL_SIZES, ...CHANCE]

/** Cells of the details beside a list, and of the wall. */
const LEAST_BESIDE = 47

const ESC = String.fromCharCode(27)
const STYLE = new RegExp(`${ESC}\\[[\\d;]*m`, 'g')

/** Through Ink at one size; elsewhere as the first frame is put together, which whole.test.ts holds against Ink, and 20 times as fast. */
const shownOf = (state: State): readonly string[] =>
	state.size.columns === 120
		? frame(state).map((one) => one.replaceAll(STYLE, ''))
		: wholeFrame(state).map(lineText)

type Table = { readonly grid: Grid; readonly width: number; readonly height: number }

/** The tables in view: the list of the screen, and below Watch the newest lines of the log. */
function tables(state: State): readonly Table[] {
	const { form, list, live } = bodyOf(state)
	const height = pageRows(state)
	const own = { grid: openScreen(state).grid(state, height, list.head), width: list.width, height }
	if (form !== 'watch') return [own]
	return [own, { grid: liveGrid(state, live), width: state.size.columns, height: live }]
}

/** Cells of a table that are cut, and blank cells of the same table that could be theirs. */
function cutCells({ grid: { columns, rows }, width: cells }: Table): {
	cut: readonly string[]
	blank: number
	wide: readonly string[]
} {
	const laid = laidOut(columns, cells, rows)
	const used = laid.reduce(
		(sum, one, index) => sum + one.width + (index < laid.length - 1 ? gapOf(one) : 0),
		0,
	)
	const widest = (id: string) =>
		Math.max(...rows.map(({ cells, spill }) => (spill === id ? 0 : stringWidth(safe(cells[id]?.text ?? '')))))
	const cut = laid.filter(({ id, width }) => widest(id) > width)
	const blank = laid.reduce(
		(sum, { id, title, width }) => sum + Math.max(0, width - Math.max(widest(id), stringWidth(title), 1)),
		cells - used,
	)
	// Beyond its longest text a column has no more than its usual cells.
	const wide = laid.filter(
		({ id, title, width, usual }) =>
			width >
			Math.max(widest(id), stringWidth(title), 1, usual ?? columns.find((one) => one.id === id)?.width ?? 0),
	)
	return { cut: cut.map(({ id }) => id), blank, wide: wide.map(({ id }) => id) }
}

/** Cells that have their room and are not drawn whole all the same. */
function lostCells(
	{ grid: { columns, rows }, width: cells }: Table,
	drawn: readonly string[],
): readonly string[] {
	const laid = laidOut(columns, cells, rows)
	return rows.flatMap(({ cells, spill }) => {
		const from = laid.findIndex(({ id }) => id === spill)
		const texts = laid
			.filter((_, index) => from < 0 || index < from)
			.map(({ id, width }) => ({ text: safe(cells[id]?.text ?? '').trim(), width }))
			.filter(({ text, width }) => text !== '' && stringWidth(text) <= width)
			.map(({ text }) => text)
		return drawn.some((one) => texts.every((text) => one.includes(text))) ? [] : [texts.join(' ')]
	})
}

/** Whether lines of the detail are out of view although there are blank ones beside it. */
function wastedRows(state: State): number {
	const { form, list, detail, text, live } = bodyOf(state)
	const hidden = text.length - detail.height * detail.parts
	if (hidden <= 0 || detail.height === 0) return 0
	if (form === 'side' || form === 'steps') return 0
	const rows = openPane(state).rows.length
	if (form === 'watch') return Math.max(0, live - Math.max(1, state.log.entries.length))
	return Math.max(0, list.height - (list.head ? 1 : 0) - rows)
}

const screens = (state: State): readonly State[] =>
	state.dialog !== undefined ? [state] : [state, s.later(state, { type: 'enter' })]

describe.each(SIZES)(`%ix%i${MORE > 0 ? `, seed ${SEED}` : ''}`, (columns, rows) => {
	test.each(Object.entries(CASES))('%s: nothing is cut while a neighbour has room', (_name, make) => {
		for (const state of screens(s.sized(make(), columns, rows))) {
			const told = `${state.screen} ${state.panes[state.screen].detail}`
			const drawn = shownOf(state)
			for (const one of drawn) expect(stringWidth(one), told).toBeLessThanOrEqual(columns)
			if (state.dialog !== undefined) continue
			const { form, list, text, detail, top } = bodyOf(state)
			// Text is broken, never cut; what has no room on top is in the details.
			for (const one of [...text, ...top]) {
				expect(lineWidth(one), `${told}: ${lineText(one)}`).toBeLessThanOrEqual(
					form === 'stacked' && detail.height === 0 ? columns : Math.max(detail.width, columns),
				)
			}
			if (list.height > 0 && state.screen !== 'steps') {
				for (const table of tables(state)) {
					const { cut, blank, wide } = cutCells(table)
					expect(lostCells(table, drawn), told).toEqual([])
					expect(cut.length > 0 && blank > 0 ? `${told}: ${cut.join(', ')} cut, ${blank} blank` : '').toBe('')
					expect(wide, `${told}: wider than their texts`).toEqual([])
				}
				// Where the details stand beside the list, the list has all that its columns need.
				const own = tables(state)[0]
				const cut = own === undefined ? [] : cutCells(own).cut
				if (form === 'side') expect(cut, told).toEqual([])
				// Else it has all the room that there is.
				const most = form === 'watch' ? columns - LEAST_BESIDE : columns
				if (cut.length > 0) expect(list.width, `${told}: ${cut.join(', ')} cut`).toBeGreaterThanOrEqual(most)
			}
			expect(wastedRows(state), told).toBe(0)
			if (columns >= 300) {
				expect(reachOf(state).detail.all, told).toBeLessThanOrEqual(reachOf(state).detail.shown)
			}
		}
	})
})

test.each(Object.entries(CASES).filter(([name]) => !name.includes('hostile')))(
	'%s at 300x100: nothing is cut',
	(_name, make) => {
		for (const state of screens(s.sized(make(), 300, 100))) {
			const { body } = layoutFor(state)
			expect(body).toBeGreaterThan(80)
			const ellipsis = state.modes.ascii ? '~' : '…'
			const shown = shownOf(state)
			// A plan may be longer than any screen: then it scrolls.
			const cut = shown.filter((one) => one.includes(ellipsis) && !one.includes('more lines'))
			expect(cut.join('\n'), state.screen).toBe('')
		}
	},
)

/** What the terminal does after a frame, and the key after it. */
const pressing = (state: State, ...keys: readonly string[]): State =>
	keys.reduce((last, key) => {
		const paged = s.later(last, { type: 'page', rows: pageRows(last), reach: reachOf(last) })
		return s.later(paged, ...pressed(paged, key, paged.now))
	}, state)

describe.each([
	[80, 24],
	[60, 16],
	[40, 10],
])('%ix%i', (columns, rows) => {
	const cases = Object.entries(CASES).filter(([, make]) => make().dialog === undefined)
	test.each(cases)('%s: keys reach the last word of the details', (_name, make) => {
		const state = {
			...pressing(s.sized({ ...make(), filtering: false }, columns, rows), 'o', 'G', 'j', 'G'),
			notice: undefined,
		}
		const last = bodyOf(state)
			.text.map(lineText)
			.findLast((one) => one.trim() !== '')
		const shown = shownOf(state)
		if (last !== undefined) expect(shown.join('\n')).toContain(last.trim())
	})
})

test('five writes and their undo are in view at 80x24 without scrolling', () => {
	const ids = ['log_invalid', 'nf_log.2', 'nf_log.10', 'nf_log_all_netns', 'tcp_loose'] as const
	const plan = { purpose: 'five writes', changes: ids.map((knob) => ({ knob, from: '0', to: '1' })) }
	const state = s.later(s.counts(), { type: 'propose', plan, blockers: [], notes: [] })
	const text = frame(state).join('\n').replaceAll(STYLE, '')
	expect(text).toMatch(/undo .*back after/)
	expect(text.match(/0 → 1/g)).toHaveLength(5)
})
