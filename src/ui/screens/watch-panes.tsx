import { Box } from 'ink'
import { liveGrid } from '../../app/screens/log/grid.ts'
import { screenOf } from '../../app/screens/screens.ts'
import type { State } from '../../app/state/state.ts'
import type { Line } from '../../words/line.ts'
import { plainRule, wall } from '../components/bars.ts'
import { bodyOf } from '../components/body.ts'
import { useModel } from '../components/frames.ts'
import type { Layout } from '../components/layout.ts'
import { PaneLines } from '../components/pane-lines.tsx'
import { PaneTable } from '../components/pane-table.tsx'
import { liveRule, noteRule } from '../components/place.ts'
import { DetailPane } from './detail-pane.tsx'

const topLines = (state: State): readonly Line[] => bodyOf(state).top
const flowLines = (state: State): readonly Line[] => bodyOf(state).flows
const ranLines = (state: State): readonly Line[] => bodyOf(state).ran

/** Watch on a large terminal: reasons and flows, the explanation beside them, the live log and what was written below. */
export function WatchPanes({ layout }: { layout: Layout }) {
	const { columns, body } = layout
	const { top, list, note, flows, detail, live, ran } = useModel(bodyOf)
	const upper = list.height + note + flows.length
	return (
		<Box flexDirection="column" width={columns} height={body} overflowY="hidden">
			<PaneLines select={topLines} width={columns} height={top.length} />
			<PaneLines select={plainRule} width={columns} height={1} />
			<Box width={columns} height={upper} flexShrink={0}>
				<Box flexDirection="column" width={list.width} height={upper} flexShrink={0}>
					<PaneTable select={screenOf('watch').grid} width={list.width} height={list.height} head={true} />
					<PaneLines select={noteRule} width={list.width} height={note} />
					<PaneLines select={flowLines} width={list.width} height={flows.length} />
				</Box>
				<PaneLines select={wall} width={1} height={upper} />
				<DetailPane pane={detail} />
			</Box>
			<PaneLines select={liveRule} width={columns} height={1} />
			<PaneTable select={liveGrid} width={columns} height={live} head={false} />
			<PaneLines select={plainRule} width={columns} height={1} />
			<PaneLines select={ranLines} width={columns} height={ran.length} />
		</Box>
	)
}
