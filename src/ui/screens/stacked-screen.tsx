import { Box } from 'ink'
import type { Screen } from '../../app/screens/parts/screen.ts'
import type { State } from '../../app/state/state.ts'
import type { Line } from '../../words/line.ts'
import { plainRule, wall } from '../components/bars.ts'
import { bodyOf } from '../components/body.ts'
import { useModel } from '../components/frames.ts'
import type { Layout } from '../components/layout.ts'
import { PaneLines } from '../components/pane-lines.tsx'
import { PaneTable } from '../components/pane-table.tsx'
import { noteRule } from '../components/place.ts'
import { DetailPane } from './detail-pane.tsx'

const topLines = (state: State): readonly Line[] => bodyOf(state).top

/** The top part of a screen, its list, and the explanation of the selected row below or beside it. */
export function StackedScreen({ screen, layout }: { screen: Screen; layout: Layout }) {
	const { columns } = layout
	const { form, top, rule, list, note, detail } = useModel(bodyOf)
	const isBeside = form === 'side'
	return (
		<Box flexDirection="column" width={columns} height={layout.body} overflowY="hidden">
			<PaneLines select={topLines} width={columns} height={top.length} />
			<PaneLines select={plainRule} width={columns} height={rule} />
			<Box
				flexDirection={isBeside ? 'row' : 'column'}
				width={columns}
				height={isBeside ? list.height : list.height + note + detail.height}
				flexShrink={0}
			>
				{list.height > 0 && (
					<PaneTable select={screen.grid} width={list.width} height={list.height} head={list.head} />
				)}
				<PaneLines select={noteRule} width={columns} height={note} />
				{isBeside && <PaneLines select={wall} width={1} height={list.height} />}
				{detail.height > 0 && <DetailPane pane={detail} />}
			</Box>
		</Box>
	)
}
