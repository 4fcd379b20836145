import type { ShapingRule } from '../../kernel/rules/rule.ts'
import type { Evidence } from '../evidence.ts'
import { programsBefore } from './surroundings.ts'
import type { Seen, View } from './view.ts'

/** conntrack's own hooks (NF_IP_PRI_CONNTRACK). */
const CONNTRACK = -200

/** All that may drop or answer a packet before conntrack sees it. Undefined where not all of it was read. */
export function dropsBefore(evidence: Evidence): readonly string[] | undefined {
	const chains = chainsBefore(evidence)
	const programs = programsBefore(evidence.surroundings)
	return chains === undefined || programs === undefined ? undefined : [...chains, ...programs]
}

/**
 * Chains that a packet meets before conntrack and that hold more than what shapes it: `ip raw PREROUTING`. What is dropped there
 * never reaches conntrack. Undefined where not all rules were read.
 */
function chainsBefore({ rules }: Pick<Evidence, 'rules'>): readonly string[] | undefined {
	if (rules?.shaping === undefined || rules.failures.length > 0 || rules.ruleset.unread.length > 0)
		return undefined
	const { shaping, ruleset } = rules
	return ruleset.chains
		.filter(({ base, family, table, name, size }) => {
			const isBefore =
				base?.hook === 'ingress' ||
				(['prerouting', 'output'].includes(base?.hook ?? '') && (base?.priority ?? 0) < CONNTRACK)
			const shapes = shaping.filter(
				(rule) => rule.family === family && rule.table === table && rule.chain === name,
			).length
			return isBefore && (size > shapes || base?.policy === 'drop')
		})
		.map(({ family, table, name }) => `${family} ${table} ${name}`)
}

/** Protocols that a rule names, as nft, iptables-save and iptables -L print them. */
const PROTOCOL =
	/\b(tcp|udp|udplite|sctp|dccp)\s+(?:[sd]port|flags|[sd]pts?:)|-p (\w+)|\b(?:meta l4proto|ip protocol|ip6 nexthdr) (\w+)/g
/** Single ports; ranges, sets and names may hold any. */
const PORT = /\b[sd]port (\d+)(?![-:\d])|--[sd]port (\d+)(?![-:\d])|\b[sd]pt:(\d+)/g
const ANY_PORT = /\b[sd]ports?\b|--[sd]ports?\b|\b[sd]pts?:/g

/** Rules of a kind that may be about these flows, by what their texts say. Undefined where the rules were not read. */
export function rulesAbout(
	view: View,
	kind: ShapingRule['kind'],
	flows: readonly Seen[],
): readonly ShapingRule[] | undefined {
	return view.shaping(kind)?.filter((rule) => flows.some((flow) => isAbout(rule, flow, isTranslating(view))))
}

/** Of the packets of these flows, the share that the rule may be about. */
export function shareAbout(rule: ShapingRule, view: View, flows: readonly Seen[]): number {
	const isNat = isTranslating(view)
	const all = flows.reduce((sum, { count }) => sum + count, 0)
	const its = flows.reduce((sum, flow) => sum + (isAbout(rule, flow, isNat) ? flow.count : 0), 0)
	return all === 0 ? 0 : its / all
}

/** Behind NAT a connection has other ports than the rule names. */
const isTranslating = (view: View): boolean => view.shaping('nat')?.length !== 0

function isAbout({ text }: ShapingRule, { query }: Seen, isNat: boolean): boolean {
	if (query === undefined || text.includes('!')) return true
	const protocols = found(PROTOCOL, text)
	if (protocols.length > 0 && !protocols.includes(query.protocol)) return false
	const ports = found(PORT, text).map(Number)
	const isAnyOther = found(ANY_PORT, text, 0).length !== ports.length
	return (
		isNat ||
		isAnyOther ||
		ports.length === 0 ||
		ports.some((port) => port === query.sourcePort || port === query.destinationPort)
	)
}

const found = (pattern: RegExp, text: string, from = 1): readonly string[] =>
	[...text.matchAll(pattern)].flatMap((match) => match.slice(from).filter((one) => one !== undefined))
