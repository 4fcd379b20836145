// A frame as SVG: small, complete in itself, with the fonts of whoever looks at it.
import type { Look, Run } from './cells.ts'

/** Pixels. A glyph of a monospace font is 0.6 of its size wide. */
const CELL = { width: 8, height: 17 }
const FONT = 13.3
const PAD = 12
/** From the top of a row to the line on which its letters stand. */
const BASE = 13

/** A dark terminal of its own, which stands on a light page as on a dark one. */
const GROUND = '#16191f'
const TEXT = '#d6d9df'
/** Colours 1 to 6 of a terminal, 3 and more of contrast to 1 on that ground; the program uses no other ones. */
const COLORS: Readonly<Record<number, string>> = {
	1: '#ff6b6b',
	2: '#7fd88f',
	3: '#f2c55c',
	4: '#7aa8ff',
	5: '#d79bff',
	6: '#5ed3e6',
}
const DIM = '#8b919c'

const colorOf = ({ color, dim }: Look) => COLORS[color ?? 0] ?? (dim ? DIM : TEXT)

/** What XML does not allow anywhere, written as an entity or not, is shown as the sign for it. */
const xmlText = (text: string): string =>
	text
		.toWellFormed()
		// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones that are meant
		.replaceAll(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, '\ufffd')
		.replaceAll('&', '&amp;')
		.replaceAll('<', '&lt;')
		.replaceAll('>', '&gt;')
		.replaceAll('"', '&quot;')

/** `title` is read out by a screen reader. `rows`: as `runsOf` makes them. */
export function svgOf(rows: readonly (readonly Run[])[], columns: number, title: string): string {
	const width = columns * CELL.width + 2 * PAD
	const height = rows.length * CELL.height + 2 * PAD
	const looks = new Map<string, string>()
	const classOf = (look: Look): string => {
		const style = `fill:${look.inverse ? GROUND : colorOf(look)}${look.bold ? ';font-weight:bold' : ''}`
		const name = looks.get(style) ?? `c${looks.size}`
		looks.set(style, name)
		return name
	}
	const body = rows.flatMap((runs, row) => runs.flatMap((run) => drawn(run, row, classOf(run.look))))
	const styles = [...looks].map(([style, name]) => `.${name}{${style}}`)
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
		`<title>${xmlText(title)}</title>`,
		`<style>text{font:${FONT}px monospace;white-space:pre}${styles.join('')}</style>`,
		`<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="7" fill="${GROUND}" stroke="#4a505c"/>`,
		...body,
		'</svg>',
		'',
	].join('\n')
}

function drawn({ text, column, width, look }: Run, row: number, style: string): readonly string[] {
	const x = PAD + column * CELL.width
	const top = PAD + row * CELL.height
	const wide = width * CELL.width
	const ground = look.inverse
		? [`<rect x="${x}" y="${top}" width="${wide}" height="${CELL.height}" fill="${colorOf(look)}"/>`]
		: []
	if (text.trim() === '') return ground
	return [
		...ground,
		`<text class="${style}" x="${x}" y="${top + BASE}" textLength="${wide}" lengthAdjust="spacingAndGlyphs" xml:space="preserve">${xmlText(text)}</text>`,
	]
}
