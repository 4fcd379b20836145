import { describe, expect, test } from 'vitest'
import { openPane, openScreen, SCREENS } from '../../src/app/screens/screens.ts'
import { keyOf, type ScreenId } from '../../src/app/state/bindings.ts'
import type { State } from '../../src/app/state/state.ts'
import { pressed } from '../../src/app/store/keys.ts'
import { wholeFrame } from '../../src/ui/screens/whole.ts'
import { lineText } from '../../src/words/line.ts'
import * as s from './situations.ts'

const press = (state: State, ...keys: readonly string[]): State =>
	keys.reduce((last, key) => s.later(last, ...pressed(last, key, last.now)), state)

/** What stands on the screen, without a message that hides something for some seconds. */
const seen = (state: State): string =>
	wholeFrame({ ...state, notice: undefined })
		.map(lineText)
		.join('\n')

/** Rows on every screen that has a table. */
const full = (): State => {
	const { rules, taps } = s.rules()
	const { printk } = s.printing()
	const { lease, history, others } = s.conflict()
	return { ...s.reasons(), rules, taps, printk, lease, history, others, screen: 'watch', notice: undefined }
}

const TABLES = SCREENS.filter(({ id }) => id !== 'steps').map(({ id }) => id)
const goTo = (state: State, id: ScreenId): State => press(state, keyOf(`go-${id}`))

/** What the first row, or the one below a head, can be filtered by. */
const filtered = (state: State): State => {
	const [one, two] = [press(state, 'g', 'F'), press(state, 'g', 'j', 'F')]
	return one.panes[one.screen].filter === '' ? two : one
}

describe.each([
	[40, 10],
	[80, 24],
	[200, 50],
])('%ix%i', (columns, rows) => {
	const state = s.sized(full(), columns, rows)

	test.each(TABLES)('on %s filter and order stay while one goes through all screens, and are shown', (id) => {
		const sorted = press(filtered(goTo(state, id)), '>', '>', 'I')
		const { filter, sort } = sorted.panes[id]
		expect(filter).not.toBe('')
		expect(sort).toBeDefined()
		const order = openPane(sorted).rows.map(({ key }) => key)
		const there = [
			press(sorted, ...SCREENS.map(() => 'right')),
			press(sorted, ...SCREENS.map(() => 'left')),
			goTo(press(sorted, ...SCREENS.map(({ id: other }) => keyOf(`go-${other}`))), id),
		]
		for (const back of [sorted, ...there]) {
			expect(back.screen).toBe(id)
			expect(back.panes[id]).toMatchObject({ filter, sort })
			expect(openPane(back).rows.map(({ key }) => key)).toEqual(order)
			const text = seen(back)
			expect(text).toContain('filter')
			const title = openScreen(back)
				.grid(back, 1)
				.columns.find((column) => column.id === sort?.column)?.title
			expect(title).toMatch(/[▲▼]$/)
			expect(text).toContain(title)
		}
		// Those of the other screens are their own.
		for (const other of TABLES.filter((one) => one !== id))
			expect(sorted.panes[other]).toMatchObject({ filter: '', sort: undefined })
	})

	test.each(TABLES)('what was typed behind / on %s stays too, and esc clears it there alone', (id) => {
		const [first] = openPane(goTo(state, id)).rows
		const word = /[a-z]{3,}/i.exec(first?.text ?? '')?.[0] ?? ''
		const typed = press(goTo(state, id), '/', ...word, 'enter')
		const back = goTo(press(typed, 'right', 'right'), id)
		expect(back.panes[id].filter).toBe(word)
		expect(seen(back)).toContain(word)
		expect(press(back, 'esc').panes[id].filter).toBe('')
	})

	test.each(SCREENS.map(({ id }) => id))(
		'a key that %s does not know says so, and where the keys are',
		(id) => {
			const told = press(goTo(state, id), 'x')
			expect(told.notice?.text).toBe(`x is not a key of this screen; ${keyOf('help')} lists the keys`)
			expect(wholeFrame(told).map(lineText).join('\n')).toMatch(/x is not a key of this/)
		},
	)
})
