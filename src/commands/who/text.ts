import { nameWords } from '../../app/who/names.ts'
import { SPREADS } from '../../investigation/who/grouping.ts'
import { HEADS } from '../../words/english/who/app.ts'
import * as english from '../../words/english/who/commands.ts'
import { GROUPING_NAMES } from '../../words/english/who/groupings.ts'
import { counted, grouped } from '../../words/numbers.ts'
import { beside } from '../../words/paragraph.ts'
import { textTable } from '../../words/text-table.ts'
import type { Group, Groups } from './groups.ts'

const MOST_ROWS = 30

/** One line each, never broken, with a head: for eyes and for grep. Numbers are plain digits, what is not there is `-`. */
export function groupLines(groups: Groups, columns: number): string[] {
	const { by, list, total, bound, beyond, rest } = groups
	if (total === 0) return [english.noPacket]
	const spreads = SPREADS[by]
	const shown = list.slice(0, MOST_ROWS)
	const hidden = list.slice(MOST_ROWS)
	const many = ({ count, isMore }: Group['sources']) => `${count}${isMore ? '+' : ''}`
	const others = (count: number, text: string) =>
		count === 0 ? [] : [[String(count), ...spreads.map(() => '-'), text]]
	const rows = [
		['COUNT', ...spreads.map((one) => english.HEADS[one]), HEADS[by], english.mostly],
		...shown.map((one) => [
			String(one.count),
			...spreads.map((spread) => many(one[spread])),
			nameOf(one),
			one.reasons.list[0]?.text ?? '-',
		]),
		...others(beyond, english.beyondTheBound(grouped(bound))),
		...others(rest, english.nobodySawThem),
	]
	const packets = hidden.reduce((sum, { count }) => sum + count, 0)
	return [
		...beside('', english.byHead(GROUPING_NAMES[by], counted(total, 'packet')), columns),
		...textTable(rows, (column) => column <= spreads.length).map((line) => `  ${line}`),
		...(hidden.length === 0
			? []
			: beside('  ', english.andMoreGroups(grouped(hidden.length), counted(packets, 'packet')), columns)),
	]
}

function nameOf({ text, name }: Group): string {
	const words = nameWords(name)
	return words === undefined ? text : `${text} (${words})`
}
