import type { State } from '../state.ts'
import type { Grid } from './grid.ts'
import { type Line, line, span } from './line.ts'

export function printkGrid(_state: State, _height: number, head = true): Grid {
	return { columns: [], head, rows: [] }
}

export function printkDetail(_state: State, _columns: number, _height: number): readonly Line[] {
	return [line(span('', 'dim'))]
}
