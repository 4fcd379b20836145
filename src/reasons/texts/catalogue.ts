import type { PacketLine } from '../../kernel/packet/packet-line.ts'
import { protocolName } from '../../kernel/packet/protocol.ts'
import { firstCharacters, hasConversions, patternOf } from '../shape/format.ts'
import type { KernelText, Reason } from '../shape/reason.ts'
import { LEGACY_TEXTS } from './legacy-texts.ts'
import { findLoosely, type Loose } from './loose.ts'
import { DCCP_TEXTS, ICMP_TEXTS, ICMPV6_TEXTS, SCTP_TEXTS, UDP_TEXTS, UDPLITE_TEXTS } from './other-texts.ts'
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

export type Match = {
	readonly entry: KernelText
	readonly captures: readonly string[]
	/** The reason itself, for texts that say the same about every packet. */
	readonly fixed?: Reason
}

type Pattern = { readonly entry: KernelText; readonly pattern: RegExp }

type Lookup = {
	readonly exact: ReadonlyMap<string, Match>
	/** By the first character of the text. */
	readonly patterns: ReadonlyMap<string, readonly Pattern[]>
	/** Patterns that can begin with any. */
	readonly others: readonly Pattern[]
}

const LOOKUPS: ReadonlyMap<number, Lookup> = lookups(CATALOGUE)
const LEGACY_LOOKUPS: ReadonlyMap<number, Lookup> = lookups(LEGACY_TEXTS)

function lookups(catalogue: ReadonlyMap<number, readonly KernelText[]>): ReadonlyMap<number, Lookup> {
	return new Map([...catalogue].map(([l4proto, texts]) => [l4proto, lookup(texts, protocolName(l4proto))]))
}

function lookup(texts: readonly KernelText[], protocol: string): Lookup {
	const exact = new Map<string, Match>()
	const patterns = new Map<string, Pattern[]>()
	const others: Pattern[] = []
	for (const entry of texts) {
		if (!hasConversions(entry.format)) {
			exact.set(entry.format, { entry, captures: [], ...fixed(entry, protocol) })
			continue
		}
		const pattern = { entry, pattern: patternOf(entry.format) }
		const first = firstCharacters(entry.format)
		if (first === undefined) others.push(pattern)
		for (const char of first ?? []) patterns.set(char, [...(patterns.get(char) ?? []), pattern])
	}
	return { exact, patterns, others }
}

function fixed(entry: KernelText, protocol: string): { readonly fixed?: Reason } {
	if (entry.decode !== undefined || entry.verdict === 'depends') return {}
	const { id, format, title = format, verdict } = entry
	return { fixed: Object.freeze({ id, title, protocol, verdict, detail: '', params: Object.freeze({}) }) }
}

/** The entry for a line of log_invalid, with the numbers in its text. Undefined for helpers and for new texts. */
export function findText(l4proto: number, body: string, legacy = false): Match | undefined {
	const own = (legacy ? LEGACY_LOOKUPS : LOOKUPS).get(l4proto)
	if (own === undefined) return undefined
	const found = lookUp(own, body)
	if (found !== undefined) return found
	const plain = tidied(body, legacy)
	const again = plain === body ? undefined : lookUp(own, plain)
	if (again !== undefined || !legacy) return again
	// Somewhere between the two generations: the old prefix before a text of today.
	const today = LOOKUPS.get(l4proto)
	return today === undefined ? undefined : lookUp(today, plain)
}

/** The same for a text that people have cut or masked: see findLoosely. */
export function findTextLoosely(l4proto: number, body: string, legacy = false): Loose | undefined {
	const today = CATALOGUE.get(l4proto) ?? []
	const old = LEGACY_TEXTS.get(l4proto) ?? []
	return findLoosely(legacy ? [...old, ...today] : today, tidied(body, legacy))
}

export function findEntry(line: PacketLine): KernelText | undefined {
	if (line.l4proto === null || line.helper !== undefined) return undefined
	return findText(line.l4proto, line.body, line.legacy === true)?.entry
}

function lookUp(lookup: Lookup, body: string): Match | undefined {
	const exact = lookup.exact.get(body)
	if (exact !== undefined) return exact
	const first = body.charAt(0)
	return match(lookup.patterns.get(first), body) ?? match(lookup.others, body)
}

function match(patterns: readonly Pattern[] | undefined, body: string): Match | undefined {
	if (patterns === undefined) return undefined
	for (const { entry, pattern } of patterns) {
		const found = pattern.exec(body)
		if (found !== null) return { entry, captures: found.slice(1) }
	}
	return undefined
}

/** A text as the kernel meant it: loggers write its line end as `\x0a` or `#012`, mail wraps it, 2.4 puts words around it. */
function tidied(body: string, legacy: boolean): string {
	const plain = body
		.slice(0, 400)
		.replaceAll(/(?:\\x0a|\\n|#012)/g, ' ')
		.replaceAll(/\s+/g, ' ')
		.trim()
	if (!legacy) return plain
	return plain
		.replace(/^INVALID: /, '')
		.replace(/^Out of window data; /, '')
		.replace(/\.$/, '')
}
