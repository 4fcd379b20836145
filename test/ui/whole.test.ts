import { expect, test } from 'vitest'
import { CASES } from './cases.ts'
import { cellsOf, drawWithColors, paintedOn } from './cells.ts'
import { inkOn } from './screen.ts'

drawWithColors()

test.each(Object.entries(CASES))('%s is painted as Ink draws it', async (_, make) => {
	const state = make()
	const ink = inkOn(state)
	const drawn = await cellsOf(ink.output)
	ink.end()
	expect(await cellsOf(paintedOn(state))).toEqual(drawn)
})
