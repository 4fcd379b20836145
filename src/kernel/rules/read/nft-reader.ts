import { type Collector, createCollector, createLines, mapNameIn } from '../collect.ts'
import type { Place } from '../place.ts'
import type { Chain, RuleFamily, Ruleset } from '../rule.ts'
import { shapingKind } from '../shaping.ts'
import { namesInvalid } from '../state-match.ts'
import { ruleFromNft, vmapTargets } from './nft-rule.ts'
import { createNftDefinitions, NFT_EDIT, readEdit, unquotedFile } from './nft-script.ts'
import { createNftStatements } from './nft-statements.ts'

/** What `nft list ruleset` said, with the tables that iptables-nft keeps: their rules are printed whole by its own tools only. */
export type NftRuleset = Ruleset & { readonly managed: readonly string[] }

const FAMILIES: readonly RuleFamily[] = ['ip', 'ip6', 'inet', 'arp', 'bridge', 'netdev']
const MANAGED = /table (\S+) (\S+) is managed by iptables-nft/
const MATTERS = /\binvalid\b|\bct\s+state\b|\blog\b|\bnftrace set 1\b|\bxt (?:match|target)\b|#\s*xt_/
const JUMP = /(?:^|\s)(?:jump|goto)\s+([^\s{};"]+)/
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
	/(?:\bxt (?:match|target) "?|#\s*xt_)(?:conntrack|state|conn\w+|helper|cluster|MASQUERADE|[SD]NAT|REDIRECT|NETMAP|CONN(?:SEC)?MARK|SYNPROXY)\b/
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
	const nft = createNftLines(collector, managed)
	const lines = createLines(nft.line)
	return {
		push: lines.push,
		end() {
			lines.end()
			nft.end()
			return { ...collector.end(), managed: [...managed] }
		},
	}
}

/** Where a table's chain stands; which listing it is may follow from what was there before. */
type ListingOf = (place: Place, isEdit: boolean) => number | undefined

/** Line by line, into a collector that others write into too. */
export function createNftLines(
	collector: Collector,
	managed: Set<string> = new Set(),
	listingOf: ListingOf = () => undefined,
): { line(text: string): void; end(): void; readonly isOpen: boolean } {
	/** Chains that have rules: family, table and name. */
	const ruled = new Set<string>()
	const blocks: Block[] = []
	let place = NOWHERE
	let base: { -readonly [Key in keyof Base]: Base[Key] } | undefined
	let name = ''
	/** Sets and maps of each table, as far as they say something of a state. */
	const byTable = new Map<string, Map<string, string>>()
	const definitions = createNftDefinitions()

	const mapsOf = ({ family, table }: Pick<Place, 'family' | 'table'>): Map<string, string> => {
		const key = `${family} ${table}`
		let maps = byTable.get(key)
		if (maps === undefined) {
			maps = new Map()
			byTable.set(key, maps)
		}
		return maps
	}

	const beginChain = (where: Place, isEdit: boolean): void => {
		const listing = listingOf(where, isEdit)
		const { listing: _, ...rest } = where
		place = listing === undefined ? rest : { ...rest, listing }
		base = undefined
		headOfChain()
	}
	const headOfChain = (): void => {
		const { chain, ...where } = place
		collector.chain({ ...where, name: chain, base: base === undefined ? null : { ...base }, counter: null })
	}

	const begin = (head: string): void => {
		const words = head.split(/\s+/)
		const isEdit = /^(?:add|create|replace|delete|destroy|reset|list)$/.test(words[0] ?? '')
		const [kind = '', ...rest] = isEdit ? words.slice(1) : words
		if (kind === 'table') {
			const [family, table = ''] = familyAnd(rest)
			const { backend } = place
			place = { backend, family, table, chain: '' }
			blocks.push('table')
			return
		}
		if (kind === 'chain') {
			if (isEdit) {
				const [family, table = '', chain = ''] = familyAnd(rest)
				beginChain({ backend: 'nft', family, table, chain }, true)
			} else beginChain({ ...place, chain: rest[0] ?? '' }, false)
			blocks.push('chain')
			return
		}
		const own = isEdit ? familyAnd(rest) : undefined
		if (own !== undefined) place = { ...place, family: own[0], table: own[1] ?? '', chain: '' }
		name = own === undefined ? (rest[0] ?? '') : (own[2] ?? '')
		blocks.push(kind === 'counter' ? 'counter' : kind === 'set' || kind === 'map' ? 'set' : 'other')
	}

	const inSet = (line: string): void => {
		collector.set(place, name, line)
		const maps = mapsOf(place)
		const before = maps.get(name) ?? ''
		if (before.length < LONGEST_RULE) maps.set(name, `${before} ${line}`.trim())
		mapTargets(line)
	}
	const mapTargets = (line: string): void => {
		if (line.includes('jump') || line.includes('goto'))
			for (const target of vmapTargets(line)) collector.mapTarget(place, name, target)
	}

	const statement = (text: string) => {
		if (/^#\s*handle \d+$/.test(text)) return
		const block = blocks.at(-1)
		if (block === 'counter') {
			const [, packets, bytes] = /^packets (\d+) bytes (\d+)/.exec(text) ?? []
			if (packets !== undefined) collector.named(name, { packets: Number(packets), bytes: Number(bytes) })
			else if (isRule(text)) collector.unread(text)
			return
		}
		if (block === 'set') return IN_SET.test(text) ? inSet(text) : collector.unread(text)
		if (block === 'other') return namesInvalid(text) ? collector.unread(text) : undefined
		if (block === 'table') return inTable(text)
		if (block === undefined) return atTop(text)
		if (inChainHead(text)) return
		rule(place, text)
	}

	/** `flags dormant`, a comment, the owner's name: none of them is a rule. */
	const inTable = (text: string): void => {
		if (namesInvalid(text) || !/^(?:flags|comment|type|policy|owner|persist|#)/.test(text)) outside(text)
	}

	const inChainHead = (text: string): boolean => {
		const [, type, hook, priority] =
			/^type\s+(\S+)\s+hook\s+(\S+)(?:\s+devices?\s+.*?)?\s+priority\s+(.+)$/.exec(text) ?? []
		if (type !== undefined && hook !== undefined) {
			const value = definitions.expand(priority ?? '').replace(/^"|"$/g, '')
			base = { hook, priority: priorityOf(value, place.family) ?? 0, type, policy: base?.policy ?? 'accept' }
			headOfChain()
			return true
		}
		const [, policy] = /^policy\s+([\w$]+)$/.exec(text) ?? []
		if (policy !== undefined) {
			if (base !== undefined) {
				base.policy = definitions.expand(policy)
				headOfChain()
			}
			return true
		}
		return /^(?:comment "[^"]*"$|flags |devices? = )/.test(text) && !namesInvalid(text)
	}

	const outside = (text: string) => {
		if (definitions.take(text)) return
		if (NFT_EDIT.test(text)) return edit(text)
		collector.unread(text)
	}

	const atTop = (text: string) => {
		const file = unquotedFile(text)
		if (file !== undefined) return collector.elsewhere({ kind: 'include', name: file })
		if (definitions.take(text)) return
		if (NFT_EDIT.test(text)) return edit(text)
		rule(place, text)
	}

	const edit = (text: string) => {
		const done = readEdit(text)
		switch (done.kind) {
			case 'nothing':
				if (namesInvalid(text)) collector.unread(text)
				return
			case 'not-followed':
				return collector.unread(text)
			case 'emptied': {
				// Of all families where none is said: `flush ruleset`.
				const before = done.words.length === 0 ? '' : `${familyAnd(done.words).join(' ')} `
				if ([...ruled].some((key) => `${key} `.startsWith(before))) collector.unread(text)
				return
			}
			case 'chain': {
				const [family, table = '', chain = ''] = familyAnd(done.words)
				beginChain({ backend: 'nft', family, table, chain }, true)
				place = NOWHERE
				return
			}
			case 'element': {
				const [family, table = '', of = ''] = familyAnd(done.words)
				const { backend } = place
				place = { backend, family, table, chain: '' }
				name = of
				inSet(`elements = ${done.rest}`)
				place = NOWHERE
				return
			}
			case 'rule': {
				const [family, table = '', chain = ''] = familyAnd(done.words)
				const plain: Place = { backend: 'nft', family, table, chain }
				const listing = listingOf(plain, true)
				const where = listing === undefined ? plain : { ...plain, listing }
				if (!collector.has(where)) {
					beginChain(plain, true)
					place = NOWHERE
				}
				return rule(where, done.rest, done.isFirst ? 1 : undefined)
			}
		}
	}

	const rule = (here: Place, text: string, before?: number) => {
		const line = definitions.expand(text)
		if (!isRule(line)) return collector.unread(text)
		const number = collector.next(here, before)
		ruled.add(`${here.family} ${here.table} ${here.chain}`)
		if (!collector.isTracked && isTracking(line)) collector.tracks(here, number)
		const known = mapsOf(here)
		const read = () => ruleFromNft(here, number, line, known)
		if (shapingKind(line) !== undefined) collector.shape(read)
		if (MATTERS.test(line)) collector.keep(read())
		if (line.includes('vmap')) {
			for (const target of vmapTargets(line)) collector.jump(here, target, read)
			const map = mapNameIn(line)
			if (map !== undefined) collector.jumpByMap(here, map, read)
		}
		const target = JUMP.exec(line)?.[1]
		if (target !== undefined) collector.jump(here, target, read)
	}

	const statements = createNftStatements({
		begin,
		statement,
		end() {
			const ended = blocks.pop()
			if (ended === 'table' || blocks.length === 0) place = NOWHERE
			else if (ended === 'chain') {
				const { backend, family, table } = place
				place = { backend, family, table, chain: '' }
			}
		},
	})
	return {
		line(raw) {
			const text = raw.trim()
			if (text === '') return
			if (text.startsWith('#') && !/^#\s*xt_/.test(text)) {
				const [, family, table] = MANAGED.exec(text) ?? []
				if (table !== undefined) managed.add(`${family} ${table}`)
				return
			}
			statements.line(raw)
		},
		end: statements.end,
		get isOpen() {
			return statements.isOpen
		},
	}
}

const NOWHERE: Place = { backend: 'nft', family: 'ip', table: '', chain: '' }

type Block = 'table' | 'chain' | 'counter' | 'set' | 'other'
type Base = NonNullable<Chain['base']>

/** `inet filter input`: the family may be missing, and is ip then (nft(8), ADDRESS FAMILIES). */
function familyAnd(words: readonly string[]): readonly [RuleFamily, ...string[]] {
	const bare = words.map((word) => word.replace(/^"|"$/g, ''))
	const [first = ''] = bare
	return (FAMILIES as readonly string[]).includes(first)
		? [first as RuleFamily, ...bare.slice(1)]
		: ['ip', ...bare]
}

export const isTracking = (line: string): boolean =>
	TRACKING_XT.test(line) || TRACKS.test(line.replaceAll(QUOTED, '""'))

/** Of a set so much is looked at for the states that it holds. */
const LONGEST_RULE = 65_536

/** What stands in a set or map (src/parser_bison.y, set_block and map_block). */
const IN_SET =
	/^(?:type|typeof|flags|elements|timeout|gc-interval|size|auto-merge|policy|comment|counter|quota|limit|#|\.\.\.)/

/** Words that a rule of nft begins with (src/parser_bison.y, stmt and the expressions in front of a relation). */
const STARTS =
	/^(?:[({!@$]|#\s*xt_|(?:ip6?|tcp|udp|udplite|sctp|dccp|th|icmp|icmpv6|igmp|esp|ah|comp|arp|ether|vlan|meta|ct|rt|fib|socket|osf|numgen|jhash|symhash|hbh|frag|dst|mh|srh|exthdr|iif|oif|iifname|oifname|iiftype|oiftype|iifgroup|oifgroup|mark|skuid|skgid|cpu|pkttype|priority|protocol|nfproto|l4proto|length|hour|day|time|ibrname|obrname|ibriport|obriport|ibrpvid|ibrvproto|ibridgename|obridgename|rtclassid|secmark|secpath|cgroup|random|sdif|sdifname|iifkind|oifkind|ipsec|gre|geneve|gretap|vxlan|tunnel|counter|log|limit|quota|last|drop|accept|reject|queue|return|continue|jump|goto|masquerade|snat|dnat|redirect|notrack|nftrace|tproxy|synproxy|flow|dup|fwd|add|update|delete|set|map|meter|xt|tcp-option|reset|vmap)(?![\w.-]))/

const isRule = (line: string): boolean => STARTS.test(line)
