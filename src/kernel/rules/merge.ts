import { chainKey } from './place.ts'
import type { Rule, RuleCounter, Ruleset } from './rule.ts'

/** Without what stands in these tables (`ip filter`). */
export function withoutTables(ruleset: Ruleset, tables: readonly string[]): Ruleset {
	const isElse = ({ family, table }: { readonly family: string; readonly table: string }) =>
		!tables.includes(`${family} ${table}`)
	return {
		...ruleset,
		chains: ruleset.chains.filter(isElse),
		rules: ruleset.rules.filter(isElse),
		...(ruleset.shaping === undefined
			? {}
			: { shaping: { ...ruleset.shaping, rules: ruleset.shaping.rules.filter(isElse) } }),
		total:
			ruleset.total -
			ruleset.chains.filter((chain) => !isElse(chain)).reduce((sum, { size }) => sum + size, 0),
	}
}

/** Rules of iptables-nft with the handles that nft gives them: the same rule has the same number in its chain. */
export function withHandles(saved: Ruleset, native: Ruleset): Ruleset {
	const key = (rule: Rule) => `${chainKey({ ...rule, backend: 'nft' }, rule.chain)} ${rule.number}`
	const handles = new Map(native.rules.map((rule) => [key(rule), rule.handle]))
	return { ...saved, rules: saved.rules.map((rule) => ({ ...rule, handle: handles.get(key(rule)) ?? null })) }
}

/** Rules with what their named counter says, where they have no counter of their own: it may be that of several rules. */
export const countedRules = ({ rules, named }: Ruleset): readonly Rule[] =>
	rules.map((rule) => {
		const shared = rule.sharedCounter === null ? undefined : named[rule.sharedCounter]
		return shared === undefined || rule.counter !== null ? rule : { ...rule, counter: shared }
	})

export function mergeRulesets(
	rulesets: readonly Ruleset[],
	named: Readonly<Record<string, RuleCounter>> = {},
): Ruleset {
	return {
		chains: rulesets.flatMap(({ chains }) => chains),
		rules: rulesets.flatMap(({ rules }) => rules),
		shaping: {
			rules: rulesets.flatMap(({ shaping }) => shaping?.rules ?? []),
			leftOut: rulesets.reduce((sum, { shaping }) => sum + (shaping?.leftOut ?? 0), 0),
		},
		total: rulesets.reduce((sum, { total }) => sum + total, 0),
		tracked: rulesets.find(({ tracked }) => tracked != null)?.tracked ?? null,
		named: Object.assign({}, ...rulesets.map((one) => one.named), named),
		sets: Object.assign({}, ...rulesets.map((one) => one.sets)),
		unread: rulesets.flatMap(({ unread }) => unread).slice(0, 20),
	}
}
