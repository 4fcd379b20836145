import type { CtState, StateMatch } from '../rule.ts'
import { readStates, stateMatch } from '../state-match.ts'

/** What a rule of nft asks of the state. */
export type NftState = {
	readonly state: StateMatch | null
	/** The words that ask, where they do not tell which states. */
	readonly hidden: string | undefined
	/** The verdict for INVALID of the map that the state is looked up in, as written: `drop`, `jump bad`. Undefined: no such map, or several. */
	readonly verdict: string | undefined
	/** The state is looked up in a map of verdicts. */
	readonly isMap: boolean
}

const NOTHING: NftState = { state: null, hidden: undefined, verdict: undefined, isMap: false }
const LONGEST = 65_536

/** `xt match "conntrack"` (nft 1.0.3 on), without quotes, with its bytes behind it; `# xt_conntrack` before (src/xt.c). */
const OPAQUE = /\bxt match (conntrack|state)\b|#\s*xt_(?:conntrack|state)\b/
const STATE = /\bct\s+state\b/g
/** They put the state into a set or a mark, and ask nothing of it. */
const STORES = /\b(?:add|update|delete)\s+@\S+\s*\{[^}]{0,4000}\}/g
/** Words that the parts of a concatenation are made of (src/parser_bison.y, concat_rhs_expr and below). */
const FIELD =
	/^(?:ip6?|tcp|udp|udplite|sctp|dccp|th|meta|ct|fib|ether|vlan|icmp|icmpv6|arp|rt|socket|osf|original|reply|saddr|daddr|sport|dport|proto-src|proto-dst|mark|state|status|zone|direction|l4proto|l3proto|nfproto|protocol|nexthdr|type|code|flags|dscp|length|ttl|hoplimit|id|iif|oif|iifname|oifname|iifgroup|oifgroup|iiftype|oiftype|ibrname|obrname|skuid|skgid|pkttype|cgroup|cpu|version|classid|nexthop|priority|time|day|hour|wildcard|name|label|helper|expiration|packets|bytes|avgpkt|ip-saddr)$/

/** `maps`: what sets and maps by name hold, as printed. `text` has its quoted words blanked. Linear in the text's length. */
export function nftState(text: string, maps: ReadonlyMap<string, string>): NftState {
	const asked = text.slice(0, LONGEST).replace(/\s+/g, ' ').replace(STORES, ' ')
	const [opaque, match] = OPAQUE.exec(asked) ?? []
	let found: NftState =
		opaque === undefined
			? NOTHING
			: { ...NOTHING, hidden: match === undefined ? opaque : `xt match "${match}"` }
	let seen = 0
	for (const { index } of asked.matchAll(STATE)) {
		seen += 1
		// Nobody asks that often; a text of nothing else is looked at no further.
		if (seen > 8) break
		found = both(found, one(asked, index, maps))
	}
	return found
}

/** A packet has to match both. */
function both(a: NftState, b: NftState): NftState {
	const state =
		a.state === null || b.state === null
			? (a.state ?? b.state)
			: {
					states: a.state.states.filter((state) => b.state?.states.includes(state) === true),
					negated: a.state.negated || b.state.negated,
					viaSet: a.state.viaSet ?? b.state.viaSet,
				}
	return {
		state,
		hidden: a.hidden ?? b.hidden,
		verdict: a.verdict ?? b.verdict,
		isMap: a.isMap || b.isMap,
	}
}

function one(text: string, at: number, maps: ReadonlyMap<string, string>): NftState {
	const place = partsBefore(text.slice(Math.max(0, at - 400), at))
	const behind = text.slice(at).replace(/^ct\s+state\s*/, '')
	const { rest, parts } = partsBehind(behind)
	const isConcatenated = place > 0 || parts > 0
	const hidden = (): NftState => ({
		...NOTHING,
		hidden: text.slice(at, at + 80).trim(),
	})
	const [operator = ''] = /^(?:!=|==|!|eq\b|ne\b)\s*/.exec(rest) ?? []
	const [lookup = ''] = /^(?:vmap|map|in)\b\s*/.exec(rest.slice(operator.length)) ?? []
	const value = rest.slice(operator.length + lookup.length)
	const isNegated = /^(?:!|ne)/.test(operator)
	const isMap = lookup.startsWith('vmap')
	const [, name] = /^@([\w.-]+)/.exec(value) ?? []
	if (name !== undefined) {
		const held = maps.get(name)
		const elements = held === undefined ? undefined : elementsIn(held.replace(/^.*?elements\s*=\s*/s, ''))
		const read = elements === undefined ? undefined : statesOfElements(elements, place)
		const state = { ...stateMatch(read?.states ?? [], isNegated), viaSet: name }
		return { state, hidden: undefined, verdict: read && isMap ? read.verdict : undefined, isMap }
	}
	if (value.startsWith('{')) {
		const elements = elementsIn(value)
		const read = elements === undefined ? undefined : statesOfElements(elements, place)
		if (read === undefined || !read.isWhole) return { ...hidden(), isMap }
		const state = stateMatch(read.states, isNegated && !isConcatenated)
		// One of several parts: what is not in the list may have any state.
		if (isNegated && isConcatenated) return { ...NOTHING, state: stateMatch([], true) }
		return { state, hidden: undefined, verdict: isMap ? read.verdict : undefined, isMap }
	}
	if (value.startsWith('&')) {
		const state = maskIn(value)
		return state === null ? hidden() : { ...NOTHING, state }
	}
	const words = wordsOfValue(value)
	const own = isConcatenated ? words.split(/\s+\.\s+/)[place] : words
	const read = readStates((own ?? '').split(','))
	if (own === undefined || own === '' || !read.isWhole) return hidden()
	if (isNegated && isConcatenated) return { ...NOTHING, state: stateMatch([], true) }
	return { ...NOTHING, state: stateMatch(read.states, isNegated) }
}

/** `invalid`, `invalid,new`, `invalid, new`, and for a concatenation `22 . invalid`. */
const wordsOfValue = (value: string): string =>
	/^[\w:/"-]+(?:(?:\s*,\s*|\s+\.\s+)[\w:/"-]+)*/.exec(value)?.[0].replace(/\s*,\s*/g, ',') ?? ''

/** How many parts of a concatenation stand in front: `ct mark . ` is one. */
function partsBefore(text: string): number {
	const words = text.trim().split(/\s+/)
	let parts = 0
	let at = words.length - 1
	while (at > 0 && words[at] === '.') {
		at -= 1
		const from = at
		while (at >= 0 && FIELD.test(words[at] ?? '')) at -= 1
		if (at === from) break
		parts += 1
	}
	return parts
}

function partsBehind(text: string): { readonly rest: string; readonly parts: number } {
	let rest = text
	let parts = 0
	for (let dot = /^\.\s+/.exec(rest); dot !== null && parts < 16; dot = /^\.\s+/.exec(rest)) {
		let next = rest.slice(dot[0].length)
		let word = /^(\S+)\s*/.exec(next)
		let fields = 0
		while (word !== null && fields < 5 && FIELD.test(word[1] ?? '')) {
			fields += 1
			next = next.slice(word[0].length)
			word = /^(\S+)\s*/.exec(next)
		}
		if (fields === 0) break
		parts += 1
		rest = next
	}
	return { rest, parts }
}

/** What stands between the first brace and its end, cut at commas; undefined where it has no end, or where something is left out. */
function elementsIn(text: string): readonly string[] | undefined {
	if (!text.startsWith('{')) return undefined
	const elements: string[] = []
	let depth = 0
	let from = 1
	for (let at = 0; at < text.length; at += 1) {
		const character = text[at]
		if (character === '{') depth += 1
		else if (character === '}') {
			depth -= 1
			if (depth === 0) {
				const last = text.slice(from, at).trim()
				if (last !== '') elements.push(last)
				return elements.includes('...') ? undefined : elements
			}
		} else if (character === ',' && depth === 1) {
			elements.push(text.slice(from, at).trim())
			from = at + 1
		}
	}
	return undefined
}

type ElementStates = {
	readonly states: readonly CtState[]
	readonly isWhole: boolean
	readonly verdict: string | undefined
}

/** States that stand at this place of the keys; `*` is all that the others are not. */
function statesOfElements(elements: readonly string[], place: number): ElementStates {
	const states = new Set<CtState>()
	const verdicts = new Map<string, Set<string>>()
	let isWhole = true
	let isAny = false
	for (const element of elements) {
		const [, alone, said] = /^(\w+|\*) ?: ?(.*)$/.exec(element) ?? []
		const [key = '', ...verdict] = alone === undefined ? element.split(' : ') : [alone, said ?? '']
		const own = (key.split(' . ')[place] ?? '').replace(/ (?:counter|comment|timeout|expires|limit) .*$/, '')
		const isRest = key.trim() === '*'
		const read = readStates(own.split(/[|,]/))
		if (isRest) isAny = true
		else if (!read.isWhole) isWhole = false
		for (const state of read.states) states.add(state)
		const kind = isRest ? '*' : read.states.includes('invalid') ? 'invalid' : ''
		const words = verdicts.get(kind)
		const word = verdict.join(' : ').trim()
		if (words === undefined) verdicts.set(kind, new Set([word]))
		else words.add(word)
	}
	const ofInvalid = [...(verdicts.get('invalid') ?? verdicts.get('*') ?? [])]
	const named = [...states]
	return {
		states: isAny ? [...named, ...stateMatch(named, true).states] : named,
		isWhole,
		verdict: ofInvalid.length === 1 && ofInvalid[0] !== '' ? ofInvalid[0] : undefined,
	}
}

/** `& (established | related) == 0x0`, `& invalid != 0`, `& (a | b) == a`. */
function maskIn(text: string): StateMatch | null {
	const [, mask = '', operator, value = ''] =
		/^&\s*\(?([\w |,]+?)\)?\s*(==|!=)\s*\(?([\w|,]+(?:\s*\|\s*\w+)*)\)?/.exec(text) ?? []
	if (mask === '') return null
	const masked = readStates(mask.split(/[|,]/))
	if (!masked.isWhole) return null
	// Any of them set, or none of them.
	if (/^(?:0x)?0+$/.test(value)) return stateMatch(masked.states, operator === '==')
	const wanted = readStates(value.split(/[|,]/))
	return wanted.isWhole ? stateMatch(wanted.states, operator === '!=') : null
}
