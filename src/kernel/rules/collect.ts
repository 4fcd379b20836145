import type { Backend, Chain, Rule, RuleCounter, RuleFamily, RulePlace, Ruleset } from './rule.ts'

/** Where a rule stands. */
export type Place = {
	readonly backend: Backend
	readonly family: RuleFamily
	readonly table: string
	readonly chain: string
}

export type Collector = {
	/** A chain as its head says it. The same chain twice: the one with a hook counts. */
	chain(chain: Omit<Chain, 'size'>): void
	/** Counts a rule of the chain and answers its number there, from 1. */
	next(place: Place): number
	keep(rule: Rule): void
	/** A rule that translates addresses, or decides what conntrack looks at. */
	shape(rule: () => Rule): void
	/** A rule that is of interest only if its target leads to one: taken apart at the end. */
	jump(place: Place, target: string, read: () => Rule): void
	/** A rule that conntrack has to work for. Once one is known, no other need be looked for. */
	tracks(place: Place, number: number): void
	readonly isTracked: boolean
	named(name: string, counter: RuleCounter): void
	/** A line of a set or map by name. */
	set(place: Pick<Place, 'family' | 'table'>, name: string, line: string): void
	unread(line: string): void
	end(): Ruleset
}

const MOST_UNREAD = 20
/** A node of Kubernetes may have tens of thousands that translate; each takes some microseconds to read. */
const MOST_SHAPING = 2_000
const LONGEST_SET = 2_000

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
const LONGEST_UNREAD = 300

export const chainKey = ({ backend, family, table }: Omit<Place, 'chain'>, name: string): string =>
	`${backend} ${family} ${table} ${name}`

type At = { readonly at: number; readonly rule: Rule }
type Waiting = { readonly from: string; readonly read: () => Rule; readonly at: number }

/**
 * Collects what matters of a ruleset while its text passes. Jumps are kept as they were read until it is known whether they
 * lead anywhere: of tens of thousands of them few do.
 */
export function createCollector(): Collector {
	const chains = new Map<string, Omit<Chain, 'size'>>()
	const sizes = new Map<string, number>()
	const kept: At[] = []
	const shaping: At[] = []
	let shapingLeftOut = 0
	const jumps = new Map<string, Waiting[]>()
	const named: Record<string, RuleCounter> = {}
	const sets = new Map<string, string>()
	const unread: string[] = []
	let total = 0
	let tracked: RulePlace | null = null

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
		return [...all].toSorted(([one], [other]) => one - other).map(([, rule]) => rule)
	}

	return {
		chain(chain) {
			const key = chainKey(chain, chain.name)
			const before = chains.get(key)
			if (before?.base == null || chain.base !== null) chains.set(key, chain)
		},
		next(place) {
			total += 1
			const key = chainKey(place, place.chain)
			const number = (sizes.get(key) ?? 0) + 1
			sizes.set(key, number)
			return number
		},
		keep: (rule) => void kept.push({ at: total, rule }),
		shape(rule) {
			if (shaping.length < MOST_SHAPING) shaping.push({ at: total, rule: rule() })
			else shapingLeftOut += 1
		},
		jump(place, target, read) {
			const key = chainKey(place, target)
			const list = jumps.get(key)
			const waiting = { from: chainKey(place, place.chain), read, at: total }
			if (list === undefined) jumps.set(key, [waiting])
			else list.push(waiting)
		},
		tracks({ family, table, chain }, number) {
			tracked ??= { family, table, chain, number }
		},
		get isTracked() {
			return tracked !== null
		},
		named(name, counter) {
			named[name] = counter
		},
		set({ family, table }, name, line) {
			const key = `${family} ${table} ${name}`
			const before = sets.get(key) ?? ''
			if (before.length < LONGEST_SET) sets.set(key, `${before} ${line}`.trim().slice(0, LONGEST_SET))
		},
		unread(line) {
			if (unread.length < MOST_UNREAD) unread.push(line.slice(0, LONGEST_UNREAD))
		},
		end() {
			const rules = withJumps(kept, Number.POSITIVE_INFINITY)
			const usedBy = (key: string) =>
				rules.some(({ family, table, text }) => {
					const prefix = `${family} ${table} `
					return (
						key.startsWith(prefix) &&
						new RegExp(`@${escaped(key.slice(prefix.length))}(?![\\w.-])`).test(text)
					)
				})
			return {
				sets: Object.fromEntries([...sets].filter(([key]) => usedBy(key))),
				chains: [...chains].map(([key, chain]) => ({ ...chain, size: sizes.get(key) ?? 0 })),
				rules,
				shaping: { rules: withJumps(shaping, 2 * MOST_SHAPING), leftOut: shapingLeftOut },
				total,
				tracked,
				named,
				unread,
			}
		},
	}
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
