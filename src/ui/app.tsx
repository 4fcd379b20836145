import { Box, useApp } from 'ink'
import { useEffect, useMemo } from 'react'
import { dialogLines } from '../app/dialogs/dialog.ts'
import { screenOf } from '../app/screens/screens.ts'
import { banner, bannerOrHeader, bar, columnRule, footer, header, tabs } from './components/bars.ts'
import { FramesContext, useModel } from './components/frames.ts'
import { type Layout, layoutFor } from './components/layout.ts'
import { themeOf } from './components/look.ts'
import type { Frames } from './components/pace.ts'
import { PaneLines } from './components/pane-lines.tsx'
import { columnEdge, lowerEdge } from './components/place.ts'
import { ThemeContext } from './components/theme.ts'
import { StackedScreen } from './screens/stacked-screen.tsx'
import { StepsPanes } from './screens/steps-panes.tsx'
import { WatchPanes } from './screens/watch-panes.tsx'

export type AppProps = {
	readonly frames: Pick<Frames, 'getState' | 'subscribe'>
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
