import { memo } from 'react'
import { rule } from '../../app/frame/footer.ts'
import type { State } from '../../app/state/state.ts'
import { glyphsOf } from '../../words/glyphs.ts'
import { cutLine, type Line, span } from '../../words/line.ts'
import { useModel } from './frames.ts'
import { Lines } from './lines.tsx'

type Select = (state: State, width: number, height: number) => readonly Line[]

/** Lines over the store in exactly `width` by `height`. `select` must be the same function each time. */
export const PaneLines = memo(function PaneLines(props: { select: Select; width: number; height: number }) {
	const { select, width, height } = props
	const lines = useModel((state) => {
		const { ellipsis } = glyphsOf(state.modes)
		return height > 0 ? select(state, width, height).map((line) => cutLine(line, width, ellipsis)) : []
	})
	return height > 0 ? <Lines lines={lines} width={width} height={height} /> : null
})

export const plainRule = (state: State, width: number): readonly Line[] => [
	rule(width, glyphsOf(state.modes)),
]

/** Between two panes side by side. */
export const wall = (state: State, _width: number, height: number): readonly Line[] =>
	Array.from({ length: height }, () => [span(glyphsOf(state.modes).wall, 'dim')])
