/** Commands of nft besides blocks (nft(8)); `nft monitor` prints them too. */
export const NFT_EDIT =
	/^(?:(?:add|insert|create|replace|delete|destroy|flush|reset|rename|list|monitor|describe)\s+(?:table|chain|rule|set|map|element|flowtable|counters?|quotas?|limits?|meters?|ct|secmark|synproxy|ruleset|tables|chains|sets|maps|hooks)\b|(?:flush|list|reset)\s+ruleset\b)/

export type NftEdit =
	/** Neither a rule nor what rules stand in. */
	| { readonly kind: 'nothing' }
	/** What it takes away, or puts elsewhere, is not followed. */
	| { readonly kind: 'not-followed' }
	/** Rules that were there before are gone: all of them, of a table, of a chain. */
	| { readonly kind: 'emptied'; readonly words: readonly string[] }
	| { readonly kind: 'chain'; readonly words: readonly string[] }
	| { readonly kind: 'element'; readonly words: readonly string[]; readonly rest: string }
	| {
			readonly kind: 'rule'
			readonly words: readonly string[]
			readonly rest: string
			readonly isFirst: boolean
	  }

const FAMILY = /^(?:ip6?|inet|arp|bridge|netdev)$/

/** `insert rule inet filter input position 4 ct state invalid drop`, `add chain inet filter bad`, `flush ruleset`. */
export function readEdit(text: string): NftEdit {
	const [, action = '', object = '', behind = ''] = /^(\w+)\s+(\w+)\s*(.*)$/s.exec(text) ?? []
	if (object === 'rule') {
		if (action !== 'add' && action !== 'insert') return { kind: 'not-followed' }
		const { words, rest } = placeIn(behind, 2)
		const at = /^(?:position|handle|index)\s+\d+\s+/.exec(rest)?.[0] ?? ''
		// A place by handle or index: behind or in front of a rule that may not be in the text.
		return { kind: 'rule', words, rest: rest.slice(at.length), isFirst: action === 'insert' && at === '' }
	}
	if (object === 'chain' && (action === 'add' || action === 'create'))
		return { kind: 'chain', words: placeIn(behind, 2).words }
	if (object === 'element' && (action === 'add' || action === 'create')) {
		const { words, rest } = placeIn(behind, 2)
		return { kind: 'element', words, rest }
	}
	const isGone = /^(?:delete|destroy)$/.test(action)
	if (isGone && object === 'chain') return { kind: 'not-followed' }
	// Most scripts empty what they fill then.
	if (action === 'flush' && object === 'chain') return { kind: 'emptied', words: placeIn(behind, 2).words }
	if ((isGone || action === 'flush') && object === 'table')
		return { kind: 'emptied', words: placeIn(behind, 1).words }
	return action === 'flush' && object === 'ruleset' ? { kind: 'emptied', words: [] } : { kind: 'nothing' }
}

/** Family, where it is said, and so many names. */
function placeIn(text: string, names: number): { readonly words: readonly string[]; readonly rest: string } {
	const words: string[] = []
	let rest = text
	let wanted = names
	for (let word = /^(\S+)\s*/.exec(rest); word !== null && wanted > 0; word = /^(\S+)\s*/.exec(rest)) {
		words.push(word[1] ?? '')
		rest = rest.slice(word[0].length)
		if (words.length > 1 || !FAMILY.test(word[1] ?? '')) wanted -= 1
	}
	return { words, rest }
}

/** `include "/etc/nftables.d/*.nft"`. */
export const unquotedFile = (text: string): string | undefined =>
	/^include\s+["']?([^"']+)["']?$/.exec(text)?.[1]

const DEFINE = /^(?:re)?define\s+([\w./-]+)\s*=\s*(.*)$/s
/** A value that is made of values may grow without end. */
const LONGEST = 20_000
const DEEPEST = 16

/** Variables of nft scripts: `define bad = { invalid, untracked }`, then `ct state $bad`. */
export function createNftDefinitions() {
	const values = new Map<string, string>()
	const expand = (text: string): string => {
		let whole = text
		for (let deep = 0; deep < DEEPEST && whole.includes('$') && whole.length < LONGEST; deep += 1) {
			const before = whole
			let length = whole.length
			whole = whole.replace(/\$([\w./-]+)/g, (word, name: string) => {
				const value = values.get(name) ?? word
				length += value.length
				return length < LONGEST ? value : word
			})
			if (whole === before) break
		}
		return whole
	}
	return {
		expand,
		/** Whether it was a definition. */
		take(text: string): boolean {
			if (/^undefine\s+/.test(text)) return values.delete(text.split(/\s+/)[1] ?? '') || true
			const [, name, value] = DEFINE.exec(text) ?? []
			if (name === undefined) return false
			values.set(name, (value ?? '').trim())
			return true
		},
	}
}
