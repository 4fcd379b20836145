import { type Collector, createCollector, createLines, type Place } from './collect.ts'
import { ruleFromNft } from './nft-rule.ts'
import type { RuleFamily, Ruleset } from './rule.ts'
import { shapingKind } from './shaping.ts'

/** What `nft list ruleset` said, with the tables that iptables-nft keeps: their rules are printed whole by its own tools only. */
export type NftRuleset = Ruleset & { readonly managed: readonly string[] }

const FAMILIES: readonly RuleFamily[] = ['ip', 'ip6', 'inet', 'arp', 'bridge', 'netdev']
const MANAGED = /table (\S+) (\S+) is managed by iptables-nft/
const MATTERS = /\bct state\b|\blog\b|\bnftrace set 1\b|\bxt (?:match|target)\b/
const JUMP = /\b(?:jump|goto) (\S+?)(?:[\s}"]|$)/
const NAMED_PRIORITIES: Readonly<Record<string, number>> = {
	raw: -300,
	mangle: -150,
	dstnat: -100,
	filter: 0,
	security: 50,
	srcnat: 100,
	out: 100,
}
/**
 * Expressions that register the hooks of conntrack in their namespace (nf_ct_netns_get in net/netfilter/nft_ct.c, nft_nat.c,
 * nft_masq.c, nft_redir.c, nft_connlimit.c, nft_flow_offload.c, nft_synproxy.c). `notrack` does not.
 */
const TRACKS =
	/\b(?:ct [a-z]|[sd]nat (?:to|ip6? to|prefix|\d)|masquerade|redirect|flow (?:add|offload) @|synproxy)/
const TRACKING_XT =
	/\bxt (?:match|target) "(?:conntrack|state|conn\w+|helper|cluster|MASQUERADE|[SD]NAT|REDIRECT|NETMAP|CONN(?:SEC)?MARK|SYNPROXY)"/
const QUOTED = /"[^"]*"/g
/** In the family bridge the names mean others (include/uapi/linux/netfilter_bridge.h). */
const BRIDGE_PRIORITIES: Readonly<Record<string, number>> = {
	dstnat: -300,
	filter: -200,
	out: 100,
	srcnat: 300,
}

/** Tables that nft warned about, in its standard output or error. */
export function managedTables(text: string): readonly string[] {
	return [...text.matchAll(new RegExp(MANAGED, 'g'))].map(([, family, table]) => `${family} ${table}`)
}

/** `filter - 1`, `-150`, `mangle`; undefined for what is none. */
export function priorityOf(text: string, family: RuleFamily): number | undefined {
	const [, name, sign, offset] = /^(-?\w+)(?: ([+-]) (\d+))?$/.exec(text.trim()) ?? []
	if (name === undefined) return undefined
	const names = family === 'bridge' ? BRIDGE_PRIORITIES : NAMED_PRIORITIES
	const base = /^-?\d+$/.test(name) ? Number(name) : names[name]
	if (base === undefined) return undefined
	return base + (sign === '-' ? -1 : 1) * Number(offset ?? 0)
}

/** Reads what `nft -a list ruleset` prints, also without handles or without what stands around a piece of it. */
export function createNftReader(): { push(text: string): void; end(): NftRuleset } {
	const collector = createCollector()
	const managed = new Set<string>()
	const lines = createLines(createNftLines(collector, managed))
	return {
		push: lines.push,
		end() {
			lines.end()
			return { ...collector.end(), managed: [...managed] }
		},
	}
}

type Block = 'table' | 'chain' | 'counter' | 'other'

/** Line by line, into a collector that others write into too. */
export function createNftLines(
	collector: Collector,
	managed: Set<string> = new Set(),
): (line: string) => void {
	const blocks: Block[] = []
	let place: Place = { backend: 'nft', family: 'ip', table: '', chain: '' }
	let counterName = ''
	let maps = new Map<string, string>()
	let mapName = ''
	/** A set that stretches over lines is one rule. */
	let open = ''
	/** Of its braces that are not closed yet. */
	let depth = 0

	const begin = (line: string): boolean => {
		const [, word = '', rest = ''] = /^(\w+) ?(.*?) ?\{(?: #.*)?$/.exec(line) ?? []
		if (word === 'table') {
			const [first = '', second] = rest.split(' ')
			const isFamily = (FAMILIES as readonly string[]).includes(first)
			place = {
				...place,
				family: isFamily ? (first as RuleFamily) : 'ip',
				table: isFamily ? (second ?? '') : first,
				chain: '',
			}
			maps = new Map()
			blocks.push('table')
			return true
		}
		if (word === 'chain') {
			place = { ...place, chain: rest }
			const { backend, family, table } = place
			collector.chain({ backend, family, table, name: rest, base: null, counter: null })
			blocks.push('chain')
			return true
		}
		if (word === 'counter' && blocks.at(-1) !== 'chain') {
			counterName = rest
			blocks.push('counter')
			return true
		}
		if (
			['set', 'map', 'flowtable', 'quota', 'limit', 'ct', 'secmark', 'synproxy', 'meter'].includes(word) &&
			blocks.at(-1) !== 'chain'
		) {
			mapName = word === 'map' || word === 'set' ? rest : ''
			blocks.push('other')
			return true
		}
		return false
	}

	const statement = (line: string): void => {
		const block = blocks.at(-1)
		if (block === 'counter') {
			const [, packets, bytes] = /^packets (\d+) bytes (\d+)/.exec(line) ?? []
			if (packets !== undefined)
				collector.named(counterName, { packets: Number(packets), bytes: Number(bytes) })
			return
		}
		if (block === 'other') {
			if (mapName !== '') collector.set(place, mapName, line)
			if (mapName !== '') maps.set(mapName, `${maps.get(mapName) ?? ''} ${line}`)
			return
		}
		if (block === 'table') return
		const [, type, hook, priority, policy] = !line.startsWith('type ')
			? []
			: (/^type (\S+) hook (\S+)(?: devices? .*?)? priority ([^;]+);(?: policy (\w+);)?/.exec(line) ?? [])
		if (type !== undefined && hook !== undefined) {
			const { backend, family, table, chain: name } = place
			const base = {
				hook,
				priority: priorityOf(priority ?? '', family) ?? 0,
				type,
				policy: policy ?? 'accept',
			}
			collector.chain({ backend, family, table, name, base, counter: null })
			return
		}
		if (/^(?:policy \w+;|comment "[^"]*"$|flags |devices? = )/.test(line)) return
		if (isRule(line)) rule(line)
		else collector.unread(line)
	}

	const rule = (line: string): void => {
		const number = collector.next(place)
		if (!collector.isTracked && isTracking(line)) collector.tracks(place, number)
		const here = place
		const known = maps
		if (shapingKind(line) !== undefined) collector.shape(() => ruleFromNft(here, number, line, known))
		if (MATTERS.test(line)) collector.keep(ruleFromNft(here, number, line, known))
		const targets = line.includes('vmap') ? vmapTargets(line) : [JUMP.exec(line)?.[1] ?? '']
		for (const target of targets)
			if (target !== '') collector.jump(here, target, () => ruleFromNft(here, number, line, known))
	}

	return (raw) => {
		let line = raw.trim()
		if (line === '') return
		if (line.startsWith('#')) {
			const [, family, table] = MANAGED.exec(line) ?? []
			if (table !== undefined) managed.add(`${family} ${table}`)
			return
		}
		// Only what is new is looked at: a set may have thousands of lines.
		depth = (open === '' ? 0 : depth) + (line.includes('{') || line.includes('}') ? braces(line) : 0)
		const isFirst = open === ''
		const hasBrace = !isFirst || line.includes('{')
		if (open !== '') {
			line = `${open} ${line}`
			open = ''
		}
		if (line === '}') {
			if (blocks.pop() === 'chain') place = { ...place, chain: '' }
			return
		}
		if (isFirst && hasBrace && begin(line)) return
		if (hasBrace && depth > 0 && line.length < LONGEST_RULE) {
			open = line
			return
		}
		statement(line)
	}
}

const isTracking = (line: string): boolean =>
	TRACKING_XT.test(line) || TRACKS.test(line.replaceAll(QUOTED, '""'))

/** A set of so many elements that it is longer is cut: what follows is no rule. */
const LONGEST_RULE = 65_536

function braces(line: string): number {
	let depth = 0
	let isQuoted = false
	for (const character of line) {
		if (character === '"') isQuoted = !isQuoted
		else if (!isQuoted && character === '{') depth += 1
		else if (!isQuoted && character === '}') depth -= 1
	}
	return depth
}

/** Words that a rule of nft begins with (src/parser_bison.y, stmt and the expressions in front of a relation). */
const isRule = (line: string): boolean => /^[a-z@!"][\w.-]*/i.test(line) && !/^\$ /.test(line)

const vmapTargets = (line: string): readonly string[] => [
	...new Set([...line.matchAll(/: (?:jump|goto) ([^\s,}]+)/g)].map(([, chain = '']) => chain)),
]
