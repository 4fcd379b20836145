import { Box } from 'ink'
import { stepsList } from '../../app/screens/steps/detail.ts'
import { wall } from '../components/bars.ts'
import { bodyOf } from '../components/body.ts'
import { useModel } from '../components/frames.ts'
import type { Layout } from '../components/layout.ts'
import { PaneLines } from '../components/pane-lines.tsx'
import { DetailPane } from './detail-pane.tsx'

/** The questions at the left, the one in view at the right. */
export function StepsPanes({ layout: { columns, body } }: { layout: Layout }) {
	const { list, detail } = useModel(bodyOf)
	// One column has room for the step alone; it says its number, and keys go from one to the next.
	if (list.width === 0) return <DetailPane pane={detail} />
	return (
		<Box width={columns} height={body} overflowY="hidden">
			<PaneLines select={stepsList} width={list.width} height={body} />
			<PaneLines select={wall} width={1} height={body} />
			<DetailPane pane={detail} />
		</Box>
	)
}
