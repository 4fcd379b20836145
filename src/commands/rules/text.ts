import {
	actionOf,
	type Policy,
	policies,
	type RuleRow,
	ruleWarnings,
} from '../../investigation/join/rule-rows.ts'
import type { Backend, Ruleset } from '../../kernel/rules/rule.ts'
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
	const said = backends.length === 0 ? 'no rules' : backends.join(' and ')
	const count =
		rows.length === 1 ? '1 of them acts on INVALID or logs' : `${rows.length} of them act on INVALID or log`
	lines.push(...beside('', `${grouped(ruleset.total)} rules (${said}), ${count}`, columns))
	for (const warning of ruleWarnings(backends, ruleset)) lines.push(...beside('! ', warning, columns))
	let head = ''
	for (const row of rows) {
		const place = row.hook === '' ? 'in chains that no hook leads to' : `${row.hook} ${row.priority}`
		if (place !== head) lines.push('', place)
		head = place
		lines.push(...rowText(row, columns, isLive))
	}
	const shown = policies(ruleset)
	if (shown.length > 0) lines.push('', 'policies')
	for (const policy of shown) lines.push(...beside('  ', policyText(policy), columns))
	const sets = Object.entries(ruleset.sets)
	if (sets.length > 0) lines.push('', 'sets and maps that these rules look into')
	for (const [name, text] of sets) lines.push(...beside('  ', `${name}: ${text}`, columns))
	const named = Object.entries(ruleset.named)
	if (named.length > 0) lines.push('', 'counters with a name')
	for (const [name, { packets, bytes }] of named)
		lines.push(...beside('  ', `${name}: ${grouped(packets)} packets, ${grouped(bytes)} bytes`, columns))
	return lines
}

function rowText(
	{ rule, path, owner, counter, difference, isBeforeConntrack }: RuleRow,
	columns: number,
	isLive: boolean,
): readonly string[] {
	const counted =
		counter === null
			? 'no counter'
			: [
					`${grouped(counter.packets)} packets, ${grouped(counter.bytes)} bytes`,
					...(isLive && difference !== undefined
						? [`+${grouped(difference.since.packets)}, ${(difference.rate ?? 0).toFixed(1)}/s`]
						: []),
				].join(', ')
	const shared = rule.sharedCounter === null ? '' : ` (counter ${rule.sharedCounter})`
	const place = `${rule.family} ${rule.table} ${path.join(' > ')} rule ${rule.number}`
	const notes = [
		owner ?? '',
		rule.comment,
		isBeforeConntrack ? 'before conntrack' : '',
		difference?.wasZeroed === true ? 'zeroed by somebody' : '',
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
			? 'not counted'
			: `${grouped(chain.counter.packets)} packets, ${grouped(chain.counter.bytes)} bytes`
	return `${hook} ${priority}  ${chain.family} ${chain.table} ${chain.name} (${chain.backend}): ${policy}, ${counted}`
}

export const plain = (lines: readonly string[]): string =>
	`${lines.map((line) => visible(line)).join('\n')}\n`
