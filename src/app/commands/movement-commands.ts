import * as english from '../../words/english/app/commands.ts'
import { SCREENS } from '../screens/screens.ts'
import { type Command, command } from '../state/command.ts'

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
		does: { type: 'move', by: 1 },
	}),
	command('up', {
		title: english.selectTheRowBefore,
		does: { type: 'move', by: -1 },
	}),
	command('first', {
		title: english.selectTheFirstRow,
		does: { type: 'move-to', where: 'first' },
	}),
	command('last', {
		title: english.selectTheLastRowOn,
		does: { type: 'move-to', where: 'last' },
	}),
	command('page-down', {
		title: english.moveDownByAPage,
		does: { type: 'page-move', by: 1 },
	}),
	command('page-up', {
		title: english.moveUpByAPage,
		does: { type: 'page-move', by: -1 },
	}),
	command('half-page-down', {
		title: english.moveDownByHalfA,
		does: { type: 'page-move', by: 0.5 },
	}),
	command('half-page-up', {
		title: english.moveUpByHalfA,
		does: { type: 'page-move', by: -0.5 },
	}),
	command('focus', {
		title: english.moveTheFocus,
		short: 'focus',
		rank: 13,
		importance: 13,
		does: { type: 'focus' },
	}),
]
