import { gapsOf, matchesInvalid, type RuleGaps } from '../../kernel/rules/matching.ts'
import { inOrder } from '../../kernel/rules/order.ts'
import type { Backend, Elsewhere, Rule, Ruleset } from '../../kernel/rules/rule.ts'
import * as english from '../../words/english/investigation/join.ts'
import type { Failure } from '../../words/failure.ts'
import { counted } from '../../words/numbers.ts'
import { seeByHand } from './rule-rows.ts'

type Read = Pick<Ruleset, 'chains' | 'rules' | 'unread' | 'unreadCount' | 'elsewhere'>

/** What the reader should know before trusting the rows, one sentence each. */
export function ruleWarnings(
	backends: readonly Backend[],
	ruleset: Read,
	failures: readonly Failure[] = [],
): readonly string[] {
	const warnings: string[] = []
	const has = (backend: Backend) =>
		backends.includes(backend) && ruleset.chains.some((chain) => chain.backend === backend && chain.size > 0)
	if (has('iptables-legacy') && (has('iptables-nft') || has('nft')))
		warnings.push(english.bothIptablesLegacyAndNf)
	const gaps = gapsOf(ruleset)
	if (!ruleset.rules.some(matchesInvalid)) warnings.push(noneMatches(gaps, failures))
	const early = inOrder(ruleset, matchesInvalid).filter(({ isBeforeConntrack }) => isBeforeConntrack)
	if (early.length > 0)
		warnings.push(
			english.forTheStateBeforeConntrack(
				early.length === 1 ? english.oneRuleAsks : english.rulesAsk(early.length),
			),
		)
	return [...warnings, ...gapWarnings(gaps)]
}

/** That none matches is said only of rules that were all there and all understood. */
function noneMatches(gaps: RuleGaps | undefined, failures: readonly Failure[]): string {
	if (gaps === undefined && failures.length === 0) return english.noRuleHereMatchesInvalid
	const missed = (gaps?.hidden.length ?? 0) + (gaps?.unread ?? 0)
	return missed === 0
		? english.noneOfThoseRead
		: english.noneOfThoseUnderstood(counted(missed, 'rule'), missed === 1)
}

/** What was not understood, one sentence each, with the command that shows it. */
export function gapWarnings(gaps: RuleGaps | undefined): readonly string[] {
	if (gaps === undefined) return []
	const { hidden, unread, firstUnread, elsewhere } = gaps
	return [
		...(hidden.length === 0
			? []
			: [
					english.statesNotShown(
						counted(hidden.length, 'rule'),
						hidden.length === 1,
						placesOf(hidden),
						[...new Set(hidden.map(showsStates))].slice(0, MOST_NAMED).join('; '),
					),
				]),
		...(unread === 0
			? []
			: [english.ofTheRulesCouldNot(unread === 1 ? english.oneLine : english.lines(unread), firstUnread)]),
		...elsewhere.slice(0, MOST_NAMED).map(elsewhereText),
	]
}

const MOST_NAMED = 4

function placesOf(rules: readonly Rule[]): string {
	const places = rules
		.slice(0, MOST_NAMED)
		.map(({ family, table, chain, number }) => english.rule(family, table, chain, number))
	return `${places.join(', ')}${rules.length > MOST_NAMED ? ' ...' : ''}`
}

/** The command that prints what this rule asks of the state. nft cannot print what iptables-nft has put there (src/xt.c). */
export function showsStates(rule: Rule): string {
	if (!/^xt |^# ?xt_/.test(rule.hidden ?? ''))
		return rule.backend === 'nft' ? 'nft -a list ruleset' : seeByHand(rule)
	return `${rule.family === 'ip6' ? 'ip6tables' : 'iptables'}-save -c -t ${rule.table}`
}

function elsewhereText({ kind, name }: Elsewhere): string {
	switch (kind) {
		case 'include':
			return english.fileNotRead(name)
		case 'table':
			return english.tableOnlyByNft(name)
		case 'diff':
			return english.onlyADiff
		case 'cut':
			return english.endsTooEarly(name)
	}
}
