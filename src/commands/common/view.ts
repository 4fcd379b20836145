import { createTty } from '../../host/tools/tty.ts'
import type { createTerminal, TerminalOptions } from '../../ui/terminal/terminal.ts'

/** The terminal that the program was started on, for a full screen. */
export async function terminalFor(
	options: Pick<TerminalOptions, 'alternateScreen' | 'close' | 'failed'>,
): Promise<ReturnType<typeof createTerminal>> {
	const view = await loadView()
	const { TERM, TMUX } = process.env
	return view.createTerminal({
		stdin: process.stdin,
		stdout: process.stdout,
		tty: createTty(),
		env: { ...(TERM === undefined ? {} : { TERM }), ...(TMUX === undefined ? {} : { TMUX }) },
		...options,
	})
}

/**
 * What Ink, React and chalk are to be is decided by the environment at the moment they are loaded: React's development
 * build draws at a third of the speed, and chalk without colour also takes away bold and reverse, which are all that
 * the screen without colours has. The environment of our children stays as it was.
 */
async function loadView() {
	const { env } = process
	const { NODE_ENV, FORCE_COLOR } = env
	env.NODE_ENV = 'production'
	env.FORCE_COLOR = '1'
	try {
		return await import('../../ui/terminal/terminal.ts')
	} finally {
		putBack('NODE_ENV', NODE_ENV)
		putBack('FORCE_COLOR', FORCE_COLOR)
	}
}

function putBack(name: string, value: string | undefined): void {
	if (value === undefined) delete process.env[name]
	else process.env[name] = value
}
