import type { ActionBody } from './actions.ts'
import type { Dialog, State } from './state.ts'

export type DialogKey = {
	readonly keys: readonly string[]
	/** What the dialog and the footer print beside the keys. */
	readonly word: string
	/** False for keys that work without being printed: the arrows in a list. */
	readonly shown: boolean
	/** Why the key does nothing now; undefined when it works. */
	disabledReason(state: State): string | undefined
	action(state: State): ActionBody | undefined
}

/** In a dialog only these keys work (and plain typing where it has a line of text). The first enabled one gets the key. */
export const DIALOG_KEYS: Readonly<Record<Dialog['kind'], readonly DialogKey[]>> = {
	'confirm-change': [],
	choose: [],
	number: [],
	quit: [],
	leftover: [],
	help: [],
	commands: [],
	failure: [],
}
