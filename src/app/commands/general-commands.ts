import { type Command, command } from '../state/command.ts'
import { filterFor } from '../state/filter.ts'
import type { State } from '../state/state.ts'
import { whyNotCapture } from './capture.ts'
import { REPLAY_COMMANDS } from './replay-commands.ts'

const noFilter = (state: State): string | undefined => {
	const pane = state.panes[state.screen]
	return filterFor(pane.filter, pane.inverted).empty ? 'no filter is set: / sets one' : undefined
}

/** What works alike on all screens, or on several: the view, files, other lists, and the way out. */
export const GENERAL_COMMANDS: readonly Command[] = [
	command('filter', {
		keys: ['/'],
		title: 'Show only rows with certain words; ! in front means without them',
		short: 'filter',
		rank: 40,
		does: { type: 'filter-open' },
	}),
	command('next-match', {
		keys: ['n'],
		title: 'Select the next row that the filter lets through',
		unless: noFilter,
		does: { type: 'match', by: 1 },
	}),
	command('previous-match', {
		keys: ['N'],
		title: 'Select the row before that the filter lets through',
		unless: noFilter,
		does: { type: 'match', by: -1 },
	}),
	...REPLAY_COMMANDS,
	command('pause', {
		keys: ['p'],
		title: 'Hold the view still; everything is still counted',
		short: 'pause',
		rank: 50,
		unless: ({ paused }) => (paused === undefined ? undefined : 'the view stands still already'),
		does: { type: 'pause' },
	}),
	command('resume', {
		keys: ['p'],
		title: 'Let the view go on',
		short: 'go on',
		rank: 9,
		unless: ({ paused }) => (paused === undefined ? 'the view is not paused' : undefined),
		does: { type: 'pause' },
	}),
	command('copy', {
		keys: ['c', 'y'],
		title: 'Copy the selected row to the clipboard of the terminal',
		short: 'copy',
		rank: 55,
		does: { type: 'copy' },
	}),
	command('capture', {
		keys: ['C'],
		title: 'Write the packets kept of the selected reason, or those that pass the filter, to a pcapng file',
		short: 'to a file',
		rank: 56,
		importance: 56,
		on: ['watch', 'log'],
		unless: whyNotCapture,
		does: { type: 'capture' },
	}),
	command('namespaces', {
		keys: ['N'],
		title: 'List all network namespaces of this host; enter looks at another one',
		short: 'namespaces',
		rank: 70,
		importance: 90,
		does: { type: 'list-namespaces' },
	}),
	command('commands', {
		keys: [':'],
		title: 'List all commands; type to find one, enter to run it',
		short: 'command',
		rank: 80,
		does: { type: 'commands' },
	}),
	command('help', {
		keys: ['?'],
		title: 'Show the keys of this screen',
		short: 'help',
		rank: 85,
		importance: 3,
		does: { type: 'help' },
	}),
	command('quit', {
		keys: ['q', 'ctrl-c'],
		title: 'Leave; asks first when changes are in force',
		short: 'quit',
		rank: 90,
		importance: 2,
		does: { type: 'quit', keepScreen: false },
	}),
	command('quit-keeping-screen', {
		keys: ['Q'],
		title: 'Leave, and keep the last screen as text on the terminal',
		does: { type: 'quit', keepScreen: true },
	}),
	command('lo-fi', {
		keys: ['ctrl-l'],
		title: 'Print the view as plain lines, to select and copy; any key returns',
		does: { type: 'lo-fi' },
	}),
	command('suspend', {
		keys: ['ctrl-z'],
		title: 'Suspend the program; changes stay in force until their time is over',
		does: { type: 'suspend' },
	}),
	command('read-write', {
		keys: [],
		title: 'Allow changes in a session that was started with --read-only',
		unless: ({ modes }) => (modes.readOnly ? undefined : 'changes are allowed already'),
		does: { type: 'read-write' },
	}),
]
