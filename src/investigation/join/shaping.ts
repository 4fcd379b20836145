import type { FlowQuery } from '../../kernel/conntrack/flow-facts.ts'
import { canonicalAddress, isWithin } from '../../kernel/packet/address.ts'
import { protocolNumber } from '../../kernel/packet/protocol.ts'
import type { Fit, RuleFlow } from '../../kernel/rules/fit/fit.ts'
import { wayFit } from '../../kernel/rules/fit/rule-fit.ts'
import { baseChains } from '../../kernel/rules/order.ts'
import { chainKey } from '../../kernel/rules/place.ts'
import type { Rule, Ruleset } from '../../kernel/rules/rule.ts'
import * as english from '../../words/english/investigation/join.ts'

/** What a rule does with connections, not with the state of a packet. */
export type Shaping = {
	readonly does: 'source' | 'destination' | 'notrack' | 'zone'
	/** `ip nat POSTROUTING rule 1` */
	readonly place: string
	/** As its tool names it: `MASQUERADE`, `dnat`. */
	readonly word: string
	/** Its conditions, and those of the jumps to it, as far as the flow tells. */
	readonly fit: Exclude<Fit, 'no'>
	/** Where it sends to, as printed: `10.0.0.9:8080`; null where that is not said in one place. */
	readonly target: string | null
}

/** The rules of a reading, as far as they shape. */
type ShapingRules = Pick<Ruleset, 'chains' | 'shaping'>

const NONE: readonly Rule[] = []
/** Deeper jumps are not followed, nor more rules looked at for one flow. */
const DEEPEST = 16
const MOST = 5_000

/** What rules may ask of a packet of the flow. */
export function ruleFlowOf(
	query: FlowQuery,
	known: Pick<RuleFlow, 'isLoopback' | 'isToHere'> = { isLoopback: null, isToHere: null },
): RuleFlow {
	const { source, sourcePort, destination, destinationPort, protocol } = query
	const family = source.includes(':') ? 6 : 4
	return {
		family,
		protocol: protocolNumber(protocol) ?? null,
		source,
		sourcePort,
		destination,
		destinationPort,
		...known,
	}
}

/** Rules that would translate, or keep from conntrack, what has this flow at one of these hooks. Those that surely fit first. */
export function shapingOf(
	ruleset: ShapingRules,
	flow: RuleFlow,
	hooks: readonly string[],
): readonly Shaping[] {
	const byChain = rulesByChain(ruleset.shaping?.rules ?? NONE)
	const found: Shaping[] = []
	let left = MOST
	const walk = (key: string, hook: string, way: readonly Rule[]): void => {
		for (const rule of byChain.get(key) ?? []) {
			left -= 1
			if (left < 0) return
			const fit = wayFit([...way, rule], flow)
			if (fit === 'no') continue
			const does = doneBy(rule, hook)
			if (does !== undefined) found.push({ ...does, place: placeOf(rule), fit })
			if ('chain' in rule.verdict && way.length < DEEPEST)
				walk(chainKey(rule, rule.verdict.chain), hook, [...way, rule])
		}
	}
	for (const chain of baseChains(ruleset.chains))
		if (hooks.includes(chain.base.hook)) walk(chainKey(chain, chain.name), chain.base.hook, [])
	return found.toSorted((one, other) => Number(other.fit === 'yes') - Number(one.fit === 'yes'))
}

/**
 * Rules that translate what others send to somewhere else to the source of this flow: its packets are the answers, and
 * have to be translated back.
 */
export function answersTo(ruleset: ShapingRules, query: FlowQuery): readonly Shaping[] {
	const there = ruleFlowOf({
		...query,
		source: query.destination,
		sourcePort: query.destinationPort,
		destination: query.source,
		destinationPort: query.sourcePort,
	})
	return shapingOf(ruleset, { ...there, destination: null, destinationPort: null }, [
		'prerouting',
		'output',
	]).filter(({ does, target }) => does === 'destination' && target !== null && isTarget(target, query))
}

/** `10.0.0.9`, `10.0.0.9:8080`, `10.0.0.1-10.0.0.9:80-90`, `[fd77::9]:8080`. */
function isTarget(target: string, { source, sourcePort }: FlowQuery): boolean {
	const [, six, four, from, to] =
		/^(?:\[([^\]]+)\]|([^:]+|[0-9a-f:]+:[0-9a-f:]*))(?::(\d+)(?:-(\d+))?)?$/i.exec(target) ?? []
	const address = six ?? four
	if (address === undefined || isWithin(canonicalAddress(source), address) !== true) return false
	return (
		from === undefined ||
		sourcePort === null ||
		(sourcePort >= Number(from) && sourcePort <= Number(to ?? from))
	)
}

/** The rules of one reading are asked about again and again. */
const grouped = new WeakMap<readonly Rule[], ReadonlyMap<string, readonly Rule[]>>()

function rulesByChain(rules: readonly Rule[]): ReadonlyMap<string, readonly Rule[]> {
	const known = grouped.get(rules)
	if (known !== undefined) return known
	const made = Map.groupBy(rules, (rule) => chainKey(rule, rule.chain))
	grouped.set(rules, made)
	return made
}

const placeOf = ({ family, table, chain, number }: Rule): string => english.rule(family, table, chain, number)

const WORD =
	/-j (MASQUERADE|SNAT|DNAT|REDIRECT|NETMAP|NOTRACK|FULLCONENAT|CT)\b|\b(masquerade|snat|dnat|redirect|notrack)\b|\b(ct (?:original |reply )?zone set)\b|\bxt target "(\w+)"/

function doneBy({ text }: Rule, hook: string): Pick<Shaping, 'does' | 'word' | 'target'> | undefined {
	const bare = text.replace(/\b(?:comment|prefix|--comment|--log-prefix) "[^"]*"/g, '')
	const word = WORD.exec(bare)
		?.slice(1)
		.find((one) => one !== undefined)
	if (word === undefined) return undefined
	const target = /--to-(?:source|destination) (\S+)|\b(?:dnat|snat)(?: ip6?)? to (?!.*\bmap\b)(\S+)/.exec(
		bare,
	)
	return { does: kindOf(word.toLowerCase(), bare, hook), word, target: target?.[1] ?? target?.[2] ?? null }
}

function kindOf(word: string, text: string, hook: string): Shaping['does'] {
	if (word === 'notrack' || (word === 'ct' && text.includes('--notrack'))) return 'notrack'
	if (word.startsWith('ct')) return 'zone'
	// NETMAP translates the destination where packets come in, the source where they leave (xt_NETMAP.c).
	if (word === 'netmap') return hook === 'prerouting' || hook === 'output' ? 'destination' : 'source'
	return word === 'dnat' || word === 'redirect' ? 'destination' : 'source'
}
