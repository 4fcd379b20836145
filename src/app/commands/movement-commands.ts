import * as english from '../../words/english/app/commands.ts'
import { openPane, SCREENS } from '../screens/screens.ts'
import { type Command, command } from '../state/command.ts'
import type { State } from '../state/state.ts'

const noRows = (state: State): string | undefined =>
	openPane(state).rows.length === 0 ? english.thereAreNoRows : undefined

/** From screen to screen and from row to row. */
export const MOVEMENTS: readonly Command[] = [
	...SCREENS.map(({ id, title, shows }) =>
		command(`go-${id}`, { title: english.show(title, shows), does: { type: 'go', screen: id } }),
	),
	command('next-screen', { title: english.showTheNextScreen, does: { type: 'go-next', by: 1 } }),
	command('previous-screen', {
		title: english.showThePreviousScreen,
		does: { type: 'go-next', by: -1 },
	}),
	command('down', {
		title: english.selectTheNextRow,
		unless: noRows,
		does: { type: 'move', by: 1 },
	}),
	command('up', {
		title: english.selectTheRowBefore,
		unless: noRows,
		does: { type: 'move', by: -1 },
	}),
	command('first', {
		title: english.selectTheFirstRow,
		unless: noRows,
		does: { type: 'move-to', where: 'first' },
	}),
	command('last', {
		title: english.selectTheLastRowOn,
		unless: noRows,
		does: { type: 'move-to', where: 'last' },
	}),
	command('page-down', {
		title: english.moveDownByAPage,
		unless: noRows,
		does: { type: 'page-move', by: 1 },
	}),
	command('page-up', {
		title: english.moveUpByAPage,
		unless: noRows,
		does: { type: 'page-move', by: -1 },
	}),
	command('half-page-down', {
		title: english.moveDownByHalfA,
		unless: noRows,
		does: { type: 'page-move', by: 0.5 },
	}),
	command('half-page-up', {
		title: english.moveUpByHalfA,
		unless: noRows,
		does: { type: 'page-move', by: -0.5 },
	}),
]
