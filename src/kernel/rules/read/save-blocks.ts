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

/** Gathers the lines of iptables-save and `iptables -S` table by table, as it takes all of them to tell whose they are. */
export function createSaveBlocks(collector: Collector, placeOf: (block: SaveBlock) => Omit<Place, 'chain'>) {
	let table: string | undefined
	let typed: TypedRule | undefined
	let lines: string[] = []
	let chains = new Set<string>()
	let policies: string[] = []
	let family: RuleFamily | undefined
	let hasRules = false

	const flush = (): void => {
		if (lines.length > 0 || table !== undefined) {
			const place = placeOf({ table, family, chains: [...chains], policies, typed })
			const take = createSaveLines(collector, place)
			for (const line of lines) take(line)
		}
		table = undefined
		typed = undefined
		lines = []
		chains = new Set()
		policies = []
		family = undefined
		hasRules = false
	}

	const add = (line: string): void => {
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
			const [, chain] = /-[AI] (\S+)/.exec(line) ?? []
			if (chain !== undefined) chains.add(chain)
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
