import type { StatTable } from '../../kernel/conntrack/conntrack-stat.ts'
import type { ModuleReading } from '../../model/modules.ts'
import * as english from '../../words/english/investigation/report.ts'
import { type RuleRow, seeByHand } from '../join/rule-rows.ts'

/** What a maintainer would ask to be sent: the tool that prints it, and its lines. */
export type Output = { readonly command: string; readonly lines: readonly string[] }

/** Many rules that log would bury the rest. */
const MOST_RULES = 60

export function outputsOf({
	tools,
	proc,
	cli,
	rules,
	modules,
}: {
	/** Versions as the tools print them. */
	readonly tools: Readonly<Record<string, string | null>>
	readonly proc: StatTable | null
	/** Read less often than the other one, since it costs a child. */
	readonly cli: StatTable | null
	readonly rules: readonly RuleRow[]
	readonly modules: readonly ModuleReading[]
}): readonly Output[] {
	return [
		{
			command: 'versions',
			lines: Object.entries(tools).map(([tool, version]) => `${tool}: ${version ?? english.notInstalled}`),
		},
		...statOutput('cat /proc/net/stat/nf_conntrack', proc),
		...statOutput('conntrack -S', cli),
		...ruleOutputs(rules.slice(0, MOST_RULES)),
		...(rules.length > MOST_RULES
			? [{ command: english.moreRules, lines: [english.areLeftOut(rules.length - MOST_RULES)] }]
			: []),
		...(modules.length === 0 ? [] : [{ command: 'lsmod', lines: modules.map(moduleLine) }]),
	].filter(({ lines }) => lines.length > 0)
}

const statOutput = (command: string, table: StatTable | null): readonly Output[] =>
	table === null ? [] : [{ command, lines: table.cpus.map(cpuLine(table)) }]

/** Decimal, with the names of conntrack(8), whoever printed it. */
const cpuLine =
	({ ids }: StatTable) =>
	(counters: Readonly<Record<string, number>>, index: number): string =>
		[
			`cpu=${ids?.[index] ?? index}`,
			...Object.entries(counters).map(([name, value]) => `${name}=${value}`),
		].join(' ')

/** Rules below what prints their chain; a rule that is met in two places stands there once. */
function ruleOutputs(rows: readonly RuleRow[]): readonly Output[] {
	const byCommand = new Map<string, Set<string>>()
	for (const { rule, counter } of rows) {
		const command = seeByHand(rule)
		const lines = byCommand.get(command) ?? new Set()
		const counted =
			counter === null ? english.noCounter : english.packetsBytes(counter.packets, counter.bytes)
		byCommand.set(command, lines.add(`${rule.number}: ${rule.text} (${counted})`))
	}
	return [...byCommand].map(([command, lines]) => ({ command, lines: [...lines] }))
}

const moduleLine = ({ name, state, usedBy }: ModuleReading): string =>
	`${name}: ${state}${usedBy.length === 0 ? '' : english.usedBy(usedBy.join(', '))}`
