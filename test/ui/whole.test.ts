import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { State } from '../../src/app/state/state.ts'
import { themeOf } from '../../src/ui/components/look.ts'
import { wholeFrame } from '../../src/ui/screens/whole.ts'
import { painted, styled } from '../../src/ui/terminal/paint.ts'
import { CASES } from './cases.ts'
import { FakeOutput, inkOn } from './screen.ts'

// Ink's colours are decided when it is loaded, which another file may have done before.
const inks = createRequire(import.meta.resolve('ink'))
const { default: chalk } = await import(pathToFileURL(inks.resolve('chalk')).href)
const { level } = chalk
beforeAll(() => {
	chalk.level = 1
})
afterAll(() => {
	chalk.level = level
})

/** Every cell with its style. */
async function cellsOf(output: FakeOutput): Promise<string[]> {
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

function paintedOn({ columns, rows }: State['size'], state: State): FakeOutput {
	const output = new FakeOutput(columns, rows)
	// What was there before is gone from every cell.
	output.write('\x1b[?1049h')
	output.write(`\x1b[7m${'X'.repeat(columns * rows)}\x1b[0m`)
	const theme = themeOf(state.modes)
	output.write(
		painted(
			wholeFrame(state).map((line) => styled(line, theme)),
			columns,
		),
	)
	return output
}

test.each(Object.entries(CASES))('%s is painted as Ink draws it', async (_, make) => {
	const state = make()
	const ink = inkOn(state)
	const drawn = await cellsOf(ink.output)
	ink.end()
	expect(await cellsOf(paintedOn(state.size, state))).toEqual(drawn)
})
