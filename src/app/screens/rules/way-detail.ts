import { seeByHand } from '../../../investigation/join/rule-rows.ts'
import { decisionText } from '../../../investigation/path/decision.ts'
import type { PathStep } from '../../../investigation/path/path.ts'
import type { SameWay } from '../../../investigation/path/same-way.ts'
import * as english from '../../../words/english/app/rules.ts'
import type { Line } from '../../../words/line.ts'
import { capital } from '../../../words/numbers.ts'
import { visible } from '../../../words/visible.ts'
import type { State } from '../../state/state.ts'
import { headline, paragraph, titled } from '../parts/failure-lines.ts'
import { ruleLines } from './rule-detail.ts'
import type { WayItem } from './way-rows.ts'

/** So many packets of one way are named. */
const NAMED = 5

/** The packets of one way, and what decided. */
export function packetLines({ path, paths }: SameWay, columns: number): readonly Line[] {
	const others = paths.slice(1, NAMED + 1).map(({ flow }) => visible(flow))
	const more = paths.length - 1 - others.length
	return [
		...headline(`${capital(visible(decisionText(path)))}.`, columns),
		...titled(`${visible(path.flow)} `, path.reason === undefined ? '' : visible(path.reason.body), columns),
		...(others.length === 0 ? [] : paragraph(english.sameWayToo(others.join(', '), more), columns, 'dim')),
	]
}

/** A line of a way whole; of a rule all that is known of it. */
export function wayLines(
	{ way, line }: Extract<WayItem, { kind: 'way' }>,
	state: State,
	columns: number,
): readonly Line[] {
	const { of, decides } = line
	if (of === undefined) return [...packetLines(way, columns), ...paragraph(visible(line.text), columns)]
	const verdict = decides
		? headline(`${capital(visible(decisionText(way.path)))}.`, columns)
		: headline(`${capital(visible(line.text))}.`, columns)
	const row = state.rules.value?.rows.find(
		({ rule }) =>
			of.rule !== undefined && of.doubt === undefined && rule.handle === of.step.handle && isIn(rule, of),
	)
	if (row !== undefined)
		return [...(decides ? headline(english.thisDecided, columns) : []), ...ruleLines(row, state, columns)]
	return [...verdict, ...paragraph(placeOf(of), columns, 'dim')]
}

const isIn = (
	{ family, table }: { readonly family: string; readonly table: string },
	{ step }: PathStep,
): boolean => family === step.family && table === step.table

/** Where it stands, and how to see it there. */
function placeOf({ step, rule }: PathStep): string {
	const { family, table, chain } = step
	const byHand = rule === undefined ? english.listChain(family, table, chain) : seeByHand(rule)
	return english.standsIn(visible(`${family} ${table} ${chain}`), visible(byHand))
}
