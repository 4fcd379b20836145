import { chainKey } from './collect.ts'
import type { Chain, Rule, Ruleset } from './rule.ts'

/** A rule where a packet meets it. A chain that is jumped to from several places has its rules in each of them. */
export type Placed = {
	readonly rule: Rule
	readonly hook: string
	readonly priority: number
	/** Chains from the hook to the rule, the base chain first. */
	readonly path: readonly string[]
	/** The rules that jumped from each of these chains to the next. */
	readonly jumps: readonly Rule[]
	/** Before conntrack (-200, NF_IP_PRI_CONNTRACK): the state is not known there yet. */
	readonly isBeforeConntrack: boolean
}

const HOOKS = ['ingress', 'prerouting', 'input', 'forward', 'output', 'postrouting', 'egress']
const CONNTRACK = -200
/** Chains may jump 16 deep (NFT_JUMP_STACK_SIZE); iptables allows more, and nobody has more. */
const DEEPEST = 16
/** Rules in place, all together. A chain that everybody jumps to would else be there thousands of times. */
const MOST = 5_000

const hookPlace = (hook: string): number => {
	const place = HOOKS.indexOf(hook)
	return place < 0 ? HOOKS.length : place
}

/** Base chains in the order in which a packet meets them. */
export function baseChains(
	chains: readonly Chain[],
): readonly (Chain & { readonly base: NonNullable<Chain['base']> })[] {
	return chains
		.flatMap((chain) => (chain.base === null ? [] : [{ ...chain, base: chain.base }]))
		.toSorted((a, b) => hookPlace(a.base.hook) - hookPlace(b.base.hook) || a.base.priority - b.base.priority)
}

/** Rules hook by hook and chain by chain, those of chains that are jumped to in the place of the jump. Never endless. */
export function inOrder({ chains, rules }: Pick<Ruleset, 'chains' | 'rules'>): readonly Placed[] {
	const byChain = new Map<string, Rule[]>()
	for (const rule of rules) {
		const key = chainKey(rule, rule.chain)
		const list = byChain.get(key)
		if (list === undefined) byChain.set(key, [rule])
		else list.push(rule)
	}
	const placed: Placed[] = []
	const reached = new Set<string>()
	const walk = (
		chain: Chain & { readonly base: NonNullable<Chain['base']> },
		name: string,
		path: readonly string[],
		jumps: readonly Rule[],
	): void => {
		const key = chainKey(chain, name)
		reached.add(key)
		for (const rule of byChain.get(key) ?? []) {
			if (placed.length >= MOST) return
			const { hook, priority } = chain.base
			placed.push({ rule, hook, priority, path, jumps, isBeforeConntrack: priority < CONNTRACK })
			const { verdict } = rule
			if (
				(verdict.kind === 'jump' || verdict.kind === 'goto') &&
				!path.includes(verdict.chain) &&
				path.length < DEEPEST
			)
				walk(chain, verdict.chain, [...path, verdict.chain], [...jumps, rule])
		}
	}
	for (const chain of baseChains(chains)) walk(chain, chain.name, [chain.name], [])
	// A chain that nothing leads to, or whose way was not told: shown all the same, without a hook.
	for (const rule of rules)
		if (!reached.has(chainKey(rule, rule.chain)))
			placed.push({ rule, hook: '', priority: 0, path: [rule.chain], jumps: [], isBeforeConntrack: false })
	return placed
}
