import { type Command, command } from '../state/command.ts'
import { SCREENS, type ScreenId, type State } from '../state/state.ts'
import { openPane } from './screens.ts'

const SCREEN_SENTENCES: Readonly<Record<ScreenId, string>> = {
	watch: 'Show Watch: how many packets are INVALID, and why',
	steps: 'Show Steps: the investigation question by question, from "is it rising?" to a report',
	switches: 'Show Switches: the settings that can be changed for a while',
	printk: 'Show Printk: debug lines of the kernel source that can be switched on one by one',
	table: 'Show Table: what the connection table consists of',
	rules: 'Show Rules: which rules act on INVALID packets or log, and rules of our own that look',
	log: 'Show Log: every line of the kernel log, packet lines decoded',
	changes: 'Show Changes: what is in force, what was undone, other sessions',
}

const noRows = (state: State): string | undefined =>
	openPane(state).rows.length === 0 ? 'there are no rows' : undefined

/** From screen to screen and from row to row. */
export const MOVEMENTS: readonly Command[] = [
	...SCREENS.map(({ id }) =>
		command(`go-${id}`, { title: SCREEN_SENTENCES[id], does: { type: 'go', screen: id } }),
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
