import {
	actionOf,
	type Policy,
	policies,
	type RuleRow,
	ruleWarnings,
} from '../../investigation/join/rule-rows.ts'
import type { Backend, Ruleset } from '../../kernel/rules/rule.ts'
import * as english from '../../words/english/commands/rules.ts'
import { grouped } from '../../words/numbers.ts'
import { beside } from '../../words/paragraph.ts'
import { visible } from '../../words/visible.ts'

type RulesShown = {
	readonly ruleset: Ruleset
	readonly backends: readonly Backend[]
	readonly rows: readonly RuleRow[]
	readonly columns: number
	/** There were two readings, so there is a difference. */
	readonly isLive: boolean
}

/** Rules hook by hook, then the policies. */
export function rulesText({ ruleset, backends, rows, columns, isLive }: RulesShown): readonly string[] {
	const lines: string[] = []
	const said = backends.length === 0 ? english.noRules : backends.join(' and ')
	const count = rows.length === 1 ? english.n1OfThemActsOn : english.ofThemActOnInvalid(rows.length)
	lines.push(...beside('', english.rules(grouped(ruleset.total), said, count), columns))
	for (const warning of ruleWarnings(backends, ruleset)) lines.push(...beside('! ', warning, columns))
	let head = ''
	for (const row of rows) {
		const place = row.hook === '' ? english.inChainsThatNoHook : `${row.hook} ${row.priority}`
		if (place !== head) lines.push('', place)
		head = place
		lines.push(...rowText(row, columns, isLive))
	}
	const shown = policies(ruleset)
	if (shown.length > 0) lines.push('', 'policies')
	for (const policy of shown) lines.push(...beside('  ', policyText(policy), columns))
	const sets = Object.entries(ruleset.sets)
	if (sets.length > 0) lines.push('', english.setsAndMapsThatThese)
	for (const [name, text] of sets) lines.push(...beside('  ', `${name}: ${text}`, columns))
	const named = Object.entries(ruleset.named)
	if (named.length > 0) lines.push('', english.countersWithAName)
	for (const [name, { packets, bytes }] of named)
		lines.push(...beside('  ', english.packetsBytes(name, grouped(packets), grouped(bytes)), columns))
	return lines
}

function rowText(
	{ rule, path, owner, counter, difference, isBeforeConntrack }: RuleRow,
	columns: number,
	isLive: boolean,
): readonly string[] {
	const counted =
		counter === null
			? english.noCounter
			: [
					english.packetsBytes2(grouped(counter.packets), grouped(counter.bytes)),
					...(isLive && difference !== undefined
						? [`+${grouped(difference.since.packets)}, ${(difference.rate ?? 0).toFixed(1)}/s`]
						: []),
				].join(', ')
	const shared = rule.sharedCounter === null ? '' : ` (counter ${rule.sharedCounter})`
	const place = english.rule(rule.family, rule.table, path.join(' > '), rule.number)
	const notes = [
		owner ?? '',
		rule.comment,
		isBeforeConntrack ? english.beforeConntrack : '',
		difference?.wasZeroed === true ? english.zeroedBySomebody : '',
	]
	const about = notes.filter((note) => note !== '').join(', ')
	return [
		...beside(
			`  ${actionOf(rule).padEnd(8)} `,
			`${place}: ${counted}${shared}${about === '' ? '' : ` [${about}]`}`,
			columns,
		),
		...beside('           ', rule.text, columns),
	]
}

function policyText({ chain, hook, priority, policy }: Policy): string {
	const counted =
		chain.counter === null
			? english.notCounted
			: english.packetsBytes2(grouped(chain.counter.packets), grouped(chain.counter.bytes))
	return `${hook} ${priority}  ${chain.family} ${chain.table} ${chain.name} (${chain.backend}): ${policy}, ${counted}`
}

export const plain = (lines: readonly string[]): string =>
	`${lines.map((line) => visible(line)).join('\n')}\n`
