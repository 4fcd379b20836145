import type { CopyWay } from '../../app/state/terminal-port.ts'

/**
 * OSC 52 asks the terminal, at the far end of every SSH connection, to take text into its clipboard. There is no
 * answer. xterm takes 100 000 characters of base64, which is 74 994 bytes of text with whole groups of three.
 */
export const COPY_LIMIT = 74_994

/** The longest device control string that GNU screen passes on. */
const SCREEN_PIECE = 700

/** Consoles and old terminals print an operating system command as text, or wait for its end. */
export const hasNoStrings = (term: string | undefined): boolean => /^(linux|dumb|vt)/.test(term ?? '')

export type Clip = {
	/** What is to be written to the terminal. */
	readonly sequence: string
	/** Bytes of the text that are in it. */
	readonly bytes: number
	/** What passes it on; `screen` may be tmux as well. */
	readonly through: CopyWay
}

/**
 * The sequence for `text`. Inside tmux and screen it is wrapped so that the outer terminal gets it; tmux may also be
 * set to understand it itself, so it gets both.
 */
export function clipOf(text: string, env: { readonly TERM?: string; readonly TMUX?: string }): Clip {
	if (hasNoStrings(env.TERM)) return { sequence: '', bytes: 0, through: 'none' }
	const bytes = headOf(Buffer.from(text), COPY_LIMIT)
	const osc = `\x1b]52;c;${bytes.toString('base64')}\x07`
	const term = env.TERM ?? ''
	if (env.TMUX !== undefined || term.startsWith('tmux'))
		return { sequence: osc + forTmux(osc), bytes: bytes.length, through: 'tmux' }
	// Without TMUX in the environment (sudo takes it away) a TERM of screen may be either of the two.
	if (term.startsWith('screen'))
		return { sequence: osc + forScreen(osc), bytes: bytes.length, through: 'screen' }
	return { sequence: osc, bytes: bytes.length, through: 'terminal' }
}

const forTmux = (sequence: string): string => `\x1bPtmux;${sequence.replaceAll('\x1b', '\x1b\x1b')}\x1b\\`

function forScreen(sequence: string): string {
	const pieces: string[] = []
	for (let at = 0; at < sequence.length; at += SCREEN_PIECE)
		pieces.push(`\x1bP${sequence.slice(at, at + SCREEN_PIECE)}\x1b\\`)
	return pieces.join('')
}

/** At most `limit` bytes, not ending inside a character of UTF-8. */
function headOf(bytes: Buffer, limit: number): Buffer {
	if (bytes.length <= limit) return bytes
	let end = limit
	while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--
	return bytes.subarray(0, end)
}
