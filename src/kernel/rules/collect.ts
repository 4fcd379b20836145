import { createChainNumbers } from './chain-numbers.ts'
import { chainKey, type Place, type TablePlace } from './place.ts'
import type { Chain, Elsewhere, Rule, RuleCounter, RulePlace, Ruleset } from './rule.ts'

export type Collector = {
	/** A chain as its head says it. The same chain twice: the one with a hook counts. */
	chain(chain: Omit<Chain, 'size'>): void
	/** Whether a rule or a head of this chain was there already. */
	has(place: Place): boolean
	/**
	 * Counts a rule of the chain and answers its number there, from 1. With `before`, a place from 1 on, it is put in front of
	 * the rule that stands there: such a rule gets its number in the end, and a negative one until then.
	 */
	next(place: Place, before?: number): number
	keep(rule: Rule): void
	/** A rule that translates addresses, or decides what conntrack looks at. */
	shape(rule: () => Rule): void
	/** A rule that is of interest only if its target leads to one: taken apart at the end. */
	jump(place: Place, target: string, read: () => Rule): void
	/** A rule that leads to the chains which a map by name holds. */
	jumpByMap(place: Place, map: string, read: () => Rule): void
	/** A map by name leads there. */
	mapTarget(place: TablePlace, map: string, chain: string): void
	/** A rule that conntrack has to work for. Once one is known, no other need be looked for. */
	tracks(place: Place, number: number): void
	readonly isTracked: boolean
	named(name: string, counter: RuleCounter): void
	/** A line of a set or map by name. */
	set(place: TablePlace, name: string, line: string): void
	unread(line: string): void
	/** A file that is included, or whatever else is not in this text. */
	elsewhere(what: Elsewhere): void
	end(): Ruleset
}

/** Of lines that could not be understood, and of what is not there at all. */
const MOST_UNREAD = 20
/** A node of Kubernetes may have tens of thousands that translate; each takes some microseconds to read. */
const MOST_SHAPING = 2_000
const LONGEST_SET = 2_000
const LONGEST_UNREAD = 300

const mapKey = ({ family, table }: TablePlace, name: string): string => `${family} ${table} ${name}`

type At = { readonly at: number; readonly rule: Rule }
type Waiting = { readonly from: string; readonly read: () => Rule; readonly at: number }

/**
 * Collects what matters of a ruleset while its text passes. Jumps are kept as they were read until it is known whether they
 * lead anywhere: of tens of thousands of them few do.
 */
export function createCollector(): Collector {
	const chains = new Map<string, Omit<Chain, 'size'>>()
	const numbers = createChainNumbers()
	const kept: At[] = []
	const shaping: At[] = []
	let shapingLeftOut = 0
	const jumps = new Map<string, Waiting[]>()
	const byMap: (Waiting & { readonly place: Place; readonly map: string })[] = []
	const mapTargets = new Map<string, Set<string>>()
	const named: Record<string, RuleCounter> = {}
	const sets = new Map<string, string>()
	const unread: string[] = []
	let unreadCount = 0
	const elsewhere = new Map<string, Elsewhere>()
	let total = 0
	let tracked: { readonly key: string; readonly place: RulePlace } | null = null

	const wait = (key: string, waiting: Waiting): void => {
		const list = jumps.get(key)
		if (list === undefined) jumps.set(key, [waiting])
		else list.push(waiting)
	}

	/** A map may be told behind the rule that looks into it. */
	const followMaps = (): void => {
		for (const { place, map, from, read, at } of byMap.splice(0)) {
			const targets = [...(mapTargets.get(mapKey(place, map)) ?? [])]
			let rule: Rule | undefined
			const withTargets = (): Rule => {
				rule ??= { ...read(), targets }
				return rule
			}
			for (const target of targets) wait(chainKey(place, target), { from, read: withTargets, at })
		}
	}

	/** Rules and the jumps that lead to them, from chain to chain up to the hooks. */
	const withJumps = (found: readonly At[], most: number): readonly Rule[] => {
		const all = new Map(found.map(({ at, rule }) => [at, rule]))
		const open = [...new Set(found.map(({ rule }) => chainKey(rule, rule.chain)))]
		const seen = new Set(open)
		for (let key = open.pop(); key !== undefined; key = open.pop()) {
			for (const { from, read, at } of jumps.get(key) ?? []) {
				if (all.size >= most) break
				if (!all.has(at)) all.set(at, read())
				if (seen.has(from)) continue
				seen.add(from)
				open.push(from)
			}
		}
		return [...all].toSorted(([one], [other]) => one - other).map(([, rule]) => numbers.settled(rule))
	}

	return {
		chain(chain) {
			const key = chainKey(chain, chain.name)
			const before = chains.get(key)
			if (before?.base == null || chain.base !== null) chains.set(key, chain)
		},
		has(place) {
			const key = chainKey(place, place.chain)
			return chains.has(key) || numbers.sizeOf(key) > 0
		},
		next(place, before) {
			total += 1
			return numbers.next(chainKey(place, place.chain), before)
		},
		keep: (rule) => void kept.push({ at: total, rule }),
		shape(rule) {
			if (shaping.length < MOST_SHAPING) shaping.push({ at: total, rule: rule() })
			else shapingLeftOut += 1
		},
		jump(place, target, read) {
			wait(chainKey(place, target), { from: chainKey(place, place.chain), read, at: total })
		},
		jumpByMap(place, map, read) {
			byMap.push({ place, map, from: chainKey(place, place.chain), read, at: total })
		},
		mapTarget(place, map, chain) {
			const key = mapKey(place, map)
			const targets = mapTargets.get(key)
			if (targets === undefined) mapTargets.set(key, new Set([chain]))
			else targets.add(chain)
		},
		tracks(place, number) {
			const { family, table, chain } = place
			tracked ??= { key: chainKey(place, chain), place: { family, table, chain, number } }
		},
		get isTracked() {
			return tracked !== null
		},
		named(name, counter) {
			named[name] = counter
		},
		set(place, name, line) {
			const key = mapKey(place, name)
			const before = sets.get(key) ?? ''
			if (before.length < LONGEST_SET) sets.set(key, `${before} ${line}`.trim().slice(0, LONGEST_SET))
		},
		unread(line) {
			unreadCount += 1
			if (unread.length < MOST_UNREAD) unread.push(line.trim().slice(0, LONGEST_UNREAD))
		},
		elsewhere(what) {
			const name = what.name.slice(0, LONGEST_UNREAD)
			if (elsewhere.size < MOST_UNREAD) elsewhere.set(`${what.kind} ${name}`, { ...what, name })
		},
		end() {
			followMaps()
			const withMapTargets = kept.map(({ at, rule }) => ({ at, rule: targetsByName(rule, mapTargets) }))
			const rules = withJumps(withMapTargets, Number.POSITIVE_INFINITY)
			const used = setsUsedBy(rules)
			return {
				sets: Object.fromEntries([...sets].filter(([key]) => used.has(key))),
				chains: [...chains].map(([key, chain]) => ({ ...chain, size: numbers.sizeOf(key) })),
				rules,
				shaping: { rules: withJumps(shaping, 2 * MOST_SHAPING), leftOut: shapingLeftOut },
				total,
				tracked:
					tracked === null
						? null
						: { ...tracked.place, number: numbers.final(tracked.key, tracked.place.number) },
				named,
				unread,
				unreadCount,
				...(elsewhere.size === 0 ? {} : { elsewhere: [...elsewhere.values()] }),
			}
		},
	}
}

/** A rule that acts on a state may lead on by a map, too. */
function targetsByName(rule: Rule, mapTargets: ReadonlyMap<string, ReadonlySet<string>>): Rule {
	const map = mapNameIn(rule.text)
	if (rule.backend !== 'nft' || map === undefined || rule.targets !== undefined) return rule
	const targets = mapTargets.get(mapKey(rule, map))
	return targets === undefined ? rule : { ...rule, targets: [...targets] }
}

/** The map by name whose verdict is taken. */
export const mapNameIn = (text: string): string | undefined => /\bvmap @([\w.-]+)/.exec(text)?.[1]

function setsUsedBy(rules: readonly Rule[]): ReadonlySet<string> {
	const used = new Set<string>()
	for (const rule of rules)
		for (const [, name = ''] of rule.text.matchAll(/@([\w.-]+)/g)) used.add(mapKey(rule, name))
	return used
}

/** Cuts text that comes in any pieces into lines. `end` gives the rest. */
export function createLines(take: (line: string) => void) {
	let rest = ''
	return {
		push(text: string): void {
			const lines = (rest + text).split('\n')
			rest = lines.pop() ?? ''
			for (const line of lines) take(line)
		},
		end(): void {
			if (rest !== '') take(rest)
			rest = ''
		},
	}
}
