import { NOT_KNOWN } from '../../../../investigation/who/grouping.ts'
import { type Distinct, type Tops, WHO_LIMITS } from '../../../../investigation/who/tally.ts'
import { isForMany } from '../../../../kernel/packet/address.ts'
import * as english from '../../../../words/english/who/app.ts'
import { GROUPING_NAMES } from '../../../../words/english/who/groupings.ts'
import { EMPTY, type Line, line, span } from '../../../../words/line.ts'
import { counted, grouped, percent } from '../../../../words/numbers.ts'
import { keyOf } from '../../../state/bindings.ts'
import { clockOf } from '../../../state/shown.ts'
import type { State } from '../../../state/state.ts'
import { paragraph, titled } from '../../parts/failure-lines.ts'
import type { GroupRow, WhoItem } from './rows.ts'

/** What a row says: how many packets, of whom, why they are INVALID, and their flows. */
export function whoLines(item: WhoItem, view: State, columns: number, total: number): readonly Line[] {
	if (item.kind === 'group') return groupLines(item.row, view, columns, total)
	const head = `${item.text}: `
	const says = english.packetsOfAll(counted(item.count, 'packet'), percent(item.count, total))
	const means = item.kind === 'rest' ? english.restMeans : english.beyondMeans(WHO_LIMITS.groups)
	return [...titled(head, says, columns), ...paragraph(means, columns)]
}

function groupLines(row: GroupRow, view: State, columns: number, total: number): readonly Line[] {
	const { by, group, text } = row
	const time = clockOf(view)
	const packets = english.packetsOfAll(counted(group.count, 'packet'), percent(group.count, total))
	const silent = group.silent === 0 ? '' : ` ${english.withoutALine(grouped(group.silent))}`
	return [
		...titled(`${text}: `, `${packets}${silent}`, columns),
		...paragraph(spreadWords(row), columns),
		...aboutKey(row, columns),
		line(span(english.whyHead, 'dim')),
		...topLines(group.reasons, group.count),
		...paragraph(groupingNote(row), columns, 'dim'),
		...paragraph(english.firstLast(time(group.firstAt), time(group.lastAt)), columns, 'dim'),
		...(by === 'namespace' ? [] : paragraph(english.asTheLineHasThem, columns, 'dim')),
		...paragraph(english.bounds(WHO_LIMITS.groups, grouped(WHO_LIMITS.distinct)), columns, 'dim'),
	]
}

function groupingNote({ by, address }: GroupRow): string {
	const [next, name] = [keyOf('group-by'), keyOf('reverse-name')]
	return address === undefined
		? english.byGroup(GROUPING_NAMES[by], next)
		: english.byAddress(GROUPING_NAMES[by], next, name)
}

function spreadWords({ group: { sources, targets, ports } }: GroupRow): string {
	const many = ({ values, isMore }: Distinct, one: string, more: string): string => {
		const text = counted(values.size, one, more)
		return isMore ? english.moreThan(text) : text
	}
	return english.spread(
		many(sources, english.address, english.addresses),
		many(targets, 'target', 'targets'),
		ports.values.size === 0
			? english.noDestinationPort
			: many(ports, english.destinationPort, english.destinationPorts),
	)
}

/** What is not plain from the key itself. */
function aboutKey({ by, group: { key } }: GroupRow, columns: number): readonly Line[] {
	if (key === NOT_KNOWN) return paragraph(english.notKnownMeans[by], columns, 'attention')
	if (by === 'interface') return paragraph(english.whereItCameIn, columns, 'dim')
	const isAddress = by === 'destination' || by === 'destination-prefix'
	return isAddress && isForMany(key) ? paragraph(english.forMany, columns, 'dim') : []
}

/** Most frequent first; numbers in front, so that nothing has to be cut. */
function topLines({ counts, others }: Tops, all: number): readonly Line[] {
	const rows = [...counts].toSorted((one, another) => another[1] - one[1])
	return [...rows, ...(others === 0 ? [] : [[english.ofOthers, others] as const])].map(([text, count]) =>
		line(
			span(`${grouped(count).padStart(9)} ${percent(count, all).padStart(4)}  `),
			span(text === NOT_KNOWN ? '-' : text),
		),
	)
}

/** The flows of a group, each direction by itself. */
export const whoFlowLines = (item: WhoItem): readonly Line[] =>
	item.kind === 'group'
		? [EMPTY, line(span(english.flowsHead, 'dim')), ...topLines(item.row.group.flows, item.row.group.count)]
		: []
