import { isWithin } from '../../kernel/packet/address.ts'
import { isWhole } from '../../kernel/rules/matching.ts'
import type { ShapingRule } from '../../kernel/rules/rule.ts'
import { withoutWords } from '../../kernel/rules/shaping.ts'
import type { Evidence } from '../evidence.ts'
import { portIn } from './rule-text.ts'
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
	if (rules?.shaping === undefined || rules.failures.length > 0 || !isWhole(rules.ruleset)) return undefined
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
/** What stands behind a match of ports: single ones, ranges, sets; a name may hold any. */
const PORTS = /(?:\b|--)[sd]ports?\s+(\{[^}]*\}|[^\s{]+)|\b[sd]pts?:([\d:]+)/g
/** Networks that a rule names; sets and names may hold any. */
const NETWORKS = /\bip6? [sd]addr ([\da-f.:/-]+)(?= |$)|(?:^| )-[sd] ([\da-f.:/]+)/gi

/**
 * Rules of a kind that may be about these flows, by what their texts say: behind NAT a connection has other addresses and
 * ports than the rule names. Undefined where the rules were not read, or only others of them.
 */
export function rulesAbout(
	view: View,
	kind: ShapingRule['kind'],
	flows: readonly Seen[],
): readonly ShapingRule[] | undefined {
	const isNat = view.shaping('nat')?.length !== 0
	const rules = view.shaping(kind)?.filter((rule) => flows.some((flow) => isAbout(rule, flow, isNat)))
	if (view.isPart && rules?.length === 0) return undefined
	// The first one is told.
	return rules?.toSorted((one, other) => shareAbout(other, flows) - shareAbout(one, flows))
}

/** Of the packets of these flows, the share that the rule is about as they are. */
export function shareAbout(rule: ShapingRule, flows: readonly Seen[]): number {
	const all = flows.reduce((sum, { count }) => sum + count, 0)
	const its = flows.reduce((sum, flow) => sum + (isAbout(rule, flow) ? flow.count : 0), 0)
	return all === 0 ? 0 : its / all
}

function isAbout({ text: printed }: ShapingRule, { query }: Seen, isNat = false): boolean {
	const text = withoutWords(printed)
	if (query === undefined || text.includes('!')) return true
	const protocols = found(PROTOCOL, text)
	if (protocols.length > 0 && !protocols.includes(query.protocol)) return false
	if (isNat) return true
	const ends = [query.source, query.destination]
	return (
		found(NETWORKS, text).every((network) => ends.some((end) => isWithin(end, network) !== false)) &&
		found(PORTS, text).every((ports) =>
			[query.sourcePort, query.destinationPort].some((port) => port !== null && holds(ports, port)),
		)
	)
}

const holds = (ports: string, port: number): boolean => portIn(ports, port) !== false

const found = (pattern: RegExp, text: string): readonly string[] =>
	[...text.matchAll(pattern)].flatMap((match) => match.slice(1).filter((one) => one !== undefined))
