import { changesPane } from '../screens/changes/rows.ts'
import { logPane } from '../screens/log/rows.ts'
import { printkPane } from '../screens/printk/rows.ts'
import { rulesPane } from '../screens/rules/rows.ts'
import { stepsPane } from '../screens/steps/rows.ts'
import { switchesPane } from '../screens/switches/rows.ts'
import { tablePane } from '../screens/table/rows.ts'
import { watchPane } from '../screens/watch/rows.ts'
import type { Pane } from '../state/pane-list.ts'
import type { ScreenId, State } from '../state/state.ts'

const PANES: Readonly<Record<ScreenId, (state: State) => Pane<unknown>>> = {
	watch: watchPane,
	steps: stepsPane,
	switches: switchesPane,
	printk: printkPane,
	table: tablePane,
	rules: rulesPane,
	log: logPane,
	changes: changesPane,
}

/** The rows of the screen that is open. */
export const openPane = (state: State): Pane<unknown> => PANES[state.screen](state)
