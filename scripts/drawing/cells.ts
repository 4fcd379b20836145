// What a terminal makes of a frame: an emulator gets the text that Ink has drawn, and is asked for each cell.
import headless from '@xterm/headless'

/** As the terminal names its own colours, 0 to 7; undefined for that of the text. */
export type Look = {
	readonly color: number | undefined
	readonly bold: boolean
	readonly dim: boolean
	readonly inverse: boolean
}

/** Text of one look without gaps. Column and width count cells. */
export type Run = {
	readonly text: string
	readonly column: number
	readonly width: number
	readonly look: Look
}

type Size = { readonly columns: number; readonly rows: number }

const isSame = (a: Look, b: Look) =>
	a.color === b.color && a.bold === b.bold && a.dim === b.dim && a.inverse === b.inverse

/**
 * The runs of each row. A run ends where the look changes and before two blanks, so that whoever draws it may place each
 * where it stands and need not trust that all fonts are as wide; blanks of an inverse run are kept.
 */
export async function runsOf(lines: readonly string[], { columns, rows }: Size): Promise<readonly Run[][]> {
	const terminal = new headless.Terminal({ cols: columns, rows, allowProposedApi: true, convertEol: true })
	await new Promise<void>((resolve) => terminal.write(lines.slice(0, rows).join('\n'), resolve))
	const { active } = terminal.buffer
	const found = Array.from({ length: rows }, (_, row) => {
		const line = active.getLine(row)
		const cells = Array.from({ length: columns }, (_none, column) => line?.getCell(column))
		return runsIn(
			cells.flatMap((cell, column) =>
				cell === undefined || cell.getWidth() === 0
					? []
					: [
							{
								text: cell.getChars() || ' ',
								column,
								width: cell.getWidth(),
								look: {
									color: cell.isFgPalette() ? cell.getFgColor() : undefined,
									bold: cell.isBold() !== 0,
									dim: cell.isDim() !== 0,
									inverse: cell.isInverse() !== 0,
								},
							},
						],
			),
		)
	})
	terminal.dispose()
	return found
}

/** `cells`: one run for each cell of a row. */
function runsIn(cells: readonly Run[]): Run[] {
	const runs: Run[] = []
	let last: Run | undefined
	for (const [index, cell] of cells.entries()) {
		const isBlank = cell.text === ' ' && !cell.look.inverse
		const isGap =
			isBlank && (last === undefined || cells[index + 1]?.text === ' ' || index + 1 === cells.length)
		if (last !== undefined && !isGap && isSame(last.look, cell.look)) {
			last = { ...last, text: last.text + cell.text, width: last.width + cell.width }
			continue
		}
		if (last !== undefined) runs.push(last)
		last = isBlank ? undefined : cell
	}
	if (last !== undefined) runs.push(last)
	return runs.map(withoutEnd)
}

/** A single blank before a change of look is no text. */
function withoutEnd(run: Run): Run {
	if (run.look.inverse) return run
	const text = run.text.trimEnd()
	return { ...run, text, width: run.width - (run.text.length - text.length) }
}
