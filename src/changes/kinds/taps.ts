import type { Knob, KnobId } from '../../model/knob.ts'

/** A table of ours is not there. */
export const ABSENT = 'absent'
/** There is a table of that name, and it is not ours. */
export const FOREIGN = 'foreign'

/** How many tables of ours there can be in a network namespace. */
export const MOST_TABLES = 16

/** The names of our tables: `ctscope`, `ctscope_2` and so on. One table for each tap, so that each goes by itself. */
export const TABLES: readonly string[] = Array.from({ length: MOST_TABLES }, (_, index) =>
	index === 0 ? 'ctscope' : `ctscope_${index + 1}`,
)

export const tableKnob = (table: string): KnobId => `table:${table}`

/** The knob of a table of ours; undefined for any other name. */
export function tapTable(table: string): Knob | undefined {
	if (!TABLES.includes(table)) return undefined
	return {
		id: tableKnob(table),
		sysctl: `nft table inet ${table}`,
		path: `nft list table inet ${table}`,
		class: 'logs-more',
		scope: 'netns',
		kind: { type: 'table', table },
	}
}
