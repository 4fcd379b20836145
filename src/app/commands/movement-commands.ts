import { openPane, SCREENS } from '../screens/screens.ts'
import { type Command, command } from '../state/command.ts'
import type { State } from '../state/state.ts'

const noRows = (state: State): string | undefined =>
	openPane(state).rows.length === 0 ? 'there are no rows' : undefined

/** From screen to screen and from row to row. */
export const MOVEMENTS: readonly Command[] = [
	...SCREENS.map(({ id, title, shows }) =>
		command(`go-${id}`, { title: `Show ${title}: ${shows}`, does: { type: 'go', screen: id } }),
	),
	command('next-screen', { title: 'Show the next screen', does: { type: 'go-next', by: 1 } }),
	command('previous-screen', {
		title: 'Show the previous screen',
		does: { type: 'go-next', by: -1 },
	}),
	command('down', {
		title: 'Select the next row',
		unless: noRows,
		does: { type: 'move', by: 1 },
	}),
	command('up', {
		title: 'Select the row before',
		unless: noRows,
		does: { type: 'move', by: -1 },
	}),
	command('first', {
		title: 'Select the first row',
		unless: noRows,
		does: { type: 'move-to', where: 'first' },
	}),
	command('last', {
		title: 'Select the last row; on Log, follow the newest line',
		unless: noRows,
		does: { type: 'move-to', where: 'last' },
	}),
	command('page-down', {
		title: 'Move down by a page',
		unless: noRows,
		does: { type: 'page-move', by: 1 },
	}),
	command('page-up', {
		title: 'Move up by a page',
		unless: noRows,
		does: { type: 'page-move', by: -1 },
	}),
	command('half-page-down', {
		title: 'Move down by half a page',
		unless: noRows,
		does: { type: 'page-move', by: 0.5 },
	}),
	command('half-page-up', {
		title: 'Move up by half a page',
		unless: noRows,
		does: { type: 'page-move', by: -0.5 },
	}),
]
