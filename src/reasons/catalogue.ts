import { DCCP_TEXTS, ICMP_TEXTS, ICMPV6_TEXTS, SCTP_TEXTS, UDP_TEXTS, UDPLITE_TEXTS } from './other-texts.ts'
import type { KernelText } from './reason.ts'
import { TCP_TEXTS } from './tcp-texts.ts'

/**
 * The texts of log_invalid lines by protocol number. One text can belong to several protocols, so the number is a part
 * of the key. Distributions backport freely: a text says which kernel code wrote it, `uname -r` does not.
 */
export const CATALOGUE: ReadonlyMap<number, readonly KernelText[]> = new Map([
	[1, ICMP_TEXTS],
	[6, TCP_TEXTS],
	[17, UDP_TEXTS],
	[33, DCCP_TEXTS],
	[58, ICMPV6_TEXTS],
	[132, SCTP_TEXTS],
	[136, UDPLITE_TEXTS],
])

export type Match = { readonly entry: KernelText; readonly captures: readonly string[] }

type Lookup = { readonly exact: ReadonlyMap<string, Match>; readonly patterns: readonly KernelText[] }

const LOOKUPS: ReadonlyMap<number, Lookup> = new Map(
	[...CATALOGUE].map(([l4proto, texts]) => [
		l4proto,
		{
			exact: new Map(
				texts.flatMap((entry) =>
					typeof entry.text === 'string' ? [[entry.text, { entry, captures: [] }]] : [],
				),
			),
			patterns: texts.filter((entry) => typeof entry.text !== 'string'),
		},
	]),
)

export function findText(l4proto: number, body: string): Match | undefined {
	const lookup = LOOKUPS.get(l4proto)
	if (lookup === undefined) return undefined
	const exact = lookup.exact.get(body)
	if (exact !== undefined) return exact
	for (const entry of lookup.patterns) {
		const found = entry.text instanceof RegExp ? entry.text.exec(body) : null
		if (found !== null) return { entry, captures: found.slice(1) }
	}
	return undefined
}
