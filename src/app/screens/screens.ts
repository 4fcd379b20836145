import { glyphsOf } from '../../words/glyphs.ts'
import type { Grid } from '../../words/grid.ts'
import type { ScreenId } from '../state/bindings.ts'
import type { Pane } from '../state/pane-list.ts'
import type { State } from '../state/state.ts'
import { changesScreen } from './changes/screen.ts'
import { logScreen } from './log/screen.ts'
import { dressed } from './parts/dressed.ts'
import type { Screen } from './parts/screen.ts'
import { printkScreen } from './printk/screen.ts'
import { rulesScreen } from './rules/screen.ts'
import { stepsScreen } from './steps/screen.ts'
import { switchesScreen } from './switches/screen.ts'
import { tableScreen } from './table/screen.ts'
import { watchScreen } from './watch/screen.ts'

/** Every table is dressed alike, wherever it is drawn. */
function withDress(screen: Screen): Screen {
	const { id, grid, plainGrid } = screen
	const dress = (made: Grid, state: State): Grid => dressed(made, state.panes[id], glyphsOf(state.modes))
	return {
		...screen,
		grid: (state, height, head) => dress(grid(state, height, head), state),
		...(plainGrid === undefined ? {} : { plainGrid: (state) => dress(plainGrid(state), state) }),
	}
}

/** THE table of screens, in the order of their keys. */
const TABLE: Readonly<Record<ScreenId, Screen>> = {
	watch: withDress(watchScreen),
	steps: stepsScreen,
	switches: withDress(switchesScreen),
	printk: withDress(printkScreen),
	table: withDress(tableScreen),
	rules: withDress(rulesScreen),
	log: withDress(logScreen),
	changes: withDress(changesScreen),
}

export const SCREENS: readonly Screen[] = Object.values(TABLE)

export const screenOf = (id: ScreenId): Screen => TABLE[id]

export const openScreen = ({ screen }: State): Screen => TABLE[screen]

/** Lines of its detail that were scrolled away. */
export function detailTop(state: State): number {
	const { rows, selected } = openPane(state)
	const { read } = state.panes[state.screen]
	return read.of === rows[selected]?.key ? read.top : 0
}

/** Whether j, k and pages move its detail; without rows there is nothing else to move. */
export const isReading = (state: State): boolean =>
	state.panes[state.screen].focus === 'detail' || openPane(state).rows.length === 0

/** The rows of the screen that is open. */
export const openPane = (state: State): Pane<unknown> => openScreen(state).pane(state)
