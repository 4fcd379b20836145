import { SPREADS } from '../../../../investigation/who/grouping.ts'
import type { Distinct } from '../../../../investigation/who/tally.ts'
import type { Grouping } from '../../../../model/grouping.ts'
import * as english from '../../../../words/english/who/app.ts'
import { bar, glyphsOf } from '../../../../words/glyphs.ts'
import { type Cell, type Column, MARK } from '../../../../words/grid.ts'
import { age, grouped, percent, rate } from '../../../../words/numbers.ts'
import { reasonRate } from '../../../log/reasons.ts'
import type { State } from '../../../state/state.ts'
import { countOf, topOf, type WhoItem } from './rows.ts'

/** The columns of one grouping, which stands in the head. */
export const whoColumns = (by: Grouping, head: boolean): readonly Column[] => [
	MARK,
	{ id: 'reason', title: english.HEADS[by], width: 26 },
	// Without their heads nobody knows what these numbers are.
	...(head ? SPREADS[by] : []).map(
		(id): Column => ({ id, title: english.COLUMN_HEADS[id], width: 7, align: 'right', rank: 2 }),
	),
	{ id: 'count', title: 'COUNT', width: 8, align: 'right', rank: 1 },
	{ id: 'rate', title: '/s', width: 5, align: 'right', rank: 4 },
	{ id: 'last', title: 'LAST', width: 6, align: 'right', rank: 5 },
	{ id: 'share', title: 'SHARE', width: 5, align: 'right', rank: 3 },
	{ id: 'bar', title: '', width: 8, rank: 7 },
	{ id: 'what', title: english.mostOften, width: 20, rank: 8 },
]

/** `254`; `1 000+` where more came than are kept apart. */
const distinctText = ({ values, isMore }: Distinct): string => `${grouped(values.size)}${isMore ? '+' : ''}`

/** The cells of a row but its mark. `total`: packets of all rows. */
export function whoCells(
	item: WhoItem,
	view: State,
	total: number,
	head: boolean,
): Readonly<Record<string, Cell>> {
	const count = countOf(item)
	const unit = head ? '' : '/s'
	const common = {
		count: { text: grouped(count) },
		share: { text: percent(count, total) },
		bar: {
			text: total > 0 ? bar(count / total, 8, glyphsOf(view.modes)) : '',
			tone: 'attention',
		},
	} as const
	if (item.kind !== 'group') return { ...common, reason: { text: item.text, tone: 'dim' } }
	const { by, group } = item.row
	const text = head ? item.row.text : english.withoutHead(by, item.row.text)
	const spreads = SPREADS[by].map((id): [string, Cell] => [id, { text: distinctText(group[id]) }])
	return {
		...common,
		...Object.fromEntries(spreads),
		reason: { text },
		rate: { text: `${rate(reasonRate(group))}${unit}` },
		last: { text: age(view.now - group.lastAt) },
		what: { text: topOf(group)[0] ?? '' },
	}
}
