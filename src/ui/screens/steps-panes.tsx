import { Box } from 'ink'
import { stepsList } from '../../app/screens/steps/detail.ts'
import type { State } from '../../app/state/state.ts'
import type { Line } from '../../words/line.ts'
import { bodyOf } from '../components/body.ts'
import { useModel } from '../components/frames.ts'
import type { Layout } from '../components/layout.ts'
import { PaneLines, wall } from '../components/pane-lines.tsx'
import { DetailPane } from './detail-pane.tsx'

const footLines = (state: State): readonly Line[] => bodyOf(state).foot

/** The questions at the left, the one in view at the right. */
export function StepsPanes({ layout: { columns, body } }: { layout: Layout }) {
	const { list, detail, foot } = useModel(bodyOf)
	// One column has room for the step alone; it says its number, and the keys go from one to the next.
	if (list.width === 0) return <DetailPane pane={detail} />
	return (
		<Box width={columns} height={body} overflowY="hidden">
			<PaneLines select={stepsList} width={list.width} height={body} />
			<PaneLines select={wall} width={1} height={body} />
			<Box flexDirection="column" width={columns - list.width - 1} height={body} flexShrink={0}>
				<DetailPane pane={detail} />
				<PaneLines select={footLines} width={columns - list.width - 1} height={foot.length} />
			</Box>
		</Box>
	)
}
