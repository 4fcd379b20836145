import { type RuleDifference, type RuleTally, rulesByIdentity } from '../../kernel/rules/difference.ts'
import { isShown, matchesInvalid } from '../../kernel/rules/matching.ts'
import { baseChains, inOrder, type Placed } from '../../kernel/rules/order.ts'
import { ownerOf, ownersPresent } from '../../kernel/rules/owner.ts'
import type { Chain, Rule, RuleCounter, Ruleset } from '../../kernel/rules/rule.ts'
import * as english from '../../words/english/investigation/join.ts'
import { grouped } from '../../words/numbers.ts'
import { type WellKnown, wellKnown } from './well-known.ts'

/** A rule as it is shown: in its place, with what it has counted since watching began. */
export type RuleRow = Placed & {
	/** The same in each reading. */
	readonly key: string
	readonly identity: string
	readonly owner: string | null
	/** Null: the rule has no counter. */
	readonly counter: RuleCounter | null
	readonly difference: RuleDifference | undefined
	readonly isInvalid: boolean
	/** It may: what it asks of the state is not told. */
	readonly mayBeInvalid: boolean
	/** Where it comes with a program that many hosts have. */
	readonly known: WellKnown | undefined
}

/** Rules that act on INVALID or may, log or trace, in the order in which a packet meets them. Each is one row, however it is reached. */
export function ruleRows(ruleset: Ruleset, tally: RuleTally | undefined): readonly RuleRow[] {
	const identities = new Map([...rulesByIdentity(ruleset.rules)].map(([identity, rule]) => [rule, identity]))
	const present = ownersPresent(ruleset)
	return inOrder(ruleset, isShown).map((placed): RuleRow => {
		const { rule } = placed
		const identity = identities.get(rule) ?? ''
		const shared = rule.sharedCounter === null ? undefined : ruleset.named[rule.sharedCounter]
		const isInvalid = matchesInvalid(rule)
		const owner = ownerOf(rule, present)
		return {
			...placed,
			key: identity,
			identity,
			owner,
			counter: rule.counter ?? shared ?? null,
			difference: tally?.byIdentity.get(identity),
			isInvalid,
			mayBeInvalid: !isInvalid && rule.hidden !== undefined,
			known: isInvalid ? wellKnown({ rule, owner, present }) : undefined,
		}
	})
}

/** So many ways are told one by one. */
const WAYS_TOLD = 4

/** From where a rule is reached that several ways lead to: `INPUT > tcpflags and FORWARD > tcpflags`; empty for one way. */
export function reachedFrom({ ways, wayCount, isMore }: Placed): string {
	if (wayCount < 2) return ''
	const paths = [...new Set(ways.map(({ path }) => path.slice(0, -1).join(' > ')))].filter(Boolean)
	const told = paths.slice(0, WAYS_TOLD)
	return english.reachedFrom(
		`${told.join(', ')}${paths.length > told.length || isMore ? ' ...' : ''}`,
		isMore ? english.atLeastWays(grouped(wayCount)) : english.waysInAll(grouped(wayCount)),
	)
}

/** `about 7 263 000` of a number that the tool has rounded. */
export const countedPackets = ({ packets, about = [] }: RuleCounter, number = grouped): string =>
	about.includes('packets') ? english.about(number(packets)) : number(packets)
export const countedBytes = ({ bytes, about = [] }: RuleCounter, number = grouped): string =>
	about.includes('bytes') ? english.about(number(bytes)) : number(bytes)

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
	const kinds = { 'iptables-nft': '-nft', 'iptables-legacy': '-legacy', iptables: '' } as const
	const tool = `${family === 'ip6' ? 'ip6tables' : 'iptables'}${kinds[backend]}`
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
	// The head of a chain may not be in the text.
	return baseChains(chains)
		.filter(({ base }) => base.policy !== '?')
		.map((chain) => ({ chain, ...chain.base }))
}
