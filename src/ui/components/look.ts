import type { Tone } from '../../words/line.ts'

/** As a terminal draws it; the names are those of Ink. */
export type Look = {
	readonly color?: 'green' | 'yellow' | 'red' | 'cyan' | 'magenta'
	readonly bold?: true
	readonly dimColor?: true
	readonly inverse?: true
}
export type Theme = Readonly<Record<Tone, Look>>

/** The terminal's own 16 colours, so that it fits the reader's background. */
const COLORS: Theme = {
	plain: {},
	dim: { dimColor: true },
	strong: { bold: true },
	good: { color: 'green' },
	attention: { color: 'yellow' },
	bad: { color: 'red' },
	verdict: { color: 'yellow', bold: true },
	key: { color: 'cyan' },
	selected: { color: 'magenta', bold: true },
	alarm: { color: 'red', inverse: true, bold: true },
}

/** Without colour (NO_COLOR, --no-color): weight and reverse only. */
const MONO: Theme = {
	plain: {},
	dim: {},
	strong: { bold: true },
	good: {},
	attention: { bold: true },
	bad: { bold: true },
	verdict: { bold: true },
	key: { bold: true },
	selected: { bold: true },
	alarm: { inverse: true, bold: true },
}

export const themeOf = ({ color }: { readonly color: boolean }): Theme => (color ? COLORS : MONO)
