import * as english from '../../words/english/app/commands.ts'
import * as parts from '../../words/english/app/parts.ts'
import { counted } from '../../words/numbers.ts'
import { isOneColumn } from '../screens/parts/room.ts'
import { openScreen } from '../screens/screens.ts'
import type { State } from '../state/state.ts'

/** A step into a screen: what it is called, and what esc does there. */
export type Level = { readonly name: string; readonly leave: string }

/** What was opened on the screen, outermost first: esc leaves the last one. Empty at the top of it. */
export function levelsOf(state: State): readonly Level[] {
	const { marks, filter, inverted, detail, checks, focus } = state.panes[state.screen]
	const isReading = focus === 'detail' && !isOneColumn(state.size)
	return [
		...(isStoppable(state) ? [{ name: parts.readingTheTable, leave: parts.stopReading }] : []),
		...(marks.length > 0
			? [{ name: english.marked(counted(marks.length, 'row')), leave: english.unmark }]
			: []),
		...(filter !== '' || inverted
			? [{ name: english.filtered(inverted ? '!' : '', filter), leave: english.clearTheFilter }]
			: []),
		...(detail ? [{ name: checks ? english.checks : english.details, leave: english.close }] : []),
		...(isReading ? [{ name: english.reading, leave: english.backToTheTable }] : []),
	]
}

/** A long walk through the table that esc ends. */
const isStoppable = ({ screen, reading: going }: State): boolean =>
	screen === 'table' && going.table !== undefined

/** `Watch > filter syn > details`, and where esc leads from there; undefined at the top. */
export function breadcrumb(state: State): string | undefined {
	const levels = levelsOf(state)
	if (levels.length === 0) return undefined
	const names = [openScreen(state).title, ...levels.map(({ name }) => name)]
	return english.crumbs(names.join(' > '), names.at(-2) ?? '')
}
