import { changesDetail, ranLines } from '../../app/screens/changes/detail.ts'
import { changesGrid } from '../../app/screens/changes/grid.ts'
import { logDetail, logGrid, logStatus } from '../../app/screens/log/grid.ts'
import { printkDetail } from '../../app/screens/printk/detail.ts'
import { printkGrid, printkNote } from '../../app/screens/printk/grid.ts'
import { rulesDetail } from '../../app/screens/rules/detail.ts'
import { rulesGrid, rulesNote } from '../../app/screens/rules/grid.ts'
import { stepDetail, stepsGrid } from '../../app/screens/steps/detail.ts'
import { switchDetail, switchesGrid, switchesNote } from '../../app/screens/switches/grid.ts'
import { tableDetail, tableGrid } from '../../app/screens/table/grid.ts'
import { tableSummary } from '../../app/screens/table/summary.ts'
import { counterLines } from '../../app/screens/watch/counters.ts'
import { explanation, watchNote } from '../../app/screens/watch/explanation.ts'
import { watchGrid } from '../../app/screens/watch/grid.ts'
import type { ScreenId, State } from '../../app/state/state.ts'
import { EMPTY, type Line } from '../../words/line.ts'
import { layoutOf, pageOf } from '../components/layout.ts'
import type { Parts } from './stacked-screen.tsx'

/** What each screen is made of. */
export const PARTS: Readonly<Record<ScreenId, Parts>> = {
	watch: { screen: 'watch', top: counterLines, list: watchGrid, detail: explanation, note: watchNote },
	steps: { screen: 'steps', list: stepsGrid, detail: stepDetail },
	switches: { screen: 'switches', list: switchesGrid, detail: switchDetail, note: switchesNote },
	printk: { screen: 'printk', list: printkGrid, detail: printkDetail, note: printkNote },
	table: { screen: 'table', top: tableSummary, list: tableGrid, detail: tableDetail },
	rules: { screen: 'rules', list: rulesGrid, detail: rulesDetail, note: rulesNote },
	log: { screen: 'log', top: (state, width) => [logStatus(state, width)], list: logGrid, detail: logDetail },
	changes: { screen: 'changes', list: changesGrid, detail: changesAndCommands },
}

/** On a large terminal, what was written to the kernel stands below the selected change. */
function changesAndCommands(state: State, width: number, height: number): readonly Line[] {
	const detail = changesDetail(state, width, height)
	const room = height - detail.length - 1
	return width < 110 || room < 1 ? detail : [...detail, EMPTY, ...ranLines(state, width, room)]
}

/** Rows that the list of the present screen has: how far a page scrolls. */
export function pageRows(state: State): number {
	const layout = layoutOf(state.size)
	const top = PARTS[state.screen].top?.(state, layout.columns) ?? []
	return pageOf(state.screen, layout, top.length, state.panes[state.screen].detail)
}
