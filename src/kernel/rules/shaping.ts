import type { ShapingKind } from './rule.ts'

/** Statements of nft(8) and targets of iptables-extensions(8), in rules as nft, iptables-save and iptables -L print them. */
const KINDS: readonly (readonly [ShapingKind, RegExp])[] = [
	['synproxy', /\bsynproxy\b|\bSYNPROXY\b/],
	['notrack', /\bnotrack\b|\bNOTRACK\b/],
	['zone', /\bct (?:original |reply )?zone set\b|\bCT\b.*\bzone/],
	['helper', /\bct helper set\b|\bCT\b.*\bhelper\b/],
	['offload', /\bflow (?:add|offload) @|\bFLOWOFFLOAD\b/],
	[
		'nat',
		/(?:^|\s)(?:masquerade|redirect|[sd]nat (?:ip6? )?(?:prefix )?to)\b|\b(?:MASQUERADE|REDIRECT|SNAT|DNAT|NETMAP)\b/,
	],
]

/** Comments and prefixes are the admin's words. */
const QUOTED = /"[^"]*"|\/\*.*?\*\//g

export function shapingOf(text: string): ShapingKind | undefined {
	const bare = text.replace(QUOTED, '""')
	return KINDS.find(([, says]) => says.test(bare))?.[0]
}
