import type { ActionBody } from './actions.ts'
import type { ScreenId, State } from './state.ts'

/**
 * THE command table: footer, help, command list, README and the keys themselves come from it. Where two commands
 * of a screen share a key, the first one that can run now gets it.
 */
export type Command = {
	readonly id: string
	/** Key names as keys.ts has them: `j`, `down`, `ctrl-d`, `space`, `?`. The first one is shown. */
	readonly keys: readonly string[]
	/** A full plain sentence without its full stop, for help, the command list and the README. */
	readonly title: string
	/** The word of the footer; undefined keeps the command out of it. */
	readonly short: string | undefined
	/** Order in the footer, smallest first; the footer is cut from the right. */
	readonly rank: number
	readonly on: 'all' | readonly ScreenId[]
	/** Writes to the kernel, so it needs read-write. */
	readonly changes: boolean
	/** Why it cannot run now, in words; undefined when it can. Read-only mode is among the reasons. */
	disabledReason(state: State): string | undefined
	action(state: State): ActionBody | undefined
}

export const COMMANDS: readonly Command[] = []

/** The commands of the present screen with the reason for those that cannot run now, in the order of the table. */
export function commandsHere(_state: State): readonly { command: Command; reason: string | undefined }[] {
	return []
}

/** The command list (`:`): those of `commandsHere` that match what was typed, best first. */
export function matchingCommands(
	_state: State,
	_query: string,
): readonly { command: Command; reason: string | undefined }[] {
	return []
}
