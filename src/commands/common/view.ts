import { createTty } from '../../host/tools/tty.ts'
import type { Recorder } from '../../ports/recorder.ts'
import type { TerminalOptions, TerminalStreams } from '../../ui/terminal/terminal.ts'
import type { TuiOptions } from './options.ts'

/** Few sessions are recorded, and compression takes its time to load. */
export async function recordingFor({ record, force }: TuiOptions) {
	return record === undefined ? undefined : (await import('./recording.ts')).startRecording(record, force)
}

/** Few sessions write a file. */
export const lazyRecorder: Pick<Recorder, 'save' | 'saveText'> = {
	save: async (path, packets) =>
		(await import('../../host/files/capture-file.ts')).createRecorder().save(path, packets),
	saveText: async (path, text) =>
		(await import('../../host/files/capture-file.ts')).createRecorder().saveText(path, text),
}

/** The terminal that the program was started on, for a full screen. */
export function theTerminal(): TerminalStreams & Pick<TerminalOptions, 'load'> {
	const { TERM, TMUX } = process.env
	return {
		stdin: process.stdin,
		stdout: process.stdout,
		tty: createTty(),
		env: { ...(TERM === undefined ? {} : { TERM }), ...(TMUX === undefined ? {} : { TMUX }) },
		load: loadView,
	}
}

/**
 * What Ink, React and chalk are to be is decided by the environment at the moment they are loaded: React's development
 * build draws at a third of the speed, and chalk without colour also takes away bold and reverse, which are all that
 * the screen without colours has. Our children get an environment of their own.
 */
async function loadView() {
	const { env } = process
	const { NODE_ENV, FORCE_COLOR } = env
	env.NODE_ENV = 'production'
	env.FORCE_COLOR = '1'
	try {
		return await import('../../ui/terminal/drawing.ts')
	} finally {
		putBack('NODE_ENV', NODE_ENV)
		putBack('FORCE_COLOR', FORCE_COLOR)
	}
}

function putBack(name: string, value: string | undefined): void {
	if (value === undefined) delete process.env[name]
	else process.env[name] = value
}

type Env = Readonly<Record<string, string | undefined>>

const isSet = (value: string | undefined): value is string => value !== undefined && value !== ''

/**
 * Whether to draw with colours, by what other programs go by. `asked` is false for --no-color, which nothing overrides;
 * then FORCE_COLOR as Node takes it (0 and false are no), NO_COLOR (https://no-color.org), CLICOLOR_FORCE and CLICOLOR
 * (https://bixense.com/clicolors), and terminals that have none.
 */
export function wantsColor(asked: boolean, env: Env): boolean {
	const { FORCE_COLOR, NO_COLOR, CLICOLOR_FORCE, CLICOLOR, TERM } = env
	if (!asked) return false
	if (isSet(FORCE_COLOR)) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false'
	if (isSet(NO_COLOR)) return false
	if (isSet(CLICOLOR_FORCE) && CLICOLOR_FORCE !== '0') return true
	return CLICOLOR !== '0' && TERM !== 'dumb'
}

/** Lines of text instead of a screen: asked for, or because the terminal can do no more. */
export const wantsPlain = ({ CTSCOPE_PLAIN, TERM }: Env): boolean =>
	(isSet(CTSCOPE_PLAIN) && CTSCOPE_PLAIN !== '0') || TERM === 'dumb'

/** A locale that names a character set other than UTF-8; without any locale UTF-8 is taken for granted. */
export function localeIsAscii({ LC_ALL, LC_CTYPE, LANG }: Env): boolean {
	const locale = LC_ALL || LC_CTYPE || LANG || ''
	return locale !== '' && !/utf-?8/i.test(locale)
}

export const hasTerminal = () => process.stdin.isTTY === true && process.stdout.isTTY === true

/** How a screen is to be drawn, by its options and the environment. */
export const viewOf = (given: {
	readonly ascii?: true
	readonly mouse?: true
	readonly color: boolean
	readonly alt: boolean
}) => ({
	ascii: given.ascii === true || localeIsAscii(process.env),
	color: wantsColor(given.color, process.env),
	alternateScreen: given.alt,
	mouse: given.mouse === true,
})
