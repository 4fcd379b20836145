import { changesInForce, NOTHING_ON } from '../changing/changes-in-force.ts'
import { openPane, openScreen, SCREENS } from '../screens/screens.ts'
import { COMMAND_IDS } from '../state/bindings.ts'
import { type Command, command } from '../state/command.ts'
import { filterFor } from '../state/filter.ts'
import type { State } from '../state/state.ts'
import { whyNotCapture } from './capture.ts'
import { MOVEMENTS } from './movement-commands.ts'
import { whyNotExtend } from './requests.ts'
import { confirmTarget, undoTarget } from './undo-target.ts'

const notReplayed = ({ replay }: State): string | undefined =>
	replay === undefined ? 'this is no recording' : undefined

/** While a recording is played (`ctscope replay`). They stay out of the footer: the screen is to look as it did. */
const REPLAY_COMMANDS: readonly Command[] = [
	command('replay-pause', {
		title: 'Hold the recording, or let it go on',
		unless: notReplayed,
		does: { type: 'replay-pause' },
	}),
	command('replay-faster', {
		title: 'Play the recording twice as fast',
		unless: notReplayed,
		does: { type: 'replay-speed', by: 1 },
	}),
	command('replay-slower', {
		title: 'Play the recording half as fast',
		unless: notReplayed,
		does: { type: 'replay-speed', by: -1 },
	}),
	command('replay-next', {
		title: 'Jump to the next thing that was done or changed in the recording',
		unless: notReplayed,
		does: { type: 'replay-next' },
	}),
]

const noFilter = (state: State): string | undefined => {
	const pane = state.panes[state.screen]
	return filterFor(pane.filter, pane.inverted).empty ? 'no filter is set: / sets one' : undefined
}

/** What works alike on all screens, or on several: the view, files, other lists, and the way out. */
const GENERAL_COMMANDS: readonly Command[] = [
	command('filter', {
		title: 'Show only rows with certain words; ! in front means without them',
		short: 'filter',
		rank: 40,
		does: { type: 'filter-open' },
	}),
	command('next-match', {
		title: 'Select the next row that the filter lets through',
		unless: noFilter,
		does: { type: 'match', by: 1 },
	}),
	command('previous-match', {
		title: 'Select the row before that the filter lets through',
		unless: noFilter,
		does: { type: 'match', by: -1 },
	}),
	...REPLAY_COMMANDS,
	command('pause', {
		title: 'Hold the view still; everything is still counted',
		short: 'pause',
		rank: 50,
		unless: ({ paused }) => (paused === undefined ? undefined : 'the view stands still already'),
		does: { type: 'pause' },
	}),
	command('resume', {
		title: 'Let the view go on',
		short: 'go on',
		rank: 9,
		unless: ({ paused }) => (paused === undefined ? 'the view is not paused' : undefined),
		does: { type: 'pause' },
	}),
	command('copy', {
		title: 'Copy the selected row to the clipboard of the terminal',
		short: 'copy',
		rank: 55,
		does: { type: 'copy' },
	}),
	command('capture', {
		title: 'Write the packets kept of the selected reason, or those that pass the filter, to a pcapng file',
		short: 'to a file',
		rank: 56,
		importance: 56,
		on: ['watch', 'log'],
		unless: whyNotCapture,
		does: { type: 'capture' },
	}),
	command('namespaces', {
		title: 'List all network namespaces of this host; enter looks at another one',
		short: 'namespaces',
		rank: 70,
		importance: 90,
		does: { type: 'list-namespaces' },
	}),
	command('commands', {
		title: 'List all commands; type to find one, enter to run it',
		short: 'command',
		rank: 80,
		does: { type: 'commands' },
	}),
	command('help', {
		title: 'Show the keys of this screen',
		short: 'help',
		rank: 85,
		importance: 3,
		does: { type: 'help' },
	}),
	command('quit', {
		title: 'Leave; asks first when changes are in force',
		short: 'quit',
		rank: 90,
		importance: 2,
		does: { type: 'quit', keepScreen: false },
	}),
	command('quit-keeping-screen', {
		title: 'Leave, and keep the last screen as text on the terminal',
		does: { type: 'quit', keepScreen: true },
	}),
	command('lo-fi', {
		title: 'Print the view as plain lines, to select and copy; any key returns',
		does: { type: 'lo-fi' },
	}),
	command('suspend', {
		title: 'Suspend the program; changes stay in force until their time is over',
		does: { type: 'suspend' },
	}),
	command('read-write', {
		title: 'Allow changes in a session that was started with --read-only',
		unless: ({ modes }) => (modes.readOnly ? undefined : 'changes are allowed already'),
		does: { type: 'read-write' },
	}),
]

export type { Command }

const nothingOn = (state: State): string | undefined =>
	changesInForce(state.lease).length === 0 ? NOTHING_ON : undefined

/** Of the selected row, of what is in force, and one level back. */
const ROW_COMMANDS: readonly Command[] = [
	command('details', {
		title: 'Show the details of the selected row, or close them',
		short: 'details',
		rank: 11,
		on: SCREENS.filter(({ whyNotOpen }) => whyNotOpen !== undefined).map(({ id }) => id),
		unless: (state) => {
			const { rows, selected } = openPane(state)
			const reason = openScreen(state).whyNotOpen?.(state)
			return reason ?? (rows[selected] === undefined ? 'there are no rows' : undefined)
		},
		does: { type: 'enter' },
	}),
	command('back', {
		title: 'Go back one level: close the details, then clear the filter',
		short: 'back',
		rank: 14,
		unless: ({ panes, screen, notice }) => {
			const { detail, filter, inverted } = panes[screen]
			return detail || filter !== '' || inverted || notice !== undefined
				? undefined
				: 'this is the outermost level'
		},
		does: { type: 'back' },
	}),
	command('undo-selected', {
		title: 'Undo the selected change, or on other screens the one made last; does not ask',
		short: 'undo this',
		rank: 20,
		importance: 23,
		unless: (state) => {
			const target = undoTarget(state)
			return target.kind === 'none' ? target.reason : undefined
		},
		does: { type: 'undo-selected' },
	}),
	command('undo-all', {
		title: 'Undo all changes; does not ask',
		short: 'undo all',
		rank: 21,
		importance: 1,
		unless: nothingOn,
		does: { type: 'undo-all' },
	}),
	command('keep', {
		title: 'Keep a change that waits to be confirmed, until its time is over',
		short: 'keep',
		rank: 22,
		importance: 0,
		unless: (state) => (confirmTarget(state) === undefined ? 'no change waits to be confirmed' : undefined),
		does: { type: 'keep' },
	}),
	command('extend', {
		title: 'Give the changes in force 10 more minutes, up to an hour from now',
		short: '+10 min',
		rank: 24,
		unless: whyNotExtend,
		does: { type: 'extend' },
	}),
]

/** THE command table: footer, help, command list, README and the keys themselves come from it, in the order of bindings.ts. */
export const COMMANDS: readonly Command[] = [
	...MOVEMENTS,
	...SCREENS.flatMap(({ id, commands }) => commands.map((one) => ({ ...one, on: [id] }))),
	...ROW_COMMANDS,
	...GENERAL_COMMANDS,
].toSorted((one, other) => COMMAND_IDS.indexOf(one.id) - COMMAND_IDS.indexOf(other.id))

export type Listed = { readonly command: Command; readonly reason: string | undefined }

/** The commands of the present screen with the reason for those that cannot run now, in the order of the table. */
export function commandsHere(state: State): readonly Listed[] {
	return COMMANDS.filter(({ on }) => on === 'all' || on.includes(state.screen)).map((one) => ({
		command: one,
		reason: one.disabledReason(state),
	}))
}

/** The command list (`:`): the commands of the present screen that match what was typed, best first. */
export function matchingCommands(state: State, query: string): readonly Listed[] {
	const wanted = query.trim().toLowerCase()
	const all = commandsHere(state)
	if (wanted === '') return all
	return all
		.map((listed) => ({ listed, score: scoreOf(listed, wanted) }))
		.filter(({ score }) => score > 0)
		.sort((a, b) => b.score - a.score)
		.map(({ listed }) => listed)
}

/** The name from its start, then words of the sentence, then letters of the name in their order; 0 is no match. */
function scoreOf({ command }: Listed, wanted: string): number {
	const title = command.title.toLowerCase()
	if (command.id === wanted || command.short === wanted) return 5
	if (command.id.startsWith(wanted) || command.short?.startsWith(wanted)) return 4
	const words = wanted.split(/\s+/)
	if (words.every((word) => title.includes(word) || command.id.includes(word))) return 3
	return lettersInOrder(command.id, wanted) ? 2 : 0
}

function lettersInOrder(text: string, letters: string): boolean {
	let at = 0
	for (const letter of letters) {
		if (letter === ' ') continue
		at = text.indexOf(letter, at) + 1
		if (at === 0) return false
	}
	return true
}
