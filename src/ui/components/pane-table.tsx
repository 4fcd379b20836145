import { memo } from 'react'
import type { State } from '../../app/state/state.ts'
import { glyphsOf } from '../../words/glyphs.ts'
import type { Grid } from '../../words/grid.ts'
import { useModel } from './frames.ts'
import { Table } from './table.tsx'

type Select = (state: State, rows: number, head: boolean) => Grid

/** A table over the store: `select` gives the rows that are in view. `select` must be the same function each time. */
export const PaneTable = memo(function PaneTable(props: {
	select: Select
	width: number
	height: number
	head: boolean
}) {
	const { select, width, height, head } = props
	const rows = Math.max(0, height - (head ? 1 : 0))
	const grid = useModel((state) => select(state, rows, head))
	const ellipsis = useModel((state) => glyphsOf(state.modes).ellipsis)
	return <Table grid={grid} width={width} height={height} ellipsis={ellipsis} />
})
