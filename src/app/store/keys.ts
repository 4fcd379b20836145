import type { MonotonicMs } from '../../model/clock.ts'
import * as english from '../../words/english/app/store.ts'
import { graphemes } from '../../words/graphemes.ts'
import { visible } from '../../words/visible.ts'
import { commandsHere, type Listed } from '../commands/commands.ts'
import { ANSWERS, type Answer } from '../dialogs/keys.ts'
import { fieldsOf } from '../screens/rules/tap-form.ts'
import type { ActionBody } from '../state/actions.ts'
import { type AnswerId, type CommandId, keyOf } from '../state/bindings.ts'
import { filterLine } from '../state/filter.ts'
import { DIALOG_GRACE_MS, type OpenDialog, type State } from '../state/state.ts'

/**
 * Names of the keys that are not one printable character. Anything else arrives as the character itself (one
 * grapheme), with `space` for the blank.
 */
export const NAMED_KEYS = [
	'space',
	'enter',
	'esc',
	'tab',
	'shift-tab',
	'backspace',
	'delete',
	'up',
	'down',
	'left',
	'right',
	'home',
	'end',
	'pgup',
	'pgdn',
	'ctrl-c',
	'ctrl-d',
	'ctrl-l',
	'ctrl-u',
	'ctrl-z',
] as const

/** A key at a time: the message that stood there goes, and what the key means comes. The store dispatches the actions in order. */
export const pressed = (state: State, key: string, at: MonotonicMs): readonly ActionBody[] => [
	...(state.notice === undefined ? [] : [{ type: 'heard' } as const]),
	...keysToActions(state, key, at),
]

/** What a key means at a time. */
export function keysToActions(state: State, key: string, at: MonotonicMs): readonly ActionBody[] {
	if (state.leaving !== undefined) return []
	if (state.busy === 'leaving')
		return key === 'ctrl-c' || key === 'q' ? [{ type: 'quit', keepScreen: false }] : []
	if (state.dialog !== undefined) return inDialog(state, state.dialog, key, at)
	if (state.filtering) return inFilter(state, key)
	return onScreen(state, key)
}

/**
 * What a command of the present screen means, or an answer of the open dialog, however it is asked for. Empty where there is
 * none of that name; one that cannot run now says why.
 */
export function askedFor(state: State, id: CommandId | AnswerId): readonly ActionBody[] {
	if (state.leaving !== undefined || state.busy === 'leaving') return []
	const kind = state.dialog?.dialog.kind
	return kind === undefined
		? firstAble(state, ({ command }) => command.id === id)
		: answerOf(
				state,
				ANSWERS[kind].filter((answer) => answer.id === id),
			)
}

function onScreen(state: State, key: string): readonly ActionBody[] {
	const meant = commandsHere(state).filter(({ command }) => command.keys.includes(key))
	if (meant.length === 0) return said(english.noKeyHere(visible(key), keyOf('help')))
	// Who is at the top already wanted to be there.
	const isAtTop = meant.every(({ command, reason }) => command.id === 'back' && reason !== undefined)
	return isAtTop ? [] : firstAble(state, ({ command }) => command.keys.includes(key))
}

function firstAble(state: State, isMeant: (listed: Listed) => boolean): readonly ActionBody[] {
	const listed = commandsHere(state).filter(isMeant)
	const able = listed.find(({ reason }) => reason === undefined)
	if (able === undefined) return refusal(listed[0]?.reason)
	const action = able.command.action(state)
	return action === undefined ? [] : [action]
}

function answerOf(state: State, answers: readonly Answer[]): readonly ActionBody[] {
	const able = answers.find((answer) => answer.disabledReason(state) === undefined)
	return able === undefined ? refusal(answers[0]?.disabledReason(state)) : able.actions(state)
}

/** A key that cannot work now says why. */
function refusal(reason: string | undefined): readonly ActionBody[] {
	return reason === undefined ? [] : said(reason)
}

const said = (text: string): readonly ActionBody[] => [{ type: 'say', notice: { text, tone: 'attention' } }]

/** What was typed before the dialog was seen is thrown away; after that only its own keys work. */
function inDialog(state: State, open: OpenDialog, key: string, at: MonotonicMs): readonly ActionBody[] {
	const { dialog, since } = open
	// A line of text is opened to be typed in at once, and nothing in it writes.
	const line = dialog.kind === 'commands' || dialog.kind === 'number' || dialog.kind === 'tap'
	if (!line && at < since + DIALOG_GRACE_MS) return []
	const entries = ANSWERS[dialog.kind].filter((entry) => entry.keys.includes(key))
	if (entries.length > 0) return answerOf(state, entries)
	if (dialog.kind === 'number') {
		const text = typed(dialog.text, key)
		return text === undefined ? [] : [{ type: 'number-text', text }]
	}
	if (dialog.kind === 'tap') {
		const id = fieldsOf(dialog)[dialog.selected]?.id ?? ''
		const text = typed(dialog.values[id] ?? '', key)
		return text === undefined ? [] : [{ type: 'tap-text', text }]
	}
	if (dialog.kind === 'commands') {
		const text = typed(dialog.query, key)
		return text === undefined ? [] : [{ type: 'commands-query', text }]
	}
	return said(english.noKeyOfTheDialog(visible(key)))
}

function inFilter(state: State, key: string): readonly ActionBody[] {
	switch (key) {
		case 'enter':
			return [{ type: 'filter-close', keep: true }]
		case 'esc':
			return [{ type: 'filter-close', keep: false }]
		case 'ctrl-c':
			return [
				{ type: 'filter-close', keep: false },
				{ type: 'quit', keepScreen: false },
			]
		case 'up':
		case 'down':
			return [{ type: 'move', by: key === 'up' ? -1 : 1 }]
		default: {
			const text = typed(filterLine(state.panes[state.screen]), key)
			return text === undefined ? [] : [{ type: 'filter-text', text }]
		}
	}
}

/** A line of text after a key; undefined when the key does not type. */
function typed(line: string, key: string): string | undefined {
	if (key === 'space') return `${line} `
	if (key === 'backspace' || key === 'delete') {
		return [...graphemes(line)]
			.slice(0, -1)
			.map((one) => one.segment)
			.join('')
	}
	if (key === 'ctrl-u') return ''
	const character = [...graphemes(key)].length === 1 && !/\p{Cc}/u.test(key)
	return character ? `${line}${key}` : undefined
}
