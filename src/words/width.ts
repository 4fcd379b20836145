import stringWidth, { type Options } from 'string-width'

/** Characters that take one cell in every terminal: ASCII, and those that we draw ourselves. */
export const ONE_CELL = /^[\x20-\x7e─│┌┐└┘┴▁-█▉-▏▸▲▼●→…]*$/
const ESC = '\x1b'
/** Colour, bold and the like. */
export const STYLES = new RegExp(`${ESC}\\[[\\d;]*m`, 'g')

/**
 * Cells that the text takes on a terminal, as string-width counts them. The first text that string-width looks at
 * closely costs 30 ms, in which it compiles what it knows of emoji; nearly none of ours need that, in colour or not.
 * The bundle gives this to Ink too.
 */
export function width(text: string, options?: Options): number {
	if (options !== undefined) return stringWidth(text, options)
	const bare = text.includes(ESC) ? text.replace(STYLES, '') : text
	return ONE_CELL.test(bare) ? bare.length : stringWidth(text)
}
