import { Box } from 'ink'
import { filterRule, rule } from '../../app/frame/footer.ts'
import type { ScreenId, State } from '../../app/state/state.ts'
import { glyphsOf } from '../../words/glyphs.ts'
import type { Grid } from '../../words/grid.ts'
import type { Line } from '../../words/line.ts'
import { useModel } from '../components/frames.ts'
import { type Layout, splitOf } from '../components/layout.ts'
import { PaneLines } from '../components/pane-lines.tsx'
import { PaneTable } from '../components/pane-table.tsx'

/** A screen of a top part, a list, and the explanation of the selected row. All functions are fixed ones. */
export type Parts = {
	readonly screen: ScreenId
	/** Lines on top; as many as there are, where there is room. */
	readonly top?: (state: State, width: number) => readonly Line[]
	readonly list: (state: State, rows: number, head: boolean) => Grid
	readonly detail: (state: State, width: number, height: number) => readonly Line[]
	/** What stands on the rule below the list. */
	readonly note?: (state: State) => string
}

const NO_LINES: readonly Line[] = []
const RULE = (state: State, width: number): readonly Line[] => [rule(width, glyphsOf(state.modes))]

export function StackedScreen({ parts, layout }: { parts: Parts; layout: Layout }) {
	const { columns } = layout
	const top = useModel((state) => parts.top?.(state, columns) ?? NO_LINES)
	const opened = useModel((state) => state.panes[parts.screen].detail)
	const split = splitOf(parts.screen, layout, top.length, opened)
	const rows = useModel((state) => parts.list(state, 1, false).rows.length)
	// An empty list says why it is empty, in its own place.
	const emptyHeight = rows === 0 ? split.list + split.lowerRule + split.detail : 0
	return (
		<Box flexDirection="column" width={columns} height={layout.body} overflowY="hidden">
			{split.top > 0 && (
				<PaneLines select={parts.top ?? (() => NO_LINES)} width={columns} height={split.top} />
			)}
			<PaneLines select={RULE} width={columns} height={split.rule} />
			{rows === 0 ? (
				<PaneLines select={parts.detail} width={columns} height={emptyHeight} />
			) : (
				<>
					<PaneTable select={parts.list} width={columns} height={split.list} head={split.head} />
					<PaneLines select={noteRule(parts)} width={columns} height={split.lowerRule} />
					<PaneLines select={parts.detail} width={columns} height={split.detail} />
				</>
			)}
		</Box>
	)
}

const rules = new WeakMap<Parts, (state: State, width: number) => readonly Line[]>()

/** One function for each screen, so that it keeps its identity. */
function noteRule(parts: Parts): (state: State, width: number) => readonly Line[] {
	const known = rules.get(parts)
	if (known !== undefined) return known
	const made = (state: State, width: number) => [filterRule(state, width, parts.note?.(state) ?? '')]
	rules.set(parts, made)
	return made
}
