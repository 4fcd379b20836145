import { render } from 'ink'
import { createElement } from 'react'
import { App, type AppProps } from '../app.tsx'

/** Ink's own limit, which holds a frame back twice (when it is made, and when it is written): it must not be felt beside ours. */
const INK_FRAMES_PER_SECOND = 60

export type DrawingOptions = AppProps & {
	readonly stdin: NodeJS.ReadStream
	readonly stdout: NodeJS.WriteStream
	readonly alternateScreen: boolean
	/** An error while drawing. */
	readonly onFailed: (error: unknown) => void
}

/** What Ink draws, and takes away again. */
export type Drawing = {
	/** Forgets what is on the screen. */
	clear(): void
	/** Draws again in the present size. */
	redraw(): void
	/** Gives the terminal back. */
	end(): void
}

/** Begins to draw: Ink enters the alternate screen and writes the first frame before this returns. */
export function draw(options: DrawingOptions): Drawing {
	const { stdin, stdout, alternateScreen, frames, onReady, onFailed } = options
	const tree = createElement(App, { frames, onReady })
	const instance = render(tree, {
		stdin,
		stdout,
		alternateScreen,
		exitOnCtrlC: false,
		incrementalRendering: true,
		maxFps: INK_FRAMES_PER_SECOND,
		patchConsole: false,
		interactive: true,
	})
	instance.waitUntilExit().catch(onFailed)
	return {
		clear: () => instance.clear(),
		redraw: () => instance.rerender(tree),
		end: () => instance.unmount(),
	}
}
