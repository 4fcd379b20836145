import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll } from 'vitest'
import type { State } from '../../src/app/state/state.ts'
import { painted, rowsOf } from '../../src/ui/terminal/paint.ts'
import { FakeOutput } from './screen.ts'

// Ink's colours are decided when it is loaded, which another file may have done before.
const inks = createRequire(import.meta.resolve('ink'))
const { default: chalk } = await import(pathToFileURL(inks.resolve('chalk')).href)

/** Ink draws with colours in this file. */
export function drawWithColors(): void {
	const { level } = chalk
	beforeAll(() => {
		chalk.level = 1
	})
	afterAll(() => {
		chalk.level = level
	})
}

/** Every cell with its style. */
export async function cellsOf(output: FakeOutput): Promise<string[]> {
	await output.lines()
	const { active } = output.emulator.buffer
	return Array.from({ length: output.rows }, (_, row) => {
		const line = active.getLine(active.baseY + row)
		return Array.from({ length: output.columns }, (_, column) => {
			const cell = line?.getCell(column)
			if (cell === undefined) return ''
			const style = [
				cell.isBold() ? 'b' : '',
				cell.isDim() ? 'd' : '',
				cell.isInverse() ? 'i' : '',
				cell.isFgDefault() ? '' : cell.getFgColor(),
			].join('')
			const text = cell.getChars() || ' '
			// Weight and colour of a blank cannot be seen.
			return text === ' ' && !cell.isInverse() ? ' ' : `${text}${style === '' ? '' : `<${style}>`}`
		})
			.join('')
			.trimEnd()
	})
}

/** A state at its size, painted without Ink. */
export function paintedOn(state: State): FakeOutput {
	const { columns, rows } = state.size
	const output = new FakeOutput(columns, rows)
	// What was there before is gone from every cell.
	output.write('\x1b[?1049h')
	output.write(`\x1b[7m${'X'.repeat(columns * rows)}\x1b[0m`)
	output.write(painted(rowsOf(state), columns))
	return output
}
