import { type RuleDifference, type RuleTally, rulesByIdentity } from '../../kernel/rules/difference.ts'
import { isShown, matchesInvalid } from '../../kernel/rules/matching.ts'
import { baseChains, inOrder, type Placed } from '../../kernel/rules/order.ts'
import { ownerOf } from '../../kernel/rules/owner.ts'
import type { Backend, Chain, Rule, RuleCounter, Ruleset } from '../../kernel/rules/rule.ts'
import * as english from '../../words/english/investigation/join.ts'

/** A rule as it is shown: in its place, with what it has counted since watching began. */
export type RuleRow = Placed & {
	/** The same in each reading. A rule that is met in two places has two rows. */
	readonly key: string
	readonly identity: string
	readonly owner: string | null
	/** Null: the rule has no counter. */
	readonly counter: RuleCounter | null
	readonly difference: RuleDifference | undefined
	readonly isInvalid: boolean
}

/** Rules that act on INVALID, log or trace, in the order in which a packet meets them. */
export function ruleRows(ruleset: Ruleset, tally: RuleTally | undefined): readonly RuleRow[] {
	const identities = new Map([...rulesByIdentity(ruleset.rules)].map(([identity, rule]) => [rule, identity]))
	return inOrder(ruleset)
		.filter(({ rule }) => isShown(rule))
		.map((placed): RuleRow => {
			const { rule, hook, path } = placed
			const identity = identities.get(rule) ?? ''
			const shared = rule.sharedCounter === null ? undefined : ruleset.named[rule.sharedCounter]
			return {
				...placed,
				key: `${hook} ${path.join('>')} ${identity}`,
				identity,
				owner: ownerOf(rule),
				counter: rule.counter ?? shared ?? null,
				difference: tally?.byIdentity.get(identity),
				isInvalid: matchesInvalid(rule),
			}
		})
}

/** What the rule does with an INVALID packet, as one word: `drop`, `accept`, `-> bad`, `log`, `count`. */
export function actionOf({ verdict, log, counter, sharedCounter }: Rule): string {
	const logs = log === null ? '' : log.kind === 'trace' ? 'trace' : log.kind
	const does =
		'chain' in verdict
			? `-> ${verdict.chain}`
			: ['LOG', 'NFLOG', 'ULOG', 'TRACE'].includes(verdict.word)
				? ''
				: verdict.word
	const both = [logs, does].filter((word) => word !== '').join('+')
	return both !== '' ? both : counter !== null || sharedCounter !== null ? 'count' : 'nothing'
}

/** The tool's own line that shows the rule with its neighbours. */
export function seeByHand({ backend, family, table, chain }: Rule): string {
	if (backend === 'nft') return `nft -a list chain ${family} ${table} ${chain}`
	const tool = `${family === 'ip6' ? 'ip6tables' : 'iptables'}-${backend === 'iptables-nft' ? 'nft' : 'legacy'}`
	return `${tool} -t ${table} -nvL ${chain} --line-numbers`
}

export type Policy = {
	readonly chain: Chain
	readonly hook: string
	readonly priority: number
	readonly policy: string
}

/** Base chains with what they do to a packet that no rule of theirs decides. */
export function policies({ chains }: Ruleset): readonly Policy[] {
	return baseChains(chains).map((chain) => ({ chain, ...chain.base }))
}

/** What the reader should know before trusting the rows, one sentence each. */
export function ruleWarnings(backends: readonly Backend[], ruleset: Ruleset): readonly string[] {
	const warnings: string[] = []
	const has = (backend: Backend) =>
		backends.includes(backend) && ruleset.chains.some((chain) => chain.backend === backend && chain.size > 0)
	if (has('iptables-legacy') && (has('iptables-nft') || has('nft')))
		warnings.push(english.bothIptablesLegacyAndNf)
	if (!ruleset.rules.some(matchesInvalid)) warnings.push(english.noRuleHereMatchesInvalid)
	const early = inOrder(ruleset).filter(
		({ rule, isBeforeConntrack }) => isBeforeConntrack && matchesInvalid(rule),
	)
	if (early.length > 0)
		warnings.push(
			english.forTheStateBeforeConntrack(
				early.length === 1 ? english.oneRuleAsks : english.rulesAsk(early.length),
			),
		)
	if (ruleset.unread.length > 0)
		warnings.push(
			english.ofTheRulesCouldNot(
				ruleset.unread.length === 20
					? english.n20OrMoreLines
					: ruleset.unread.length === 1
						? '1 line'
						: english.lines(ruleset.unread.length),
				ruleset.unread[0],
			),
		)
	return warnings
}
