import * as english from '../../words/english/app/dialogs.ts'
import { glyphsOf } from '../../words/glyphs.ts'
import { EMPTY, type Line, line, span, wrapLine } from '../../words/line.ts'
import { fitted, wrap } from '../../words/text.ts'
import { COMMANDS, type Command, commandsHere, matchingCommands } from '../commands/commands.ts'
import { openScreen } from '../screens/screens.ts'
import { missingLines } from '../screens/watch/explanation.ts'
import type { State } from '../state/state.ts'
import { answersOf } from './answers.ts'
import type { Sheet } from './sheet.ts'

const KEYS = 16

/** All keys, those of this screen first, and what cannot be seen on this host. */
export function helpSheet(top: number, state: State, inner: number): Sheet {
	const here = commandsHere(state)
	const reasons = new Map(here.map(({ command, reason }) => [command.id, reason]))
	const own = COMMANDS.filter(({ on }) => on !== 'all' && on.includes(state.screen))
	const everywhere = COMMANDS.filter(({ on }) => on === 'all')
	const { title } = openScreen(state)
	const entry = (command: Command) => entryLines(command, reasons.get(command.id), inner)
	const missing = missingLines(state, inner)
	return {
		title: english.help(title),
		tone: 'plain',
		body: [
			...(own.length === 0 ? [] : [heading(`ON ${title.toUpperCase()}`), ...own.flatMap(entry), EMPTY]),
			heading('EVERYWHERE'),
			...everywhere.flatMap(entry),
			...(missing.length === 0 ? [] : [EMPTY, heading(english.notSeenOnThisHost), ...missing]),
			EMPTY,
			heading('LETTERS'),
			...wrap(english.vIInvalidAAccepted, inner).map((part) => line(part)),
		],
		answers: answersOf('help', state, inner),
		top,
	}
}

const heading = (text: string): Line => line(span(text, 'dim'))

function entryLines(command: Command, reason: string | undefined, inner: number): readonly Line[] {
	const keys = fitted(command.keys.join(' '), Math.min(KEYS, Math.floor(inner / 3)))
	const off = reason === undefined ? '' : english.nowOff(reason)
	const room = Math.max(1, inner - keys.length - 1)
	return wrap(span(`${command.title}${off}`).text, room).map((part, index) =>
		line(
			span(index === 0 ? keys : ' '.repeat(keys.length), 'key'),
			span(` ${part}`, reason === undefined ? 'plain' : 'dim'),
		),
	)
}

/** One list of all commands; those that are off say why. */
export function commandsSheet(
	dialog: { readonly query: string; readonly selected: number },
	state: State,
	inner: number,
): Sheet {
	const { mark, cursor } = glyphsOf(state.modes)
	const found = matchingCommands(state, dialog.query)
	const entries = found.map(({ command, reason }, index): readonly Line[] => {
		const chosen = index === dialog.selected
		const keys = fitted(command.keys[0] ?? '', 9)
		const off = reason === undefined ? '' : english.off3(reason)
		const tone = chosen ? 'selected' : reason === undefined ? 'plain' : 'dim'
		const text = english.text(chosen ? mark : ' ', keys, command.title, off)
		return wrapLine([span(text, tone)], inner, keys.length + 2)
	})
	return {
		title: 'Commands',
		tone: 'plain',
		head: [line(': ', span(dialog.query, 'strong'), cursor)],
		body: entries.length === 0 ? [line(span(english.noCommandFits, 'dim'))] : entries.flat(),
		answers: answersOf('commands', state, inner),
		follow: entries.slice(0, dialog.selected).flat().length,
	}
}
