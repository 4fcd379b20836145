import {
	actionOf,
	countedBytes,
	countedPackets,
	type Policy,
	policies,
	type RuleRow,
	reachedFrom,
} from '../../investigation/join/rule-rows.ts'
import { ruleWarnings } from '../../investigation/join/rule-warnings.ts'
import type { Backend, Ruleset } from '../../kernel/rules/rule.ts'
import * as english from '../../words/english/commands/rules.ts'
import { fact } from '../../words/fact.ts'
import type { Failure } from '../../words/failure.ts'
import { counted, grouped } from '../../words/numbers.ts'
import { beside } from '../../words/paragraph.ts'
import { visible } from '../../words/visible.ts'

type RulesShown = {
	readonly ruleset: Ruleset
	readonly backends: readonly Backend[]
	readonly failures: readonly Failure[]
	readonly rows: readonly RuleRow[]
	readonly columns: number
	/** There were two readings, so there is a difference. */
	readonly isLive: boolean
}

/** Rules hook by hook, then the policies. */
export function rulesText({
	ruleset,
	backends,
	failures,
	rows,
	columns,
	isLive,
}: RulesShown): readonly string[] {
	const lines: string[] = []
	const said = backends.length === 0 ? english.noRules : backends.join(' and ')
	const may = rows.filter(({ mayBeInvalid, rule }) => mayBeInvalid && rule.log === null).length
	const acting = rows.length - may
	const count = `${acting === 1 ? english.n1OfThemActsOn : english.ofThemActOnInvalid(acting)}${may === 0 ? '' : english.moreMay(grouped(may))}`
	lines.push(...beside('', english.rules(counted(ruleset.total, 'rule'), said, count), columns))
	for (const warning of ruleWarnings(backends, ruleset, failures))
		lines.push(...beside('! ', warning, columns))
	lines.push(...rowsText(rows, ruleset, columns, isLive))
	lines.push(...wellKnownText(rows, columns))
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

function rowsText(
	rows: readonly RuleRow[],
	{ listings }: Ruleset,
	columns: number,
	isLive: boolean,
): readonly string[] {
	const lines: string[] = []
	// Of several listings each is told from its first hook to its last.
	const ordered = rows.toSorted((one, other) => (one.rule.listing ?? 1) - (other.rule.listing ?? 1))
	let head = ''
	let listing = 0
	for (const row of ordered) {
		const of = row.rule.listing ?? 0
		if (listings !== undefined && of !== listing) {
			lines.push('', ...beside('', english.listing(of, listings[of - 1] ?? ''), columns))
			head = ''
		}
		listing = of
		const place = row.hook === '' ? english.inChainsThatNoHook : `${row.hook} ${row.priority}`
		if (place !== head) lines.push('', place)
		head = place
		lines.push(...rowText(row, columns, isLive))
	}
	return lines
}

const wellKnownOf = (rows: readonly RuleRow[]) => [...new Set(rows.flatMap((row) => row.known ?? []))]

/** What is known of rules that many hosts have, each once. */
function wellKnownText(rows: readonly RuleRow[], columns: number): readonly string[] {
	return wellKnownOf(rows).flatMap(({ title, purpose, hurts, instead }) => [
		'',
		...beside('', title, columns),
		...[purpose, hurts, instead].flatMap((text) => beside('  ', text, columns)),
	])
}

type Number = (value: number) => string

/** What it has counted, with its difference where there were two readings. */
function countedText({ rule, counter, difference }: RuleRow, isLive: boolean, number: Number): string {
	const counted =
		counter === null
			? english.noCounter
			: [
					english.packetsBytes2(countedPackets(counter, number), countedBytes(counter, number)),
					...(isLive && difference !== undefined
						? [`+${number(difference.since.packets)}, ${(difference.rate ?? 0).toFixed(1)}/s`]
						: []),
				].join(', ')
	return `${counted}${rule.sharedCounter === null ? '' : ` (counter ${rule.sharedCounter})`}`
}

const placeText = ({ rule, path }: RuleRow): string =>
	english.rule(rule.family, rule.table, path.join(' > '), rule.number)

/** Whose it is, and what is to be known of it; may be empty. */
function aboutText({ rule, owner, difference, isBeforeConntrack, mayBeInvalid }: RuleRow): string {
	const notes = [
		owner ?? '',
		rule.comment,
		mayBeInvalid ? english.stateNotShown : '',
		isBeforeConntrack ? english.beforeConntrack : '',
		difference?.wasZeroed === true ? english.zeroedBySomebody : '',
	]
	return notes.filter((note) => note !== '').join(', ')
}

function rowText(row: RuleRow, columns: number, isLive: boolean): readonly string[] {
	const { rule } = row
	const about = aboutText(row)
	return [
		...beside(
			`  ${actionOf(rule).padEnd(8)} `,
			`${placeText(row)}: ${countedText(row, isLive, grouped)}${about === '' ? '' : ` [${about}]`}`,
			columns,
		),
		...beside('           ', rule.text, columns),
		...[reachedFrom(row)].filter(Boolean).flatMap((text) => beside('           ', text, columns)),
	]
}

function policyText({ chain, hook, priority, policy }: Policy, number: Number = grouped): string {
	const counted =
		chain.counter === null
			? english.notCounted
			: english.packetsBytes2(countedPackets(chain.counter, number), countedBytes(chain.counter, number))
	const of = chain.listing === undefined ? '' : `${english.listing(chain.listing, '')}: `
	return `${of}${hook} ${priority}  ${chain.family} ${chain.table} ${chain.name} (${chain.backend}): ${policy}, ${counted}`
}

/** The same for a pipe: a rule, a policy, a set, a counter a line, numbers as plain digits. */
export function rulesFacts(shown: Omit<RulesShown, 'columns'>): readonly string[] {
	const { ruleset, backends, failures, rows, isLive } = shown
	return [
		fact('rules', ruleset.total),
		...backends.map((backend) => fact('backend', backend)),
		...ruleWarnings(backends, ruleset, failures).map((warning) => fact('warning', warning)),
		...rows.map((row) =>
			fact(
				'rule',
				english.ruleFact({
					place: row.hook === '' ? english.noHook : `${row.hook} ${row.priority}`,
					action: actionOf(row.rule),
					where: `${listingOf(row)}${placeText(row)}`,
					counted: countedText(row, isLive, String),
					about: aboutText(row),
					text: row.rule.text,
					reached: reachedFrom(row),
				}),
			),
		),
		...wellKnownOf(rows).map(({ title, purpose, hurts, instead }) =>
			fact('known', `${title}:`, purpose, hurts, instead),
		),
		...policies(ruleset).map((policy) => fact('policy', policyText(policy, String))),
		...Object.entries(ruleset.sets).map(([name, text]) => fact('set', `${name}: ${text}`)),
		...Object.entries(ruleset.named).map(([name, { packets, bytes }]) =>
			fact('counter', english.packetsBytes(name, String(packets), String(bytes))),
		),
	]
}

const listingOf = ({ rule }: RuleRow): string =>
	rule.listing === undefined ? '' : `${english.listing(rule.listing, '')}: `

export const plain = (lines: readonly string[]): string =>
	`${lines.map((line) => visible(line)).join('\n')}\n`
