import { DIALOG_KEYS } from '../dialog-keys.ts'
import type { Dialog, State } from '../state.ts'
import { type Line, line, span } from './line.ts'
import { fitted } from './text.ts'

/** The keys of a dialog with what they do, one line each. */
export function answersOf(kind: Dialog['kind'], state: State): readonly Line[] {
	return DIALOG_KEYS[kind]
		.filter(({ shown }) => shown)
		.map((entry) => {
			const reason = entry.disabledReason(state)
			const keys = entry.keys.map((key) => `[${key}]`).join(' ')
			const tone = reason === undefined ? 'key' : 'dim'
			return line(
				span(fitted(keys, 11), tone),
				span(
					` ${entry.word}${reason === undefined ? '' : `  (${reason})`}`,
					reason === undefined ? 'plain' : 'dim',
				),
			)
		})
}
