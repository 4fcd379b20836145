import { chainKey } from './place.ts'
import type { Chain, Rule, Ruleset } from './rule.ts'

/** One way from a hook to a rule. */
export type Way = {
	readonly hook: string
	readonly priority: number
	/** Chains from the hook to the rule, the base chain first. */
	readonly path: readonly string[]
	/** The rules that jumped from each of these chains to the next. */
	readonly jumps: readonly Rule[]
	/** Before conntrack (-200, NF_IP_PRI_CONNTRACK): the state is not known there yet. */
	readonly isBeforeConntrack: boolean
	/** Some chains and jumps in its middle are left out. */
	readonly isCut?: boolean
}

/** A rule where a packet meets it first, with all ways to it. */
export type Placed = Way & {
	readonly rule: Rule
	/** The first of them is the one above; of very many the shortest. Empty: no hook leads there. */
	readonly ways: readonly Way[]
	/** How many there are, also those that are not in the list. */
	readonly wayCount: number
	/** There are even more: ways that were not counted, in a ruleset that would take too long. */
	readonly isMore: boolean
}

const HOOKS = ['ingress', 'prerouting', 'input', 'forward', 'output', 'postrouting', 'egress']
const CONNTRACK = -200
/** Chains jump 16 deep at most in nf_tables (NFT_JUMP_STACK_SIZE); a way that is longer is told in part. */
const LONGEST_WAY = 64
/** Of the ways to a chain. */
const MOST_WAYS = 64
/** Steps that are taken to find those of all chains; loops would else take any number. */
const MOST_STEPS = 400_000

const hookPlace = (hook: string): number => {
	const place = HOOKS.indexOf(hook)
	return place < 0 ? HOOKS.length : place
}

export type BaseChain = Chain & { readonly base: NonNullable<Chain['base']> }

/** Base chains in the order in which a packet meets them. */
export function baseChains(chains: readonly Chain[]): readonly BaseChain[] {
	return chains
		.flatMap((chain) => (chain.base === null ? [] : [{ ...chain, base: chain.base }]))
		.toSorted((a, b) => hookPlace(a.base.hook) - hookPlace(b.base.hook) || a.base.priority - b.base.priority)
}

/** Chains that a rule sends packets to. */
const targetsOf = ({ verdict, targets = [] }: Pick<Rule, 'verdict' | 'targets'>): readonly string[] =>
	'chain' in verdict ? [verdict.chain, ...targets.filter((target) => target !== verdict.chain)] : targets

/**
 * Rules hook by hook and chain by chain, those of a chain that is jumped to in the place of the first jump. Each is there once, however
 * many ways lead to it. `wanted`: those to tell of; the others only lead there.
 */
export function inOrder(
	{ chains, rules }: Pick<Ruleset, 'chains' | 'rules'>,
	wanted: (rule: Rule) => boolean = () => true,
): readonly Placed[] {
	const byChain = rulesByChain(rules)
	const bases = baseChains(chains)
	const waysTo = createWays(bases, rules)
	const placed: Placed[] = []
	const reached = new Set<string>()
	for (const base of bases)
		for (const rule of walk(base, byChain, reached)) if (wanted(rule)) placed.push(placedRule(rule, waysTo))
	// A chain that nothing leads to, or whose way was not told: shown all the same, without a hook.
	for (const rule of rules)
		if (wanted(rule) && !reached.has(chainKey(rule, rule.chain)))
			placed.push({ rule, ...LOST, path: [rule.chain] })
	return placed
}

const LOST: Omit<Placed, 'rule' | 'path'> = {
	hook: '',
	priority: 0,
	jumps: [],
	isBeforeConntrack: false,
	ways: [],
	wayCount: 0,
	isMore: false,
}

function placedRule(rule: Rule, waysTo: (rule: Rule) => Ways): Placed {
	const { ways, count, isMore } = waysTo(rule)
	const [first] = ways
	if (first === undefined) return { rule, ...LOST, path: [rule.chain] }
	// Where one way leads there behind conntrack, the state is known.
	const isBeforeConntrack = ways.every((way) => way.isBeforeConntrack)
	return { rule, ...first, isBeforeConntrack, ways, wayCount: count, isMore }
}

/** In the order of their numbers: a script may put one in front of others. */
function rulesByChain(rules: readonly Rule[]): ReadonlyMap<string, readonly Rule[]> {
	const byChain = Map.groupBy(rules, (rule) => chainKey(rule, rule.chain))
	for (const list of byChain.values()) list.sort((one, other) => one.number - other.number)
	return byChain
}

/** Each chain at the first jump to it. Chains may be any number of jumps deep, so nothing calls itself. */
function* walk(
	base: BaseChain,
	byChain: ReadonlyMap<string, readonly Rule[]>,
	reached: Set<string>,
): Generator<Rule> {
	const first = chainKey(base, base.name)
	if (reached.has(first)) return
	reached.add(first)
	const open = [{ rules: byChain.get(first) ?? [], at: 0 }]
	for (let here = open.at(-1); here !== undefined; here = open.at(-1)) {
		const rule = here.rules[here.at]
		if (rule === undefined) {
			open.pop()
			continue
		}
		here.at += 1
		yield rule
		for (const target of targetsOf(rule).toReversed()) {
			const key = chainKey(rule, target)
			if (reached.has(key)) continue
			reached.add(key)
			open.push({ rules: byChain.get(key) ?? [], at: 0 })
		}
	}
}

type Ways = { readonly ways: readonly Way[]; readonly count: number; readonly isMore: boolean }
type Jump = { readonly from: string; readonly rule: Rule }
/** A way that is being looked for, from the rule up to a hook. */
type Step = {
	readonly key: string
	readonly chain: string
	readonly jump: Jump | undefined
	readonly below: Step | undefined
	readonly deep: number
}

/** Finds the ways to chains, each chain's once. */
function createWays(bases: readonly BaseChain[], rules: readonly Rule[]): (rule: Rule) => Ways {
	const base = new Map(bases.map((chain) => [chainKey(chain, chain.name), chain]))
	const jumps = new Map<string, Jump[]>()
	for (const rule of rules)
		for (const target of targetsOf(rule)) {
			const key = chainKey(rule, target)
			const list = jumps.get(key)
			const jump = { from: chainKey(rule, rule.chain), rule }
			if (list === undefined) jumps.set(key, [jump])
			else list.push(jump)
		}
	const reachable = reachableFrom(base, jumps)
	const counts = wayCounts(base, jumps, reachable)
	const known = new Map<string, Ways>()
	let steps = MOST_STEPS

	const find = (chain: string, key: string): Ways => {
		const ways: Way[] = []
		// The shortest first.
		let open: Step[] = [{ key, chain, jump: undefined, below: undefined, deep: 0 }]
		let isCut = false
		while (open.length > 0 && !isCut) {
			const next: Step[] = []
			for (const step of open) {
				const of = base.get(step.key)
				if (of !== undefined) {
					if (ways.length >= MOST_WAYS) isCut = true
					else ways.push(wayOf(of, step))
				}
				for (const jump of jumps.get(step.key) ?? []) {
					if (!reachable.has(jump.from) || isOn(step, jump.from)) continue
					// To look for a circle takes longer the deeper it may be.
					steps -= 1 + (step.deep >> 4)
					if (steps < 0 || next.length > MOST_WAYS * MOST_WAYS) isCut = true
					if (isCut) break
					next.push({ key: jump.from, chain: jump.rule.chain, jump, below: step, deep: step.deep + 1 })
				}
				if (isCut) break
			}
			open = next
		}
		if (ways.length === 0 && reachable.has(key)) ways.push(...shortest(key))
		const counted = counts?.get(key)
		const count = isCut ? Math.max(ways.length, counted ?? 0) : ways.length
		const order = ways.toSorted(
			(one, other) => hookPlace(one.hook) - hookPlace(other.hook) || one.priority - other.priority,
		)
		return { ways: order, count, isMore: isCut && counted === undefined }
	}
	/** One way at least, where looking for all of them took too long. */
	const shortest = (key: string): readonly Way[] => {
		const seen = new Set([key])
		const open: Step[] = [{ key, chain: nameOf(key), jump: undefined, below: undefined, deep: 0 }]
		for (const step of open) {
			const of = base.get(step.key)
			if (of !== undefined) return [wayOf(of, step)]
			for (const jump of jumps.get(step.key) ?? []) {
				if (seen.has(jump.from)) continue
				seen.add(jump.from)
				open.push({ key: jump.from, chain: jump.rule.chain, jump, below: step, deep: step.deep + 1 })
			}
		}
		return []
	}
	return (rule) => {
		const key = chainKey(rule, rule.chain)
		let found = known.get(key)
		if (found === undefined) {
			found = find(rule.chain, key)
			known.set(key, found)
		}
		return found
	}
}

const nameOf = (key: string): string => key.split(' ').slice(4).join(' ')

function isOn(step: Step, key: string): boolean {
	for (let at: Step | undefined = step; at !== undefined; at = at.below) if (at.key === key) return true
	return false
}

function wayOf({ base: { hook, priority } }: BaseChain, top: Step): Way {
	const path: string[] = []
	const jumps: Rule[] = []
	for (let at: Step | undefined = top; at !== undefined; at = at.below) {
		// Of a way that long its beginning and its end.
		if (path.length >= LONGEST_WAY && at.below !== undefined && at.deep > LONGEST_WAY / 2) continue
		path.push(at.chain)
		if (at.jump !== undefined) jumps.push(at.jump.rule)
	}
	const isCut = path.length <= top.deep
	return { hook, priority, path, jumps, isBeforeConntrack: priority < CONNTRACK, ...(isCut ? { isCut } : {}) }
}

function reachableFrom(
	base: ReadonlyMap<string, BaseChain>,
	jumps: ReadonlyMap<string, readonly Jump[]>,
): ReadonlySet<string> {
	const down = new Map<string, string[]>()
	for (const [key, list] of jumps)
		for (const { from } of list) {
			const targets = down.get(from)
			if (targets === undefined) down.set(from, [key])
			else targets.push(key)
		}
	const reached = new Set(base.keys())
	const open = [...reached]
	for (let key = open.pop(); key !== undefined; key = open.pop())
		for (const target of down.get(key) ?? []) {
			if (reached.has(target)) continue
			reached.add(target)
			open.push(target)
		}
	return reached
}

/** How many ways lead to each chain; undefined where chains jump in a circle, so that nobody can add them up. */
function wayCounts(
	base: ReadonlyMap<string, BaseChain>,
	jumps: ReadonlyMap<string, readonly Jump[]>,
	reachable: ReadonlySet<string>,
): ReadonlyMap<string, number> | undefined {
	const counts = new Map<string, number>()
	const waiting = new Map<string, number>()
	const down = new Map<string, string[]>()
	for (const key of reachable) {
		counts.set(key, base.has(key) ? 1 : 0)
		const ups = (jumps.get(key) ?? []).filter(({ from }) => reachable.has(from))
		waiting.set(key, ups.length)
		for (const { from } of ups) {
			const targets = down.get(from)
			if (targets === undefined) down.set(from, [key])
			else targets.push(key)
		}
	}
	const open = [...reachable].filter((key) => waiting.get(key) === 0)
	let done = 0
	for (let key = open.pop(); key !== undefined; key = open.pop()) {
		done += 1
		for (const target of down.get(key) ?? []) {
			counts.set(
				target,
				Math.min(Number.MAX_SAFE_INTEGER, (counts.get(target) ?? 0) + (counts.get(key) ?? 0)),
			)
			const left = (waiting.get(target) ?? 0) - 1
			waiting.set(target, left)
			if (left === 0) open.push(target)
		}
	}
	return done === reachable.size ? counts : undefined
}
