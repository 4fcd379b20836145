import { describe, expect, test } from 'vitest'
import { commandsHere } from '../../src/app/commands/commands.ts'
import { ANSWERS } from '../../src/app/dialogs/keys.ts'
import type { State } from '../../src/app/state/state.ts'
import { layoutFor } from '../../src/ui/components/layout.ts'
import { wholeFrame } from '../../src/ui/screens/whole.ts'
import { type Line, lineText } from '../../src/words/line.ts'
import { CASES } from './cases.ts'
import * as s from './situations.ts'

const SIZES = [
	[40, 10],
	[60, 16],
	[80, 18],
	[80, 24],
] as const

/** The last lines of the screen, as they are drawn. */
const drawnKeys = (state: State): readonly Line[] => wholeFrame(state).slice(-layoutFor(state).footer)

/** Keys of a footer: what stands there in the tone of keys. */
const keysIn = (lines: readonly Line[]): readonly string[] =>
	lines.flatMap((line) => line.filter(({ tone }) => tone === 'key').map(({ text }) => text))

/** What can be undone now, by the key of the one command for each. */
function undoKeys(state: State): readonly (readonly string[])[] {
	const able = commandsHere(state).filter(({ reason }) => reason === undefined)
	return (['undo-selected', 'undo-all', 'keep'] as const).flatMap((type) => {
		const keys = able
			.filter(({ command }) => command.action(state)?.type === type)
			.map(({ command }) => command.keys[0] ?? '')
		return keys.length === 0 ? [] : [keys]
	})
}

describe.each(SIZES)('%ix%i', (columns, rows) => {
	test.each(Object.entries(CASES))('%s: what undoes changes, and ?, is in the footer', (_name, make) => {
		const state = s.sized({ ...make(), filtering: false }, columns, rows)
		const shown = keysIn(drawnKeys(state))
		const kind = state.dialog?.dialog.kind
		if (kind !== undefined) {
			const undoing = ANSWERS[kind].filter(
				({ id, shown: keys, disabledReason }) =>
					/^(?:undo-all|undo-and-leave)$/.test(id) && keys.length > 0 && disabledReason(state) === undefined,
			)
			for (const { shown: keys } of undoing) expect(shown.join(' ')).toContain(keys[0])
			return
		}
		expect(shown).toContain('?')
		for (const keys of undoKeys(state)) expect(shown.some((key) => keys.includes(key))).toBe(true)
	})
})

test.each([
	[60, 16],
	[80, 18],
	[60, 20],
])('at %ix%i keys of the screen stay when changes are in force, in a second line', (columns, rows) => {
	const state = s.sized(s.reasons(), columns, rows)
	const calm = keysIn(drawnKeys({ ...state, lease: undefined }))
	const held = drawnKeys(state)
	expect(held).toHaveLength(2)
	for (const key of calm) expect(keysIn(held), `${held.map(lineText).join(' ')}: ${key}`).toContain(key)
})

test('at 40x10 the keys that undo come before those of the screen', () => {
	const line = drawnKeys(s.sized(s.reasons(), 40, 10))
		.map(lineText)
		.join('|')
	expect(line.trim()).toBe('u undo this U undo all ? help q quit')
})
