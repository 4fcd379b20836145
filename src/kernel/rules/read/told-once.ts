import { chainKey } from '../place.ts'
import type { Backend, Chain, Rule, Ruleset } from '../rule.ts'
import type { Told, ToldListing } from './listings.ts'

type TablePlace = Pick<Chain, 'listing' | 'backend' | 'family' | 'table'>

/** A table as one tool has told it. */
type Source = ToldListing & { readonly backend: Backend; readonly key: string; readonly chains: Chain[] }

/** What becomes of the tables of a text, each by its key. */
type Settled = {
	/** Told by another tool as well, which is kept. */
	readonly dropped: Set<string>
	/** Those that are dropped for it. */
	readonly others: Map<string, Source[]>
	readonly backends: Map<string, Backend>
	readonly turns: Map<string, number>
}

const keyOf = ({ listing = 1, backend, family, table }: TablePlace): string =>
	`${listing} ${backend} ${family} ${table}`

/** That which tells most comes first. */
const PREFERRED = ['save', 'list', 'script', 'nft'] as const

/**
 * One table for what several tools have told of it at one time: the words of iptables, which tells all, and the counters of nft.
 * What differs stays apart, as another listing.
 */
export function toldOnce(ruleset: Ruleset, told: Told): Ruleset {
	const { settled, turns } = settle(sourcesOf(ruleset, told), told.heads.length)
	const isKept = (of: TablePlace) => !settled.dropped.has(keyOf(of))
	const isSeveral = turns > 1
	const placed = <Of extends TablePlace>(of: Of): Of => {
		const { listing: _, ...rest } = of
		return {
			...rest,
			backend: settled.backends.get(keyOf(of)) ?? of.backend,
			...(isSeveral ? { listing: settled.turns.get(keyOf(of)) ?? 1 } : {}),
		} as Of
	}
	const withSpare = spareOf(ruleset, settled)
	const rules = (all: readonly Rule[]) => all.filter(isKept).map((rule) => placed(withSpare(rule)))
	const lost = ruleset.chains.filter((chain) => !isKept(chain)).reduce((sum, { size }) => sum + size, 0)
	const { shaping } = ruleset
	return {
		...ruleset,
		chains: ruleset.chains.filter(isKept).map(placed),
		rules: rules(ruleset.rules),
		...(shaping === undefined ? {} : { shaping: { ...shaping, rules: rules(shaping.rules) } }),
		total: ruleset.total - lost,
		...(isSeveral ? { listings: Array.from({ length: turns }, (_, at) => told.heads[at] ?? '') } : {}),
	}
}

function sourcesOf({ chains }: Ruleset, { listings }: Told): readonly Source[] {
	const byListing = new Map(listings.map((one) => [one.listing, one]))
	const sources = new Map<string, Source>()
	for (const chain of chains) {
		const key = keyOf(chain)
		const told = byListing.get(chain.listing ?? 1) ?? { listing: 1, tool: 'nft', turn: 1 }
		const source = sources.get(key)
		if (source === undefined) sources.set(key, { ...told, backend: chain.backend, key, chains: [chain] })
		else source.chains.push(chain)
	}
	return [...sources.values()].toSorted(
		(one, other) => PREFERRED.indexOf(one.tool) - PREFERRED.indexOf(other.tool),
	)
}

function settle(
	sources: readonly Source[],
	heads: number,
): { readonly settled: Settled; readonly turns: number } {
	const settled: Settled = { dropped: new Set(), others: new Map(), backends: new Map(), turns: new Map() }
	let turns = heads
	const added = new Map<string, number>()
	const seen = new Map<string, Source[]>()
	for (const source of sources) {
		const [first] = source.chains
		const table = `${source.turn} ${first?.family} ${first?.table}`
		const before = seen.get(table) ?? []
		seen.set(table, [...before, source])
		const twin = before.find((one) => isSame(one, source, settled))
		if (twin !== undefined) {
			settled.dropped.add(source.key)
			settled.others.set(twin.key, [...(settled.others.get(twin.key) ?? []), source])
			const known = settled.backends.get(twin.key) ?? twin.backend
			const said = source.backend === 'nft' ? 'iptables-nft' : source.backend
			if (known === 'iptables' && said !== 'iptables') settled.backends.set(twin.key, said)
			continue
		}
		let turn = source.turn
		// The same chains with other rules: of another time, as far as anybody knows.
		if (before.some(({ backend }) => backend === source.backend)) {
			const key = `${source.turn} ${source.tool}`
			turn = added.get(key) ?? ++turns
			added.set(key, turn)
		}
		settled.turns.set(source.key, turn)
	}
	return { settled, turns }
}

/** Whether two tools have told the same table. Of nft only that of iptables-nft is one that iptables tells, too. */
function isSame(one: Source, other: Source, { dropped, backends }: Settled): boolean {
	if (dropped.has(one.key)) return false
	const known = backends.get(one.key) ?? one.backend
	if (other.backend === 'nft') {
		if (known === 'iptables-nft') return true
		return known === 'iptables' && hasItsChains(one, other) && other.chains.some(({ size }) => size > 0)
	}
	if (known === 'nft' || (known !== other.backend && known !== 'iptables' && other.backend !== 'iptables'))
		return false
	return hasItsChains(one, other)
}

/** Each chain of the other is there, with as many rules. */
function hasItsChains(one: Source, other: Source): boolean {
	const sizes = new Map(one.chains.map(({ name, size }) => [name, size]))
	return other.chains.every(({ name, size }) => sizes.get(name) === size)
}

/** Rules with what only the other tool told of them: handles, and counters. */
function spareOf({ rules, chains }: Ruleset, { dropped, others }: Settled): (rule: Rule) => Rule {
	const spare = new Map<string, Rule>()
	for (const rule of rules)
		if (dropped.has(keyOf(rule))) spare.set(`${chainKey(rule, rule.chain)} ${rule.number}`, rule)
	const sizes = new Map(chains.map((chain) => [chainKey(chain, chain.name), chain.size]))
	return (rule) => {
		let { counter, handle } = rule
		for (const { listing, backend } of others.get(keyOf(rule)) ?? []) {
			const there = chainKey({ ...rule, listing, backend }, rule.chain)
			const found = spare.get(`${there} ${rule.number}`)
			if (found === undefined || sizes.get(there) !== sizes.get(chainKey(rule, rule.chain))) continue
			counter = backend === 'nft' ? (found.counter ?? counter) : (counter ?? found.counter)
			handle ??= found.handle
		}
		return counter === rule.counter && handle === rule.handle ? rule : { ...rule, counter, handle }
	}
}
