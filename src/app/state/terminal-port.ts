export type CopyWay = 'terminal' | 'tmux' | 'screen' | 'none'

/** What the effects ask of the terminal; ui/terminal.ts does it, tests fake it. */
export interface TerminalPort {
	/**
	 * Sends the text to the terminal's clipboard (OSC 52). `bytes` is how much of it went out; there is no answer. `through`:
	 * what stands between us and the terminal as far as the environment tells; `none`: nothing was sent.
	 */
	copy(text: string): { readonly bytes: number; readonly through: CopyWay }
	/** Gives the terminal back to the shell after printing `lines`; resolves when the program is in the foreground again. */
	suspend(lines: readonly string[]): Promise<void>
	/** Leaves the screen, prints `lines` as plain text, and resolves with any key. */
	lofi(lines: readonly string[]): Promise<void>
	/** The title of the terminal window (OSC 2). */
	title(text: string): void
}

/** Texts that the effects hand to the terminal; the selectors make them. */
export type Describe = {
	title(state: State): string
	/** The current view as plain lines. */
	lofi(state: State): readonly string[]
	/** What `c` copies now: the marked rows, else the selected one, or in a dialog the command. Undefined when there is nothing. */
	copyText(state: State): string | undefined
}

import type { State } from './state.ts'
