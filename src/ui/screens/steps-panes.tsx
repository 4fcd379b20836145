import { Box } from 'ink'
import { STEPS_LIST, stepDetail, stepsList } from '../../app/screens/steps/detail.ts'
import type { Layout } from '../components/layout.ts'
import { PaneLines, wall } from '../components/pane-lines.tsx'

/** The questions at the left, the one in view at the right. */
export function StepsPanes({ layout: { columns, body, form } }: { layout: Layout }) {
	// One column has room for the step alone; it says its number, and the keys go from one to the next.
	if (form === 'column') return <PaneLines select={stepDetail} width={columns} height={body} />
	return (
		<Box width={columns} height={body} overflowY="hidden">
			<PaneLines select={stepsList} width={STEPS_LIST} height={body} />
			<PaneLines select={wall} width={1} height={body} />
			<PaneLines select={stepDetail} width={columns - STEPS_LIST - 1} height={body} />
		</Box>
	)
}
