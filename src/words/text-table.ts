/**
 * Rows as plain lines, each column as wide as its longest cell. The last cell of a row that ends early goes on over the
 * columns to its right. Counts characters unless told, as `wrapped` does.
 */
export function textTable(
	rows: readonly (readonly string[])[],
	isRight: (column: number) => boolean = () => false,
	width = (cell: string): number => cell.length,
): string[] {
	const columns = Math.max(...rows.map((row) => row.length))
	const spills = (row: readonly string[], column: number) => column === row.length - 1 && column < columns - 1
	const widths = Array.from({ length: columns }, (_, column) =>
		Math.max(...rows.map((row) => (spills(row, column) ? 0 : width(row[column] ?? '')))),
	)
	return rows.map((row) =>
		row
			.map((cell, column) => {
				const blank = ' '.repeat(Math.max(0, (widths[column] ?? 0) - width(cell)))
				return isRight(column) ? `${blank}${cell}` : `${cell}${blank}`
			})
			.join('  ')
			.trimEnd(),
	)
}
