import type { Ruleset, ShapingKind, ShapingRule } from './rule.ts'

/** Statements of nft(8) and targets of iptables-extensions(8), in rules as nft, iptables-save and iptables -L print them. */
const KINDS: readonly (readonly [ShapingKind, RegExp])[] = [
	['synproxy', /\bsynproxy\b|\bSYNPROXY\b/],
	['notrack', /\bnotrack\b|\bNOTRACK\b/],
	['zone', /\bct (?:original |reply )?zone set\b|\bCT\b.*\bzone/],
	['helper', /\bct helper set\b|\bCT\b.*\bhelper\b/],
	['offload', /\bflow (?:add|offload) @|\bFLOWOFFLOAD\b/],
	[
		'nat',
		/(?:^|\s)(?:masquerade|redirect|[sd]nat (?:ip6? )?(?:prefix )?to)\b|\b(?:MASQUERADE|REDIRECT|SNAT|DNAT|NETMAP|FULLCONENAT)\b/,
	],
]

const LONGEST = 4_000
/** What nft cannot print otherwise. */
const TARGET = /\bxt target "(\w+)"/g
/** Comments and prefixes are the admin's words. */
const QUOTED = /"[^"]*"|\/\*.*?\*\//g

/** A rule without what it is called by its admin, and without names of interfaces. */
export const withoutWords = (text: string): string => text.replace(QUOTED, '""').replace(/--comment \S+/g, '')

export function shapingKind(text: string): ShapingKind | undefined {
	// A pasted line may be as long as it likes, and what shapes stands before that.
	const bare = text.slice(0, LONGEST).replace(TARGET, '$1').replace(QUOTED, '""')
	return KINDS.find(([, says]) => says.test(bare))?.[0]
}

/** The rules of a reading that shape, each with its kind; not the jumps that lead to them. */
export const shapingRules = ({ shaping }: Pick<Ruleset, 'shaping'>): readonly ShapingRule[] | undefined =>
	shaping?.rules.flatMap(({ family, table, chain, number, text }) => {
		const kind = shapingKind(text)
		return kind === undefined ? [] : [{ kind, family, table, chain, number, text }]
	})
