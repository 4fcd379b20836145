import { Box } from 'ink'
import type { State } from '../../app/state/state.ts'
import { EMPTY, type Line } from '../../words/line.ts'
import type { TextPane } from '../components/body.ts'
import { PaneLines } from '../components/pane-lines.tsx'
import { detailPart } from '../components/place.ts'

const first = (state: State): readonly Line[] => detailPart(state, 0)
const second = (state: State): readonly Line[] => detailPart(state, 1)
const gap = (): readonly Line[] => [EMPTY]

/** The details, in as many columns of text as show most of them. */
export function DetailPane({ pane: { width, height, parts } }: { pane: TextPane }) {
	if (parts < 2) return <PaneLines select={first} width={width} height={height} />
	return (
		<Box width={width * 2 + 3} height={height} flexShrink={0}>
			<PaneLines select={first} width={width} height={height} />
			<PaneLines select={gap} width={3} height={height} />
			<PaneLines select={second} width={width} height={height} />
		</Box>
	)
}
