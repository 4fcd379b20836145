import { Box } from 'ink'
import { filterRule } from '../../app/frame/footer.ts'
import { ranLines } from '../../app/screens/changes/detail.ts'
import { liveGrid } from '../../app/screens/log/grid.ts'
import { counterLines } from '../../app/screens/watch/counters.ts'
import { explanation, flowLines, watchNote } from '../../app/screens/watch/explanation.ts'
import { watchGrid } from '../../app/screens/watch/grid.ts'
import type { State } from '../../app/state/state.ts'
import { glyphsOf } from '../../words/glyphs.ts'
import { type Line, span } from '../../words/line.ts'
import { grouped } from '../../words/numbers.ts'
import { useModel } from '../components/frames.ts'
import { type Layout, panesOf } from '../components/layout.ts'
import { PaneLines, plainRule, wall } from '../components/pane-lines.tsx'
import { PaneTable } from '../components/pane-table.tsx'

/** Watch on a large terminal: reasons and flows, the explanation beside them, the live log and what was written below. */
export function WatchPanes({ layout }: { layout: Layout }) {
	const { columns, body } = layout
	const top = useModel((state) => counterLines(state, columns).length)
	const { left, right, reasons, flows, live, ran } = panesOf(layout, top)
	const upper = reasons + 1 + flows
	return (
		<Box flexDirection="column" width={columns} height={body} overflowY="hidden">
			<PaneLines select={counterLines} width={columns} height={top} />
			<PaneLines select={plainRule} width={columns} height={1} />
			<Box width={columns} height={upper} flexShrink={0}>
				<Box flexDirection="column" width={left} height={upper} flexShrink={0}>
					<PaneTable select={watchGrid} width={left} height={reasons} head={true} />
					<PaneLines select={filterRuleLines} width={left} height={1} />
					<PaneLines select={flowLines} width={left} height={flows} />
				</Box>
				<PaneLines select={wall} width={1} height={upper} />
				<PaneLines select={explanation} width={right} height={upper} />
			</Box>
			<PaneLines select={liveRule} width={columns} height={1} />
			<PaneTable select={liveGrid} width={columns} height={live} head={false} />
			<PaneLines select={plainRule} width={columns} height={1} />
			<PaneLines select={ranLines} width={columns} height={ran} />
		</Box>
	)
}

const filterRuleLines = (state: State, width: number): readonly Line[] => [
	filterRule(state, width, watchNote(state)),
]

/** The rule under the panes, with the foot of their wall, and the title of the live log on it. */
function liveRule(state: State, width: number): readonly Line[] {
	const glyphs = glyphsOf(state.modes)
	const { left } = panesOf({ columns: width, body: state.size.rows }, 2)
	const waiting = state.paused === undefined ? '' : ` (paused, ${grouped(state.paused.waiting)} wait)`
	const title = ` LIVE${waiting} `
	return [
		[
			span(glyphs.rule.repeat(2), 'dim'),
			span(title),
			span(glyphs.rule.repeat(Math.max(0, left - 2 - title.length)), 'dim'),
			span(glyphs.foot, 'dim'),
			span(glyphs.rule.repeat(Math.max(0, width - left - 1)), 'dim'),
		],
	]
}
