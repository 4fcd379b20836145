import { Box, Text } from 'ink'
import { memo, useContext } from 'react'
import type { State } from '../../app/state/state.ts'
import { glyphsOf } from '../../words/glyphs.ts'
import { cutLine, type Line, type Span } from '../../words/line.ts'
import { useModel } from './frames.ts'
import { ThemeContext } from './theme.ts'

const SpanText = memo(function SpanText({ span }: { span: Span }) {
	const theme = useContext(ThemeContext)
	return <Text {...theme[span.tone]}>{span.text}</Text>
})

/** One line. It was made to fit; `truncate` is for the moment between a resize and the next frame. */
const LineText = memo(function LineText({ line }: { line: Line }) {
	const theme = useContext(ThemeContext)
	const [first, second] = line
	// One text instead of two nested ones: Ink measures what it draws, and that is most of what a frame costs.
	if (first !== undefined && second === undefined)
		return (
			<Text wrap="truncate" {...theme[first.tone]}>
				{first.text}
			</Text>
		)
	return (
		<Text wrap="truncate">
			{line.length === 0 ? ' ' : line.map((span, index) => <SpanText key={String(index)} span={span} />)}
		</Text>
	)
})

/** Lines in a box of exactly `width` by `height`: what is too much is not drawn. */
const Lines = memo(function Lines(props: { lines: readonly Line[]; width: number; height: number }) {
	const { lines, width, height } = props
	return (
		<Box flexDirection="column" width={width} height={height} overflowY="hidden" flexShrink={0}>
			{lines.slice(0, height).map((line, index) => (
				<LineText key={String(index)} line={line} />
			))}
		</Box>
	)
})

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
