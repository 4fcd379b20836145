import { Box, useApp } from 'ink'
import { useEffect, useMemo } from 'react'
import { dialogLines } from '../app/dialogs/dialog.ts'
import { bannerLine, bannerRule } from '../app/frame/banner.ts'
import { changeBar } from '../app/frame/change-bar.ts'
import { filterNote, footerLines, noticeRule } from '../app/frame/footer.ts'
import { headerLine, tabsLine } from '../app/frame/header.ts'
import { screenOf } from '../app/screens/screens.ts'
import type { State } from '../app/state/state.ts'
import type { Line } from '../words/line.ts'
import { type Frames, FramesContext, useModel } from './components/frames.ts'
import { type Layout, layoutFor } from './components/layout.ts'
import { PaneLines } from './components/pane-lines.tsx'
import { columnEdge, lowerEdge } from './components/place.ts'
import { ThemeContext, themeOf } from './components/theme.ts'
import { StackedScreen } from './screens/stacked-screen.tsx'
import { StepsPanes } from './screens/steps-panes.tsx'
import { WatchPanes } from './screens/watch-panes.tsx'

export type AppProps = {
	readonly frames: Frames
	/** Hands out what only a component gets of Ink: the way to leave the screen for a while. */
	readonly onReady: (suspend: ReturnType<typeof useApp>['suspendTerminal']) => void
}

export function App({ frames, onReady }: AppProps) {
	return (
		<FramesContext value={frames}>
			<Ready onReady={onReady} />
			<Screen />
		</FramesContext>
	)
}

/** Draws nothing. */
function Ready({ onReady }: Pick<AppProps, 'onReady'>) {
	const { suspendTerminal } = useApp()
	useEffect(() => onReady(suspendTerminal), [onReady, suspendTerminal])
	return null
}

const header = (state: State, width: number): readonly Line[] => [headerLine(state, width)]
/** Where there is no rule that can carry it, the banner takes the place of the header. */
const bannerOrHeader = (state: State, width: number): readonly Line[] => [
	bannerLine(state, width) ?? headerLine(state, width),
]
const banner = (state: State, width: number): readonly Line[] => [bannerRule(state, width)]
const tabs = (state: State, width: number): readonly Line[] => [tabsLine(state, width)]
const bar = (state: State, width: number): readonly Line[] => [changeBar(state, width)]
const footer = (state: State, width: number, height: number): readonly Line[] =>
	footerLines(state, width, height)
/** In one column there is no other rule for the filter. */
const columnRule = (state: State, width: number, height: number): readonly Line[] =>
	noticeRule(state, width, { text: filterNote(state), most: height })

/** All that is drawn. */
export function Screen() {
	const color = useModel((state) => state.modes.color)
	const layout = useModel(layoutFor)
	const theme = useMemo(() => themeOf({ color }), [color])
	const { columns, rows, form } = layout
	const column = form === 'column'
	const isBare = layout.lowerRule === 0
	return (
		<ThemeContext value={theme}>
			<Box flexDirection="column" width={columns} height={rows} overflowY="hidden">
				{rows >= 2 && <PaneLines select={isBare ? bannerOrHeader : header} width={columns} height={1} />}
				{column && <PaneLines select={bar} width={columns} height={1} />}
				<PaneLines select={tabs} width={columns} height={layout.tabs} />
				<PaneLines select={column ? columnRule : banner} width={columns} height={layout.upperRule} />
				<Body layout={layout} />
				<PaneLines select={column ? columnEdge : lowerEdge} width={columns} height={layout.lowerRule} />
				{!column && <PaneLines select={bar} width={columns} height={1} />}
				<PaneLines select={footer} width={columns} height={layout.footer} />
			</Box>
		</ThemeContext>
	)
}

function Body({ layout }: { layout: Layout }) {
	const asks = useModel((state) => state.dialog !== undefined)
	const screen = useModel((state) => state.screen)
	if (asks) return <PaneLines select={dialogLines} width={layout.columns} height={layout.body} />
	if (screen === 'watch' && layout.form === 'wide') return <WatchPanes layout={layout} />
	if (screen === 'steps') return <StepsPanes layout={layout} />
	return <StackedScreen key={screen} screen={screenOf(screen)} layout={layout} />
}
