import type { ActionBody } from './actions.ts'
import type { State } from './state.ts'

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

/** What a key means now. Pure: the caller dispatches the actions in order. */
export function keysToActions(_state: State, _key: string): readonly ActionBody[] {
	return []
}
