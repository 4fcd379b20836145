import { dialogLines } from '../../app/dialogs/dialog.ts'
import { liveGrid } from '../../app/screens/log/grid.ts'
import { screenOf } from '../../app/screens/screens.ts'
import { stepsList } from '../../app/screens/steps/detail.ts'
import type { State } from '../../app/state/state.ts'
import { glyphsOf } from '../../words/glyphs.ts'
import { type Grid, laidOut } from '../../words/grid.ts'
import { cutLine, EMPTY, type Line, lineWidth, span } from '../../words/line.ts'
import {
	banner,
	bannerOrHeader,
	bar,
	columnRule,
	footer,
	header,
	plainRule,
	tabs,
	wall,
} from '../components/bars.ts'
import { bodyOf, type Pane, type TextPane } from '../components/body.ts'
import { type Layout, layoutFor } from '../components/layout.ts'
import { columnEdge, detailPart, liveRule, lowerEdge, noteRule } from '../components/place.ts'
import { sheetOf } from '../components/sheet.ts'

/** Lines in exactly `height` rows of `width` cells. */
type Block = Pane & { readonly lines: readonly Line[] }

/**
 * All that the screen shows, row by row: what the components draw, without React and Ink, which take longer to load than
 * all the rest. `test/ui/whole.test.ts` compares the two, cell by cell.
 */
export function wholeFrame(state: State): readonly Line[] {
	const layout = layoutFor(state)
	const { columns, rows, form } = layout
	const column = form === 'column'
	const one = (select: Select, height: number) => text(state, select, { width: columns, height })
	const isBare = layout.lowerRule === 0
	return [
		one(isBare ? bannerOrHeader : header, rows >= 2 ? 1 : 0),
		one(bar, column ? 1 : 0),
		one(tabs, layout.tabs),
		one(column ? columnRule : banner, layout.upperRule),
		body(state, layout),
		one(column ? columnEdge : lowerEdge, layout.lowerRule),
		one(bar, column ? 0 : 1),
		one(footer, layout.footer),
	]
		.flatMap(({ lines }) => lines)
		.slice(0, rows)
}

type Select = (state: State, width: number, height: number) => readonly Line[]

function text(state: State, select: Select, { width, height }: Pane): Block {
	const { ellipsis } = glyphsOf(state.modes)
	const lines = height > 0 ? select(state, width, height).map((line) => cutLine(line, width, ellipsis)) : []
	return exactly(lines, { width, height })
}

function table(
	state: State,
	select: (state: State, rows: number, head: boolean) => Grid,
	{ width, height, head }: Pane & { readonly head: boolean },
): Block {
	const { ellipsis } = glyphsOf(state.modes)
	const grid = select(state, Math.max(0, height - (head ? 1 : 0)), head)
	const { titles, rows } = sheetOf(grid.rows, laidOut(grid.columns, width, grid.rows), ellipsis)
	const lines = [...(grid.head ? [titles] : []), ...rows]
	return exactly(
		lines.map((line) => cutLine(line, width, ellipsis)),
		{ width, height },
	)
}

const exactly = (lines: readonly Line[], { width, height }: Pane): Block => ({
	width,
	height,
	lines: Array.from({ length: Math.max(0, height) }, (_, row) => lines[row] ?? EMPTY),
})

/** Blocks below each other. */
const stacked = (width: number, ...blocks: readonly Block[]): Block => {
	const lines = blocks.flatMap((block) => block.lines)
	return { width, height: lines.length, lines }
}

/** Blocks beside each other. */
function beside(height: number, ...blocks: readonly Block[]): Block {
	const lines = Array.from({ length: height }, (_, row) =>
		blocks.flatMap(({ lines, width }, at) => {
			const line = lines[row] ?? EMPTY
			const blank = at === blocks.length - 1 ? 0 : width - lineWidth(line)
			return blank > 0 ? [...line, span(' '.repeat(blank))] : line
		}),
	)
	return { width: blocks.reduce((sum, { width }) => sum + width, 0), height, lines }
}

function body(state: State, layout: Layout): Block {
	const size = { width: layout.columns, height: layout.body }
	if (state.dialog !== undefined) return text(state, dialogLines, size)
	const panes =
		state.screen === 'watch' && layout.form === 'wide'
			? watch(state, layout)
			: state.screen === 'steps'
				? steps(state, layout)
				: list(state, layout)
	return exactly(panes.lines, size)
}

function detail(state: State, { width, height, parts }: TextPane): Block {
	const part = (number: number) => text(state, () => detailPart(state, number), { width, height })
	return parts < 2 ? part(0) : beside(height, part(0), exactly([], { width: 3, height }), part(1))
}

const lines = (of: readonly Line[]) => () => of

function list(state: State, { columns }: Layout): Block {
	const { form, top, rule, list, note, detail: pane } = bodyOf(state)
	const above = [
		text(state, lines(top), { width: columns, height: top.length }),
		text(state, plainRule, { width: columns, height: rule }),
	]
	const grid = table(state, screenOf(state.screen).grid, list)
	const details = detail(state, pane)
	if (form !== 'side')
		return stacked(columns, ...above, grid, text(state, noteRule, { width: columns, height: note }), details)
	const between = text(state, wall, { width: 1, height: list.height })
	return stacked(columns, ...above, beside(list.height, grid, between, details))
}

function steps(state: State, { body: height }: Layout): Block {
	const { list, detail: pane } = bodyOf(state)
	if (list.width === 0) return detail(state, pane)
	return beside(
		height,
		text(state, stepsList, { width: list.width, height }),
		text(state, wall, { width: 1, height }),
		detail(state, pane),
	)
}

function watch(state: State, { columns }: Layout): Block {
	const { top, list, note, flows, detail: pane, live, ran } = bodyOf(state)
	const upper = list.height + note + flows.length
	const left = stacked(
		list.width,
		table(state, screenOf('watch').grid, list),
		text(state, noteRule, { width: list.width, height: note }),
		text(state, lines(flows), { width: list.width, height: flows.length }),
	)
	return stacked(
		columns,
		text(state, lines(top), { width: columns, height: top.length }),
		text(state, plainRule, { width: columns, height: 1 }),
		beside(upper, left, text(state, wall, { width: 1, height: upper }), detail(state, pane)),
		text(state, liveRule, { width: columns, height: 1 }),
		table(state, liveGrid, { width: columns, height: live, head: false }),
		text(state, plainRule, { width: columns, height: 1 }),
		text(state, lines(ran), { width: columns, height: ran.length }),
	)
}
