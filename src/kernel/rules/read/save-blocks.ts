import type { Collector } from '../collect.ts'
import type { Place } from '../place.ts'
import type { RuleFamily } from '../rule.ts'
import type { TypedRule } from './headings.ts'
import { createSaveLines, HOOK_ORDER } from './save-reader.ts'

/** What the lines of a table tell of it. */
export type SaveBlock = {
	/** `*filter`; undefined: lines without a head, as `iptables -S` prints them. */
	readonly table: string | undefined
	/** As its addresses tell; undefined: they do not. */
	readonly family: RuleFamily | undefined
	readonly chains: readonly string[]
	/** Chains of the kernel's own. */
	readonly policies: readonly string[]
	/** They were typed one by one. */
	readonly typed: TypedRule | undefined
}

const SIX =
	/ -[sd] [0-9a-f]*:|(?:ipv6-)?icmpv?6\b|ipv6-icmp|--hl-|icmp6-|ufw6-| -m (?:hl|frag|rt|ipv6header|eui64|hbh|dst|mh) |--to-(?:source|destination) \[?[0-9a-f]*:[0-9a-f]*:/
const FOUR =
	/ -[sd] \d+\.\d+\.\d+| -p icmp | -m (?:icmp|ttl) |icmp-(?:port|host|net|proto|admin)|--to-(?:source|destination) \d+\.\d+\.\d+/

const TAKES_AWAY = /^(?:-[DF]|--delete|--flush)(?: |$)/
/** Chain and rule. */
const ADDED = /^(?:\[\d+:\d+\] )?(?:-[AI]|--append|--insert) +(\S+)(?: +\d+(?= ))? +(.*)$/
const wordsOf = (spec: string): string => spec.replace(/\s{2,}/g, ' ').trim()
const chainOf = (line: string): string | undefined => ADDED.exec(line)?.[1]

/** Gathers the lines of iptables-save and `iptables -S` table by table, as it takes all of them to tell whose they are. */
export function createSaveBlocks(collector: Collector, placeOf: (block: SaveBlock) => Omit<Place, 'chain'>) {
	let table: string | undefined
	let typed: TypedRule | undefined
	let lines: string[] = []
	let chains = new Set<string>()
	let policies: string[] = []
	let family: RuleFamily | undefined
	let hasRules = false
	/** Where the rules of each chain stand among the lines, by their words. */
	const added = new Map<string, Map<string, number[]>>()
	/** Chains with rules of blocks that are over, of those that are typed: what is deleted of them is not followed. */
	const over = new Set<string>()

	const flush = (): void => {
		if (lines.length > 0 || table !== undefined) {
			const place = placeOf({ table, family, chains: [...chains], policies, typed })
			const take = createSaveLines(collector, place)
			for (const line of lines) {
				take(line)
				const chain = typed === undefined ? undefined : chainOf(line)
				if (chain !== undefined) over.add(overKey(chain)).add(overKey())
			}
		}
		table = undefined
		typed = undefined
		lines = []
		added.clear()
		chains = new Set()
		policies = []
		family = undefined
		hasRules = false
	}

	/** Without a chain: of the table. */
	const overKey = (chain = ''): string => `${typed?.family} ${table} ${chain}`

	/** Takes away what an earlier line of the same table has added; of one that is over it is not followed. */
	const takeAway = (line: string): boolean => {
		const emptied = /^(?:-F|--flush)(?: (\S+))?\s*$/.exec(line)
		if (emptied !== null) {
			const [, chain] = emptied
			for (const name of chain === undefined ? [...added.keys()] : [chain]) {
				for (const places of added.get(name)?.values() ?? []) for (const place of places) lines[place] = ''
				added.delete(name)
			}
			if (chain === undefined ? over.has(overKey()) : over.has(overKey(chain))) collector.unread(line)
			return true
		}
		const [, from, spec = ''] = /^(?:-D|--delete) +(\S+) +(.*)$/.exec(line) ?? []
		if (from === undefined || /^\d+\s*$/.test(spec)) return false
		const place = added.get(from)?.get(wordsOf(spec))?.shift()
		if (place !== undefined) lines[place] = ''
		else if (over.has(overKey(from))) collector.unread(line)
		return true
	}

	const note = (chain: string, spec: string): void => {
		const specs = added.get(chain) ?? new Map<string, number[]>()
		added.set(chain, specs)
		const places = specs.get(spec)
		if (places === undefined) specs.set(spec, [lines.length])
		else places.push(lines.length)
	}

	const add = (line: string): void => {
		if (TAKES_AWAY.test(line) && takeAway(line)) return
		const [, name] = /^(?::|-[PN] )(\S+)/.exec(line) ?? []
		if (name !== undefined) {
			const isPolicy = line.startsWith('-P') || (line.startsWith(':') && HOOK_ORDER.includes(name))
			const isLater = HOOK_ORDER.indexOf(name) > HOOK_ORDER.indexOf(policies.at(-1) ?? '')
			// `iptables -S` of the next table or family.
			if (line.startsWith('-P') && table === undefined && (hasRules || !isLater)) flush()
			chains.add(name)
			if (isPolicy) policies.push(name)
		} else {
			hasRules = true
			const [, chain, spec = ''] = ADDED.exec(line) ?? []
			if (chain !== undefined) {
				chains.add(chain)
				note(chain, wordsOf(spec))
			}
		}
		family ??= SIX.test(` ${line} `) ? 'ip6' : FOUR.test(` ${line} `) ? 'ip' : undefined
		lines.push(line)
	}

	return {
		line(line: string): void {
			if (typed !== undefined) flush()
			if (line.startsWith('*')) {
				flush()
				table = line.slice(1).trim()
			} else if (/^COMMIT\s*$/.test(line)) flush()
			else add(line)
		},
		/** A rule that somebody types: those of one table and family after each other are one block. */
		typed(rule: TypedRule): void {
			const isSame =
				typed !== undefined &&
				typed.family === rule.family &&
				typed.backend === rule.backend &&
				(typed.table ?? 'filter') === (rule.table ?? 'filter')
			if (!isSame) flush()
			typed = rule
			table = rule.table ?? 'filter'
			add(rule.text)
		},
		flush,
	}
}
