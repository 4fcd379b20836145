import { type Collector, createCollector } from '../collect.ts'
import type { Backend, RuleFamily, Ruleset } from '../rule.ts'
import { type Heading, headingOf, isPrompt, typedNft, typedRule } from './headings.ts'
import { readNftJson } from './json-reader.ts'
import { collectList, createListBlocks } from './list-reader.ts'
import { createListings, type Listings } from './listings.ts'
import { createNftLines } from './nft-reader.ts'
import { createSaveBlocks } from './save-blocks.ts'
import { toldOnce } from './told-once.ts'
import { unwrapped } from './wrappers.ts'

export type Pasted = {
	/** What it was taken for: `iptables-save`, `iptables -L`, `nft`, `nfacct`, `metrics`, with a comma where it is several. */
	readonly format: string
	readonly ruleset: Ruleset
	/** Lines that are no rules, and what they are, most first: `conntrack -L`. Not said of what nobody knows. */
	readonly others: readonly string[]
	/** Lines that a diff takes away: they are left out. */
	readonly removed: number
}

const NFACCT = /^\{ pkts = (\d+), bytes = (\d+)[^}]*\} = (\S+?);?$/
/** What kube-proxy tells about its rule that drops INVALID packets (pkg/proxy/metrics). */
const METRIC = /^(kubeproxy_iptables_ct_\w*invalid\w*)(?:\{[^}]*\})? (\d+(?:\.\d+)?(?:e\+?\d+)?)$/
const SAVE =
	/^(?:\*\w+\s*$|:\S+ (?:\S+ \[|-(?: |$)|[A-Z]+$)|COMMIT\s*$|(?:\[\d+:\d+\] )?-[AI] \S|-[PN] \S+|--(?:append|insert) )/
/** Tables that iptables-save finds, and only nft can print (nft_is_table_compatible). */
const INCOMPATIBLE = /^# Table `(\S+)' is incompatible, use 'nft' tool/
/** What a line of nft begins with where nothing says so. */
const NFT =
	/^\s*(?:(?:table|chain|set|map|flowtable)\s.*\{|ct (?:state|mark|status|direction|original|reply|zone|count|helper)\b|ip6? (?:saddr|daddr|protocol|nexthdr|version|dscp|ttl|hoplimit|length)\b|(?:tcp|udp|th|sctp) (?:sport|dport|flags|option|length)\b|(?:i|o)ifname? (?:!= )?(?:"|\{|@|\w)|meta (?:l4proto|mark|nfproto|nftrace|iif|oif|skuid|protocol|length|pkttype)\b|counter(?: packets \d+ bytes \d+)?(?: (?:drop|accept|reject|jump|goto|return|log|comment)\b|$)|limit rate |log (?:prefix|group|level|flags)\b|(?:drop|accept|return)$|(?:jump|goto) [\w-]+$|xt (?:match|target) |# xt_|define \w+ *=|include "|flush (?:ruleset|table|chain) ?|(?:add|insert|create|delete|destroy) (?:table|chain|rule|set|map|element)\s)/
const SCRIPT =
	/^\s*(?:flush ruleset|define\s+\w+\s*=|include\s+"|(?:add|create|insert|delete|destroy)\s+(?:table|chain|rule|set|map|element)\s)|^#!.*\bnft\b/m
/** A line that may be a rule of a tool that nobody here knows, so that it is not passed over. */
const SUSPICIOUS =
	/\bct\s*state\b|\bctstate\b|\binvalid\b|(?:^|\s)-[AIjg] [\w-]|\b(?:DROP|REJECT|ACCEPT|RETURN|NFLOG)\b|0\.0\.0\.0\/0|::\/0|\bxt_\w|\bconntrack\b/i
const KINDS: readonly (readonly [kind: string, says: RegExp])[] = [
	['conntrack -L', /^\s*(?:ipv[46]\s+\d+\s+)?\w+\s+\d+\s+.*\bsrc=\S+ dst=\S+/],
	['conntrack -L', /^conntrack v\d.*(?:flow entries|been shown)/],
	['conntrack -E', /^\s*(?:\[[\d.]+\s*\]\s*)?\[(?:NEW|UPDATE|DESTROY)\]\s/],
	['conntrack -S', /^cpu=\d+\s+.*\binsert_failed=/],
	['kernel log', /\bIN=\S* OUT=\S*.*\b(?:SRC|MAC)=|\bnf_ct_\w+: /],
	['nft monitor trace', /^trace id [0-9a-f]+ /],
]

/**
 * Reads any of these texts, also pieces, several one after another, of several families, hosts and times, with what mailers, diffs and
 * shell prompts put around them. Never throws.
 */
export function readPasted(text: string): Pasted {
	const collector = createCollector()
	const { lines, removed, isDiff } = unwrapped(text)
	if (isDiff) collector.elsewhere({ kind: 'diff', name: '' })
	const listings = createListings()
	const formats = new Set<string>()
	const others = new Map<string, number>()
	const reader = createReader({ collector, listings, formats, isScript: SCRIPT.test(text) })
	for (let at = 0; at < lines.length; at += 1) {
		const line = lines[at] ?? ''
		if (line.startsWith('{') || line.startsWith('[')) {
			const json = readNftJson(lines, at, collector, listings)
			if (json !== undefined) {
				formats.add('nft -j')
				reader.flush()
				at = json.last
				continue
			}
		}
		const kind = reader.isOpen ? undefined : KINDS.find(([, says]) => says.test(line.slice(0, 4_000)))?.[0]
		if (kind !== undefined) others.set(kind, (others.get(kind) ?? 0) + 1)
		else if (!reader.line(line) && SUSPICIOUS.test(line.slice(0, 4_000))) collector.unread(line)
	}
	reader.end()
	return {
		format: [...formats].join(', '),
		ruleset: toldOnce(collector.end(), listings.told()),
		others: [...others].toSorted(([, one], [, other]) => other - one).map(([name]) => name),
		removed,
	}
}

type Parts = {
	readonly collector: Collector
	readonly listings: Listings
	readonly formats: Set<string>
	readonly isScript: boolean
}

function createReader({ collector, listings, formats, isScript }: Parts) {
	/** What was said over what comes next. */
	let said: Heading | undefined
	let isNft = false
	const unread = (line: string): void => collector.unread(line)
	const backend = (): Backend => said?.backend ?? 'iptables'
	const familyOf = (own: RuleFamily | undefined): RuleFamily => own ?? said?.family ?? 'ip'

	const list = createListBlocks(({ chains, table: own, family }) => {
		const table = said?.table ?? own ?? tableOf(chains.filter((one) => one.policy).map((one) => one.name))
		const place = { backend: backend(), family: familyOf(family), table }
		const listing = listings.claim(
			'list',
			place,
			chains.map(({ name }) => name),
		)
		collectList(collector, { chains, table: own, family }, { ...place, listing }, unread)
	}, unread)
	const save = createSaveBlocks(collector, ({ table: own, family, chains, policies, typed }) => {
		const table = own ?? said?.table ?? tableOf(policies)
		const place = {
			backend: typed?.backend ?? backend(),
			family: typed?.family ?? familyOf(family),
			table,
		}
		return { ...place, listing: listings.claim(typed === undefined ? 'save' : 'script', place, chains) }
	})
	const nft = createNftLines(collector, new Set(), (place, isEdit) =>
		listings.chain(place, isEdit || (isScript && said?.tool !== 'nft')),
	)

	const flush = (): void => {
		list.flush()
		save.flush()
	}
	const heading = (found: Heading): void => {
		flush()
		if (!nft.isOpen) isNft = false
		said = found
		listings.heading(found)
	}

	const line = (text: string): boolean => {
		const [, incompatible] = INCOMPATIBLE.exec(text) ?? []
		if (incompatible !== undefined) {
			collector.elsewhere({ kind: 'table', name: incompatible })
			return true
		}
		const typed = typedRule(text)
		if (typed !== undefined) {
			list.flush()
			formats.add('iptables')
			save.typed(typed)
			return true
		}
		const command = typedNft(text)
		if (command !== undefined) {
			flush()
			formats.add('nft')
			nft.line(command)
			return true
		}
		if (!nft.isOpen || /^[#\s]*Generated by/.test(text)) {
			const found = headingOf(text)
			if (found !== undefined) {
				heading(found)
				return true
			}
		}
		if (isPrompt(text)) return true
		if (/^\s*#/.test(text) && !/^\s*#\s*xt_/.test(text)) {
			if (isNft) nft.line(text)
			return true
		}
		if (!nft.isOpen && SAVE.test(text)) {
			list.flush()
			isNft = false
			formats.add('iptables-save')
			save.line(text)
			return true
		}
		return other(text)
	}

	const other = (text: string): boolean => {
		if (text.includes('pkts = ') || text.startsWith('kubeproxy_')) {
			const [, packets, bytes, name] = NFACCT.exec(text.trim()) ?? []
			const [, metric, value] = METRIC.exec(text.trim()) ?? []
			if (name !== undefined || metric !== undefined) {
				formats.add(name === undefined ? 'metrics' : 'nfacct')
				collector.named(name ?? metric ?? '', {
					packets: Number(packets ?? value),
					bytes: Number(bytes ?? 0),
				})
				return true
			}
		}
		if (nft.isOpen || NFT.test(text)) {
			if (!isNft) flush()
			isNft = true
			formats.add('nft')
			nft.line(text)
			return true
		}
		if (list.line(text)) {
			if (text.trim() === '') return true
			save.flush()
			isNft = false
			formats.add('iptables -L')
			return true
		}
		return text.trim() === ''
	}

	return {
		line,
		flush,
		get isOpen() {
			return nft.isOpen
		},
		end(): void {
			flush()
			nft.end()
		},
	}
}

/** The table whose chains of the kernel's own these are: each has others (xtables, *_tables of net/ipv4/netfilter/iptable_*.c). */
function tableOf(chains: readonly string[]): string {
	const has = (name: string) => chains.includes(name)
	if (has('FORWARD') && (has('PREROUTING') || has('POSTROUTING'))) return 'mangle'
	if (has('POSTROUTING')) return 'nat'
	if (has('PREROUTING')) return has('INPUT') ? 'nat' : 'raw'
	return 'filter'
}
