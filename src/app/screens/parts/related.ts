import { actionOf, countedPackets, type RuleRow } from '../../../investigation/join/rule-rows.ts'
import { explain } from '../../../reasons/explain/explain.ts'
import type { Reason } from '../../../reasons/shape/reason.ts'
import * as english from '../../../words/english/app/parts.ts'
import { apart, EMPTY, type Line, line, lineWidth, span, wrapLine } from '../../../words/line.ts'
import { grouped, percent, rate } from '../../../words/numbers.ts'
import { safe } from '../../../words/text.ts'
import { visible } from '../../../words/visible.ts'
import { reasonRate } from '../../log/reasons.ts'
import type { ReasonRow, State } from '../../state/state.ts'
import { list } from './failure-lines.ts'
import { actionLines, sentence } from './headline.ts'

/** So many of each stand beside what they belong to; their own screens have all. */
const REASONS = 8
const FLOWS = 12
const RULES = 8

/** Parts below each other, each with a head; those without lines are left out. */
export const relatedParts = (...parts: readonly (readonly Line[])[]): readonly Line[] =>
	parts.filter((part) => part.length > 0).flatMap((part, index) => (index === 0 ? part : [EMPTY, ...part]))

const headed = (head: string, lines: readonly Line[]): readonly Line[] =>
	lines.length === 0 ? [] : [line(' ', span(head, 'dim')), ...lines]

/** A text with numbers at the right end; below it where they have no room beside it. */
function numbered(text: string, numbers: string, columns: number): readonly Line[] {
	const name = line('   ', span(safe(text)))
	const told = line(span(`${numbers} `))
	if (lineWidth(name) + 1 + lineWidth(told) <= columns) return [apart(name, told, columns)]
	return [...wrapLine(name, columns - 1, 3), apart([], told, columns)]
}

/** What was told most, with its share of all lines. */
export function reasonsSoFar({ reasons }: State, columns: number): readonly Line[] {
	const all = reasons.reduce((sum, { count }) => sum + count, 0)
	return headed(
		english.reasonsSoFar,
		reasons.slice(0, REASONS).flatMap((row) => {
			const share = percent(row.count, all).padStart(4)
			const perSecond = `${rate(reasonRate(row))}/s`.padStart(7)
			return numbered(row.reason.title, `${grouped(row.count).padStart(6)} ${perSecond} ${share}`, columns)
		}),
	)
}

/** Where most lines of a reason come from. */
export function flowsOfReason(row: ReasonRow | undefined, columns: number): readonly Line[] {
	if (row === undefined) return []
	const rest = row.flows.length - FLOWS
	return headed(english.flowsOf(row.reason.title), [
		...row.flows
			.slice(0, FLOWS)
			.flatMap(({ flow, count, where }) =>
				numbered(
					flow,
					`${safe(where)} ${grouped(count).padStart(6)} ${percent(count, row.count).padStart(4)}`,
					columns,
				),
			),
		...(rest > 0 ? [line(span(`   ${english.andMore(grouped(rest))}`, 'dim'))] : []),
	])
}

/** What happens to INVALID packets here, in the order in which they meet the rules; nothing before rules were read. */
export function rulesThatAct({ rules }: State, columns: number): readonly Line[] {
	const { value } = rules
	if (value === undefined) return []
	const rows = value.rows.filter(({ isInvalid }) => isInvalid)
	return headed(
		english.rulesThatAct,
		rows.length === 0
			? [line(span(`   ${english.noRuleActs}`, 'dim'))]
			: rows.slice(0, RULES).flatMap((row) => numbered(ruleName(row), ruleNumbers(row), columns)),
	)
}

const ruleName = ({ rule, hook, path }: RuleRow): string =>
	visible(english.ruleAt(hook === '' ? '' : `${hook}: `, actionOf(rule), rule.table, path.join(' > ')))

const ruleNumbers = ({ counter, difference }: RuleRow): string =>
	counter === null
		? english.notCounted
		: `${countedPackets(counter)} ${`${rate(difference?.rate ?? 0)}/s`.padStart(6)}`

/** Why packets get a reason, and what to look at next. */
export function aboutReason(reason: Reason | undefined, columns: number): readonly Line[] {
	const known = reason === undefined || reason.answer === true ? undefined : explain(reason.id)
	if (known === undefined) return []
	return relatedParts(
		list(english.often, known.causes, columns),
		headed(
			english.lookNext,
			actionLines(
				known.next.map((text) => ({ text: sentence(text) })),
				columns,
			),
		),
	)
}
