import * as english from '../../words/english/app/commands.ts'
import { changesInForce, NOTHING_ON } from '../changing/changes-in-force.ts'
import { openPane, openScreen, SCREENS } from '../screens/screens.ts'
import { COMMAND_IDS } from '../state/bindings.ts'
import { type Command, command } from '../state/command.ts'
import { filterFor } from '../state/filter.ts'
import { meantRows } from '../state/pane-list.ts'
import type { State } from '../state/state.ts'
import { whyNotCapture } from './capture.ts'
import { levelsOf } from './levels.ts'
import { MOVEMENTS } from './movement-commands.ts'
import { whyNotExtend } from './requests.ts'
import { TABLE_COMMANDS } from './table-commands.ts'
import { confirmTarget, takesMarks, undoTarget } from './undo-target.ts'

const notReplayed = ({ replay }: State): string | undefined =>
	replay === undefined ? english.thisIsNoRecording : undefined

/** While a recording is played (`ctscope replay`). They stay out of the footer: the screen is to look as it did. */
const REPLAY_COMMANDS: readonly Command[] = [
	command('replay-pause', {
		title: english.holdTheRecordingOrLet,
		unless: notReplayed,
		does: { type: 'replay-pause' },
	}),
	command('replay-faster', {
		title: english.playTheRecordingTwiceAs,
		unless: notReplayed,
		does: { type: 'replay-speed', by: 1 },
	}),
	command('replay-slower', {
		title: english.playTheRecordingHalfAs,
		unless: notReplayed,
		does: { type: 'replay-speed', by: -1 },
	}),
	command('replay-next', {
		title: english.jumpToTheNextThing,
		unless: notReplayed,
		does: { type: 'replay-next' },
	}),
]

const noFilter = (state: State): string | undefined => {
	const pane = state.panes[state.screen]
	return filterFor(pane.filter, pane.inverted).empty ? english.noFilterIsSetSets : undefined
}

/** What works alike on all screens, or on several: the view, files, other lists, and the way out. */
const GENERAL_COMMANDS: readonly Command[] = [
	command('filter', {
		title: english.showOnlyRowsWithCertain,
		also: english.wordsForFilter,
		short: 'filter',
		rank: 40,
		does: { type: 'filter-open' },
	}),
	command('next-match', {
		title: english.selectTheNextRowThat,
		unless: noFilter,
		does: { type: 'match', by: 1 },
	}),
	command('previous-match', {
		title: english.selectTheRowBeforeThat,
		unless: noFilter,
		does: { type: 'match', by: -1 },
	}),
	...REPLAY_COMMANDS,
	command('pause', {
		title: english.holdTheViewStillEverything,
		short: 'pause',
		rank: 50,
		unless: ({ paused }) => (paused === undefined ? undefined : english.theViewStandsStillAlready),
		does: { type: 'pause' },
	}),
	command('resume', {
		title: english.letTheViewGoOn,
		short: english.goOn,
		rank: 9,
		unless: ({ paused }) => (paused === undefined ? english.theViewIsNotPaused : undefined),
		does: { type: 'pause' },
	}),
	command('copy', {
		title: english.copyTheSelectedRowTo,
		short: 'copy',
		also: english.wordsForCopy,
		rank: 55,
		does: { type: 'copy' },
	}),
	command('copy-to-file', {
		title: english.copyTheSameToAFile,
		also: english.wordsForCopyToFile,
		does: { type: 'copy-to-file' },
	}),
	command('report', {
		title: english.writeWhatWasFoundSo,
		short: 'report',
		rank: 57,
		// The investigation ends in it.
		importance: (screen) => (screen === 'steps' ? 33 : 96),
		also: english.wordsForReport,
		does: { type: 'report', anonymous: false },
	}),
	command('report-anonymous', {
		title: english.writeTheReportWithAddresses,
		also: english.wordsForReport,
		does: { type: 'report', anonymous: true },
	}),
	command('capture', {
		title: english.writeThePacketsKeptOf,
		short: 'to a file',
		rank: 56,
		importance: 56,
		on: ['watch', 'log'],
		unless: whyNotCapture,
		does: { type: 'capture' },
	}),
	command('namespaces', {
		title: english.listAllNetworkNamespacesOf,
		short: 'namespaces',
		rank: 70,
		importance: 90,
		does: { type: 'list-namespaces' },
	}),
	command('commands', {
		title: english.listAllCommandsTypeTo,
		short: 'command',
		rank: 80,
		does: { type: 'commands' },
	}),
	command('help', {
		title: english.showTheKeysOfThis,
		short: 'help',
		rank: 85,
		importance: 2,
		does: { type: 'help' },
	}),
	command('quit', {
		title: english.leaveAsksFirstWhenChanges,
		also: english.wordsForQuit,
		short: 'quit',
		rank: 90,
		importance: 3,
		does: { type: 'quit', keepScreen: false },
	}),
	command('quit-keeping-screen', {
		title: english.leaveAndKeepTheLast,
		does: { type: 'quit', keepScreen: true },
	}),
	command('lo-fi', {
		title: english.printTheViewAsPlain,
		short: english.plainText,
		rank: 82,
		importance: 97,
		also: english.wordsForLoFi,
		does: { type: 'lo-fi' },
	}),
	command('suspend', {
		title: english.suspendTheProgramChangesStay,
		does: { type: 'suspend' },
	}),
	command('read-write', {
		title: english.allowChangesInASession,
		unless: ({ modes }) => (modes.readOnly ? undefined : english.changesAreAllowedAlready),
		does: { type: 'read-write' },
	}),
]

export type { Command }

const nothingOn = (state: State): string | undefined =>
	changesInForce(state.lease).length === 0 ? NOTHING_ON : undefined

/** `u` takes more than the selected row, since rows were marked. */
const areMarkedUndone = (state: State): boolean =>
	takesMarks(state.screen) && meantRows(openPane(state), state.panes[state.screen]).length > 1

/** Of the selected row, of what is in force, and one level back. */
const ROW_COMMANDS: readonly Command[] = [
	command('details', {
		title: english.showTheDetailsOfThe,
		short: 'details',
		rank: 11,
		on: SCREENS.filter(({ whyNotOpen }) => whyNotOpen !== undefined).map(({ id }) => id),
		unless: (state) => {
			const { rows, selected } = openPane(state)
			const reason = openScreen(state).whyNotOpen?.(state)
			return reason ?? (rows[selected] === undefined ? english.thereAreNoRows : undefined)
		},
		does: { type: 'enter' },
	}),
	command('back', {
		title: english.goBackOneLevelClose,
		short: 'back',
		shortNow: (state) => levelsOf(state).at(-1)?.leave,
		rank: 14,
		unless: (state) => (levelsOf(state).length > 0 ? undefined : english.thisIsTheOutermostLevel),
		does: { type: 'back' },
	}),
	command('undo-selected', {
		title: english.undoTheSelectedChangeOr,
		short: english.undoThis,
		shortNow: (state) => (areMarkedUndone(state) ? english.undoMarked : undefined),
		rank: 20,
		// Before all keys that undo nothing: what was changed is to be undone from here, in any room.
		importance: 3,
		unless: (state) => {
			const target = undoTarget(state)
			return target.kind === 'none' ? target.reason : undefined
		},
		does: { type: 'undo-selected' },
	}),
	command('undo-all', {
		title: english.undoAllChangesDoesNot,
		short: english.undoAll,
		rank: 21,
		importance: 1,
		unless: nothingOn,
		does: { type: 'undo-all' },
	}),
	command('keep', {
		title: english.keepAChangeThatWaits,
		short: 'keep',
		rank: 22,
		importance: 0,
		unless: (state) => (confirmTarget(state) === undefined ? english.noChangeWaitsToBe : undefined),
		does: { type: 'keep' },
	}),
	command('extend', {
		title: english.giveTheChangesInForce,
		short: '+10 min',
		rank: 24,
		unless: whyNotExtend,
		does: { type: 'extend' },
	}),
]

/** THE command table: footer, help, command list, docs/screens.md and the keys themselves come from it, in the order of bindings.ts. */
export const COMMANDS: readonly Command[] = [
	...MOVEMENTS,
	...SCREENS.flatMap(({ id, commands }) => commands.map((one) => ({ ...one, on: [id] }))),
	...ROW_COMMANDS,
	...TABLE_COMMANDS,
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

/** The name from its start, then words of the sentence or others that mean it, then letters of the name in their order; 0 is no match. */
function scoreOf({ command }: Listed, wanted: string): number {
	const title = command.title.toLowerCase()
	if (command.id === wanted || command.short === wanted) return 5
	if (command.id.startsWith(wanted) || command.short?.startsWith(wanted)) return 4
	const words = wanted.split(/\s+/)
	const said = `${title} ${command.id} ${command.also}`
	if (words.every((word) => said.includes(word))) return 3
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
