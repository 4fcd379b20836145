import { Box } from 'ink'
import { filterRule } from '../../app/frame/footer.ts'
import type { Screen } from '../../app/screens/parts/screen.ts'
import type { State } from '../../app/state/state.ts'
import type { Line } from '../../words/line.ts'
import { useModel } from '../components/frames.ts'
import { type Layout, splitOf } from '../components/layout.ts'
import { PaneLines, plainRule } from '../components/pane-lines.tsx'
import { PaneTable } from '../components/pane-table.tsx'

const NO_LINES: readonly Line[] = []

/** The top part of a screen, its list, and the explanation of the selected row. */
export function StackedScreen({ screen, layout }: { screen: Screen; layout: Layout }) {
	const { columns } = layout
	const top = useModel((state) => screen.top?.(state, columns) ?? NO_LINES)
	const opened = useModel((state) => state.panes[screen.id].detail)
	const split = splitOf(screen.id, layout, top.length, opened)
	const rows = useModel((state) => screen.grid(state, 1, false).rows.length)
	// An empty list says why it is empty, in its own place.
	const emptyHeight = rows === 0 ? split.list + split.lowerRule + split.detail : 0
	return (
		<Box flexDirection="column" width={columns} height={layout.body} overflowY="hidden">
			{split.top > 0 && (
				<PaneLines select={screen.top ?? (() => NO_LINES)} width={columns} height={split.top} />
			)}
			<PaneLines select={plainRule} width={columns} height={split.rule} />
			{rows === 0 ? (
				<PaneLines select={screen.detail} width={columns} height={emptyHeight} />
			) : (
				<>
					<PaneTable select={screen.grid} width={columns} height={split.list} head={split.head} />
					<PaneLines select={noteRule(screen)} width={columns} height={split.lowerRule} />
					<PaneLines select={screen.detail} width={columns} height={split.detail} />
				</>
			)}
		</Box>
	)
}

const rules = new WeakMap<Screen, (state: State, width: number) => readonly Line[]>()

/** One function for each screen, so that it keeps its identity. */
function noteRule(screen: Screen): (state: State, width: number) => readonly Line[] {
	const known = rules.get(screen)
	if (known !== undefined) return known
	const made = (state: State, width: number) => [filterRule(state, width, screen.note?.(state) ?? '')]
	rules.set(screen, made)
	return made
}
