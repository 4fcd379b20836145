import type { FlowQuery } from '../../../kernel/conntrack/flow-facts.ts'
import type { Grid } from '../../../words/grid.ts'
import type { Line } from '../../../words/line.ts'
import type { UndoTarget } from '../../changing/changes-in-force.ts'
import type { ScreenId } from '../../state/bindings.ts'
import type { Command } from '../../state/command.ts'
import type { Pane } from '../../state/pane-list.ts'
import type { State } from '../../state/state.ts'

/**
 * Everything that the program knows of one screen. Terminal, plain view, footer, help and clipboard take it from here, so
 * a new screen is a folder with one of these, a row in ../screens.ts and a key in bindings.ts. All functions are fixed ones:
 * the terminal draws again when one is another.
 */
export type Screen = {
	readonly id: ScreenId
	/** On its tab. */
	readonly title: string
	/** What it is for, after `Show TITLE: `; help, command list and docs/screens.md have it. */
	readonly shows: string
	/** Its rows after the filter, and which of them is selected. */
	readonly pane: (state: State) => Pane<unknown>
	/** Lines on top; as many as there are, where there is room. */
	readonly top?: (state: State, width: number) => readonly Line[]
	readonly grid: (state: State, height: number, head?: boolean) => Grid
	/** What stands on the rule below the list. */
	readonly note?: (state: State) => string
	/**
	 * The selected row in sentences, all of it; without rows, why there are none. Its pane scrolls, and breaks what is too wide.
	 * `height`: lines that are in view at once, for what comes first where not all of them are.
	 */
	readonly detail: (state: State, width: number, height: number) => readonly Line[]
	/**
	 * What belongs to the selected row and stands elsewhere too: in a column of its own where a wide terminal has one left,
	 * else below the details there.
	 */
	readonly related?: (state: State, width: number) => readonly Line[]
	/** What `detail` gets of the height while it is not opened, at most. */
	readonly share: number
	/** Why enter does not open the details now; left out where it never does. */
	readonly whyNotOpen?: (state: State) => string | undefined
	/** What it has beyond the commands of every screen. */
	readonly commands: readonly Omit<Command, 'on'>[]
	/** The selected row, for the clipboard. */
	readonly copyText: (state: State) => string | undefined
	/** What the selected row can be filtered by: addresses, ports, its reason, as they stand in what the filter looks at. */
	readonly values?: (state: State) => readonly string[]
	/** What `u` means here; undefined: what it means elsewhere. */
	readonly undoTarget?: (state: State) => UndoTarget | undefined
	/** The flow whose details are open. */
	readonly openFlow?: (state: State) => FlowQuery | undefined
	/** Where the plain view takes something else than all of `grid`. */
	readonly plainGrid?: (state: State) => Grid
}
