import type { State } from '../../app/state/state.ts'
import type { Line, Tone } from '../../words/line.ts'
import { ONE_CELL, STYLES } from '../../words/width.ts'
import { type Look, type Theme, themeOf } from '../components/look.ts'
import { wholeFrame } from '../screens/whole.ts'

/** Around each frame, for terminals that then show all of it at once. */
export const TOGETHER = ['\x1b[?2026h', '\x1b[?2026l'] as const

const CODES = { green: 32, yellow: 33, red: 31, cyan: 36, magenta: 35 } as const
const PLAIN = '\x1b[0m'
const ERASE_THE_REST = '\x1b[K'

/**
 * Rows of a frame over those that are there, from the first row on: no row of plain text is blank in between. `rows` may
 * hold styles and nothing else that a terminal obeys. Rows that are `shown` already are left as they are; the cursor is in
 * the last row that was not.
 */
export const painted = (rows: readonly string[], columns: number, shown: readonly string[] = []): string =>
	rows.map((row, at) => (row === shown[at] ? '' : `\x1b[${at + 1};1H${over(row, columns)}`)).join('')

function over(row: string, columns: number): string {
	const bare = row.replaceAll(STYLES, '')
	// Terminals do not agree on how wide an emoji is, so nobody knows what it leaves over.
	if (!ONE_CELL.test(bare)) return ERASE_THE_REST + row
	// Behind the last cell this would erase that cell.
	return bare.length < columns ? row + ERASE_THE_REST : row
}

/** All rows of the screen, with their styles. */
export function rowsOf(state: State): readonly string[] {
	const theme = themeOf(state.modes)
	return wholeFrame(state).map((line) => styled(line, theme))
}

function styled(line: Line, theme: Theme): string {
	let text = ''
	for (const span of line) {
		const codes = codesOf(theme, span.tone)
		text += codes === '' ? span.text : `\x1b[${codes}m${span.text}${PLAIN}`
	}
	return text
}

const codesOf = (theme: Theme, tone: Tone): string => codes(theme[tone]).join(';')

function codes({ color, bold, dimColor, inverse }: Look): readonly number[] {
	return [
		...(bold ? [1] : []),
		...(dimColor ? [2] : []),
		...(inverse ? [7] : []),
		...(color === undefined ? [] : [CODES[color]]),
	]
}
