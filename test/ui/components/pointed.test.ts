import { describe, expect, test } from 'vitest'
import { detailTop, openPane, SCREENS } from '../../../src/app/screens/screens.ts'
import type { State } from '../../../src/app/state/state.ts'
import { pageRows } from '../../../src/ui/components/body.ts'
import { reachOf } from '../../../src/ui/components/place.ts'
import { pointed } from '../../../src/ui/components/pointed.ts'
import type { Mouse } from '../../../src/ui/keys/mouse.ts'
import { frame } from '../screen.ts'
import * as s from '../situations.ts'

const SIZES = [
	[80, 24],
	[120, 40],
	[40, 10],
] as const

/** With what the layout says after a frame. */
const laid = (state: State): State =>
	s.later(state, { type: 'page', rows: pageRows(state), reach: reachOf(state) })
const plain = (state: State): readonly string[] =>
	// biome-ignore lint/suspicious/noControlCharactersInRegex: colours are no part of what is looked for
	frame(state).map((line) => line.replaceAll(/\x1b\[[\d;]*m/g, ''))
const clicked = (state: State, what: Mouse['what'], column: number, row: number): State => {
	const meant = pointed(state, { what, column, row })
	return 'actions' in meant ? laid(s.later(state, ...meant.actions)) : state
}
const selected = (state: State): string | undefined => {
	const { rows, selected: index } = openPane(state)
	return rows[index]?.key
}
/** Where the mark of the selected row stands on the drawn screen. */
const markAt = (state: State, under: string): number =>
	plain(state).findIndex((line, row) => row > 1 && line.startsWith(under))

/** The beginning of a drawn row without its mark. */
const nameAt = (state: State, row: number): string => plain(state)[row]?.slice(1, 30) ?? ''

describe.each(SIZES)('at %ix%i', (columns, rows) => {
	test.each(['watch', 'switches', 'table', 'log', 'rules'] as const)(
		'on %s a click selects the row that is drawn there',
		(id) => {
			const from = id === 'rules' ? s.rules() : s.reasons()
			const state = laid(s.sized(s.on(from, id), columns, rows))
			const { rows: all } = openPane(state)
			const keys = Array.from({ length: rows }, (_, row) => {
				const meant = pointed(state, { what: 'press', column: 4, row })
				const action = 'actions' in meant ? meant.actions[0] : undefined
				return action?.type === 'select' ? action.key : undefined
			})
			const lines = keys.flatMap((key, row) => (key === undefined ? [] : [row]))
			expect(lines).toHaveLength(Math.min(all.length, pageRows(state)))
			for (const row of [lines[0], lines.at(-1)]) {
				if (row === undefined) continue
				const there = clicked(state, 'press', 4, row)
				expect(selected(there)).toBe(keys[row])
				// Other details may have moved the list by a line or two.
				expect(nameAt(there, markAt(there, '▸'))).toBe(nameAt(state, row))
			}
		},
	)

	test('the wheel scrolls the list by three, and the selection stays in view', () => {
		const state = laid(s.sized(s.on(s.reasons(), 'log'), columns, rows))
		// Well inside: the details of another row may take a line or two of the list.
		const line = markAt(state, '▸') - (rows > 10 ? 3 : 0)
		const up = clicked(state, 'wheel-up', 4, line)
		const { rows: all, selected: index } = openPane(up)
		expect(index).toBe(all.length - 4)
		expect(markAt(up, '▸')).toBeGreaterThan(0)
		let down = up
		for (let turn = 0; turn < 9; turn++) down = clicked(down, 'wheel-down', 4, line)
		expect(openPane(down).selected).toBe(all.length - 1)
		// Then it follows the newest line again.
		expect(down.panes.log.selectedKey).toBeUndefined()
	})
})

test('the wheel over the details scrolls them and leaves the list alone', () => {
	const state = laid(s.sized(s.reasons(), 80, 24))
	const there = clicked(state, 'wheel-down', 4, 18)
	expect(detailTop(there)).toBe(3)
	expect(selected(there)).toBe(selected(state))
	expect(there.panes.watch.focus).toBe('list')
	expect(detailTop(clicked(there, 'wheel-up', 4, 18))).toBe(0)
})

test('a click into the details gives them the focus, one into the list takes it back', () => {
	const state = laid(s.sized(s.reasons(), 80, 24))
	const there = clicked(state, 'press', 4, 18)
	expect(there.panes.watch.focus).toBe('detail')
	expect(clicked(there, 'press', 4, 9).panes.watch.focus).toBe('list')
})

test('beside the panes it means nothing, wherever that is', () => {
	for (const { id } of SCREENS)
		for (const [columns, rows] of SIZES) {
			const state = laid(s.sized(s.on(s.reasons(), id), columns, rows))
			for (const [column, row] of [
				[0, 0],
				[3, rows - 1],
				[columns + 5, 9],
				[3, rows + 5],
				[-1, -1],
			] as const)
				expect(pointed(state, { what: 'press', column, row })).toEqual({ actions: [] })
		}
})

test('a dialog scrolls with the wheel, and no click answers it', () => {
	const asked = s.later(s.reasons(), { type: 'help' })
	expect(pointed(asked, { what: 'wheel-down', column: 9, row: 9 })).toEqual({
		keys: ['down', 'down', 'down'],
	})
	expect(pointed(asked, { what: 'press', column: 9, row: 9 })).toEqual({ keys: [] })
	const listed = s.later(s.reasons(), { type: 'commands' })
	expect(pointed(listed, { what: 'wheel-up', column: 9, row: 9 })).toEqual({ keys: ['up'] })
})
