import { isCareful } from '../../app/careful.ts'
import type { Dialog, State } from '../../app/state/state.ts'
import { graphemes } from '../../words/graphemes.ts'

/** Stands in a piece for what came with its keys and is none: an answer of the terminal, a paste. */
export const ANSWER = ''

const CONTROL: Readonly<Record<string, string>> = {
	' ': 'space',
	'\r': 'enter',
	'\n': 'enter',
	'\r\n': 'enter',
	'\t': 'tab',
	'\b': 'backspace',
	'\x7f': 'backspace',
	'\x1b': 'esc',
}

/** Plain text, one key a grapheme. */
export function keysOfText(text: string): readonly string[] {
	const keys: string[] = []
	for (const { segment } of graphemes(text)) {
		const name = CONTROL[segment]
		const code = segment.charCodeAt(0)
		if (name !== undefined) keys.push(name)
		else if (code >= 1 && code <= 26) keys.push(`ctrl-${String.fromCharCode(code + 96)}`)
		else if (code >= 32 && code !== 127) keys.push(segment)
	}
	return keys
}

/** Longest paste that is taken into a line of text. */
const PASTE_LIMIT = 200

/** What a paste types into a line of text: its first line without control characters. */
export function keysOfPaste(text: string): readonly string[] {
	const first = text.trimStart().split(/[\r\n]/, 1)[0] ?? ''
	return keysOfText(first.slice(0, PASTE_LIMIT)).filter((key) => key === 'space' || [...key].length === 1)
}

/** Dialogs whose answer changes something, or leaves. */
const QUESTIONS: ReadonlySet<Dialog['kind']> = new Set([
	'confirm-change',
	'choose',
	'namespaces',
	'number',
	'quit',
	'leftover',
])

/** Keys that only move. */
const MOVES: ReadonlySet<string> = new Set(['j', 'k', 'up', 'down', 'pgup', 'pgdn', 'home', 'end', 'g', 'G'])

/** More keys than this in one event, not one key held down, are a paste of a terminal that does not mark pastes. */
const MOST_AT_ONCE = 8
/** Two events closer than this were not typed by hand one after the other. */
const APART_MS = 25

/** Typed text goes into a line; there it can run nothing. */
export const isTyping = ({ dialog, filtering }: State): boolean =>
	filtering || dialog?.dialog.kind === 'number' || dialog?.dialog.kind === 'commands'

/**
 * Whether a key counts, given how many came with it in one piece and how long the last piece is ago. A question that
 * changes something is answered by a key that came alone: pasted text, and keys that piled up before the question was
 * seen, answer nothing. What asks the guard for something without a question counts only with its like. Esc always counts.
 */
export function counts(state: State, key: string, piece: readonly string[], sinceLastMs: number): boolean {
	const kind = state.dialog?.dialog.kind
	const isAlone = piece.length === 1
	const isHeldDown = piece.every((other) => other === key)
	if (key === ANSWER) return false
	if (key === 'esc' || key === 'ctrl-c') return true
	const isMeant = sinceLastMs >= APART_MS && (kind === undefined ? isHeldDown : isAlone)
	if (!isMeant && isCareful(state, key)) return false
	if (kind === 'number' && key !== 'enter') return true
	if ((kind === 'choose' || kind === 'namespaces') && piece.every((one) => MOVES.has(one))) return true
	if (kind !== undefined && QUESTIONS.has(kind)) return isAlone && sinceLastMs >= APART_MS
	if (isTyping(state)) return key !== 'enter' || isAlone
	return piece.length <= MOST_AT_ONCE || isHeldDown
}
