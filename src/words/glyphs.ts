/** The characters that we draw ourselves. In ASCII mode nothing outside of 7 bits is drawn. */
export type Glyphs = {
	readonly rule: string
	readonly wall: string
	/** Where a wall meets the rule below it. */
	readonly foot: string
	readonly corners: readonly [topLeft: string, topRight: string, bottomLeft: string, bottomRight: string]
	readonly mark: string
	/** Beside a row that was marked. */
	readonly marked: string
	/** Beside the title of the column that a table is sorted by: from low to high, from high to low. */
	readonly rising: string
	readonly falling: string
	readonly arrow: string
	readonly ellipsis: string
	readonly dash: string
	/** From empty to full, for a cell of a bar. */
	readonly eighths: readonly string[]
	/** From low to high, for a cell of a graph. */
	readonly levels: readonly string[]
	readonly cursor: string
	/** Of a gauge: a part that is reached, and one that is not. */
	readonly gauge: readonly [reached: string, open: string]
}

const UNICODE: Glyphs = {
	rule: '─',
	wall: '│',
	foot: '┴',
	corners: ['┌', '┐', '└', '┘'],
	mark: '▸',
	marked: '●',
	rising: '▲',
	falling: '▼',
	arrow: '→',
	ellipsis: '…',
	dash: '─',
	eighths: [' ', '▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'],
	levels: ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'],
	cursor: '█',
	gauge: ['●', '○'],
}

const ASCII: Glyphs = {
	rule: '-',
	wall: '|',
	foot: '+',
	corners: ['+', '+', '+', '+'],
	mark: '>',
	marked: '*',
	rising: ' ^',
	falling: ' v',
	arrow: '->',
	ellipsis: '~',
	dash: '-',
	eighths: [' ', '#'],
	levels: ['_', '.', ':', '-', '=', '+', '*', '#'],
	cursor: '_',
	gauge: ['#', '-'],
}

export const glyphsOf = (modes: { readonly ascii: boolean }): Glyphs => (modes.ascii ? ASCII : UNICODE)

/** `width` cells of which `share` (0 to 1) are full. A share that is not 0 shows at least a trace. */
export function bar(share: number, width: number, { eighths }: Glyphs): string {
	const steps = eighths.length - 1
	const whole = Math.min(1, Math.max(0, Number.isFinite(share) ? share : 0))
	const filled = Math.max(whole > 0 && steps > 1 ? 1 : 0, Math.round(whole * width * steps))
	const full = Math.floor(filled / steps)
	const rest = eighths[filled % steps] ?? ''
	return `${(eighths[steps] ?? '').repeat(full)}${filled % steps > 0 ? rest : ''}`
}

/**
 * A graph of one line: the newest `seconds` values in `cells` cells, each the mean of its part, scaled to the
 * highest, or to `scale` where that is higher. Seconds that are not there yet are blank.
 */
export function sparkline(
	values: readonly number[],
	seconds: number,
	cells: number,
	{ levels }: Glyphs,
	scale = 0,
): string {
	if (cells < 1) return ''
	const recent = values.slice(-seconds)
	const missing = seconds - recent.length
	const means: (number | undefined)[] = []
	for (let cell = 0; cell < cells; cell++) {
		const from = Math.floor((cell * seconds) / cells) - missing
		const until = Math.max(from + 1, Math.floor(((cell + 1) * seconds) / cells) - missing)
		const part = until <= 0 ? [] : recent.slice(Math.max(0, from), until)
		means.push(part.length === 0 ? undefined : part.reduce((sum, value) => sum + value, 0) / part.length)
	}
	const top = Math.max(scale, ...means.map((mean) => mean ?? 0))
	return means
		.map((mean) => {
			if (mean === undefined) return ' '
			const level = top > 0 ? Math.ceil((mean / top) * (levels.length - 1)) : 0
			return levels[level] ?? ''
		})
		.join('')
}
