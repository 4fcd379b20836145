import { describe, expect, test } from 'vitest'
import { COMMANDS } from '../../../src/app/commands/commands.ts'
import { SCREENS, screenOf } from '../../../src/app/screens/screens.ts'
import { COMMAND_IDS, keyOf } from '../../../src/app/state/bindings.ts'
import { seenState } from '../../harness/samples/states.ts'

const ids = COMMAND_IDS.flatMap((id) => (id.startsWith('go-') ? [id.slice('go-'.length)] : []))

describe('the table of screens', () => {
	test('has a row for each key that goes to a screen, in the order of the keys', () => {
		expect(SCREENS.map(({ id }) => id)).toEqual(ids)
		expect(SCREENS.map(({ id }) => keyOf(`go-${id}`))).toEqual(ids.map((_id, index) => String(index + 1)))
	})

	test('every binding has a command, and every command a binding', () => {
		expect(COMMANDS.map(({ id }) => id)).toEqual(COMMAND_IDS)
	})

	describe.each(SCREENS)('$id', (screen) => {
		const { id, title, shows, share, commands } = screen
		const state = { ...seenState(), screen: id }

		test('is the screen that its key goes to', () => {
			expect(screenOf(id)).toBe(screen)
			expect(COMMANDS.find((command) => command.id === `go-${id}`)).toMatchObject({
				title: `Show ${title}: ${shows}`,
				on: 'all',
			})
		})

		test('has a title, a sentence, and a share of the height', () => {
			expect(title).toMatch(/^[A-Z][a-z]+$/)
			expect(shows).toMatch(/^[a-z].*[^.]$/)
			expect(share).toBeGreaterThan(0)
			expect(share).toBeLessThan(1)
		})

		test('draws its rows, and says something of them or of why there are none', () => {
			const { rows } = screen.pane(state)
			const { rows: drawn } = screen.grid(state, 20)
			expect(drawn.length === 0).toBe(rows.length === 0)
			expect([...(screen.top?.(state, 80) ?? []), ...screen.detail(state, 80, 20)]).not.toEqual([])
			if (rows.length > 0) expect(screen.copyText(state)).toMatch(/./)
		})

		test('has its commands on itself alone', () => {
			for (const command of commands)
				expect(COMMANDS.find((one) => one.id === command.id)).toMatchObject({ on: [id] })
		})
	})
})
